"""All sets × an engine and baselines: what ``align evaluate`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from alignment.engine import Engine
from alignment.errors import InputError
from alignment.evaluation import scorers
from alignment.evaluation.gold import Pair, read_pairs
from alignment.evaluation.links import all_links
from alignment.evaluation.pair_figures import auc_keys, pair_figures, ranks
from alignment.evaluation.retrieval import RetrievalSet, from_links, measure, read_folder
from alignment.evaluation.shipped import shipped_standards
from alignment.i18n import message as _
from alignment.progress import Progress
from alignment.settings import Settings

# Pairs of texts up to which rapidfuzz compares each with each: some minutes; the baseline is left out beyond.
LIKE_TEXTS = 2_000_000


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one engine or baseline on one set, and of the engine with less to go by."""

    set: str
    kind: str
    engine: str
    figures: Mapping[str, float]
    variants: Mapping[str, Mapping[str, float]] = {}

    def flat(self) -> dict[str, Any]:
        """One level, for JSON: the figures beside the names."""
        variants = {"variants": self.variants} if self.variants else {}
        return {"set": self.set, "kind": self.kind, "engine": self.engine, **self.figures, **variants}


def sets(
    graded: Sequence[Path], retrieval: Sequence[Path], data: Path | None, settings: Settings
) -> list[tuple[str, list[Pair] | RetrievalSet]]:
    """The sets of the user and, in ``data``, the benchmark sets that are there.

    Raises:
        InputError: a set cannot be read.
    """
    result: list[tuple[str, list[Pair] | RetrievalSet]] = [(path.stem, read_pairs(path)) for path in graded]
    result += [(path.name, read_folder(path)) for path in retrieval]
    if data is None or not data.is_dir():
        return result
    if (data / "gold" / "graded_ru.tsv").is_file():
        result.append(("graded_ru", read_pairs(data / "gold" / "graded_ru.tsv")))
    if all((data / name).is_dir() for name in ("onet", "esco", "itmo")):
        tasks = (from_links(links) for links in all_links(data, shipped_standards(settings)))
        result += [(f"{task.name} (held out)", task) for task in tasks]
    result += [(path.parent.name, read_folder(path.parent)) for path in sorted(data.glob("melo/*/queries.tsv"))]
    return result


def evaluate(
    chosen: Sequence[tuple[str, list[Pair] | RetrievalSet]],
    engine: Engine,
    *,
    limit: int | None = None,
    baselines: bool = True,
    progress: Progress | None = None,
) -> list[Result]:
    """Figures of the engine on each set, of its encoder on retrieval; baselines where they end in reasonable time."""
    results: list[Result] = []
    for name, content in chosen:
        if isinstance(content, RetrievalSet):
            results += _retrieval(name, content.limited(limit), engine, baselines, progress)
        else:
            results += _graded(name, content, engine, baselines)
    return results


def _retrieval(
    name: str, task: RetrievalSet, engine: Engine, baselines: bool, progress: Progress | None
) -> list[Result]:
    encoder = engine.encoder.inner  # not from the cache: its speed is measured too
    encoder.encode(["warm"])  # so that loading is not counted as encoding
    report = (lambda done, total: progress("encode", done, total)) if progress else None
    figures = measure(task, scorers.engine_scorer(encoder, report))
    results = [Result(set=name, kind="retrieval", engine=encoder.name, figures=figures)]
    if baselines:
        results.append(
            Result(set=name, kind="retrieval", engine=scorers.BASELINES[0], figures=measure(task, scorers.tfidf))
        )
        if len(task.queries) * len(task.corpus) <= LIKE_TEXTS:
            figures = measure(task, scorers.token_set_ratio)
            results.append(Result(set=name, kind="retrieval", engine=scorers.BASELINES[1], figures=figures))
    return results


def _graded(name: str, pairs: list[Pair], engine: Engine, baselines: bool) -> list[Result]:
    if len({pair.label for pair in pairs}) < 2:
        raise InputError(
            _("all pairs have one label; there is nothing to tell apart."),
            file=name,
            hint=_("A set needs at least two of covered, partial, none."),
        )
    rows = pair_figures(pairs, engine.encoder, engine.encoder.cache, engine.verdict_model, engine.reranker)
    results = [Result(set=name, kind="graded", engine=engine.name, figures=rows.pop("model"), variants=rows)]
    if baselines:
        left, right = [pair.requirement.as_written for pair in pairs], [pair.statement.as_written for pair in pairs]
        ids = [pair.requirement_id for pair in pairs]
        first = [ids.index(requirement) for requirement in dict.fromkeys(ids)]
        for baseline, scorer in zip(scorers.BASELINES, (scorers.tfidf, scorers.token_set_ratio), strict=True):
            every = scorer(left, right)(0, len(left)).astype(float)
            figures = auc_keys(pairs, every.diagonal()) | ranks(pairs, every[first])
            results.append(Result(set=name, kind="graded", engine=baseline, figures=figures))
    return results
