"""Retrieval sets: which element of a corpus does a query mean?

Their layout is that of the MELO benchmark (Retyk et al. 2024): queries.tsv and
corpus_elements.tsv with id and text, annotations.tsv in the form of TREC (query,
0, element, relevance), all without a header.
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import InputError, why
from alignment.evaluation.links import Links
from alignment.i18n import message as _

FILES = ("queries.tsv", "corpus_elements.tsv", "annotations.tsv")
# Of recall, as MELO's paper has them (Retyk et al. 2024).
DEPTHS = (1, 5, 10)
# Queries that are ranked at a time: memory and time alone.
BLOCK = 256
SEED = 20261124  # of the queries drawn under --limit: any, but the same in each run
# As in the files that MELO's authors give to trec_eval: how many digits of a score count.
DIGITS = 5
LAST = 100  # elements of a query that count, in the same files

Scorer = Callable[[Sequence[str], Sequence[str]], Callable[[int, int], NDArray[np.float32]]]


class RetrievalSet(msgspec.Struct, frozen=True, kw_only=True):
    """Queries, a corpus, and for each query the indices of its right elements (``right``)."""

    name: str
    queries: tuple[str, ...]
    corpus: tuple[str, ...]
    right: tuple[tuple[int, ...], ...]

    def limited(self, limit: int | None) -> RetrievalSet:
        """The set with at most ``limit`` queries, drawn with a fixed seed."""
        if limit is None or limit >= len(self.queries):
            return self
        chosen = sorted(np.random.default_rng(SEED).choice(len(self.queries), limit, replace=False))
        return msgspec.structs.replace(
            self,
            queries=tuple(self.queries[index] for index in chosen),
            right=tuple(self.right[index] for index in chosen),
        )


def _table(path: Path, columns: int) -> list[list[str]]:
    try:
        with path.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise InputError(
            _("it cannot be read ({reason}).", reason=why(error)),
            file=str(path),
            hint=_(
                "A retrieval set is a folder with {names}, tab-separated, without a header.", names=", ".join(FILES)
            ),
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(_("it is not UTF-8."), file=str(path), hint=_("Save it as UTF-8.")) from error
    for number, row in enumerate(rows, 1):
        if row and len(row) < columns:
            raise InputError(
                _("{columns} columns are expected, {n} found.", columns=columns, n=len(row)),
                file=str(path),
                place=_("line {n}", n=number),
            )
    return [row for row in rows if row]


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """Read a set in MELO's layout.

    The corpus is sorted by id in descending order, because trec_eval, which MELO's
    paper uses, ranks the greater id first among elements with the same score.

    Raises:
        InputError: a file is missing or has too few columns, or no query has a right element in the corpus.
    """
    queries = {row[0]: row[1] for row in _table(folder / FILES[0], 2)}
    elements = sorted(_table(folder / FILES[1], 2), key=lambda row: row[0], reverse=True)
    place = {row[0]: index for index, row in enumerate(elements)}
    right: dict[str, list[int]] = defaultdict(list)
    for row in _table(folder / FILES[2], 4):  # query, 0, element, relevance
        if row[0] in queries and row[2] in place and row[3].strip() not in ("0", "0.0", ""):
            right[row[0]].append(place[row[2]])
    if not right:
        raise InputError(
            _("no query has a right element in the corpus."),
            file=str(folder / FILES[2]),
            hint=_("Its columns are: query id, 0, corpus element id, relevance (1)."),
        )
    known = [query for query in queries if query in right]
    return RetrievalSet(
        name=folder.name,
        queries=tuple(queries[query] for query in known),
        corpus=tuple(row[1] for row in elements),
        right=tuple(tuple(right[query]) for query in known),
    )


def from_links(links: Links) -> RetrievalSet:
    """A retrieval set from the held-out part of a source of links."""
    place = {text: index for index, text in enumerate(links.corpus)}
    answers = links.test()
    return RetrievalSet(
        name=links.name,
        queries=tuple(answers),
        corpus=links.corpus,
        right=tuple(tuple(place[text] for text in sorted(texts)) for texts in answers.values()),
    )


def measure_retrieval(task: RetrievalSet, scorer: Scorer) -> Mapping[str, float]:
    """MRR, recall at 1, 5 and 10, seconds, and encoded texts per second.

    The rank of a query is the rank of its first right element. Scores are rounded
    to five digits; among equal scores the element that comes earlier in the corpus
    is ranked first. Ranks beyond 100 count as 0 in MRR. With ``read_retrieval_set`` this
    reproduces the figures of MELO's paper (Retyk et al. 2024): its baseline of
    character TF-IDF is the same to four digits.
    """
    began = time.perf_counter()
    score = scorer(task.queries, task.corpus)
    encoded = time.perf_counter()
    ranks: list[int] = []
    for start in range(0, len(task.queries), BLOCK):
        block = np.round(score(start, min(start + BLOCK, len(task.queries))), DIGITS)
        for row, right in zip(block, task.right[start : start + BLOCK], strict=True):
            best = row[list(right)].max()
            first = min(index for index in right if row[index] == best)
            ranks.append(1 + int((row > best).sum()) + int((row[:first] == best).sum()))
    rank_array = np.asarray(ranks)
    seconds = encoded - began
    result = {"mrr": float(np.mean(np.where(rank_array <= LAST, 1 / rank_array, 0.0)))}
    result |= {f"recall_at_{depth}": float(np.mean(rank_array <= depth)) for depth in DEPTHS}
    texts = len(task.queries) + len(task.corpus)
    return result | {
        "queries": float(len(task.queries)),
        "corpus": float(len(task.corpus)),
        "seconds": time.perf_counter() - began,
        "texts_per_second": texts / max(seconds, 1e-9),
    }
