"""Read cards of qualifications (наименование квалификации и требования к ней), tables of eleven numbered columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from alignment.documents import Table, pdf_columns, read_document
from alignment.documents.limits import refuse_odd, seconds_for
from alignment.documents.pdf_columns import ColumnLine
from alignment.errors import InputError, NotFoundError
from alignment.i18n import message as _
from alignment.isolated import call, packed
from alignment.language.broken_words import join_broken
from alignment.language.codes import FUNCTION, normal_code
from alignment.language.dates import find_date
from alignment.model import Issue, Location, Qualification, QualifiedFunction, Standard
from alignment.settings import Settings

# Of the register's form of a card.
COLUMNS = 11
# Of them, counted from 0: code, name and note of a function.
CODE, NAME, NOTE = 4, 5, 6
DECODER = msgspec.msgpack.Decoder(Qualification)
# A card has one or two pages. A longer PDF is refused unread, so that a program of hundreds of pages is not read twice.
MOST_PAGES = 12
ORDER = re.compile(r"(?:№|N)\s*(\d{1,5})\s*-?\s*н", re.IGNORECASE)
LEVEL = re.compile(r"(?<!\d)([1-9](?:\.\d)?)(?!\d)")
QUOTED = re.compile(r"[«\"“]\s*([^«»\"”]{3,150}?)\s*[»\"”]")
NOTHING = re.compile(r"^[\s\-–—−.]*$")
OR = re.compile(r"(?<!\w)ИЛИ(?!\w)")
APPROVED = re.compile(r",?\s*(?:утвержд|приказ).*$", re.IGNORECASE | re.DOTALL)
NUMBER = re.compile(r"^\d{1,2}\.?\s+(?=\S)")
NEXT_NUMBER = re.compile(r"(?<=\s)\d{1,2}\.\s+(?=[А-ЯЁ])")
HINT = _("A card has eleven numbered columns, from the qualification's name to additional characteristics.")


def read(path: Path, settings: Settings) -> Qualification:
    """The qualification on a card (pdf or docx), read in a process with bounded time and memory.

    Raises:
        InputError: the file cannot be read or is not a card.
    """
    refuse_odd(path)
    seconds = seconds_for(path, settings)
    return DECODER.decode(call(_packed, path, settings, file=str(path), settings=settings, seconds=seconds))


def _packed(path: Path, settings: Settings) -> bytes:
    return packed(_read(path, settings))


def _read(path: Path, settings: Settings) -> Qualification:
    if path.suffix.lower() == ".pdf":
        columns = pdf_columns.read(path, settings)
        if len(columns) == COLUMNS:
            texts = [_joined(lines) for lines in columns]
            return _qualification(texts, _functions_by_place(columns), path)
        if _pages(path) > MOST_PAGES:
            raise InputError(_("this is not a qualification card."), file=str(path), hint=HINT)
    # Other programs print a card as a table whose cells all have borders.
    texts, functions = _from_table(path, settings)
    return _qualification(texts, functions, path)


def _joined(lines: Sequence[ColumnLine]) -> str:
    return join_broken([line.text for line in lines], [line.cut for line in lines])


def _pages(path: Path) -> int:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        return 0  # read_document will raise the error


def card_of(name: str, settings: Settings) -> Qualification | None:
    """The card in the file of that name; None if it is not a file with a card."""
    path = Path(name)
    if path.suffix.lower() not in (".pdf", ".docx") or not path.is_file():
        return None
    try:
        return read(path, settings)
    except InputError:
        return None


def _from_table(path: Path, settings: Settings) -> tuple[list[str], list[QualifiedFunction]]:
    rows: list[list[str]] = []
    below = False
    for block in read_document(path, settings).blocks:
        if not isinstance(block, Table):
            continue
        for row in block.rows:
            cells = [cell.text for cell in row]
            if [text.strip() for text in cells] == [str(n) for n in range(1, COLUMNS + 1)]:
                below, rows = True, rows if below else []
            elif below and len(cells) == COLUMNS:
                rows.append(cells)
        if below and not _wide(block):
            break  # another table
    if not below:
        raise InputError(_("this is not a qualification card."), file=str(path), hint=HINT)
    texts = [join_broken([line for row in rows for line in row[i].split("\n")]) for i in range(COLUMNS)]
    return texts, _functions_of(rows)


def _wide(table: Table) -> bool:
    return any(len(row) == COLUMNS for row in table.rows)


def _functions_of(rows: Sequence[Sequence[str]]) -> list[QualifiedFunction]:
    """The functions in a table's rows; a row without a code continues the function above it."""
    functions: list[tuple[str, list[str], list[str]]] = []
    for row in rows:
        if code := _code(row[CODE]):
            functions.append((code, [], []))
        if functions:
            functions[-1][1].extend(row[NAME].split("\n"))
            functions[-1][2].extend(row[NOTE].split("\n"))
    return [
        QualifiedFunction(code=code, name=_tidy(join_broken(name)), note=_tidy(join_broken(note)))
        for code, name, note in functions
    ]


