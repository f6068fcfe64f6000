"""One document with several disciplines is several disciplines, and one work programme stays one."""

from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.documents import Document, Heading, Paragraph, read_document
from alignment.programs.loader import load
from alignment.programs.readers import read_parts
from alignment.programs.several import split_disciplines
from alignment.settings import Settings

# Title, outcomes (know; can), topics.
COURSES = (
    (
        "Операционные системы",
        "архитектуру операционных систем",
        "настраивать файловые системы",
        "Планирование процессов",
    ),
    ("Базы данных", "модели данных", "составлять запросы на языке SQL", "Нормализация отношений"),
    ("Компьютерные сети", "протоколы передачи данных", "настраивать маршрутизаторы", "Модель взаимодействия OSI"),
    ("Физика", "законы электродинамики", "измерять параметры цепей", "Электромагнитные колебания"),
)
Line = tuple[str, str]  # kind of block ("h2", "p", "li", "b"), text


def catalogue(head: str, inner: str) -> list[Line]:
    """Blocks of a course catalogue; ``head`` is the form of a discipline's heading, ``inner`` of those under it."""
    lines: list[Line] = [("h1", "Каталог дисциплин"), ("p", "Кафедра вычислительной техники, 2024 год.")]
    for number, (title, know, can, topic) in enumerate(COURSES, 1):
        lines += [
            ("h2", head.format(title=title, n=number)),
            (inner, "Аннотация"),
            ("p", f"Дисциплина {title} изучается в первом семестре и готовит к практике."),
            (inner, "Результаты обучения"),
            ("p", "Знать:"),
            ("li", f"{know}."),
            ("p", "Уметь:"),
            ("li", f"{can}."),
            (inner, "Содержание дисциплины"),
            ("li", f"{topic}."),
        ]
    return lines


def as_md(lines: list[Line], path: Path) -> Path:
    marks = {"h1": "# {}", "h2": "## {}", "h3": "### {}", "p": "{}", "li": "- {}", "b": "**{}**"}
    path.write_text("\n\n".join(marks[kind].format(text) for kind, text in lines), encoding="utf-8")
    return path


def as_html(lines: list[Line], path: Path) -> Path:
    tags = {"b": "h4", "li": "li"}
    body = "".join(f"<{tags.get(kind, kind)}>{text}</{tags.get(kind, kind)}>" for kind, text in lines)
    path.write_text(f"<html><head><title>Курсы</title></head><body>{body}</body></html>", encoding="utf-8")
    return path


def as_docx(lines: list[Line], path: Path) -> Path:
    document = docx.Document()
    for kind, text in lines:
        if kind.startswith("h"):
            document.add_heading(text, int(kind[1]))
        elif kind == "b":
            document.add_paragraph().add_run(text).bold = True
        else:
            document.add_paragraph(text, style="List Bullet" if kind == "li" else None)
    document.save(str(path))
    return path


WRITERS = {"md": as_md, "html": as_html, "docx": as_docx}
HEADS = [
    "Дисциплина «{title}»",
    "1.{n} {title}",
    "{title}",
    "Б1.О.0{n} {title}",
    "Дисциплина {n}. {title}",
    "Модуль {n}. {title}",
]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("inner", ["h3", "b"])
def test_a_catalogue(suffix: str, head: str, inner: str, tmp_path: Path, settings: Settings) -> None:
    path = WRITERS[suffix](catalogue(head, inner), tmp_path / f"catalogue.{suffix}")
    (part,) = read_parts(path, settings)
    assert part.kind == "course catalogue"
    program = part.program
    titles = [item.title for item in program.disciplines]
    assert titles == [course[0] for course in COURSES]
    for discipline, (_, know, can, topic) in zip(program.disciplines, COURSES, strict=True):
        assert [(item.kind.value, item.text) for item in discipline.statements] == [
            ("knowledge", know),
            ("skill", can),
            ("topic", topic),
        ]
        assert {item.discipline for item in discipline.statements} == {discipline.title}
    assert [item.code for item in program.disciplines] == [f"Б1.О.0{n}" if "Б1" in head else "" for n in range(1, 5)]


def test_annotations_one_after_the_other(tmp_path: Path, settings: Settings) -> None:
    lines: list[Line] = []
    for title, know, can, _ in COURSES:
        lines += [
            ("p", f"Аннотация рабочей программы дисциплины «{title}»"),
            ("b", "Планируемые результаты обучения"),
            ("li", f"знать {know}"),
            ("li", f"уметь {can}"),
        ]
    program = load([as_docx(lines, tmp_path / "annotations.docx")], settings)
    assert [item.title for item in program.disciplines] == [course[0] for course in COURSES]
    assert all(len(item.statements) == 2 for item in program.disciplines)


