"""Write the illustrative description of the program (ОПОП) of tests/data/programs/11.03.03.

python tests/data/sources/make_description.py [FILE.docx]

The layout is the common one: title page, passport, types of professional tasks, competence tables with
indicators, appendix 1 with professional standards, appendix 2 that ties competences to their functions.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import docx
import yaml
from docx.shared import Pt
from docx.table import Table

HERE = Path(__file__).parent
TARGET = HERE.parent / "programs" / "11.03.03" / "14 Описание ОПОП.docx"
STANDARDS = (
    ("06.005", "Специалист по эксплуатации радиоэлектронных средств (инженер-электроник)", "31 июля 2019 г. № 540н"),
    (
        "29.002",
        "Специалист технического обеспечения технологических процессов производства приборов квантовой электроники и фотоники",
        "7 сентября 2015 г. № 598н",
    ),
)
# Competence → generalized function with the codes of its functions; the last two are declared and hardly taught.
LINKS = (
    ("ПК-3", "06.005", "A", 5, "Эксплуатация сложных функциональных узлов радиоэлектронной аппаратуры", ("А/01.5",)),
    ("ПК-5", "06.005", "B", 5, "Эксплуатация радиоэлектронной аппаратуры", ("В/01.5", "В/02.5")),
    ("ПК-6", "06.005", "C", 6, "Эксплуатация радиоэлектронных комплексов", ("С/02.6",)),
    ("ПК-7", "06.005", "D", 7, "Эксплуатация радиоэлектронных систем", ("D/01.7",)),
)
INDICATORS = {
    "ПК-1": ("Разрабатывает структурные и функциональные схемы", "Рассчитывает режимы работы узлов"),
    "ПК-3": ("Выбирает средства измерений для контроля параметров", "Обрабатывает результаты измерений"),
    "ПК-5": ("Оценивает показатели надежности изделий", "Составляет программу испытаний"),
}
EXTRA = {"ПК-7": "Способен организовывать и методически обеспечивать эксплуатацию радиоэлектронных систем"}
TASKS = ("проектно-конструкторский", "производственно-технологический", "сервисно-эксплуатационный")


def _table(document: docx.Document, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def write(path: Path) -> None:
    """The description with the competences of the sample's work programmes."""
    items = yaml.safe_load((HERE / "11.03.03.yaml").read_text(encoding="utf-8"))
    competences = {code: text for item in items for code, text in item["competences"]} | EXTRA
    document = docx.Document()
    # A fixed date: the same input makes the same file.
    document.core_properties.created = document.core_properties.modified = datetime(2026, 11, 24)
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(12)
    for line in (
        "«ПРИМЕРНЫЙ УНИВЕРСИТЕТ»",
        "ОСНОВНАЯ ПРОФЕССИОНАЛЬНАЯ ОБРАЗОВАТЕЛЬНАЯ ПРОГРАММА ВЫСШЕГО ОБРАЗОВАНИЯ",
        "Направление подготовки 11.03.03 Конструирование и технология электронных средств",
        "Направленность (профиль) программы: «Технологии защиты информации»",
        "Квалификация выпускника: бакалавр",
        "Год начала подготовки 2021",
    ):
        document.add_paragraph(line)
    document.add_heading("1. Общие положения", 1)
    document.add_paragraph(
        "Университет создает условия для всех обучающихся, обеспечивает доступ к библиотекам и спортивным залам."
    )
    document.add_heading("2. Характеристика профессиональной деятельности выпускников", 1)
    document.add_paragraph("Типы задач профессиональной деятельности выпускников:")
    for task in TASKS:
        document.add_paragraph(task, style="List Bullet")
    document.add_heading("3. Планируемые результаты освоения образовательной программы", 1)
    for prefix, name in (("УК", "Универсальные"), ("ОПК", "Общепрофессиональные"), ("ПК", "Профессиональные")):
        document.add_paragraph(f"{name} компетенции выпускников и индикаторы их достижения")
        rows = []
        for code in sorted(
            (code for code in competences if code.startswith(f"{prefix}-")), key=lambda c: int(c[len(prefix) + 1 :])
        ):
            own = [f"{code}.{n}. {text}" for n, text in enumerate(INDICATORS.get(code, ()), 1)]
            rows.append((f"{code}. {competences[code]}", "\n".join(own)))
        _table(document, ("Код и наименование компетенции", "Код и наименование индикатора"), rows)
    document.add_heading("Приложение 1. Перечень профессиональных стандартов", 1)
    _table(
        document,
        ("Код ПС", "Наименование профессионального стандарта"),
        [(code, f"«{title}», утвержден приказом Минтруда России от {order}") for code, title, order in STANDARDS],
    )
    document.add_heading("Приложение 2. Соответствие компетенций трудовым функциям", 1)
    table = _table(
        document,
        ("Компетенция", "Код и наименование ПС", "Код ОТФ", "Наименование ОТФ", "Уровень", "Коды трудовых функций"),
        [],
    )
    for competence, standard, letter, level, name, functions in LINKS:
        first = len(table.rows)
        for function in functions:
            for cell, text in zip(
                table.add_row().cells, (competence, standard, letter, name, str(level), function), strict=True
            ):
                cell.text = text
        for column in range(5) if len(functions) > 1 else ():
            for row in range(first + 1, first + len(functions)):
                table.cell(row, column).text = ""
            table.cell(first, column).merge(table.cell(first + len(functions) - 1, column))
    document.save(str(path))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
