"""The table of ``align evaluate --reading``: a line for each document, for each template and for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.evaluation.reading_figures import Figures, ReadingResult

PERCENT = ("precision", "recall", "kind_accuracy", "strict_precision", "strict_recall")


def groups(results: Sequence[ReadingResult]) -> list[tuple[str, Figures]]:
    """Figures summed over each template, over the held-out documents, over the others, and over all."""
    from alignment.evaluation.reading_figures import total

    templates = dict.fromkeys(item.template for item in results)
    totals = [(name, total(item for item in results if item.template == name)) for name in templates]
    held = [item for item in results if item.held_out]
    if held:
        totals.append((_("held out while the rules were written"), total(held)))
        totals.append((_("the others"), total(item for item in results if not item.held_out)))
    return [*totals, (_("all"), total(results))]


def reading_table(results: Sequence[ReadingResult]) -> Table:
    """Figures of each document, then the sums."""
    result = Table(title=_("Reading of program documents"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    result.add_column(_("Document"))
    for title in (_("read"), _("listed"), "P", "R", _("kind"), _("P strict"), _("R strict"), _("readers agree")):
        result.add_column(title, justify="right", no_wrap=True)
    for item in results:
        name = f"{item.document}{' *' if item.held_out else ''}"
        result.add_row(name, *_cells(item.figures), "" if item.agreement is None else f"{item.agreement:.3f}")
    result.add_section()
    for name, figures in groups(results):
        result.add_row(name, *_cells(figures), "")
    result.caption = _("* held out while the rules were written")
    result.caption_justify = "left"
    return result


def _cells(figures: Figures) -> list[str]:
    return [str(figures.read), str(figures.listed), *(f"{getattr(figures, name):.3f}" for name in PERCENT)]


def as_data(results: Sequence[ReadingResult]) -> dict[str, Any]:
    """The same figures as plain data, for JSON."""
    return {
        "documents": [
            {
                "document": item.document,
                "template": item.template,
                "held_out": item.held_out,
                "error": item.error,
                "agreement": item.agreement,
                **_plain(item.figures),
            }
            for item in results
        ],
        "groups": [{"group": name, **_plain(figures)} for name, figures in groups(results)],
    }


def _plain(figures: Figures) -> dict[str, Any]:
    return {"read": figures.read, "listed": figures.listed, "wrong": figures.wrong, "lost": figures.lost} | {
        name: round(getattr(figures, name), 4) for name in PERCENT
    }