def test_groups_above_the_disciplines(tmp_path: Path, settings: Settings) -> None:
    lines = [
        ("h3" if kind == "h2" else "b" if kind == "h3" else kind, text) for kind, text in catalogue("{title}", "h3")
    ]
    lines.insert(0, ("h2", "Блок общепрофессиональных дисциплин"))
    program = load([as_md(lines, tmp_path / "a.md")], settings)
    assert [item.title for item in program.disciplines] == [course[0] for course in COURSES]


def test_an_english_handbook(tmp_path: Path, settings: Settings) -> None:
    text = "# Course catalogue\n\n"
    for title, outcome in (("Control Theory", "design a PID controller"), ("Signals", "compute a Fourier transform")):
        text += f"## Course: {title}\n\n### Description\n\nA course.\n\n### Learning outcomes\n\n- {outcome}\n\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    program = load([tmp_path / "a.md"], settings)
    assert [(item.title, [s.text for s in item.statements]) for item in program.disciplines] == [
        ("Control Theory", ["design a PID controller"]),
        ("Signals", ["compute a Fourier transform"]),
    ]


def test_a_discipline_with_nothing_in_it_is_told(tmp_path: Path, settings: Settings) -> None:
    lines = [*catalogue("Дисциплина «{title}»", "h3"), ("h2", "Дисциплина «Логика»"), ("p", "Описание готовится.")]
    program = read_parts(as_md(lines, tmp_path / "a.md"), settings)[0].program
    assert program.disciplines[-1].title == "Логика"
    assert not program.disciplines[-1].statements
    (warning,) = program.warnings
    assert "Логика" in warning.message
    assert warning.location.file == "a.md"


def work_programme() -> list[Line]:
    return [
        ("h1", "Рабочая программа дисциплины «Базы данных»"),
        ("h2", "1. Цели освоения дисциплины"),
        ("p", "Дисциплина «Базы данных» относится к обязательной части."),
        ("h2", "2. Планируемые результаты обучения"),
        ("h3", "ПК-1 Способен проектировать базы данных"),
        ("b", "Знать:"),
        ("li", "модели данных"),
        ("b", "Уметь:"),
        ("li", "составлять запросы"),
        ("h3", "ПК-2 Способен сопровождать базы данных"),
        ("b", "Знать:"),
        ("li", "средства защиты данных"),
        ("b", "Уметь:"),
        ("li", "настраивать копирование"),
        ("h2", "3. Содержание дисциплины"),
        ("h3", "Раздел 1. Модели данных"),
        ("b", "Содержание раздела"),
        ("li", "Реляционная модель"),
        ("b", "Цель работы"),
        ("li", "Проектирование схемы"),
        ("h3", "Раздел 2. Язык SQL"),
        ("b", "Содержание раздела"),
        ("li", "Соединения таблиц"),
        ("b", "Цель работы"),
        ("li", "Оконные функции запросов"),
    ]


@pytest.mark.parametrize("suffix", WRITERS)
def test_one_work_programme_stays_one(suffix: str, tmp_path: Path, settings: Settings) -> None:
    path = WRITERS[suffix](work_programme(), tmp_path / f"a.{suffix}")
    assert split_disciplines(read_document(path, settings)) == []
    (discipline,) = load([path], settings).disciplines
    assert discipline.title == "Базы данных"


def test_the_samples_stay_one(corpora: Path, settings: Settings) -> None:
    paths = [path for path in sorted((corpora / "programs").rglob("*")) if path.suffix in (".md", ".docx", ".pdf")]
    assert len(paths) > 10
    for path in paths:
        assert split_disciplines(read_document(path, settings)) == [], path.name


@pytest.mark.slow
@pytest.mark.shared
def test_real_work_programmes_stay_one(shared: Path, settings: Settings) -> None:
    paths = sorted((shared / "programs_pdf").rglob("*.pdf"))
    assert len(paths) > 10
    for path in (path for path in paths if "brochure" not in path.name):
        assert split_disciplines(read_document(path, settings)) == [], path.name


TITLES = st.lists(
    st.text("абвгдежз", min_size=5, max_size=9).map("Основы {}".format), min_size=1, max_size=6, unique=True
)


@given(TITLES, st.booleans())
def test_as_many_disciplines_as_outer_headings(titles: list[str], quoted: bool) -> None:
    blocks: list[Heading | Paragraph] = []
    for title in titles:
        blocks += [
            Heading(text=f"Дисциплина «{title}»" if quoted else title, level=2),
            Heading(text="Результаты обучения", level=3),
            Paragraph(text=f"знать {title}"),
            Heading(text="Содержание", level=3),
            Paragraph(text=f"Тема {title}"),
        ]
    result = split_disciplines(Document(file="a.md", format="markdown", blocks=tuple(blocks)))
    assert [item.title for item in result] == (titles if len(titles) > 1 else [])
    assert all(f"знать {item.title}" in [block.text for block in item.blocks] for item in result)
