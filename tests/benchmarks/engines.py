"""Tables of both engines, the peer and baselines on all sets, as ``align evaluate`` measures them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from alignment.cache import Cache
from alignment.encoders import Encoder
from alignment.engine import ENGINES, load_engine
from alignment.evaluation.evaluate import SystemFigures, evaluate_sets, sets
from alignment.evaluation.retrieval import measure_retrieval
from alignment.evaluation.scorers import engine_scorer
from alignment.reports import evaluation
from alignment.settings import Settings
from tests.benchmarks.minilm import MiniLm

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


def tables(data: Path, settings: Settings) -> tuple[list[str], list[str]]:
    """Markdown of the judged pairs (both engines) and of the retrieval sets (their encoder, baselines, the peer)."""
    graded: list[SystemFigures] = []
    retrieval: list[SystemFigures] = []
    peer = _peer()
    with Cache(settings.cache_path()) as cache:
        engines = [load_engine(msgspec.structs.replace(settings, engine=name), cache) for name in ENGINES]
        for name, result in sets([], [], data, settings):
            if isinstance(result, list):
                for engine in engines:
                    graded += evaluate_sets([(name, result)], engine, baselines=engine is engines[-1])
                continue
            retrieval += evaluate_sets([(name, result)], engines[-1])
            if peer:
                figures = measure_retrieval(result, engine_scorer(peer))
                retrieval.append(SystemFigures(set=name, kind="retrieval", system=peer.name, figures=figures))
    rows = [(item.system, item.figures) for item in graded]
    rows += [(f"{item.system}, {name}", result) for item in graded for name, result in item.variants.items()]
    one = list(_table(sorted(rows, key=lambda row: row[0]), GRADED, ("engine",)))
    two = list(
        _table(
            [
                (
                    f"{item.set} | {item.system} | {item.figures['queries']:.0f} × {item.figures['corpus']:.0f}",
                    item.figures,
                )
                for item in retrieval
            ],
            RETRIEVAL,
            ("set", "engine", "queries × corpus"),
        )
    )
    return one, two


def _peer() -> Encoder | None:
    try:
        peer = MiniLm()
    except ImportError:
        return None
    peer.encode(["warm"])  # so that loading is not counted as encoding
    return peer


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
