"""Is the right standard suggested? ``python -m tests.benchmarks.suggest``; writes docs/suggest.md.

O*NET: every occupation with at least eight tasks that have work activities is
described by the activities (DWAs) of half of its tasks, chosen by a fixed seed, and sought among all
occupations by the other half of their tasks: the mean over the description of the best likeness to any task.
Cards: which standards does a study plan of 11.03.03 (titles alone) and the whole sample rank first; right are
those whose qualification cards name that direction.
"""

from __future__ import annotations

import csv
import os
import platform
from collections import defaultdict
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from alignment.analysis.suggest import quick_scores
from alignment.encoders import Cache, CachedEncoder, load_encoder
from alignment.language.codes import fold
from alignment.model import Program
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import read_card
from alignment.tuning.scorers import engine_scorer, tfidf
from alignment.tuning.train_verdict import shipped_standards
from tests.conftest import ROOT, SHARED

SEED = 20261125
LEAST = 8
SAMPLE = ROOT / "corpora" / "programs" / "11.03.03"


def _rows(name: str) -> list[dict[str, str]]:
    with (SHARED / "onet" / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def halves() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Descriptions (activities of one half of the tasks) and tasks of the other half, by occupation."""
    names = {row["DWA ID"]: row["DWA Title"] for row in _rows("dwa_reference.tsv")}
    activity = {row["Task ID"]: names[row["DWA ID"]] for row in _rows("tasks_to_dwas.tsv") if row["DWA ID"] in names}
    tasks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows("task_statements.tsv"):
        tasks[row["O*NET-SOC Code"]].append((row["Task ID"], row["Task"]))
    random = np.random.default_rng(SEED)
    described, left = {}, {}
    for code, own in tasks.items():
        order = random.permutation(len(own))
        first, second = order[: len(own) // 2], order[len(own) // 2 :]
        texts = [activity[own[index][0]] for index in first if own[index][0] in activity]
        left[code] = [own[index][1] for index in second]
        if len(own) >= LEAST and len(texts) >= LEAST // 2:
            described[code] = texts
    return described, left


def ranks(described: dict[str, list[str]], left: dict[str, list[str]], scorer) -> NDArray[np.int64]:  # type: ignore[no-untyped-def]
    """Rank of the right occupation for each description."""
    queries = [text for texts in described.values() for text in texts]
    corpus = [text for texts in left.values() for text in texts]
    starts = np.cumsum([0, *(len(texts) for texts in left.values())])[:-1]
    codes = list(left)
    score = scorer(queries, corpus)
    found, at = [], 0
    for code, texts in described.items():
        block = score(at, at + len(texts))
        best = np.maximum.reduceat(block, starts, axis=1).mean(axis=0)
        found.append(1 + int((best > best[codes.index(code)]).sum()))
        at += len(texts)
    return np.asarray(found)


def main() -> None:
    """Measure and write."""
    described, left = halves()
    settings = Settings()
    lines = [
        "# Which standard fits",
        "",
        f"Made by `python -m tests.benchmarks.suggest` on {date.today().isoformat()} ({os.cpu_count()} cores, "
        f"Python {platform.python_version()}).",
        "",
        f"{len(described)} occupations of O*NET, each described by the activities of half of its tasks and sought among "
        f"{len(left)} by the tasks of the other half. The encoder was trained on links of seven eighths of them.",
        "",
        "| engine | recall@1 | recall@5 | MRR |",
        "|---|---:|---:|---:|",
    ]
    for name in ("adapted", "use", "minilm", "char TF-IDF"):
        try:
            scorer = tfidf if name == "char TF-IDF" else engine_scorer(load_encoder(name))
        except Exception as error:  # an engine that is not installed here
            lines.append(f"| {name} | {error} | | |")
            continue
        found = ranks(described, left, scorer)
        lines.append(f"| {name} | {np.mean(found == 1):.3f} | {np.mean(found <= 5):.3f} | {np.mean(1 / found):.3f} |")
    standards = shipped_standards(ROOT / "corpora" / "standards")
    cards = [read_card(path, settings) for path in sorted((SHARED / "qualifications").iterdir())]
    wanted = fold("Конструирование и технология электронных средств")
    right_titles = {fold(card.standard_title) for card in cards if wanted in {fold(name) for name in card.directions}}
    truth = [fold(item.title) in right_titles for item in standards]
    lines += ["", f"Cards name 11.03.03 for {sum(truth)} of {len(truth)} shipped standards. AUC of the first look:", ""]
    with Cache(None) as cache:
        encoder = CachedEncoder(load_encoder("adapted"), cache)
        programs: dict[str, Program] = {
            "the study plan alone (titles)": load([SAMPLE / "00 Учебный план.xlsx"], settings),
            "with thirteen illustrative work programmes": load([SAMPLE], settings),
        }
        for name, program in programs.items():
            lines.append(f"- {name}: {roc_auc_score(truth, quick_scores(program, standards, encoder)):.2f}")
    text = "\n".join(lines) + "\n"
    (ROOT / "docs" / "suggest.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
