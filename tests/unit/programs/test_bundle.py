import json
import os
import stat
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.documents.archive import entry_name
from alignment.errors import InputError, LimitError
from alignment.model import Kind
from alignment.programs import load
from alignment.settings import Settings
from tests.helpers.makers import plx, work_programme


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan, two programmes (one in a folder of its own), a broken file, a picture, an assessment fund."""
    root = tmp_path / "Программа 11.03.03"
    (root / "РПД").mkdir(parents=True)
    plx(root / "план.plx")
    work_programme(root / "РПД" / "схемотехника.docx", "Схемотехника", code="Б1.О.05")
    work_programme(root / "РПД" / "метрология.docx", "Метрология и измерения", code="Б1.О.06", competence="ОПК-2")
    (root / "битый.docx").write_bytes(b"PK\x03\x04 nothing")
    (root / "логотип.png").write_bytes(b"\x89PNG")
    (root / "~$план.docx").write_bytes(b"lock")
    (root / "фос.txt").write_text("Фонд оценочных средств\nпо дисциплине\nВопросы к экзамену\n" * 3, encoding="utf-8")
    return root


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent))
    return target


def test_a_folder_says_what_every_file_gave(folder: Path, settings: Settings) -> None:
    program = load([folder], settings)
    given = {Path(item.file).name: item for item in program.files}
    assert given["план.plx"].kind == "study plan"
    assert given["схемотехника.docx"].kind == "work programme"
    assert given["схемотехника.docx"].statements == 4
    assert {Path(item.file).name for item in program.unread} == {"битый.docx", "логотип.png", "фос.txt"}
    assert "truncated" in given["битый.docx"].error
    assert "assessment fund" in given["фос.txt"].error
    assert "~$план.docx" not in given


def test_disciplines_join_by_code_and_the_conflict_is_said(folder: Path, settings: Settings) -> None:
    program = load([folder], settings)
    assert [item.title for item in program.disciplines] == ["Схемотехника", "Метрология", "Преддипломная практика"]
    metrology = program.disciplines[1]
    assert any(item.kind is Kind.SKILL for item in metrology.statements)
    assert (metrology.credits, metrology.semesters) == (3, ("2",))
    messages = [issue.message for issue in program.warnings]
    assert any("the same code (Б1.О.06) and are joined" in message for message in messages)
    assert any("credits differ, 3" in message and "and 4" in message for message in messages)


def test_one_code_with_unlike_titles_stays_apart(folder: Path, settings: Settings) -> None:
    work_programme(folder / "РПД" / "чужая.docx", "История России", code="Б1.О.05")
    program = load([folder], settings)
    assert "История России" in [item.title for item in program.disciplines]
    assert any("kept apart" in issue.message for issue in program.warnings)


def test_a_zip_gives_what_the_folder_gives(folder: Path, settings: Settings, tmp_path: Path) -> None:
    one = load([folder], settings)
    two = load([zipped(folder, tmp_path / "b.zip")], settings)
    assert [item.text for item in one.statements()] == [item.text for item in two.statements()]
    assert {Path(item.file).name for item in two.unread} == {Path(item.file).name for item in one.unread}
    assert all("align-" not in source for source in two.sources)
    assert any(source.endswith("b.zip/Программа 11.03.03/план.plx") for source in two.sources)


def test_strict_stops_at_the_first_unreadable_file(folder: Path, settings: Settings) -> None:
    import msgspec

    with pytest.raises(InputError, match="truncated") as caught:
        load([folder], msgspec.structs.replace(settings, strict=True))
    assert "битый.docx" in str(caught.value)


def test_a_standard_given_as_the_program_is_told_its_place(tmp_path: Path, settings: Settings) -> None:
    """The message said only that .xml is not read, and its list of types lacked .plx, .json and .zip."""
    card = "<XMLCardInfo><ProfessionalStandarts><ProfessionalStandart/></ProfessionalStandarts></XMLCardInfo>"
    (tmp_path / "06.001.xml").write_text(card, encoding="utf-8")
    (tmp_path / "06.001.json").write_text('{"ProfessionalStandart": {}}', encoding="utf-8")
    for name in ("06.001.xml", "06.001.json"):
        with pytest.raises(InputError, match="this is a professional standard, not a program") as caught:
            load([tmp_path / name], settings)
        assert "-s (--standard)" in str(caught.value)
    (tmp_path / "other.xml").write_text("<a/>", encoding="utf-8")
    with pytest.raises(InputError, match="files of type '.xml' are not read") as caught:
        load([tmp_path / "other.xml"], settings)
    assert all(kind in str(caught.value) for kind in (".plx", ".json", ".zip", ".pdf"))


def test_nothing_readable_is_an_error_with_reasons(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=r"none of the files could be used: .*a\.docx"):
        load([tmp_path / "x"], settings)


def entry(name: str, data: bytes = b"text", mode: int = 0) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info, data


def test_hostile_entries_are_refused_and_said(folder: Path, settings: Settings, tmp_path: Path) -> None:
    target = zipped(folder, tmp_path / "b.zip")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(*entry("../../outside.txt"))
        archive.writestr(*entry("/etc/passwd.txt"))
        archive.writestr(*entry("link.txt", b"/etc/passwd", stat.S_IFLNK | 0o777))
        archive.writestr(*entry("more/nested.zip", b"PK"))
    program = load([target], settings)
    reasons = {item.file.rpartition("/")[2]: item.error for item in program.unread}
    assert "outside the archive" in reasons["outside.txt"]
    assert "outside the archive" in reasons["passwd.txt"]
    assert "is a link" in reasons["link.txt"]
    assert "itself an archive" in reasons["nested.zip"]
    assert not (tmp_path.parent / "outside.txt").exists()


def test_a_bomb_is_refused(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (8 << 20))
    with pytest.raises(LimitError, match="bomb"):
        load([target], settings)


def test_a_link_out_of_the_folder_is_refused(folder: Path, settings: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Уметь: хранить тайну", encoding="utf-8")
    os.symlink(secret, folder / "link.txt")
    assert any("link leads out of the folder" in item.error for item in load([folder], settings).unread)


def test_names_of_old_windows_archives_are_read() -> None:
    info = zipfile.ZipInfo("РПД.docx".encode("cp866").decode("cp437"))
    info.flag_bits = 0
    assert entry_name(info) == "РПД.docx"


@given(st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd"), whitelist_characters="/ .-_«»"), min_size=1))
def test_any_entry_name_is_read_without_a_fault(name: str) -> None:
    info = zipfile.ZipInfo(name)
    info.flag_bits = 0x800
    assert entry_name(info) == info.filename


def test_the_report_says_what_was_left_out(folder: Path, align) -> None:
    result = align("check", folder, "-s", "06.005", "-f", "json")
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    assert (data["coverage"]["sight"]["files"], data["coverage"]["sight"]["unread"]) == (6, 3)
    text = align("check", folder, "-s", "06.005").stdout
    assert "Left out: 3 of 6 files" in text
    assert "битый.docx" in text
    strict = align("check", folder, "-s", "06.005", "--strict")
    assert strict.returncode == 2
    assert "битый.docx" in strict.stderr


def test_an_old_word_file_without_libreoffice_stops_no_bundle(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alignment.documents import office

    monkeypatch.setattr(office, "libreoffice_path", lambda: None)
    (folder / "старая.doc").write_bytes(b"\xd0\xcf\x11\xe0 text")
    here = msgspec.structs.replace(settings, read_seconds=0)  # in this process, where it was patched
    reasons = {Path(item.file).name: item.error for item in load([folder], here).unread}
    assert "LibreOffice, which is not installed" in reasons["старая.doc"]


def test_a_work_programme_without_content_counts_as_a_title(folder: Path, settings: Settings) -> None:
    """Little known is no gap: the discipline is there, with nothing known but its title."""
    empty = folder / "РПД" / "антенны.md"
    empty.write_text("# Рабочая программа дисциплины «Антенны»\n\nНаправление 11.03.03\n", encoding="utf-8")
    program = load([folder], settings)
    (aerials,) = [item for item in program.disciplines if item.title == "Антенны"]
    assert aerials.title_only
    (source,) = [item for item in program.files if item.file.endswith("антенны.md")]
    assert (source.kind, source.error) == ("work programme", "")
    assert any("no learning outcomes" in str(item.message) for item in program.warnings)
    # Alone it is no program, and with strict reading nothing is passed over.
    for paths, strict in (([empty], False), ([folder], True)):
        with pytest.raises(InputError):
            load(paths, msgspec.structs.replace(settings, strict=strict))


def test_a_brochure_without_content_is_no_discipline(folder: Path, settings: Settings) -> None:
    (folder / "о кафедре.md").write_text("# Кафедра антенн\n\nМы рады абитуриентам.\n", encoding="utf-8")
    assert {Path(item.file).name for item in load([folder], settings).unread} >= {"о кафедре.md"}
