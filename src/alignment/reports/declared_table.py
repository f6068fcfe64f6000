"""Declared links in the terminal: supported, not supported, and taught without being declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis import declared
from alignment.i18n import _, percent
from alignment.model import Alignment
from alignment.reports.words import status

SHOWN = 2  # disciplines that a row of the terminal names: what fits
STYLES = {"supported": "green", "elsewhere": "yellow", "unsupported": "red", "undeclared": "yellow"}
MARKS = {"supported": "+", "elsewhere": "!", "unsupported": "!", "undeclared": "?"}


def _short(titles: Sequence[str]) -> str:
    more = len(titles) - SHOWN
    return "; ".join(titles[:SHOWN]) + (f" + {more}" if more > 0 else "")


def draw(alignment: Alignment, edges: box.Box, *, wide: bool) -> Iterable[RenderableType]:
    """The section on declared links; nothing if the program declares none and ignores no standard of its FGOS."""
    links = declared(alignment)
    if links.rows or links.unknown:
        table = Table(box=edges, expand=True, pad_edge=False)
        table.add_column("", no_wrap=True)
        table.add_column(_("Competence"), no_wrap=True)
        table.add_column(_("Work function"), ratio=5, overflow="fold")
        if wide:
            table.add_column(_("Disciplines"), ratio=4, overflow="fold")
        table.add_column(_("Found"), justify="right", no_wrap=True)
        table.add_column(_("by its own"), justify="right", no_wrap=True)
        for value in ("supported", "elsewhere", "unsupported", "undeclared"):
            rows = [row for row in links.rows if row.status == value]
            if rows:
                table.add_row("", "", Text(f"{status(value)} ({len(rows)})", style=f"bold {STYLES[value]}"))
            for row in rows:
                disciplines = _("no discipline forms it") if row.unformed else _short(row.disciplines)
                cells = [MARKS[value], row.competence, f"{row.function} {row.name}"]
                own_share = percent(row.own_share) if row.own_share is not None else "–"
                table.add_row(*cells, *([disciplines] if wide else []), percent(row.share), own_share)
            if rows:
                table.add_section()
        for link in links.unknown:
            what = f"{link.function or link.general_function} " + _("not in the standard")
            table.add_row("!", link.competence, what)
        yield Group(Text(_("Declared links: what the program says it answers, and what it teaches"), "bold"), table)
    if links.ignored:
        names = "\n".join(f"- {item.code} {item.title}" for item in links.ignored)
        yield Text.assemble((_("Standards of the FGOS that the program does not name:"), "bold"), "\n", names, "\n")
