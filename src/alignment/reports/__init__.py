"""One file per output; each a function from alignments to text, registered in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import entry_points

from alignment.errors import NotFoundError, choices
from alignment.i18n import message as _
from alignment.model import Alignment
from alignment.shown import escaped, mapped

__all__ = ["BINARY", "FORMATS", "format_names", "render"]

# Formats that are files, not text for a screen.
BINARY = ("xlsx", "docx", "pdf")
# Formats in which characters that are not seen but act may not stand, or say nothing to a reader.
DRAWN = (*BINARY, "html")

# name → (module, function); the function takes alignments and gives the whole file, text or bytes.
FORMATS: dict[str, tuple[str, str]] = {
    "json": ("json_report", "render"),
    "csv": ("csv_report", "render"),
    "markdown": ("markdown", "render"),
    "html": ("html_report", "render"),
    "xlsx": ("xlsx_report", "render"),
    "docx": ("docx_report", "render"),
    "pdf": ("pdf_report", "render"),
}


def format_names() -> list[str]:
    """All formats; ``terminal`` is drawn by `alignment.reports.terminal`."""
    return ["terminal", *FORMATS, *sorted(point.name for point in entry_points(group="alignment.reports"))]


def render(alignments: Sequence[Alignment], name: str) -> str | bytes:
    """The report of that format: text, or bytes for `BINARY` formats.

    Raises:
        NotFoundError: no such format.
    """
    if name in FORMATS:
        module, attribute = FORMATS[name]
        draw: Callable[[Sequence[Alignment]], str | bytes] = getattr(
            import_module(f"alignment.reports.{module}"), attribute
        )
        if name in DRAWN:
            return draw([mapped(alignment) for alignment in alignments])
        made = draw(alignments)
        return escaped(made) if isinstance(made, str) else made
    for point in entry_points(group="alignment.reports", name=name):
        loaded: str | bytes = point.load()(alignments)
        return loaded
    raise NotFoundError(
        _("there is no report format '{name}'.", name=name),
        hint=_("Choose one:{choices}", choices=choices(format_names())),
    )
