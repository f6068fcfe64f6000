"""Tables of ``align evaluate``: one for each set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.evaluation.evaluate import SystemFigures

GRADED = {
    "auc_covered_none": "AUC c/n",
    "auc_covered_partial": "AUC c/p",
    "auc_partial_none": "AUC p/n",
    "macro_f1": "F1",
    "ece": "ECE",
    "brier": "Brier",
    "mrr": "MRR",
    "recall_at_1": "R@1",
}
RETRIEVAL = {
    "mrr": "MRR",
    "recall_at_1": "R@1",
    "recall_at_5": "R@5",
    "recall_at_10": "R@10",
    "seconds": "s",
    "texts_per_second": "texts/s",
}
WHOLE = frozenset({"texts_per_second"})


def as_data(results: Sequence[SystemFigures]) -> Any:
    """The figures as JSON values: a record for each set and engine; a single record is not put into a list."""
    flat = [result.flat() for result in results]
    return flat[0] if len(flat) == 1 else flat


def figures_tables(results: Sequence[SystemFigures]) -> Iterable[Table]:
    """A table for each set. The best figure is not marked: engines also differ in what they cost."""
    for (name, kind), rows in groupby(results, key=lambda row: (row.set, row.kind)):
        columns = GRADED if kind == "graded" else RETRIEVAL
        table = Table(title=name, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column(_("Engine"))
        for title in columns.values():
            table.add_column(title, justify="right", no_wrap=True)
        for row in rows:
            table.add_row(row.system, *_cells(row.figures, columns))
            for variant, figures in row.variants.items():
                table.add_row(f"  {_variant(variant)}", *_cells(figures, columns))
        yield table


def _variant(name: str) -> str:
    return {
        "without context": _("without context"),
        "cosine": _("cosine alone"),
        "cosine with context": _("cosine with context"),
    }.get(name, name)


def _cells(figures: Mapping[str, float], columns: Mapping[str, str]) -> list[str]:
    values = [(key, figures.get(key)) for key in columns]
    return ["" if value is None else f"{value:.0f}" if key in WHOLE else f"{value:.3f}" for key, value in values]
