"""The table of ``align standards``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alignment.catalogue import Entry
from alignment.i18n import _


def draw(entries: Sequence[Entry], folder: Path | None) -> Iterable[RenderableType]:
    """A row for each edition. With the user's ``folder`` (None if files were named), also how to name an older one."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Title"), overflow="fold", ratio=1)
    table.add_column(_("Order"), no_wrap=True)
    table.add_column(_("Where"), overflow="fold")
    origins = {"shipped": _("shipped"), "user": _("your folder")}
    for entry in entries:
        order = " ".join(part for part in (entry.order, entry.date) if part)
        title = Text(entry.title)
        if entry.replaced_by:
            new = " ".join(part for part in (f"{entry.code}@{entry.replaced_by}", entry.replaced_on) if part)
            title.append("\n" + _("out of force, now {order}").format(order=new), style="yellow")
        table.add_row(entry.code or "–", title, order, origins.get(entry.origin, entry.path))
    yield table
    if folder is None:
        return
    if older := next((entry for entry in entries if entry.replaced_by), None):
        hint = _("A code alone takes the edition in force; an older one is named with its year or order: -s '{name}'")
        yield hint.format(name=f"{older.code} ({older.year})")
    yield _("Your folder: {path}").format(path=folder)
