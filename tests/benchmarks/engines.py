"""Tables of all engines and baselines on all sets, as ``align evaluate`` measures them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alignment.encoders import load_encoder
from alignment.errors import AlignmentError
from alignment.reports import evaluation
from alignment.settings import Settings
from alignment.tuning.evaluate import Result, evaluate, sets

GRADED = {
    "auc_covered_none": "AUC covered/none",
    "auc_covered_partial": "covered/partial",
    "auc_partial_none": "partial/none",
    "macro_f1": "macro-F1",
    "precision_covered": "precision covered",
    "recall_covered": "recall covered",
    "precision_partial": "precision partial",
    "recall_partial": "recall partial",
    "precision_none": "precision none",
    "recall_none": "recall none",
    "ece": "ECE",
    "brier": "Brier",
    "mrr": "MRR",
    "recall_at_1": "R@1",
}
RETRIEVAL = {key: title for key, title in evaluation.RETRIEVAL.items() if key != "seconds"}
FAST = ("adapted", "use", "minilm")
# The others encode 100 texts/s: they are measured on the sets of a few thousand texts.
MOST = 6_000
# Engines with the vectors of another: measured on judged pairs only.
ALIKE = ("thorough",)


def tables(data: Path, settings: Settings, wanted: Sequence[str], most: int = MOST) -> tuple[list[str], list[str]]:
    """Markdown of the judged pairs and of the retrieval sets; slow engines on sets of at most ``most`` texts."""
    installed = [name for name in wanted if _there(name)]
    graded: list[Result] = []
    retrieval: list[Result] = []
    for name, found in sets([], [], data):
        if isinstance(found, list):
            graded += evaluate([(name, found)], installed, settings)
        else:
            small = len(found.corpus) + len(found.queries) <= most
            engines = [item for item in installed if (small or item in FAST) and item not in ALIKE]
            retrieval += evaluate([(name, found)], engines, settings)
    rows = [(item.engine, item.figures) for item in graded]
    rows += [(f"{item.engine}, {name}", found) for item in graded for name, found in item.variants.items()]
    one = list(_table(sorted(rows, key=lambda row: row[0]), GRADED, ("engine",)))
    two = list(
        _table(
            [
                (
                    f"{item.set} | {item.engine} | {item.figures['queries']:.0f} × {item.figures['corpus']:.0f}",
                    item.figures,
                )
                for item in retrieval
            ],
            RETRIEVAL,
            ("set", "engine", "queries × corpus"),
        )
    )
    return one, two


def _there(name: str) -> bool:
    try:
        load_encoder(name)
    except AlignmentError:
        return False
    return True


def _table(
    rows: Sequence[tuple[str, Mapping[str, float]]], columns: Mapping[str, str], names: Sequence[str]
) -> Iterable[str]:
    yield "| " + " | ".join([*names, *columns.values()]) + " |"
    yield "|" + "---|" * len(names) + "---:|" * len(columns)
    for name, figures in rows:
        cells = ["" if key not in figures else _cell(key, figures[key]) for key in columns]
        yield f"| {name} | " + " | ".join(cells) + " |"


def _cell(key: str, value: float) -> str:
    return f"{value:.0f}" if key == "texts_per_second" else f"{value:.3f}"
