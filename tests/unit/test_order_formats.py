"""One standard as XML, docx, html and PDF is one `Standard`; real drafts and editions are read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from alignment.documents import office
from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards import editions, find, read_file
from tests.unit.render_order import as_docx, as_html

needs_office = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")


def facts(standard: Standard) -> list[object]:
    """Everything but places; typographic spaces and dashes are as the XML has them."""
    return [
        (standard.code, standard.title, standard.order, standard.date, standard.activity, standard.purpose),
        [(general.code, general.name, general.level) for general in standard.functions],
        [(f.code, f.name, f.level) for general in standard.functions for f in general.functions],
        [(function.code, item.kind, item.text) for _, function, item in standard.requirements()],
    ]


@pytest.mark.parametrize("code", ["06.005", "40.035", "06.001"])
@pytest.mark.parametrize("render", [as_docx, as_html], ids=["docx", "html"])
def test_rendered_and_read_back_nothing_is_lost(render, code: str, tmp_path: Path, settings: Settings) -> None:
    standard = find(code, settings)
    suffix = "docx" if render is as_docx else "html"
    (again,) = read_file(render(standard, tmp_path / f"order.{suffix}"), settings)
    assert facts(again) == facts(standard)


@needs_office
def test_rendered_as_pdf_and_old_doc(tmp_path: Path, settings: Settings) -> None:
    standard = find("06.005", settings)
    source = as_docx(standard, tmp_path / "order.docx")
    for suffix in ("pdf", "doc"):
        subprocess.run(
            [
                shutil.which("soffice") or "libreoffice",
                f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                suffix,
                "--outdir",
                str(tmp_path),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=180,
        )
        (again,) = read_file(tmp_path / f"order.{suffix}", settings)
        assert facts(again)[1:] == facts(standard)[1:], suffix
        assert (again.code, again.title, again.order) == (standard.code, standard.title, standard.order)


@pytest.mark.shared
def test_drafts_as_docx_and_doc(shared: Path, settings: Settings) -> None:
    (draft,) = read_file(shared / "drafts" / "pt.docx", settings)
    functions = [function for general in draft.functions for function in general.functions]
    assert [function.code for function in functions] == ["A/01.3", "A/02.3", "A/03.3", "B/01.4", "B/02.4", "B/03.4"]
    assert all(
        {item.kind for item in function.requirements} >= {"action", "skill", "knowledge"} for function in functions
    )
    if office.program():
        (old,) = read_file(shared / "drafts" / "ep.doc", settings)
        assert [len(general.functions) for general in old.functions] == [6, 3]


@pytest.mark.shared
@pytest.mark.slow
def test_two_editions_are_kept_apart(shared: Path, settings: Settings) -> None:
    folder = settings.standards_path()
    folder.mkdir(parents=True)
    older = (shared / "registry_pdf" / "40.039-b.pdf", shared / "registry_pdf" / "40.039.pdf")
    for path in older:
        shutil.copy(path, folder)
    found = [item for item in editions(settings) if item.code == "40.039"]
    assert len(found) == 3
    assert find("40.039", settings).date == found[0].date


def test_an_outdated_edition_is_used_with_a_warning(settings: Settings) -> None:
    standard = find("06.001", settings)
    assert "out of force: replaced by 424н of 20.07.2022" in standard.warnings[0].message
    assert not find("06.005", settings).warnings


def test_the_newest_edition_is_the_default(settings: Settings, tmp_path: Path) -> None:
    import msgspec

    from alignment.standards.registry_xml import write

    folder = settings.standards_path()
    folder.mkdir(parents=True)
    newer = msgspec.structs.replace(find("06.005", settings), order="111н", date="01.02.2026")
    (folder / "new.xml").write_bytes(write(newer))
    assert find("06.005", settings).order == "111н"
    old = find("06.005@540н", settings)
    assert old.order == "540н"
    assert re.search(r"replaced by 111н of 01\.02\.2026", old.warnings[0].message)
