"""Read workbooks with the study plans of several programs, with one row per discipline and semester.

The layout of TonikX/analytics_backend (ITMO University, MIT): columns
SUBJECT, SUBFIELDCODE, MAJOR_NAME, SEMESTER, CREDITS …
"""

from __future__ import annotations

from alignment.documents import Cell, Document, FunctionReader, Table
from alignment.model import Discipline, Program
from alignment.programs.file_part import FilePart
from alignment.programs.statement_text import cell_number

NEEDED = ("SUBJECT", "SUBFIELDCODE", "SEMESTER", "CREDITS")
LOADS = ("LECTURE", "PRACTICE", "LAB", "SRS")


def fits(document: Document) -> bool:
    """Whether the first table has the columns of this layout."""
    return _table(document) is not None


def _table(document: Document) -> Table | None:
    for block in document.blocks:
        if isinstance(block, Table) and block.rows:
            head = [cell.text for cell in block.rows[0]]
            if all(name in head for name in NEEDED):
                return block
    return None


def read(document: Document) -> list[Program]:
    """One program for each study plan (EP_ID) in the workbook."""
    table = _table(document)
    if table is None:
        return []
    head = {cell.text: index for index, cell in enumerate(table.rows[0])}
    programs: dict[tuple[str, str], dict[str, list[tuple[Cell, ...]]]] = {}

    def value(row: tuple[Cell, ...], name: str) -> str:
        return row[head[name]].text if name in head and head[name] < len(row) else ""

    for row in table.rows[1:]:
        title = " ".join(value(row, "SUBJECT").split())
        if title:
            programs.setdefault((value(row, "EP_ID"), value(row, "SUBFIELDCODE")), {}).setdefault(title, []).append(row)
    result = []
    for (study_plan, code), disciplines in programs.items():
        first = next(iter(disciplines.values()))[0]
        result.append(
            Program(
                title=value(first, "MAJOR_NAME"),
                code=code,
                profile=value(first, "SUBFIELDNAME"),
                degree=value(first, "DEGREE"),
                year=value(first, "YEAR"),
                disciplines=tuple(
                    _discipline(title, rows, head, value(rows[0], "SUBJECT_CODE"))
                    for title, rows in disciplines.items()
                ),
                sources=(f"{document.file}#{study_plan}" if study_plan else document.file,),
            )
        )
    return result


def _discipline(title: str, rows: list[tuple[Cell, ...]], head: dict[str, int], code: str) -> Discipline:
    def total(name: str) -> float:
        return sum(cell_number(row[head[name]].text) for row in rows if name in head)

    # A title may be repeated for variants of a module; each semester counts once.
    by_semester = {row[head["SEMESTER"]].text: row for row in rows}
    credits = sum(cell_number(row[head["CREDITS"]].text) for row in by_semester.values())
    return Discipline(
        title=title.split(" / ")[0].strip(),
        code=code,
        credits=credits or None,
        hours=sum(total(name) for name in LOADS) or None,
        semesters=tuple(sorted(by_semester)),
        location=rows[0][head["SUBJECT"]].location,
    )


READER = FunctionReader(
    None,
    lambda file: [FilePart(program=program, kind="study plan") for program in read(file.document)],
    lambda file: fits(file.document),
)
