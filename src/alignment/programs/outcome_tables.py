"""Read the tables of work programmes: competences, outcomes in columns знать/уметь/владеть, topics."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from alignment.documents import Cell, Table
from alignment.language import language_of, strip_lead
from alignment.model import Competence, Kind, Statement
from alignment.programs.cell_lines import whole_lines
from alignment.programs.outcome_spans import CODED, named_codes, owners
from alignment.programs.sections import Section
from alignment.programs.statement_text import (
    COMPETENCE,
    clean,
    competence_code,
    competence_codes,
    is_content,
    of_competence,
    statements,
    topic,
)

COLUMNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.EXPERIENCE, re.compile(r"владе|навык|практический опыт|experience", re.IGNORECASE)),
    (Kind.SKILL, re.compile(r"уме(?:ть|ет|ния)|skill|be able", re.IGNORECASE)),
    (Kind.KNOWLEDGE, re.compile(r"зна(?:ть|ет|ния)|knowledge", re.IGNORECASE)),
)
OUTCOME = re.compile(r"результат\w* обучения|индикатор|learning outcome|дескриптор|планируемы", re.IGNORECASE)
COMPETENCES = re.compile(r"компетенци|индикатор|competenc|indicator", re.IGNORECASE)
# A label before the results of one kind in a cell. A second "Skills" is what Russian templates call навыки.
LINE_LABEL = re.compile(
    r"(?:^|\n)\W*(?:(?:[а-яё]+ )?долж(?:ен|на|ны) )?(?:(?P<know>знани[яе]|знать|knowledge|know)|"
    r"(?P<can>умени[яе]|уметь|skills?|abilit(?:y|ies)|be able(?: to)?)|"
    r"(?P<do>навыки|владе(?:ть|ния)|(?:иметь )?(?:практический )?опыт|(?:practical )?experience))[ \t]*(?::|(?=\n))",
    re.IGNORECASE,
)
LABELLED = {"know": Kind.KNOWLEDGE, "can": Kind.SKILL, "do": Kind.EXPERIENCE}
# A second code between the first and the text: "ПК-16.1 AI S-1.1. Выявляет …".
OTHER_CODE = re.compile(r"^\s*(?:[A-ZА-Я]{1,4}\s?){1,2}-?\d+(?:\.\d+)*\.?\s+")
ASSESSED = re.compile(r"формы и методы контрол|показатели оценк|оценочн|формы контрол", re.IGNORECASE)
# A repeated header within a table, and a cell that names a section or topic of the content.
HEAD_AGAIN = re.compile(r"\s*наименование", re.IGNORECASE)
TOPIC_NAME = re.compile(r"\s*\d*(?:раздел|тема|модуль|topic|module)\s*\d", re.IGNORECASE)
# Half and double of the next four read the same in those documents: they only keep odd tables out.
LONGEST_HEAD = 80  # letters of a header that names a kind; a longer cell is content that has the word in it
LONGEST_LABEL = 40  # letters of "Знать:" and its like at the head of a row
# The columns of topics are those of the page before where at least a third of the rows have something there; in a
# table of another width at least a half.
SAME_TABLE, OTHER_TABLE = 3, 2
TOPIC_HEAD = re.compile(r"наименование раздел|содержание|\bтем[аы]|раздел|topic|content|lecture", re.IGNORECASE)


@dataclass
class TableContents:
    """What was read from a table.

    ``codes`` are the competences and indicators that it names; ``outcomes`` is
    True if it is a table of outcomes or competences; ``columns`` are its columns with topics.
    """

    statements: list[Statement] = field(default_factory=list)
    competences: list[Competence] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    outcomes: bool = False
    columns: list[int] = field(default_factory=list)


def read_outcomes(
    table: Table, section: Section, heading: str, discipline: str, before: tuple[int, list[int]] = (0, [])
) -> TableContents:
    """Statements, competences and codes in a table of a work programme.

    Args:
        table: the table.
        section: the section in which it is.
        heading: the heading of that section, kept in the statements.
        discipline: the title of the discipline, kept in the statements.
        before: width and topic columns of the table before it. On a new page a table may continue without a header.
    """
    contents = TableContents()
    if not table.rows:
        return contents
    head = [" ".join(cell.text.split()) for cell in table.rows[0]]
    if len(table.rows) > 1 and any(cell.merged for cell in table.rows[0]):
        head = [f"{a} {' '.join(b.text.split())}" for a, b in zip(head, table.rows[1], strict=False)]
    topics = section is Section.CONTENT and any(TOPIC_HEAD.search(text) for text in head)
    if not topics and any(ASSESSED.search(text) for text in head):
        return contents
    kinds = {
        index: kind
        for index, text in enumerate(head)
        for kind in [next((kind for kind, pattern in COLUMNS if pattern.search(text)), None)]
        if kind and len(text) < LONGEST_HEAD and sum(bool(pattern.search(text)) for _, pattern in COLUMNS) == 1
    }
    outcome = {index for index, text in enumerate(head) if OUTCOME.search(text) and index not in kinds}
    if len(kinds) >= 2 or (kinds and outcome) or (section is Section.OUTCOMES and (outcome or kinds)):
        _outcome_rows(table, kinds, outcome, heading, discipline, contents)
        contents.outcomes = True
    elif section is Section.OUTCOMES or _is_competence_list(table):
        _competence_rows(table, heading, discipline, contents)
    elif section is Section.CONTENT:
        _topic_rows(table, head, heading, discipline, contents, before)
    return contents


class OutcomeLabels:
    """The labels ("Знания:", "Skills:") of the outcomes of one competence or indicator, in the order of the table."""

    def __init__(self) -> None:
        self.used: list[Kind] = []

    def parts(self, text: str) -> list[tuple[Kind | None, str]]:
        """The text split at its labels, each part with the kind that its label names."""
        matches = list(LINE_LABEL.finditer(text))
        ends = [*(match.start() for match in matches[1:]), len(text)]
        before = text[: matches[0].start()] if matches else text
        # Text before the first label continues the last label of the row above.
        parts = [(self.used[-1] if self.used else None, before)] if before.strip() else []
        for match, end in zip(matches, ends, strict=False):
            kind = LABELLED[match.lastgroup or "know"]
            if kind is Kind.SKILL and kind in self.used and match["can"].lower().startswith("skill"):
                kind = Kind.EXPERIENCE
            self.used.append(kind)
            parts.append((kind, text[match.end() : end]))
        return parts


def assessed_competences(table: Table, known: Iterable[str], heading: str, discipline: str) -> TableContents:
    """Competences in a table about their assessment, without the codes ``known`` from earlier in the document."""
    contents = TableContents()
    if not table.rows or not COMPETENCES.search(table.rows[0][0].text):
        return contents
    _competence_rows(msgspec.structs.replace(table, rows=table.rows[1:]), heading, discipline, contents)
    new = [item for item in contents.competences if item.code not in set(known)]
    texts = {item.text for item in new}
    return TableContents(
        statements=[item for item in contents.statements if item.kind is Kind.COMPETENCE and item.text in texts],
        competences=new,
        codes=[item.code for item in new],
    )


def _is_competence_list(table: Table) -> bool:
    hits = sum(bool(row and COMPETENCE.match(row[0].text.strip())) for row in table.rows)
    return hits >= 2 and hits * 2 >= len(table.rows)


def _outcome_rows(
    table: Table, kinds: dict[int, Kind], outcome: set[int], heading: str, discipline: str, contents: TableContents
) -> None:
    labels = OutcomeLabels()
    coded = {index for index, cell in enumerate(table.rows[0]) if COMPETENCES.search(cell.text)} - set(kinds)
    owned = owners(table.rows[1:], {*kinds, *outcome}, coded, set(kinds), _labelled)
    for number, row in enumerate(table.rows[1:]):
        if any(cell.text.strip() and not cell.merged for cell in row[: min(outcome, default=0)]):
            labels = OutcomeLabels()
        for index, cell in enumerate(row):
            text = cell.text.strip()
            if not text or COLUMNS[2][1].fullmatch(clean(text)):
                continue
            if index in coded and CODED.match(text):
                _competence_cell(cell, contents, heading, discipline)
            elif index in outcome and not kinds and _is_competence_name(row, index):
                _code_cell(row, index - 1, contents, heading, discipline)
                contents.statements += [
                    Statement(
                        id="",
                        text=item.text,
                        kind=Kind.COMPETENCE,
                        discipline=discipline,
                        section=heading,
                        location=cell.location,
                    )
                    for item in contents.competences[-1:]
                ]
            elif index in kinds or index in outcome:
                body = COMPETENCE.sub("", text) if index in outcome else text
                chunks = labels.parts(whole_lines(body)) if index not in kinds else [(kinds[index], whole_lines(body))]
                for kind, chunk in chunks:
                    row_statements = statements(chunk, cell.location, kind=kind, section=heading, discipline=discipline)
                    contents.statements += of_competence(row_statements, owned[number, index])
                contents.codes += competence_codes(text)
            else:
                _code_cell(row, index, contents, heading, discipline)


def _competence_cell(cell: Cell, contents: TableContents, heading: str, discipline: str) -> None:
    """Add the competences or indicators of a cell, where each text follows its code."""
    text = whole_lines(cell.text).replace("\n", " ")
    for code, rest in named_codes(text):
        body = clean(OTHER_CODE.sub("", rest))
        contents.codes.append(code)
        if not is_content(body):
            continue
        contents.competences.append(Competence(code=code, text=body, location=cell.location))
        contents.statements += of_competence(
            [
                Statement(
                    id="",
                    text=body,
                    kind=Kind.COMPETENCE,
                    language=language_of(body),
                    discipline=discipline,
                    section=heading,
                    location=cell.location,
                )
            ],
            code,
        )


def _labelled(text: str) -> set[Kind]:
    """The kinds that the labels in a cell name."""
    return {LABELLED[match.lastgroup or "know"] for match in LINE_LABEL.finditer(text)}


def _is_competence_name(row: tuple[Cell, ...], index: int) -> bool:
    """Whether the cell is the name of the competence whose code is alone in the cell before it."""
    code = COMPETENCE.fullmatch(" ".join(row[index - 1].text.split()).rstrip(".")) if index else None
    text = row[index].text.strip()
    return bool(code) and not COMPETENCE.match(text) and strip_lead(text)[1] in (None, Kind.KNOWLEDGE)


def _code_cell(row: tuple[Cell, ...], index: int, contents: TableContents, heading: str, discipline: str) -> None:
    text = " ".join(row[index].text.split())
    match = COMPETENCE.match(text)
    if not match:
        return
    code = competence_code(match["code"])
    lines = [COMPETENCE.match(line.strip()) for line in row[index].text.split("\n")]
    contents.codes += dict.fromkeys([code, *(competence_code(line["code"]) for line in lines if line)])
    body = clean(text[match.end() :])
    if not body and index + 1 < len(row):
        body = clean(row[index + 1].text)
    if is_content(body):
        contents.competences.append(Competence(code=code, text=body, location=row[index].location))


def _competence_rows(table: Table, heading: str, discipline: str, contents: TableContents) -> None:
    for row in table.rows:
        if not row:
            continue
        before = len(contents.competences)
        _code_cell(row, 0, contents, heading, discipline)
        for competence in contents.competences[before:]:
            contents.statements.append(
                Statement(
                    id="",
                    text=competence.text,
                    kind=Kind.COMPETENCE,
                    discipline=discipline,
                    section=heading,
                    location=competence.location,
                )
            )
        label = clean(row[0].text)
        kind = next((kind for kind, pattern in COLUMNS if pattern.match(label)), None)
        if kind and len(row) > 1 and len(label) < LONGEST_LABEL:
            for cell in row[1:]:
                contents.statements += statements(
                    whole_lines(cell.text), cell.location, kind=kind, section=heading, discipline=discipline
                )
    contents.outcomes = bool(contents.competences or contents.statements)


def _topic_rows(
    table: Table, head: list[str], heading: str, discipline: str, contents: TableContents, before: tuple[int, list[int]]
) -> None:
    heads = [index for index, text in enumerate(head) if TOPIC_HEAD.search(text) and not TOPIC_NAME.match(text)]
    columns = named = _under(heads, head)
    width = max(len(row) for row in table.rows)
    loose = False
    if not columns:
        telling = [{index for index, cell in enumerate(row) if _tells(cell)} for row in table.rows]
        columns = _kept_columns(telling, before, width)
        loose = not columns or width != before[0]
        columns = columns or _likely_columns(table, telling, width)
    for number, row in enumerate(table.rows[1:] if named else table.rows):
        again = [index for index, cell in enumerate(row) if TOPIC_HEAD.search(cell.text)]
        if len(again) > 1 and HEAD_AGAIN.match(row[again[0]].text):
            columns = _under(again, [cell.text for cell in row])
            continue
        filled = [cell for cell in row if cell.text.strip()]
        if loose and len(filled) > 1:
            # After a page break the columns of the table may shift from row to row.
            filled = [row[index] for index in telling[number]] if len(telling[number]) == 1 else filled
        cells = filled if len(filled) == 1 else [row[index] for index in columns if index < len(row)]
        for cell in cells:
            contents.statements += topic(
                whole_lines(cell.text), cell.location, section=heading, discipline=discipline, listed=bool(named)
            )
    contents.columns = columns if named or contents.statements else []


def _under(named: list[int], head: list[str]) -> list[int]:
    """The columns under the header cells ``named``; each also spans the empty cells after it (a number and a text)."""
    result: list[int] = []
    for index, text in enumerate(head):
        if index in named or (index - 1 in result and not text.strip()):
            result.append(index)
    return result


def _kept_columns(filled: list[set[int]], before: tuple[int, list[int]], width: int) -> list[int]:
    """The topic columns of the table before a page break; an empty list if this table has other columns.

    Args:
        filled: for each row the columns with a topic.
        before: width and topic columns of the table before.
        width: width of this table.
    """
    kept = [index for index in before[1] if index < width]
    most = max(sum(index in row for row in filled) for index in range(width))
    here = sum(not row.isdisjoint(kept) for row in filled)
    return kept if here and here * (SAME_TABLE if width == before[0] else OTHER_TABLE) >= most else []


def _tells(cell: Cell) -> bool:
    return bool(topic(whole_lines(cell.text), cell.location))


def _likely_columns(table: Table, filled: list[set[int]], width: int) -> list[int]:
    """The topic columns of a table without a header: the one with most text, and those that name sections or topics.

    Text is counted in rows with several filled cells, if there are any.
    """
    rows = list(zip(table.rows, filled, strict=True))
    several = [(row, tells) for row, tells in rows if sum(bool(cell.text.strip()) for cell in row) > 1] or rows
    letters = [sum(len(row[index].text) for row, tells in several if index in tells) for index in range(width)]
    most = letters.index(max(letters))
    named = {index for row, _ in several for index, cell in enumerate(row) if TOPIC_NAME.match(cell.text)}
    return sorted(named | {most})
