"""One file per output; each a function from alignments to text, registered in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import entry_points

from alignment.errors import NotFoundError
from alignment.model import Alignment

__all__ = ["FORMATS", "format_names", "render"]

# name → (module, function); the function takes alignments and gives the whole file as text.
FORMATS: dict[str, tuple[str, str]] = {
    "json": ("json_report", "render"),
    "csv": ("csv_report", "render"),
    "markdown": ("markdown", "render"),
}


def format_names() -> list[str]:
    """All formats; ``terminal`` is drawn by `alignment.reports.terminal`."""
    return ["terminal", *FORMATS, *sorted(point.name for point in entry_points(group="alignment.reports"))]


def render(alignments: Sequence[Alignment], name: str) -> str:
    """The report of that format as text.

    Raises:
        NotFoundError: no such format.
    """
    if name in FORMATS:
        module, attribute = FORMATS[name]
        draw: Callable[[Sequence[Alignment]], str] = getattr(import_module(f"alignment.reports.{module}"), attribute)
        return draw(alignments)
    for point in entry_points(group="alignment.reports", name=name):
        return str(point.load()(alignments))
    raise NotFoundError(f"there is no report format '{name}'.", hint=f"Known formats: {', '.join(format_names())}.")
