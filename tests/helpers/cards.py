"""Generate files with qualification cards."""

from pathlib import Path

import docx


def card(path: Path, *, title: str = "Инженер-электроник (5 уровень квалификации)", codes: tuple[str, ...]) -> Path:
    """Write a card with these function codes as docx, in the official layout."""
    document = docx.Document()
    table = document.add_table(rows=0, cols=11)
    for row in (["№ п/п"] + ["заголовок"] * 10, [str(n) for n in range(1, 12)]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for number, code in enumerate(codes):
        first = number == 0
        row = (
            "1" if first else "",
            title if first else "",
            "Специалист по эксплуатации радиоэлектронных средств (инженер-электроник) Приказ Минтруда от 31.07.2019 № 540н"
            if first
            else "",
            "5" if first else "",
            code,
            f"Функция {code}",
            "-",
            "",
            "1. Диплом по одному из направлений: «Радиотехника» ИЛИ 1. Диплом «Электроника»" if first else "",
            "3 года" if first else "",
            "",
        )
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path))
    return path
