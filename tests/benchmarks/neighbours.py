"""Which library finds neighbours beyond a million rows: ``python -m tests.benchmarks.neighbours [ROWS]``; writes
docs/neighbours.md.

faiss (faiss-cpu) is measured where it is installed; usearch comes with the extra [ann].
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from alignment.encoders import load_encoder
from tests.benchmarks.page import made, publish
from tests.benchmarks.register import recombined
from tests.conftest import MODELS

QUERIES, NEAREST, AMONG = 300, 10, 40


def rows(count: int) -> tuple[Any, Any]:
    """Vectors of the distribution of real requirements: mixtures of two; and real ones as queries."""
    random = np.random.default_rng(0)
    real = load_encoder(MODELS).encode([item.text for one in recombined(20_000) for _, _, item in one.requirements()])
    first, second = random.integers(0, len(real), (2, count))
    share = random.random((count, 1), dtype=np.float32)
    mixed = real[first] * share + real[second] * (1 - share)
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    return mixed.astype(np.float32), real[random.integers(0, len(real), QUERIES)]


def usearch(corpus: Any, queries: Any, path: Path) -> tuple[float, float, Any]:
    """Seconds to build and to answer, and what is found."""
    from usearch.index import Index

    began = time.monotonic()
    index = Index(
        ndim=corpus.shape[1], metric="ip", dtype="i8", connectivity=16, expansion_add=64, expansion_search=128
    )
    index.add(np.arange(len(corpus)), corpus, threads=2)
    built = time.monotonic()
    result = index.search(queries, AMONG, threads=2).keys
    answered = time.monotonic()
    index.save(str(path))
    return built - began, answered - built, result


def faiss(kind: str) -> Callable[[Any, Any, Path], tuple[float, float, Any]]:
    """The same for an index of faiss."""

    def run(corpus: Any, queries: Any, path: Path) -> tuple[float, float, Any]:
        import faiss as library

        library.omp_set_num_threads(2)
        began, width = time.monotonic(), corpus.shape[1]
        eight, product = library.ScalarQuantizer.QT_8bit, library.METRIC_INNER_PRODUCT
        if kind == "HNSW":
            index = library.IndexHNSWSQ(width, eight, 16, product)
            index.train(corpus[:5000])
            index.hnsw.efConstruction, index.hnsw.efSearch = 64, 128
        else:
            lists = int(4 * len(corpus) ** 0.5)
            quantizer = library.IndexFlatIP(width)
            index = library.IndexIVFScalarQuantizer(quantizer, width, lists, eight, product)
            index.train(corpus[: lists * 40])
            index.nprobe = 64
        index.add(corpus)
        built = time.monotonic()
        _, result = index.search(queries, AMONG)
        answered = time.monotonic()
        library.write_index(index, str(path))
        return built - began, answered - built, result

    return run


def main() -> None:
    """Measure and write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    corpus, queries = rows(count)
    began = time.monotonic()
    scores = queries @ corpus.T
    exact = np.argpartition(-scores, NEAREST, axis=1)[:, :NEAREST]
    seconds = time.monotonic() - began
    lines = [
        "# Nearest neighbours",
        "",
        f"{made(f'neighbours {count}')}: {count:,} rows of {corpus.shape[1]} dimensions, {QUERIES} queries, recall of the {NEAREST} nearest among "
        f"{AMONG} candidates.",
        "",
        "| | build, s | queries/s | recall | MB |",
        "|---|---:|---:|---:|---:|",
        f"| exact, float16 on disk | – | {QUERIES / seconds:,.0f} | 1 | {corpus.nbytes / 2e6:.0f} |",
    ]
    kinds = {
        "usearch HNSW, 8 bit": usearch,
        "faiss HNSW, 8 bit": faiss("HNSW"),
        "faiss IVF, 8 bit, 64 lists read": faiss("IVF"),
    }
    for name, run in kinds.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            try:
                built, answered, result = run(corpus, queries, path)
            except ImportError:
                continue
            recall = np.mean([len(set(one) & set(two)) / NEAREST for one, two in zip(result, exact, strict=True)])
            size = path.stat().st_size / 1e6
            lines.append(f"| {name} | {built:.1f} | {QUERIES / answered:,.0f} | {recall:.3f} | {size:.0f} |")
    publish("neighbours", lines)


if __name__ == "__main__":
    main()
