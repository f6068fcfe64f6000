"""What ``align index`` says of an index, and what its search found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alignment.catalogue.index import BuildResult, Hit
from alignment.i18n import _, decimal


def draw_built(result: BuildResult, folder: Path) -> Iterable[RenderableType]:
    """The line after a build: what is in the index, how much of it is new, size (MB) and time (seconds)."""
    yield _(
        "{standards} standards ({kept} unchanged), {requirements} requirements, {encoded} of them new; "
        "{size} MB, {seconds} s: {folder}"
    ).format(
        standards=result.standards,
        kept=result.kept,
        requirements=result.requirements,
        encoded=result.encoded,
        size=decimal(result.size / 1e6, 1),
        seconds=decimal(result.seconds, 1),
        folder=folder,
    )


def draw_hits(hits: Sequence[Hit]) -> Iterable[RenderableType]:
    """A row for each text of a standard, the nearest first, then the standards by name."""
    together: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        together.setdefault((hit.standard, hit.text.casefold()), []).append(hit)
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, show_edge=False)
    table.add_column(_("Likeness"), justify="right", no_wrap=True)
    table.add_column(_("Standard"), overflow="fold", max_width=24)
    table.add_column(_("Id"), no_wrap=True)
    table.add_column(_("Requirement"), overflow="fold", ratio=1)
    for (code, _text), found in together.items():
        # The same words in several work functions are one row: which functions they are is what differs.
        numbers = Text("\n").join(Text(hit.id) for hit in found)
        table.add_row(decimal(found[0].cosine), code, numbers, found[0].text)
    yield table
    yield Text("")
    for code, title in dict.fromkeys((hit.standard, hit.title) for hit in hits):
        yield Text.assemble((code, "bold"), f" {title}" if title != code else "")
    yield Text(_("Likeness of meaning, up to 1; each text is listed once for a standard."), style="dim")


def draw_info(info: Mapping[str, str], folder: Path, *, verified: bool) -> Iterable[RenderableType]:
    """What is in an index, a line each; what is of use to programs alone is left to JSON."""
    names = {
        "standards": _("Standards"),
        "functions": _("Work functions"),
        "requirements": _("Requirements"),
        "made": _("Made"),
        "engine": _("Encoder"),
    }
    shown = {**info, "made": _moment(info.get("made", "")), "engine": f"{info.get('engine')} {info.get('version')}"}
    yield f"{_('Index')}: {folder}"
    for key, name in names.items():
        yield f"{name}: {shown.get(key, '–')}"
    if verified:
        yield _("Every byte is as it was written.")


def _moment(made: str) -> str:
    """A moment by the clock of this machine."""
    try:
        return f"{datetime.fromisoformat(made).astimezone():%d.%m.%Y %H:%M}"
    except ValueError:
        return made
