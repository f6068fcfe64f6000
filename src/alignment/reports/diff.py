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

from alignment.i18n import _, decimal
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


def draw(rows: Sequence[Row], *, details: bool) -> RenderableType:
    """Counts, then a table of each kind of change."""
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
    return Group(line, table)


def _cell(entry: Entry | None) -> Text:
    return Text.assemble((f"{entry.group} ", "italic"), entry.text) if entry else Text("")


def render(rows: Sequence[Row], name: str) -> str:
    """The changes as a whole file: json or csv."""
    if name == "json":
        counts = Counter(row.change for row in rows)
        data = {"counts": {key: counts[key] for key in ORDER}, "changes": list(rows)}
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
