"""A draft as a Word document in the order of the usual ОПОП; edited, it is read back as declared links."""

from __future__ import annotations

from typing import Any

from alignment.analysis.draft import Draft
from alignment.reports.docx_report import document_of, saved
from alignment.reports.draft_tables import TITLE, Rows, tables


def render(draft: Draft) -> bytes:
    """The tables with their titles; of the functions those that are proposed."""
    document = document_of(TITLE)
    document.add_heading(TITLE, 1)
    for line in (
        f"Направление подготовки {draft.code} {draft.program}",
        f"Направленность (профиль): «{draft.profile}»",
    ):
        document.add_paragraph(line)
    for item in tables(draft, chosen_only=True):
        document.add_heading(item.title, 2)
        _table(document, item)
    return saved(document)


def _table(document: Any, item: Rows) -> None:
    from docx.shared import Pt

    table = document.add_table(rows=1, cols=len(item.heads))
    table.style = "Table Grid"
    for cells, values in [(table.rows[0].cells, item.heads), *((table.add_row().cells, row) for row in item.rows)]:
        for cell, value in zip(cells, values, strict=True):
            cell.text = value
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.font.size = Pt(9)
                    run.font.bold = values is item.heads or None
