"""Approximate search in a very large index of standards (extra ``[ann]``, usearch).

Up to `EXACT` requirements the search is exact. In a larger index a graph (HNSW,
Malkov & Yashunin 2018) over 8-bit copies of the vectors finds candidates, which
are then ranked by their exact scores. The table in docs/register.md shows why
usearch was chosen: it has about the recall of faiss at a twentieth of its size.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.catalogue.index.register import BLOCK, Register, VectorRows, best_rows
from alignment.encoders import Vectors
from alignment.errors import MissingExtraError
from alignment.i18n import message as _

GRAPH_FILE = "approximate.usearch"
# Requirements up to which search is exact (docs/many.md): a query over so many reads 1 GB and takes a part of a second.
EXACT = 1_000_000
# Of the graph: links of a row, and rows looked at when it is built and searched. With them it finds 0.992 of what exact
# search finds (docs/neighbours.md); less of any finds less, more takes more time and memory.
LINKS, BUILD, SEARCH = 16, 64, 128
# Candidates for each wanted row; their exact scores decide. Those of docs/neighbours.md: 40 for 10.
MORE = 4


def _index(width: int) -> Any:
    try:
        from usearch.index import Index
    except ImportError as error:
        raise MissingExtraError(
            _("an index of more than a million requirements needs an optional package."),
            hint=_("Install it: pip install 'profstandart-align[ann]'."),
        ) from error
    return Index(ndim=width, metric="ip", dtype="i8", connectivity=LINKS, expansion_add=BUILD, expansion_search=SEARCH)


def write_graph(folder: Path, rows: VectorRows) -> None:
    """Build the graph of the rows (requirements, dimension) and save it in ``folder``, a generation of the index.

    Raises:
        MissingExtraError: usearch is not installed.
    """
    graph = _index(rows.shape[1])
    for start in range(0, len(rows), BLOCK):
        block = np.asarray(rows[start : start + BLOCK], dtype=np.float32)
        graph.add(np.arange(start, start + len(block)), block)
    graph.save(str(folder / GRAPH_FILE))


def nearest_rows(register: Register, queries: Vectors, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The requirements nearest to each query, as `best_rows` gives them; exact if the index has no graph."""
    path = register.folder / GRAPH_FILE if register.folder else None
    if path is None or not path.is_file():
        return best_rows(register, queries, count)
    graph = _index(register.vectors.shape[1])
    graph.view(str(path))
    hits = graph.search(queries, count * MORE)
    places = np.asarray(hits.keys, dtype=np.int64).reshape(len(queries), -1)
    scores = np.empty(places.shape, dtype=np.float32)
    for row, query_hits in enumerate(places):
        # The file is read from front to back; `back` puts the rows into the order of the hits again.
        in_file, back = np.unique(query_hits, return_inverse=True)
        scores[row] = np.asarray(register.vectors[in_file], dtype=np.float32)[back] @ queries[row]
    order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(places, order, axis=1), np.take_along_axis(scores, order, axis=1)
