"""Write a standard as an order in the official layout, with function map and section III, as docx or html."""

from __future__ import annotations

import html
from pathlib import Path

import docx
from docx.shared import Cm

from alignment.language.dates import MONTHS
from alignment.model import GeneralizedFunction, Kind, Standard, WorkFunction

LABELS = {Kind.ACTION: "Трудовые действия", Kind.SKILL: "Необходимые умения", Kind.KNOWLEDGE: "Необходимые знания"}
Row = list[str]
# Widths of columns in centimetres: much for names, little for codes and levels.
WIDTHS = (1.2, 5.6, 2.2, 5.2, 1.8, 2.0)


def _order(standard: Standard) -> str:
    day, month, year = standard.date.split(".")
    return f"от «{int(day)}» {MONTHS[int(month) - 1]} {year} г. № {standard.order}"


def pieces(standard: Standard) -> list[str | list[Row]]:
    """The paragraphs and tables (rows of cells) of the order."""
    result: list[str | list[Row]] = [
        "УТВЕРЖДЕН приказом Министерства труда и социальной защиты Российской Федерации",
        _order(standard),
        "ПРОФЕССИОНАЛЬНЫЙ СТАНДАРТ",
        standard.title,
        "Содержание",
        "I. Общие сведения .......... 1",
        "II. Описание трудовых функций .......... 2",
        "III. Характеристика обобщенных трудовых функций .......... 3",
        "I. Общие сведения",
        [
            [standard.activity, standard.code],
            ["(наименование вида профессиональной деятельности)", "Код"],
            ["Основная цель вида профессиональной деятельности:", ""],
            [standard.purpose, ""],
        ],
        "Группа занятий:",
        "II. Описание трудовых функций, входящих в профессиональный стандарт (функциональная карта)",
        _map(standard),
        "III. Характеристика обобщенных трудовых функций",
    ]
    for number, general in enumerate(standard.functions, 1):
        result += [f"3.{number}. Обобщенная трудовая функция", _head(general.name, general.code, general.level)]
        for place, function in enumerate(general.functions, 1):
            result += [f"3.{number}.{place}. Трудовая функция", _head(function.name, function.code, function.level)]
            result.append(_body(function))
    result += [
        "IV. Сведения об организациях – разработчиках профессионального стандарта",
        "4.1. Ответственная организация",
    ]
    return result


def _map(standard: Standard) -> list[Row]:
    rows: list[Row] = [["код", "наименование", "уровень квалификации", "наименование", "код", "уровень (подуровень)"]]
    for general in standard.functions:
        rows += [
            [
                general.code if not place else "",
                general.name if not place else "",
                general.level if not place else "",
                function.name,
                function.code,
                function.level,
            ]
            for place, function in enumerate(general.functions)
        ]
    return rows


def _head(name: str, code: str, level: str) -> list[Row]:
    return [["Наименование", name, "Код", code, "Уровень (подуровень) квалификации", level]]


def _body(function: WorkFunction | GeneralizedFunction) -> list[Row]:
    rows: list[Row] = []
    for kind, label in LABELS.items():
        items = [item.text for item in function.requirements if item.kind is kind]
        rows += [[label if not place else "", text] for place, text in enumerate(items)]
    return [*rows, ["Другие характеристики", "-"]]


def as_docx(standard: Standard, path: Path) -> Path:
    """Write the order as docx; a label has empty cells below it."""
    document = docx.Document()
    for piece in pieces(standard):
        if isinstance(piece, str):
            document.add_paragraph(piece)
            continue
        table = document.add_table(rows=len(piece), cols=max(len(row) for row in piece))
        table.style = "Table Grid"
        if len(table.columns) == len(WIDTHS):
            table.autofit = False
            for column, width in zip(table.columns, WIDTHS, strict=True):
                column.width = Cm(width)
        # Looking up cells in python-docx is slow, so each row is looked up once.
        for row, texts in zip(table.rows, piece, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    document.save(str(path))
    return path


def as_html(standard: Standard, path: Path) -> Path:
    """Write the order as html in the form of legal databases: plain tables, with rowspan for labels."""
    lines = ["<html><head><meta charset='utf-8'><title>Приказ</title></head><body>"]
    for piece in pieces(standard):
        if isinstance(piece, str):
            lines.append(f"<p>{html.escape(piece)}</p>")
            continue
        lines.append("<table border='1'>")
        label_left = 0
        for number, row in enumerate(piece):
            cells = [f"<td>{html.escape(text)}</td>" for text in row]
            if len(row) == 2 and any(texts[0] in LABELS.values() for texts in piece):
                if label_left:
                    cells = cells[1:]
                    label_left -= 1
                else:
                    rest = piece[number + 1 :]
                    label_left = next((n for n, texts in enumerate(rest) if texts[0]), len(rest))
                    cells[0] = f"<td rowspan='{label_left + 1}'>{html.escape(row[0])}</td>"
            lines.append(f"<tr>{''.join(cells)}</tr>")
        lines.append("</table>")
    path.write_text("\n".join([*lines, "</body></html>"]), encoding="utf-8")
    return path
