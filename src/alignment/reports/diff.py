"""The report of ``align diff``: terminal, json, csv."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.coverage_change import CoverageChange
from alignment.analysis.program_change import ProgramChange
from alignment.i18n import _, percent, plural
from alignment.matching.changes import ChangeKind, TextChange, VersionedText
from alignment.model import Kind
from alignment.reports import json_text
from alignment.reports.csv_table import csv_text
from alignment.reports.words import kind

ORDER: tuple[ChangeKind, ...] = ("added", "dropped", "reworded", "relabelled", "moved", "split", "merged", "kept")
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
# Changes of each kind that are listed without --details.
FEW = 5
COLUMNS = (
    "change", "old_group", "old_id", "old_kind", "old_text", "new_group", "new_id", "new_kind", "new_text", "likeness"
)  # fmt: skip


class VersionChanges(NamedTuple):
    """The changes between two versions, and how they change the coverage of programs."""

    changes: Sequence[TextChange]
    programs: Sequence[CoverageChange] = ()
    documents: ProgramChange | None = None


def word(change: str) -> str:
    """The name of a change in the interface language."""
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


def draw(result: VersionChanges, *, details: bool) -> RenderableType:
    """A list for each kind of change, then the effect on programs, then the counts.

    Of each kind the first `FEW` are shown; with ``details`` all of them, and the texts that were kept.
    """
    rows, shifts, documents = result
    first = _documents(documents, details=details) if documents else []
    counts = Counter(row.change for row in rows)
    if set(counts) <= {"kept"} and not details:
        same = len(rows)
        unchanged = (
            plural("The rest is the same in both: {n} text.", "The rest is the same in both: {n} texts.", same)
            if first
            else plural(
                "No differences: {n} text, the same in both.", "No differences: {n} texts, the same in both.", same
            )
        )
        return Group(*first, Text(unchanged, style="green"), *([_shifts(shifts)] if shifts else []))
    parts: list[RenderableType] = list(first)
    hidden = 0
    for name in ORDER:
        chosen = [row for row in rows if row.change == name and (details or name != "kept")]
        if not chosen:
            continue
        shown = chosen if details else chosen[:FEW]
        hidden += len(chosen) - len(shown)
        parts += [Text(f"{MARKS[name]} {word(name)} ({len(shown)} / {len(chosen)})", style=_style(name)), _list(shown)]
    if shifts:
        parts.append(_shifts(shifts))
    if hidden:
        more = plural("{n} more: --details, or --output diff.csv", "{n} more: --details, or --output diff.csv", hidden)
        parts.append(Text(more))
    totals = "; ".join(f"{word(name)}: {counts[name]}" for name in ORDER if counts[name])
    return Group(*parts, Text(totals, style="bold"))


def _documents(change: ProgramChange, *, details: bool) -> list[RenderableType]:
    """Files and contents that only one version has: what follows rests on less than the whole."""
    said = (
        (_("Files of the older version alone"), change.gone, "red"),
        (_("Files of the newer version alone"), change.new, "green"),
        (_("Content no longer known, only the title (not compared)"), change.lost, "red"),
        (_("Content known only now, before the title alone (not compared)"), change.told, "green"),
    )
    parts: list[RenderableType] = []
    for title, names, style in said:
        shown = names if details else names[:FEW]
        if names:
            more = [_("and {n} more").format(n=len(names) - len(shown))] if len(names) > len(shown) else []
            parts.append(Text(f"{title}: {len(names)}", style=f"bold {style}"))
            parts += [Text(f"   {name}") for name in (*shown, *more)]
    return [*parts, Text("")] if parts else []


def _style(change: str) -> str:
    return f"bold {STYLES.get(change, 'yellow')}"


def _list(rows: Sequence[TextChange]) -> Table:
    """One line for each text, the older above the newer if both are shown, and an empty line at the end."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        twofold = row.old is not None and row.new is not None and row.change != "kept"
        for entry, side in ((row.old, _("was")), (row.new, _("is"))):
            if entry is not None and (twofold or entry is (row.new or row.old)):
                table.add_row(" ", entry.id, _entry_text(entry, side if twofold else "", kinds=_kinds(row)))
    table.add_row("", "", "")
    return table


def _entry_text(entry: VersionedText, side: str, *, kinds: bool) -> Text:
    """A text with its side (was, is), its kind if ``kinds`` is set, and its group if it has no id."""
    text = Text()
    if side:
        text.append(f"{side}: ", style="dim")
    if kinds:
        text.append(f"({kind(Kind(entry.kind))}) ", style="yellow")
    if not entry.id and entry.group and entry.group != entry.text:
        text.append(f"{entry.group}: ", style="italic")
    return text.append(entry.text)


def _kinds(row: TextChange) -> bool:
    """Whether the kind of a text has changed, for example from skill to knowledge."""
    return row.old is not None and row.new is not None and row.old.kind != row.new.kind


def _shifts(shifts: Sequence[CoverageChange]) -> Table:
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


def as_json(result: VersionChanges) -> str:
    """Counts, changes and programs."""
    counts = Counter(row.change for row in result.changes)
    return json_text.render(
        {
            "counts": {key: counts[key] for key in ORDER},
            "changes": list(result.changes),
            "programs": list(result.programs),
            "documents": result.documents,
        }
    )


def as_csv(result: VersionChanges) -> str:
    """A row for each change."""
    rows = ((row.change, *_cells(row.old), *_cells(row.new), row.likeness) for row in result.changes)
    return csv_text(COLUMNS, rows)


def _cells(entry: VersionedText | None) -> tuple[str, str, str, str]:
    return (entry.group, entry.id, entry.kind, entry.text) if entry else ("", "", "", "")
