"""Read the function map of section II: one entry per work function, even where pages cut the table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from alignment.documents import AnyBlock, Table
from alignment.documents.pdf import join_lines
from alignment.i18n import message as _
from alignment.language.codes import FUNCTION, normal_code
from alignment.model import Issue, Location

LETTER = re.compile(r"^[A-ZА-Я]$")
LEVEL = re.compile(r"^\d(?:[.,]\d)?$")
# If the borders of the first cells are not drawn, letter, name and level are in one cell: "D Разработка эскизного 7
# проекта".
GLUED = re.compile(r"^(?P<letter>[A-ZА-Я])\s+(?P<name>[А-ЯЁ][а-яё].+)$", re.DOTALL)
GLUED_LEVEL = re.compile(r"(?<!\S)([1-9])(?!\S)")
HEAD = re.compile(r"^(?:код|наименование|уровень|обобщ|трудовые\s+функ|\(?подуровень|квалификац)", re.IGNORECASE)


@dataclass
class MapEntry:
    """A work function of the map, with the code, name and level of its generalized function."""

    code: str
    name: str
    level: str
    general_code: str
    general_name: str = ""
    general_level: str = ""
    location: Location = field(default_factory=Location)


@dataclass
class General:
    """The generalized function to which the following rows of the map belong."""

    code: str = ""
    name: str = ""
    level: str = ""


def read_map(blocks: list[AnyBlock]) -> tuple[list[MapEntry], list[Issue]]:
    """The entries of the function map in order, and warnings about codes that are repeated or have no ОТФ."""
    entries: list[MapEntry] = []
    warnings: list[Issue] = []
    general = General()
    generals: dict[str, General] = {}
    for block in blocks:
        if not isinstance(block, Table):
            continue
        for row in block.rows:
            cells = [(index, cell.text.strip(), cell.location) for index, cell in enumerate(row) if cell.text.strip()]
            if not cells or all(HEAD.match(text) for _, text, _ in cells):
                continue
            cells = _unglued(cells)
            general = _row(cells, general, generals, entries)
    for entry in entries:
        owner = generals.get(entry.general_code)
        if owner is None:
            message = _(
                "ТФ {code}: no generalized function {general_code} in the map",
                code=entry.code,
                general_code=entry.general_code,
            )
            warnings.append(Issue(message=message, location=entry.location))
            continue
        entry.general_name, entry.general_level = owner.name, owner.level
    codes = [entry.code for entry in entries]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        place = next(entry.location for entry in entries if entry.code == code)
        warnings.append(Issue(message=_("ТФ {code} occurs twice in the function map", code=code), location=place))
    unique = {entry.code: entry for entry in entries}
    return list(unique.values()), warnings


def _unglued(cells: list[tuple[int, str, Location]]) -> list[tuple[int, str, Location]]:
    """The cells of a row; a first cell with letter, name and level in one is split."""
    index, text, place = cells[0]
    glued = GLUED.match(text)
    if index or not glued:
        return cells
    level = GLUED_LEVEL.search(glued["name"])
    name = GLUED_LEVEL.sub(" ", glued["name"], count=1) if level else glued["name"]
    first = [(index, glued["letter"], place), (index, " ".join(name.split()), place)]
    return first + ([(index, level[1], place)] if level else []) + cells[1:]


def _row(
    cells: list[tuple[int, str, Location]],
    general: General,
    generals: dict[str, General],
    entries: list[MapEntry],
) -> General:
    code_at = next((index for index, text, _ in cells if FUNCTION.fullmatch(text)), None)
    letter = next((text for index, text, _ in cells if LETTER.match(text) and (code_at is None or index < code_at)), "")
    words = [(index, text) for index, text, _ in cells if not LETTER.match(text) and not LEVEL.match(text)]
    words = [(index, text) for index, text in words if not FUNCTION.fullmatch(text)]
    if letter:
        general = General(code=normal_code(letter))
        generals[general.code] = general
        if words:
            general.name = join_lines(words.pop(0)[1].split("\n"))
        levels = [text for index, text, _ in cells if LEVEL.match(text) and (code_at is None or index < code_at)]
        general.level = levels[0] if levels else ""
    if code_at is None:
        # A row without a code continues the names in the row above, which a page break cut.
        for index, text in words:
            part = join_lines(text.split("\n"))
            if index <= 1 and general.name:
                general.name = join_lines([general.name, part])
            elif entries:
                entries[-1].name = join_lines([entries[-1].name, part])
        return general
    code = normal_code(next(text for index, text, _ in cells if index == code_at))
    place = next(location for index, _, location in cells if index == code_at)
    names = [(index, text) for index, text in words if index < code_at]
    if len(names) > 1 and general.name and not letter:
        general.name = join_lines([general.name, *names.pop(0)[1].split("\n")])
    name = join_lines("\n".join(text for _, text in names).split("\n"))
    entries.append(MapEntry(code=code, name=name, level=code[-1], general_code=code[0], location=place))
    return general
