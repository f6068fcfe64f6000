"""Every command, option, setting and public function is documented, and the site has no broken links."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from alignment import i18n
from alignment.settings import DERIVED, Settings
from tests import figures, reference
from tests.conftest import ROOT


def test_the_reference_is_that_of_the_program() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), "run: python -m tests.reference"
    i18n.activate("en")


def test_every_extra_that_is_named_exists() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pages = [ROOT / "justfile", *(ROOT / ".ci").glob("*"), *ROOT.glob("*.md")]
    pages += [path for folder in ("docs", "src", "models", "tests") for path in (ROOT / folder).rglob("*")]
    named = re.compile(r"(?:profstandart-align|['\"]\.|\bextra `?)\[([a-z, ]+)\]")
    unknown = {
        f"{path.relative_to(ROOT)}: [{name}]"
        for path in pages
        if path.suffix in ("", ".md", ".py", ".txt", ".yaml") and path.is_file()
        for result in named.findall(path.read_text(encoding="utf-8", errors="ignore"))
        for name in result.replace(" ", "").split(",")
        if name not in extras
    }
    assert not unknown


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {field.name for field in msgspec.structs.fields(Settings)} - set(DERIVED)
    missing = [name for name in names if name not in text]
    assert not missing


def test_every_command_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in reference.commands() if not re.search(rf"`{name.split()[0]} {name.split()[1]}\b", text)]
    assert not missing


def test_the_site_builds_without_broken_links(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "tutorials" / "expert.ru" / "index.html").is_file()


def test_the_charts_are_those_of_the_tables() -> None:
    pytest.importorskip("altair")
    from tests.benchmarks import charts

    for draw in (charts.retrieval, charts.graded, charts.seconds):
        rows = set(re.findall(r'aria-label="([^"]*)"', draw()))
        kept = (charts.PICTURES / f"{draw.__name__}.svg").read_text(encoding="utf-8")
        assert rows == set(re.findall(r'aria-label="([^"]*)"', kept)), "run: python -m tests.benchmarks.charts"
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    match = re.search(r"^\| onet \(held out\) \| adapted \|[^|]*\| ([0-9.]+) \|", page, re.MULTILINE)
    assert match
    assert any(f"{match[1]}; engine: adapted" in row for row in re.findall(r'aria-label="([^"]*)"', charts.retrieval()))


def test_the_reader_of_the_guide_is_found_and_reads(tmp_path: Path, align) -> None:
    """The code and the entry point of docs/guides/reader.md, installed as a package beside ours."""
    page = (ROOT / "docs" / "guides" / "reader.md").read_text(encoding="utf-8")
    code, toml = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("python", "toml"))
    place = tmp_path / "plugin"
    (place / "outline_reader-1.dist-info").mkdir(parents=True)
    (place / "outline_reader.py").write_text(code, encoding="utf-8")
    name, target = re.search(r'"(\.outline)" = "([^"]+)"', toml).groups()
    group = re.search(r'entry-points\."([^"]+)"', toml)[1]
    (place / "outline_reader-1.dist-info" / "METADATA").write_text("Name: outline_reader\nVersion: 1\n")
    (place / "outline_reader-1.dist-info" / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
    course = tmp_path / "course.outline"
    course.write_text(
        "* Схемотехника\n** Планируемые результаты обучения\nуметь:\n- рассчитывать усилители\n", encoding="utf-8"
    )
    shown = align("show", course, env={"PYTHONPATH": str(place)})
    assert "рассчитывать усилители" in shown.stdout, shown.stderr
    assert "course.outline" in shown.stdout
    refused = align("show", course)
    assert "are not read" in refused.stderr


def test_every_dependency_has_its_licence_listed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(item for name, own in extras.items() if name != "dev" for item in own)]
    names = {re.match(r"[A-Za-z0-9-]+", item)[0].lower() for item in wanted}
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").lower()
    assert not [name for name in names if not re.search(rf"(?<![\\w-]){re.escape(name)}(?![\\w-])", page)]


def test_the_figures_are_those_of_the_measurement() -> None:
    data = json.loads(figures.DATA.read_text(encoding="utf-8"))
    assert figures.PAGE.read_text(encoding="utf-8") == figures.page(data), "run: python -m tests.figures"
    marked = 0
    for name in figures.QUOTING:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert figures.quoted(text, data) == text, "run: python -m tests.figures"
        marked += len(figures.MARKED.findall(text))
    assert marked >= 5
    fitted = json.loads((ROOT / "models" / "requirement-default.json").read_text(encoding="utf-8"))["figures"]
    default = data["engines"]["default"]
    measured = dict(default["all"])
    for part in ("known", "other_words"):
        measured |= {f"{part}_{name}": value for name, value in default[part].items()}
    assert {key: measured[key] for key in fitted} == pytest.approx(fitted, abs=0.01)