def _code(text: str) -> str:
    """The code of a work function in a cell, also with misprints of real cards ("А/04..5"); "" if there is none."""
    match = FUNCTION.search(re.sub(r"\.{2,}", ".", text))
    return normal_code(match[0]) if match else ""


def _tidy(text: str) -> str:
    return "" if NOTHING.match(text) else " ".join(text.split())


def _functions_by_place(columns: Sequence[Sequence[ColumnLine]]) -> list[QualifiedFunction]:
    """The functions of a card without lines between rows: the name of each stands between its code and the next."""
    heads = [(line.page, line.top, code) for line in columns[CODE] if (code := _code(line.text))]
    result = []
    for index, (page, top, code) in enumerate(heads):
        start = (page, top - 2)
        stop = (heads[index + 1][0], heads[index + 1][1] - 2) if index + 1 < len(heads) else (1 << 30, 0.0)
        name, note = (
            _joined([line for line in columns[i] if start <= (line.page, line.top) < stop]) for i in (NAME, NOTE)
        )
        result.append(QualifiedFunction(code=code, name=_tidy(name), note=_tidy(note)))
    return result


def _numbered_once(text: str) -> str:
    """The text without the number of its only item; a list of several items keeps all numbers."""
    return text if NEXT_NUMBER.search(text) else NUMBER.sub("", text)


def _qualification(texts: Sequence[str], functions: Sequence[QualifiedFunction], path: Path) -> Qualification:
    _number, title, standard, level, *_between, requirement, documents, term, positions = texts
    order, digit = ORDER.search(standard), LEVEL.search(level)
    warnings = []
    if not functions:
        message = _("the card names no work functions: all functions of its level are used")
        warnings.append(Issue(message=message, location=Location(file=path.name)))
    title = _tidy(title)
    if not title:
        raise InputError(_("the card has no name of a qualification."), file=str(path), hint=HINT)
    level_in_name = re.search(r"\(\s*(\d)", title)
    if level_in_name and digit and level_in_name[1] != digit[1][0]:
        message = _(
            "the level is {name_level} in the name and {digit} in the column of levels; the level in the name is used",
            name_level=level_in_name[1],
            digit=digit[1],
        )
        warnings.append(Issue(message=message, location=Location(file=path.name)))
        digit = None
    return Qualification(
        title=re.sub(r"\s+([,.;)])", r"\1", title),
        standard_title=_tidy(APPROVED.sub("", standard)).strip(' "«».'),
        order=f"{order[1]}н" if order else "",
        date=find_date(re.sub('[«»"“”]', " ", standard)),
        level=digit[1] if digit else (level_in_name[1] if level_in_name else ""),
        functions=tuple({item.code: item for item in functions}.values()),
        requirement=_tidy(requirement),
        education=tuple(part for half in OR.split(documents) if (part := _numbered_once(_tidy(half)))),
        directions=tuple(dict.fromkeys(" ".join(match[1].split()) for match in QUOTED.finditer(documents))),
        term=_tidy(term),
        positions=_tidy(positions),
        source=path.name,
        warnings=tuple(warnings),
    )


def qualified(standard: Standard, card: Qualification) -> Standard:
    """The standard with only the work functions that a qualification needs.

    A card that names no functions needs those of its level. What differs between card and standard is a warning.

    Raises:
        NotFoundError: the standard has none of these functions.
    """
    known = {function.code for general in standard.functions for function in general.functions}
    codes, lost = _codes_of(card, known)
    generals = []
    for general in standard.functions:
        kept = tuple(
            function
            for function in general.functions
            if (function.code in codes if codes else (general.level or function.level)[:1] == card.level[:1])
        )
        if kept:
            generals.append(msgspec.structs.replace(general, functions=kept))
    if not generals:
        raise NotFoundError(
            _("the standard {code} has none of the functions of this card.", code=standard.code),
            file=card.source,
            hint=_("Check with --standard that this edition of the standard is the card's."),
        )
    if card.order and standard.order and card.order != standard.order:
        message = _(
            "the card is for order {order} of {date}, but the available standard has order {order2}",
            order=card.order,
            date=card.date,
            order2=standard.order,
        )
        lost.append(Issue(message=message, location=Location(file=card.source)))
    warnings = (*standard.warnings, *card.warnings, *lost)
    return msgspec.structs.replace(standard, functions=tuple(generals), warnings=warnings)


def _codes_of(card: Qualification, known: set[str]) -> tuple[set[str], list[Issue]]:
    """The codes that the card's functions have in the standard, and issues.

    A wrong level ("C/01.5" for C/01.6) is corrected with an issue.
    """
    by_place = {code.partition(".")[0]: code for code in known}
    place = Location(file=card.source)
    codes: set[str] = set()
    issues = []
    for item in card.functions:
        meant = item.code if item.code in known else by_place.get(item.code.partition(".")[0], "")
        if not meant:
            issues.append(
                Issue(message=_("ТФ {code} of the card is not in the standard", code=item.code), location=place)
            )
        elif meant != item.code:
            message = _("ТФ {code} of the card is {meant} in the standard", code=item.code, meant=meant)
            issues.append(Issue(message=message, location=place))
        codes.add(meant or item.code)
    return codes, issues
