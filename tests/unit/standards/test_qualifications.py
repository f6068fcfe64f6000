import json
import shutil
from pathlib import Path

import pytest

from alignment.catalogue import find, for_qualification
from alignment.documents import office
from alignment.errors import InputError, MissingExtraError, NotFoundError
from alignment.language.broken_words import join_broken
from alignment.programs import fgos
from alignment.settings import Settings
from alignment.standards import qualified, read_card
from tests.conftest import ROOT
from tests.helpers.cards import card

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


def test_a_card_narrows_the_standard_to_its_functions(tmp_path: Path, settings: Settings) -> None:
    result = read_card(card(tmp_path / "c.docx", codes=("А/01.5", "В/02..5")), settings)
    assert (result.order, result.date, result.level, result.term) == ("540н", "31.07.2019", "5", "3 года")
    assert [item.code for item in result.functions] == ["A/01.5", "B/02.5"]
    assert result.directions == ("Радиотехника", "Электроника")
    assert len(result.education) == 2
    standard = qualified(for_qualification(result, settings), result)
    assert [f.code for general in standard.functions for f in general.functions] == ["A/01.5", "B/02.5"]


def test_a_function_that_the_standard_lacks_is_said(tmp_path: Path, settings: Settings) -> None:
    result = read_card(card(tmp_path / "c.docx", codes=("А/01.5", "Z/09.5")), settings)
    standard = qualified(find("06.005", settings), result)
    assert any("Z/09.5 of the card is not in the standard" in issue.message for issue in standard.warnings)
    with pytest.raises(NotFoundError, match="none of the functions"):
        qualified(find("06.001", settings), read_card(card(tmp_path / "d.docx", codes=("Z/09.5",)), settings))


def test_other_documents_are_no_card(settings: Settings) -> None:
    for path in (SAMPLE / "14 Описание ОПОП.docx", SAMPLE / "07 Электроника и схемотехника.pdf"):
        with pytest.raises(InputError, match="not a qualification card"):
            read_card(path, settings)


def test_the_check_against_a_card(tmp_path: Path, align) -> None:
    path = card(tmp_path / "c.docx", codes=("А/01.5", "B/01.5"))
    result = align("check", SAMPLE, "--qualification", path, "-f", "json")
    assert result.returncode == 0, result.stderr
    narrow = json.loads(result.stdout)
    whole = json.loads(align("check", SAMPLE, "-s", "06.005", "-f", "json").stdout)
    verdicts = {item["requirement"]["id"]: item["verdict"] for item in whole["findings"]}
    assert {item["function"] for item in narrow["findings"]} == {"A/01.5", "B/01.5"}
    assert all(verdicts[item["requirement"]["id"]] == item["verdict"] for item in narrow["findings"])
    text = align("check", SAMPLE, "--qualification", path).stdout
    assert "The card does not name the direction Конструирование" in text
    assert align("check", SAMPLE).returncode == 2


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["Специалист по разработке п", "олупроводниковых лазеров"],
            "Специалист по разработке полупроводниковых лазеров",
        ),
        (["инженер-", "технолог"], "инженер-технолог"),
        (["контрольная рабо-", "та"], "контрольная работа"),
        (["образования -", "магистратура"], "образования - магистратура"),
        (["наногетерост", "руктурных све", "рхвысокочастотных"], "наногетероструктурных сверхвысокочастотных"),
        (["обеспечение и", "контроль"], "обеспечение и контроль"),
        (["квалификации", ")"], "квалификации)"),
    ],
)
def test_words_cut_by_narrow_columns(lines: list[str], text: str) -> None:
    assert join_broken(lines) == text


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["с разработчика", "ми процессов"], "с разработчиками процессов"),
        (["и новых техно", "логических"], "и новых технологических"),
        (["необходимым", "и для выпуска"], "необходимыми для выпуска"),
        (["выполнение пр", "иемо-", "сдаточных"], "выполнение приемо-сдаточных"),
        (["к", "онструкторско", "й"], "конструкторской"),
        (["микросистемн", "ая техника"], "микросистемная техника"),
        (["нового", "оборудования"], "нового оборудования"),
        (["специалитета", "и"], "специалитета и"),
    ],
)
def test_words_cut_where_a_line_is_full(lines: list[str], text: str) -> None:
    assert join_broken(lines, [True] * len(lines)) == text


