"""What each part of the engine accurate is worth: ``python -m tests.benchmarks.parts``; writes docs/accurate-parts.md.

Ten minutes where the vectors are not in the cache yet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Cache, CachedEncoder
from alignment.encoders.accurate import FILE, LETTERS, joined, with_letters
from alignment.encoders.adapted import AdaptedEncoder
from alignment.encoders.e5_tuned import TunedE5Encoder
from alignment.encoders.interface import unit
from alignment.encoders.lexical import Lexical
from alignment.settings import load_settings
from alignment.tuning.links import all_links
from alignment.tuning.retrieval import RetrievalSet, from_links, measure
from alignment.tuning.train_fusion import MIX
from alignment.tuning.train_verdict import shipped_standards
from tests.benchmarks.page import made, publish
from tests.conftest import SHARED

SETS = ("onet", "esco de", "esco fr-nl", "esco nl", "standards ru", "disciplines ru-en")
Rows = NDArray[np.float32]


def mrr(queries: Rows, corpus: Rows, task: RetrievalSet) -> float:
    """Mean reciprocal rank of the first right element, by cosine."""
    return measure(task, lambda *_: lambda start, end: queries[start:end] @ corpus.T)["mrr"]


def main() -> None:
    """Measure and write."""
    settings = load_settings()
    models, corpora = settings.data_path("models"), settings.data_path("corpora")
    links = all_links(SHARED, shipped_standards(corpora / "standards"))
    heads = ("adapted", "e5-tuned", "both", "both, map", "both, letters", "accurate")
    lines = [
        "# The parts of the engine accurate",
        "",
        f"{made('parts')}: MRR on the held-out parts (by occupation, national concept, standard or title).",
        "",
        f"| set | {' | '.join(heads)} |",
        f"|---|{'---:|' * len(heads)}",
    ]
    with np.load(models / FILE, allow_pickle=False) as stored, Cache(settings.cache_path()) as cache:
        shipped, lexical = stored["map"].astype(np.float32), Lexical(stored["letters"].astype(np.float32))
        adapted, e5 = (CachedEncoder(engine, cache) for engine in (AdaptedEncoder(models), TunedE5Encoder(models)))
        for source in links:
            if source.name not in SETS:
                continue
            task = from_links(source)
            sides = [
                (adapted.encode(texts), e5.encode(texts), lexical.encode(texts))
                for texts in (task.queries, task.corpus)
            ]
            both = [joined(one, two) for one, two, _ in sides]
            mapped = [unit(rows @ shipped) for rows in both]
            values = [mrr(sides[0][number], sides[1][number], task) for number in (0, 1)]
            values += [mrr(*both, task), mrr(*mapped, task)]
            values += [
                mrr(*(with_letters(rows, side[2]) for rows, side in zip(kind, sides, strict=True)), task)
                for kind in (both, mapped)
            ]
            lines.append(f"| {source.name} | {' | '.join(f'{value:.3f}' for value in values)} |")
    lines += [
        "",
        f"Both: vectors side by side, half and half. Map: trained, mixed {MIX:.0%} with the identity. Letters: {LETTERS:.0%} of the cosine.",
    ]
    publish("accurate-parts", lines)


if __name__ == "__main__":
    main()
