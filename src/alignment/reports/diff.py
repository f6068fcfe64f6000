"""What ``align diff`` found: terminal, json, csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.shifts import Shift
from alignment.i18n import _, decimal, percent, plural
from alignment.matching.changes import Change, Entry, Row
from alignment.model import Kind
from alignment.reports.csv_table import csv_text
from alignment.reports.words import kind

FORMATS = ("terminal", "json", "csv")
ORDER: tuple[Change, ...] = ("added", "dropped", "reworded", "relabelled", "moved", "split", "merged", "kept")
STYLES = {"added": "green", "dropped": "red", "kept": "dim"}
MARKS = {
    "added": "+",
    "dropped": "–",
    "reworded": "~",
    "relabelled": "≈",
    "moved": "→",
    "split": "<",
    "merged": ">",
    "kept": "=",
}
# Texts of each kind that a program's row shows.
SHOWN = 4
COLUMNS = (
    "change", "old_group", "old_id", "old_kind", "old_text", "new_group", "new_id", "new_kind", "new_text", "likeness"
)  # fmt: skip


def word(change: str) -> str:
    """Name of a change."""
    return {
        "added": _("added"),
        "dropped": _("dropped"),
        "reworded": _("reworded"),
        "relabelled": _("another kind"),
        "moved": _("moved"),
        "split": _("split off"),
        "merged": _("merged"),
        "kept": _("kept"),
    }[change]


def draw(rows: Sequence[Row], shifts: Sequence[Shift] = (), *, details: bool) -> RenderableType:
    """Counts, then a table of each kind of change, then what it does to programs."""
    counts = Counter(row.change for row in rows)
    line = Text("   ".join(f"{MARKS[name]} {word(name)} {counts[name]}" for name in ORDER if counts[name]))
    if set(counts) <= {"kept"}:
        said = plural(
            "No differences: {n} text, the same in both.", "No differences: {n} texts, the same in both.", len(rows)
        )
        line = Text(said, style="green")
        if not details:
            return Group(line, *([_shifts(shifts)] if shifts else []))
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column(_("Old"), ratio=1, overflow="fold")
    table.add_column(_("New"), ratio=1, overflow="fold")
    table.add_column("", justify="right", no_wrap=True)
    for name in ORDER:
        chosen = [row for row in rows if row.change == name and (details or name != "kept")]
        for row in chosen:
            mark = Text(f"{MARKS[name]} {_change(row)}", style=STYLES.get(name, "yellow"))
            table.add_row(mark, _cell(row.old), _cell(row.new), decimal(row.likeness) if row.likeness else "")
        if chosen:
            table.add_section()
    return Group(line, table, *([_shifts(shifts)] if shifts else []))


def _change(row: Row) -> str:
    """The change in words; a text whose kind has changed shows both: skill → knowledge."""
    if row.old is None or row.new is None or row.old.kind == row.new.kind:
        return word(row.change)
    kinds = " → ".join(kind(Kind(entry.kind)) for entry in (row.old, row.new))
    return kinds if row.change == "relabelled" else f"{word(row.change)}\n{kinds}"


def _shifts(shifts: Sequence[Shift]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column(_("Program"), ratio=3, overflow="fold")
    table.add_column(_("Old"), justify="right", no_wrap=True)
    table.add_column(_("New"), justify="right", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column(_("No longer answered, newly answered"), ratio=4, overflow="fold")
    for item in shifts:
        if item.error:
            table.add_row(item.path, "", "", "", item.error)
            continue
        change = f"{'+' if item.after >= item.before else '–'}{percent(abs(item.after - item.before))}"
        texts = [f"– {text}" for text in item.lost[:SHOWN]] + [f"+ {text}" for text in item.gained[:SHOWN]]
        table.add_row(item.program or item.path, percent(item.before), percent(item.after), change, "\n".join(texts))
    return table


def _cell(entry: Entry | None) -> Text:
    return Text.assemble((f"{entry.id or entry.group} ", "italic"), entry.text) if entry else Text("")


def render(rows: Sequence[Row], shifts: Sequence[Shift], name: str) -> str:
    """The changes as a whole file: json (with programs) or csv."""
    if name == "json":
        counts = Counter(row.change for row in rows)
        data = {"counts": {key: counts[key] for key in ORDER}, "changes": list(rows), "programs": list(shifts)}
        return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"
    return csv_text(COLUMNS, ((row.change, *_cells(row.old), *_cells(row.new), row.likeness) for row in rows))


def _cells(entry: Entry | None) -> tuple[str, str, str, str]:
    return (entry.group, entry.id, entry.kind, entry.text) if entry else ("", "", "", "")