@pytest.mark.shared
def test_blanks_inside_words_of_real_cards(shared: Path, settings: Settings) -> None:
    cards = [read_card(shared / "qualifications" / name, settings) for name in ("29.002-q6-1.pdf", "40.037-q8.pdf")]
    text = " ".join(item.name for result in cards for item in result.functions)
    assert "настройки оборудования с разработчиками технологических процессов" in text
    assert "специфическим требованиям" in text
    assert "новых технологических процессов; выполнение приемо-сдаточных испытаний" in text
    assert "технологическими процессами, необходимыми для выпуска" in text
    assert "внедрении нового оборудования" in text
    first, second = cards[0].education
    assert first.startswith("Документ, ")
    assert second.startswith("1. Документ, ")
    assert "2. Документ о" in second


@pytest.mark.shared
def test_a_card_printed_to_pdf_by_another_program(shared: Path, settings: Settings) -> None:
    """Its heading is cut inside words, its cells have all their lines, its rows go on over the page."""
    result = read_card(shared / "qualifications" / "40.006-q7-printed.pdf", settings)
    assert result.title.endswith("процессов формирования наноразмерных полупроводниковых структур")
    assert result.standard_title == (
        "Инженер-технолог в области производства наноразмерных полупроводниковых приборов и интегральных схем"
    )
    assert (result.order, result.date, result.level, result.term) == ("71н", "03.02.2014", "7", "3 года")
    assert [(item.code, item.name) for item in result.functions] == [
        (
            "A/01.7",
            "Контроль за соблюдением технологической дисциплины (технологических процессов) в цехах и правильной "
            "эксплуатацией технологического оборудования.",
        ),
        ("A/02.7", "Контроль параметров технологической операции."),
        ("B/04.7", "Экспериментальные работы и освоение новых технологических процессов."),
    ]
    assert len(result.directions) == 4
    assert len(result.education) == 2


@pytest.mark.shared
@pytest.mark.slow
def test_all_real_cards(shared: Path, settings: Settings) -> None:
    cards = [read_card(path, settings) for path in sorted((shared / "qualifications").iterdir())]
    assert len(cards) == 42
    assert all(item.title and item.level and item.standard_title for item in cards)
    # Seven cards of two standards name no functions; the others do, and the standards have them.
    assert sum(not item.functions for item in cards) == 6
    at_hand = [item for item in cards if not item.source.startswith(("40.058", "40.006"))]
    for item in at_hand:
        standard = qualified(for_qualification(item, settings), item)
        assert not [issue for issue in standard.warnings if "is not in the standard" in issue.message], item.source


@pytest.mark.shared
@pytest.mark.skipif(office.libreoffice_path() is None, reason="LibreOffice is not installed")
def test_a_real_fgos_as_old_doc(shared: Path, settings: Settings) -> None:
    from alignment.documents import read_document

    document = read_document(shared / "plans_xls" / "fgos-01.03.02-2015.doc", settings)
    assert fgos.fits(document)
    result = fgos.read(document)
    assert (result.code, result.title) == ("01.03.02", "Прикладная математика и информатика")
    assert (result.order, result.date) == ("228", "12.03.2015")
    codes = [item.code for item in result.competences]
    assert [code for code in codes if code.startswith(("ОК", "ОПК"))] == [f"ОК-{n}" for n in range(1, 10)] + [
        f"ОПК-{n}" for n in range(1, 5)
    ]


def test_without_libreoffice_a_doc_says_what_to_do(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    path = tmp_path / "x.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0 text")
    with pytest.raises(MissingExtraError, match="LibreOffice, which is not installed"):
        office.read(path, settings)
