"""The registry of reports: formats that are made here are written like ours, by name and by suffix."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from alignment import reports
from alignment.cli.common import chosen_format
from alignment.errors import NotFoundError, SettingsError
from alignment.model import Alignment
from alignment.reports import FORMATS, PLAN, FunctionReport
from tests.conftest import ROOT


def titles(alignments: Sequence[Alignment]) -> str:
    return "".join(f"\\section{{{item.standard.title}}}\n" for item in alignments)


LATEX: FunctionReport[Sequence[Alignment]] = FunctionReport("latex", titles, (".tex",))
SLIDES: FunctionReport[Sequence[Alignment]] = FunctionReport("slides", lambda alignments: b"PK", binary=True)


def test_a_format_is_one_report_more(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFoundError, match="latex"):
        reports.render([], "latex")
    with pytest.raises(SettingsError, match=r"\.tex"):
        chosen_format("", FORMATS, output="a.tex")
    monkeypatch.setattr(FORMATS, "own", (*FORMATS.own, LATEX, SLIDES))
    assert reports.render([], "latex") == ""
    assert reports.format_names()[-2:] == ["latex", "slides"]
    assert chosen_format("", FORMATS, output="a.tex") == "latex"
    assert chosen_format("latex", FORMATS) == "latex"
    with pytest.raises(SettingsError, match="needs a file"):
        chosen_format("slides", FORMATS, stem="report")
    with pytest.raises(SettingsError, match="contradicts"):
        chosen_format("latex", FORMATS, output="a.csv")
    # What another command writes is no format of this one.
    with pytest.raises(SettingsError, match="latex"):
        chosen_format("latex", PLAN)


def test_every_suffix_stands_for_one_format() -> None:
    assert FORMATS.suffixes() == {suffix: FORMATS.of_suffix(suffix) for suffix in FORMATS.suffixes()}
    assert chosen_format("", FORMATS, output="a.MD") == "markdown"
    assert chosen_format("", FORMATS, output="a.htm") == "html"
    assert chosen_format("", PLAN, output="a.txt") == "terminal"


def test_the_report_of_the_guide_is_found_and_written(tmp_path: Path, align) -> None:
    """The last code of docs/guides/reader.md and its entry point, installed as a package beside ours."""
    page = (ROOT / "docs" / "guides" / "reader.md").read_text(encoding="utf-8")
    code, toml = (re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[-1] for kind in ("python", "toml"))
    info = tmp_path / "plugin" / "tex_report-1.dist-info"
    info.mkdir(parents=True)
    (info.parent / "tex_report.py").write_text(code, encoding="utf-8")
    (info / "METADATA").write_text("Name: tex_report\nVersion: 1\n")
    points = re.sub(r'\[project\.entry-points\."([^"]+)"\]', r"[\1]", toml).replace('"', "")
    (info / "entry_points.txt").write_text(points)
    program = tmp_path / "program"
    program.mkdir()
    (program / "broken.docx").write_bytes(b"no document")
    (program / "course.md").write_text("# Физика\n\n## Знать\n\n- законы механики\n", encoding="utf-8")
    environment = {"PYTHONPATH": str(info.parent)}
    written = tmp_path / "findings.tex"
    align("lint", program, "--output", written, env=environment)
    shown = align("lint", program, "--format", "tex", env=environment)
    assert shown.stdout.startswith("\\item "), shown.stderr
    assert written.read_text(encoding="utf-8") == shown.stdout
    refused = align("lint", program, "--format", "tex")
    assert refused.returncode == 2
