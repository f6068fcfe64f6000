"""A draft as a Word document, in the order of the usual ОПОП. An edited one can be read back as declared links."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.analysis.draft import Draft
from alignment.reports.docx_report import add_table, document_of, saved
from alignment.reports.draft_tables import TITLE, tables

# The room between the margins, in centimetres, and the least that a code ("ПК-1.2") needs.
ROOM, LEAST = 26.1, 1.7


def render(draft: Draft) -> bytes:
    """All tables with their titles; the table of functions has only the chosen ones."""
    document = document_of(TITLE)
    document.add_heading(TITLE, 1)
    document.add_paragraph(" ".join(part for part in ("Направление подготовки", draft.code, draft.program) if part))
    if draft.profile:
        document.add_paragraph(f"Направленность (профиль): «{draft.profile}»")
    for item in tables(draft, chosen_only=True):
        document.add_heading(item.title, 2)
        add_table(document, item.heads, centimetres(item.widths), [(row, None, False) for row in item.rows], cut=True)
    return saved(document)


def centimetres(widths: Sequence[int]) -> list[float]:
    """Convert widths of columns from characters to centimetres, so that together they fill the page."""
    least = min(LEAST, ROOM / len(widths) / 2)
    spare = ROOM - least * len(widths)
    return [least + spare * width / sum(widths) for width in widths]
