"""One standard as XML, docx, html and PDF is one `Standard`; real drafts and editions are read."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from alignment.catalogue import editions, find
from alignment.documents import office
from alignment.errors import NotFoundError
from alignment.model import Edition, Standard
from alignment.settings import Settings
from alignment.standards import read_file
from tests.conftest import Run
from tests.helpers.render_order import as_docx, as_html

needs_office = pytest.mark.skipif(office.libreoffice_path() is None, reason="LibreOffice is not installed")


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
    if office.libreoffice_path():
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
    result = [item for item in editions(settings) if item.code == "40.039"]
    assert len(result) == 3
    assert find("40.039", settings).date == result[0].date


def test_an_outdated_edition_is_used_with_a_warning(settings: Settings) -> None:
    standard = find("06.001 (2013)", settings)
    assert (
        "out of force: replaced by 06.001@424н of 20.07.2022; --standard 06.001 takes" in standard.warnings[0].message
    )
    assert standard.replaced_by == Edition(order="424н", date="20.07.2022", at_hand=True)
    assert find("06.001@679н", settings) == standard
    assert find("Программист (2013)", settings) == standard
    for name in ("06.001", "06.001@424н", "06.001 (2022)", "06.005"):
        assert not find(name, settings).warnings
    with pytest.raises(NotFoundError, match=r"06\.001@679н \(18\.11\.2013\)\n.*06\.001@424н"):
        find("06.001 (2011)", settings)


def test_a_file_of_an_old_edition_is_named_as_such(settings: Settings, corpora: Path, tmp_path: Path) -> None:
    path = tmp_path / "программист.xml"
    shutil.copy(corpora / "standards" / "06.001-2013.xml", path)
    assert find(str(path), settings).replaced_by == Edition(order="424н", date="20.07.2022", at_hand=True)
    # Nothing at hand but the list of what was replaced: the way to the new edition is another.
    (tmp_path / "data" / "corpora" / "standards").mkdir(parents=True)
    shutil.copy(corpora / "standards" / "out_of_force.csv", tmp_path / "data" / "corpora" / "standards")
    alone = msgspec.structs.replace(settings, data_dir=str(tmp_path / "data"))
    old = find(str(path), alone)
    assert old.replaced_by == Edition(order="424н", date="20.07.2022", at_hand=False)
    assert "not available here: save it from the registry" in old.warnings[0].message


def test_the_edition_stands_on_the_first_screen(align: Run, corpora: Path) -> None:
    course = corpora / "programs" / "09.03.03-2018"
    text = align("check", course, "-s", "06.001 (2013)").stdout
    front = " ".join(text[: text.index("Coverage")].replace("│", " ").split())
    assert "Order 679н of 18.11.2013 is out of force: replaced by 06.001@424н of 20.07.2022" in front
    # Said once, and not again under data quality.
    assert text.count("out of force") == 1
    assert "out of force" not in align("check", course, "-s", "06.001").stdout
    listed = align("standards", "--json").stdout
    assert [item["replaced_by"] for item in json.loads(listed) if item["code"] == "06.001"] == ["424н", ""]
    assert "out of force, now 06.001@424н 20.07.2022" in align("standards").stdout


def test_the_newest_edition_is_the_default(settings: Settings, tmp_path: Path) -> None:
    from alignment.standards.registry_xml import write

    folder = settings.standards_path()
    folder.mkdir(parents=True)
    newer = msgspec.structs.replace(find("06.005", settings), order="111н", date="01.02.2026")
    (folder / "new.xml").write_bytes(write(newer))
    assert find("06.005", settings).order == "111н"
    old = find("06.005@540н", settings)
    assert old.order == "540н"
    assert re.search(r"replaced by 06\.005@111н of 01\.02\.2026", old.warnings[0].message)
