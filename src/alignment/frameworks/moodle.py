"""Read competency frameworks that Moodle exports (csv with "Parent ID number", "ID number", "Short name" …)."""

from __future__ import annotations

import re
from pathlib import Path

from alignment.documents import Document, Table
from alignment.errors import InputError
from alignment.frameworks.tree import CompetencyNode, Framework, grow
from alignment.i18n import message as _
from alignment.model import Issue, Location

NEEDED = ("parent id number", "id number", "short name")
FRAMEWORK = "is framework"
TAG = re.compile(r"<[^>]{1,200}>")


def _table(document: Document) -> Table | None:
    return next((block for block in document.blocks if isinstance(block, Table) and block.rows), None)


def fits(document: Document) -> bool:
    """Whether a csv has the columns of this export."""
    table = _table(document)
    return table is not None and {cell.text.strip().lower() for cell in table.rows[0]} >= set(NEEDED)


def read(document: Document) -> Framework:
    """The framework: one row gives its name, the other rows form the tree.

    Raises:
        InputError: a row has no ID number, or there are no competencies.
    """
    table = _table(document)
    assert table is not None  # `fits` has checked it
    head = {cell.text.strip().lower(): index for index, cell in enumerate(table.rows[0])}
    title, code = Path(document.file).stem, ""
    flat: list[tuple[CompetencyNode, str]] = []
    for number, row in enumerate(table.rows[1:], 2):
        value = {name: row[index].text.strip() if index < len(row) else "" for name, index in head.items()}
        if not any(value.values()):
            continue
        identity, name = value["id number"], value["short name"]
        if value.get(FRAMEWORK, "") in ("1", "true", "True"):
            title, code = name or title, identity
            continue
        if not identity or not name:
            raise InputError(_("ID number or Short name is empty."), file=document.file, place=_("row {n}", n=number))
        note = " ".join(TAG.sub(" ", value.get("description", "")).split())
        place = row[head["short name"]].location
        flat.append(
            (CompetencyNode(identity=identity, code=identity, text=name, note=note, location=place), value[NEEDED[0]])
        )
    nodes, circles = grow(flat)
    if not nodes:
        raise InputError(_("the file has no competencies."), file=document.file, hint=_("Export the framework again."))
    place = Location(file=Path(document.file).name)
    warnings = tuple(
        Issue(message=_("{item} is its own ancestor and is left out", item=item), location=place) for item in circles
    )
    return Framework(title=title, code=code, nodes=nodes, warnings=warnings)
