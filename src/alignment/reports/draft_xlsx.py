"""A draft as a workbook, with one sheet for each table. An edited one can be read back as declared links."""

from __future__ import annotations

from alignment.analysis.draft import Draft
from alignment.reports.draft_tables import TITLE, tables
from alignment.reports.sheets import Sheet, workbook


def render(draft: Draft) -> bytes:
    """All tables; the table of functions also has those that are not chosen."""
    name = " ".join(part for part in (draft.code, draft.program) if part)
    return workbook(
        [
            Sheet(name=item.name, heads=item.heads, rows=item.rows, widths=item.widths, notes=[TITLE, name, item.title])
            for item in tables(draft, chosen_only=False)
        ]
    )
