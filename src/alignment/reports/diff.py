"""What ``align diff`` found: terminal, json, csv."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.shifts import Shift
from alignment.i18n import _, decimal, percent
from alignment.matching.changes import Change, Entry, Row
from alignment.reports.csv_report import safe

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
COLUMNS = ("change", "old_group", "old_text", "new_group", "new_text", "kind", "likeness")


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
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column(_("Old"), ratio=1, overflow="fold")
    table.add_column(_("New"), ratio=1, overflow="fold")
    table.add_column("", justify="right", no_wrap=True)
    for name in ORDER:
        chosen = [row for row in rows if row.change == name and (details or name != "kept")]
        for row in chosen:
            mark = Text(f"{MARKS[name]} {word(name)}", style=STYLES.get(name, "yellow"))
            table.add_row(mark, _cell(row.old), _cell(row.new), decimal(row.likeness) if row.likeness else "")
        if chosen:
            table.add_section()
    return Group(line, table, *([_shifts(shifts)] if shifts else []))


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
    return Text.assemble((f"{entry.group} ", "italic"), entry.text) if entry else Text("")


def render(rows: Sequence[Row], shifts: Sequence[Shift], name: str) -> str:
    """The changes as a whole file: json (with programs) or csv."""
    if name == "json":
        counts = Counter(row.change for row in rows)
        data = {"counts": {key: counts[key] for key in ORDER}, "changes": list(rows), "programs": list(shifts)}
        return msgspec.json.format(msgspec.json.encode(data), indent=2).decode() + "\n"
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        old, new = row.old, row.new
        kind = (new or old or Entry(group="", kind="", text="")).kind
        cells = [row.change, old.group if old else "", old.text if old else "", new.group if new else ""]
        cells += [new.text if new else "", kind, f"{row.likeness:.3f}"]
        writer.writerow(safe(cell) for cell in cells)
    return out.getvalue()
