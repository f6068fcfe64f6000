"""PDF tables with numbered columns whose cells run over pages without lines: words go into columns by their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from alignment.documents.limits import read_bytes
from alignment.errors import InputError
from alignment.settings import Settings

LEAST = 8
LINE = 3.0
FOOTER = "TCPDF"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a column: its page, its distance from the page's top, its text."""

    page: int
    top: float
    text: str


def read(path: Path, settings: Settings) -> list[list[Line]]:
    """Lines of each column below the row of numbers 1, 2, 3 …; an empty list if there is no such row.

    Raises:
        InputError: not a readable PDF.
    """
    read_bytes(path, settings)
    import pdfplumber

    columns: list[list[Line]] = []
    edges: list[float] = []
    try:
        with pdfplumber.open(path) as source:
            for number, page in enumerate(source.pages[: settings.max_pages], 1):
                words = page.extract_words()
                if any(FOOTER in word["text"] for word in words):
                    words = [word for word in words if word["bottom"] < page.height - 20]
                if not edges:
                    edges, start = _edges(page, words)
                    if not edges:
                        return []
                    columns = [[] for _ in edges[1:]]
                    words = [word for word in words if word["top"] > start]
                for index, lines in enumerate(columns):
                    inside = [word for word in words if edges[index] <= word["x0"] + 1 < edges[index + 1]]
                    lines += _lines(inside, number)
    except InputError:
        raise
    except Exception as error:  # pdfplumber and pdfminer raise many kinds on damaged files
        raise InputError("not a readable PDF.", file=str(path), hint="Export it again.") from error
    return columns


def _edges(page: Any, words: list[dict[str, Any]]) -> tuple[list[float], float]:
    """The columns' borders, from the drawn lines around the row of numbers, and that row's lower end."""
    digits = [word for word in words if word["text"].isdigit()]
    for first in (word for word in digits if word["text"] == "1"):
        row = sorted((word for word in digits if abs(word["top"] - first["top"]) < LINE), key=lambda word: word["x0"])
        if len(row) < LEAST or [word["text"] for word in row] != [str(n) for n in range(1, len(row) + 1)]:
            continue
        middle = (first["top"] + first["bottom"]) / 2
        drawn = sorted(
            {
                round(edge["x0"])
                for edge in page.edges
                if edge["orientation"] == "v" and edge["top"] <= middle <= edge["bottom"]
            }
        )
        if len(drawn) == len(row) + 1:
            return [float(edge) for edge in drawn], float(first["bottom"])
    return [], 0.0


def _lines(words: list[dict[str, Any]], page: int) -> list[Line]:
    rows: list[list[dict[str, Any]]] = []
    for word in sorted(words, key=lambda item: (item["top"], item["x0"])):
        if rows and abs(rows[-1][0]["top"] - word["top"]) < LINE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [
        Line(
            page=page,
            top=float(row[0]["top"]),
            text=" ".join(word["text"] for word in sorted(row, key=lambda item: item["x0"])),
        )
        for row in rows
    ]
