"""Measure an engine and baselines on labelled sets: what ``align evaluate`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from alignment.engine import Engine
from alignment.errors import InputError
from alignment.evaluation import scorers
from alignment.evaluation.gold import JudgedPair, read_judged_pairs
from alignment.evaluation.links import all_links
from alignment.evaluation.pair_figures import auc_keys, pair_figures, ranks
from alignment.evaluation.retrieval import RetrievalSet, from_links, measure_retrieval, read_retrieval_set
from alignment.evaluation.shipped import shipped_standards
from alignment.i18n import message as _
from alignment.progress import Progress
from alignment.settings import Settings

# Pairs of texts up to which rapidfuzz compares each with each: some minutes; the baseline is left out beyond.
LIKE_TEXTS = 2_000_000


class SystemFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of an engine or baseline on one set; ``variants`` are those of the engine with less information."""

    set: str
    kind: str
    system: str
    figures: Mapping[str, float]
    variants: Mapping[str, Mapping[str, float]] = {}

    def flat(self) -> dict[str, Any]:
        """The same in one level, for JSON."""
        variants = {"variants": self.variants} if self.variants else {}
        return {"set": self.set, "kind": self.kind, "engine": self.system, **self.figures, **variants}


def sets(
    graded: Sequence[Path], retrieval: Sequence[Path], data: Path | None, settings: Settings
) -> list[tuple[str, list[JudgedPair] | RetrievalSet]]:
    """The sets to measure on, with their names.

    Args:
        graded: files of judged pairs.
        retrieval: folders of retrieval sets.
        data: a folder with benchmark sets; those that it has are taken.
        settings: they say where the shipped standards are.

    Raises:
        InputError: a set cannot be read.
    """
    result: list[tuple[str, list[JudgedPair] | RetrievalSet]] = [
        (path.stem, read_judged_pairs(path)) for path in graded
    ]
    result += [(path.name, read_retrieval_set(path)) for path in retrieval]
    if data is None or not data.is_dir():
        return result
    if (data / "gold" / "graded_ru.tsv").is_file():
        result.append(("graded_ru", read_judged_pairs(data / "gold" / "graded_ru.tsv")))
    if all((data / name).is_dir() for name in ("onet", "esco", "itmo")):
        tasks = (from_links(links) for links in all_links(data, shipped_standards(settings)))
        result += [(f"{task.name} (held out)", task) for task in tasks]
    result += [(path.parent.name, read_retrieval_set(path.parent)) for path in sorted(data.glob("melo/*/queries.tsv"))]
    return result


def evaluate_sets(
    chosen: Sequence[tuple[str, list[JudgedPair] | RetrievalSet]],
    engine: Engine,
    *,
    limit: int | None = None,
    baselines: bool = True,
    progress: Progress | None = None,
) -> list[SystemFigures]:
    """Measure the engine on each set of pairs, and its encoder on each retrieval set.

    Args:
        chosen: sets with their names.
        engine: the engine to measure.
        limit: at most so many queries of a retrieval set.
        baselines: also measure lexical baselines, where they end in reasonable time.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        InputError: all pairs of a set have the same label.
    """
    results: list[SystemFigures] = []
    for name, content in chosen:
        if isinstance(content, RetrievalSet):
            results += _retrieval(name, content.limited(limit), engine, baselines, progress)
        else:
            results += _graded(name, content, engine, baselines)
    return results


def _retrieval(
    name: str, task: RetrievalSet, engine: Engine, baselines: bool, progress: Progress | None
) -> list[SystemFigures]:
    encoder = engine.encoder.inner  # not from the cache: its speed is measured too
    encoder.encode(["warm"])  # load the encoder now, so that loading is not measured as encoding
    report = (lambda done, total: progress("encode", done, total)) if progress else None
    figures = measure_retrieval(task, scorers.engine_scorer(encoder, report))
    results = [SystemFigures(set=name, kind="retrieval", system=encoder.name, figures=figures)]
    if baselines:
        results.append(
            SystemFigures(
                set=name, kind="retrieval", system=scorers.BASELINES[0], figures=measure_retrieval(task, scorers.tfidf)
            )
        )
        if len(task.queries) * len(task.corpus) <= LIKE_TEXTS:
            figures = measure_retrieval(task, scorers.token_set_ratio)
            results.append(SystemFigures(set=name, kind="retrieval", system=scorers.BASELINES[1], figures=figures))
    return results


def _graded(name: str, pairs: list[JudgedPair], engine: Engine, baselines: bool) -> list[SystemFigures]:
    if len({pair.label for pair in pairs}) < 2:
        raise InputError(
            _("all pairs have the same label; there is nothing to distinguish."),
            file=name,
            hint=_("A set needs at least two of covered, partial, none."),
        )
    rows = pair_figures(
        pairs, engine.encoder, engine.encoder.cache, engine.verdict_model, engine.precedents, engine.reranker
    )
    results = [SystemFigures(set=name, kind="graded", system=engine.name, figures=rows.pop("model"), variants=rows)]
    if baselines:
        left, right = [pair.requirement.as_written for pair in pairs], [pair.statement.as_written for pair in pairs]
        ids = [pair.requirement_id for pair in pairs]
        first = [ids.index(requirement) for requirement in dict.fromkeys(ids)]
        for baseline, scorer in zip(scorers.BASELINES, (scorers.tfidf, scorers.token_set_ratio), strict=True):
            every = scorer(left, right)(0, len(left)).astype(float)
            figures = auc_keys(pairs, every.diagonal()) | ranks(pairs, every[first])
            results.append(SystemFigures(set=name, kind="graded", system=baseline, figures=figures))
    return results
