"""Retrieval and separation on graded_ru, and agreement on the sample."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from alignment import check, load_program, load_standard
from alignment.encoders import Cache, CachedEncoder, load_encoder
from alignment.errors import MissingExtraError
from alignment.matching.features import untrained
from alignment.matching.verdict import load_model
from alignment.settings import Settings
from alignment.tuning.gold import Pair, read_pairs
from alignment.tuning.measure import all_features, pair_features, retrieval, separation


def _row(name: str, pairs: Sequence[Pair], matrix: np.ndarray) -> str:
    """A line of the table; ``matrix`` has shape (requirements, pairs)."""
    ids = list(dict.fromkeys(pair.requirement_id for pair in pairs))
    own = np.asarray([matrix[ids.index(pair.requirement_id), column] for column, pair in enumerate(pairs)])
    found, ranks = separation(pairs, own), retrieval(pairs, matrix)
    cells = [found["covered/none"], found["covered/partial"], found["partial/none"], ranks["recall@1"], ranks["MRR"]]
    return f"| {name} | " + " | ".join(f"{value:.3f}" for value in cells) + " |"


def graded(path: Path, settings: Settings) -> list[str]:
    """The table on graded_ru."""
    pairs = read_pairs(path)
    first = {pair.requirement_id: pair.requirement.text for pair in pairs}
    left, right = list(first.values()), [pair.statement.text for pair in pairs]
    tfidf = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).fit(left + right)
    lines = [
        "| | AUC covered/none | covered/partial | partial/none | recall@1 | MRR |",
        "|---|---:|---:|---:|---:|---:|",
        _row("char TF-IDF (2–4)", pairs, (tfidf.transform(left) @ tfidf.transform(right).T).toarray()),
        _row("rapidfuzz token_set_ratio", pairs, process.cdist(left, right, scorer=fuzz.token_set_ratio).astype(float)),
    ]
    for engine in ("use", "e5"):
        try:
            encoder = load_encoder(engine)
        except MissingExtraError:
            continue
        with Cache(settings.cache_path()) as cache:
            model = load_model(settings.data_path("models"), engine)
            table = all_features(pairs, CachedEncoder(encoder, cache), cache, model.common)
        rows = list(table.values())
        lines.append(_row(f"{engine}: cosine", pairs, np.stack([item[:, 0] for item in rows])))
        lines.append(
            _row(f"{engine}: cosine with context", pairs, np.stack([untrained(item[:, :4].T) for item in rows]))
        )
        if engine == "use":
            lines.append(_row("**use: verdict model**", pairs, np.stack([model.probability(item) for item in rows])))
            pair_features(pairs, table)
    return lines


def sample(corpora: Path, settings: Settings) -> list[str]:
    """Agreement of the sample's verdicts with the list made by hand."""
    folder = corpora / "programs" / "11.03.03"
    alignment = check(load_program(folder, settings=settings), load_standard("06.005"), settings=settings)
    found = {finding.requirement.id: finding for finding in alignment.findings}
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    pairs = Counter((row["verdict"], found[row["id"]].verdict.value) for row in rows)
    names = ("covered", "partial", "gap")
    lines = ["| by hand ↓, checker → | covered | partial | gap |", "|---|---:|---:|---:|"]
    lines += [f"| {one} | " + " | ".join(str(pairs[one, two]) for two in names) + " |" for one in names]
    agreed = sum(pairs[name, name] for name in names)
    lines += ["", f"Agreement {agreed} of {len(rows)} ({agreed / len(rows):.0%})."]
    for high, low in (("covered", "gap"), ("covered", "partial"), ("partial", "gap")):
        chosen = [row for row in rows if row["verdict"] in (high, low)]
        value = roc_auc_score(
            [row["verdict"] == high for row in chosen], [found[row["id"]].probability for row in chosen]
        )
        lines.append(f"ROC AUC {high}/{low}: {value:.3f}.")
    return lines
