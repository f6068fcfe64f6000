"""Words that real PDFs show broken, word for word as they were found, and words that must stay apart."""

import pytest

from alignment.documents.pdf import join_lines
from alignment.documents.pdf_mend import mended


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        # programs_pdf/yap.pdf, read by another reader
        ("Л абораторная работа № 2 Цикл с предусловием", "Лабораторная работа № 2 Цикл с предусловием"),
        ("О пределение типа запись.", "Определение типа запись."),
        ("п рограмм", "программ"),
        # sfu/РПД_Междисциплинарный проект 1.pdf
        ("ее достижение в п роцессе реализации", "ее достижение в процессе реализации"),
        # sfu/РПД_Иностранный язык, not-a-program-kos.pdf, -self-study.pdf, -brochure.pdf
        ("технологический универ ситет.", "технологический университет."),
        ("профессиональн ых", "профессиональных"),
        ("функциональног о", "функционального"),
        ("при получени и", "при получении"),
        ("дополнительного о бразования", "дополнительного образования"),
        ("одно значе-ние", "одно значение"),
        ("рав-но", "равно"),
        ("в ос- новное производство", "в основное производство"),
        ("рабо-та", "работа"),
        ("профессио\u00adнальной", "профессиональной"),
    ],
)
def test_broken_words_are_made_whole(shown: str, text: str) -> None:
    assert mended(shown) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("оценочного средст\nва", "оценочного средства"),
        ("лабораторн\nое\nзанятие", "лабораторное\nзанятие"),
        ("решения профессио-\nнальной задачи", "решения профессиональной\nзадачи"),
        ("Уровень (подуров\nень) квалифик\nации", "Уровень (подуровень)\nквалификации"),
        ("инжене\nрно-технических работ", "инженерно-технических\nработ"),
        ("микро-\nкода", "микрокода"),
        ("рабо-\nта с файлами", "работа\nс файлами"),
    ],
)
def test_words_cut_by_the_end_of_a_line_go_into_the_line_where_they_began(cell: str, text: str) -> None:
    assert mended(cell) == text


@pytest.mark.parametrize(
    "text",
    [
        "в раз и к нему",
        "у кого и с кем",
        "Значения х",
        "МИС с датчиками",
        "цифро-аналогового преобразования",
        "приемо-сдаточных испытаний",
        "волоконно-оптические линии",
        "научно-\nтехнический отчет",
        "из-за чего-то",
        "мы б азу учили",
        "основы\nпрограммирования",
        "и\nтестов",
        "machine learn ing",
        "",
    ],
)
def test_words_beside_each_other_stay_apart(text: str) -> None:
    assert mended(text) == text


def test_a_prefix_that_is_never_hyphened_joins_over_lines() -> None:
    assert join_lines(["разработка микро-", "кода"]) == "разработка микрокода"
