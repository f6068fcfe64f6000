"""Is the right standard suggested? ``python -m tests.benchmarks.suggest``; writes docs/suggest.md.

O*NET: every occupation with at least eight tasks that have work activities is
described by the activities (DWAs) of half of its tasks, chosen by a fixed seed, and sought among all
occupations by the other half of their tasks: mean direction against mean direction, as the first look does.
Cards: which standards does a study plan of 11.03.03 (titles alone) and the whole sample rank first; right are
those whose qualification cards name that direction.
"""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from alignment.analysis.suggest import NAMING_WEIGHT, centred_scores, shortlist
from alignment.cache import Cache
from alignment.catalogue.index import of_standards
from alignment.encoders import CachedEncoder, load_encoder, unit
from alignment.evaluation.shipped import shipped_standards
from alignment.language.codes import fold_code
from alignment.model import Program
from alignment.programs import load
from alignment.settings import Settings
from alignment.standards import read_card
from tests.benchmarks import declared
from tests.benchmarks.minilm import MiniLm
from tests.benchmarks.page import made, publish
from tests.conftest import MODELS, ROOT, SHARED

SEED = 20261125
LEAST = 8
SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"


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


def ranks(described: dict[str, list[str]], left: dict[str, list[str]], encode) -> NDArray[np.int64]:  # type: ignore[no-untyped-def]
    """Rank of the right occupation for each description: mean directions, the register's mean taken out of both."""
    one, two = (_means(groups, encode) for groups in (described, left))
    scores = np.stack([centred_scores(row[None], two, 1) for row in one])
    codes = {code: number for number, code in enumerate(left)}
    right = scores[np.arange(len(one)), [codes[code] for code in described]]
    return np.asarray(1 + (scores > right[:, None]).sum(axis=1))


def _means(groups: dict[str, list[str]], encode) -> NDArray[np.float32]:  # type: ignore[no-untyped-def]
    vectors = encode([text for texts in groups.values() for text in texts])
    starts = np.cumsum([0, *(len(texts) for texts in groups.values())])[:-1]
    return unit(np.add.reduceat(vectors, starts, axis=0))


def words(described: dict[str, list[str]], left: dict[str, list[str]]) -> NDArray[np.int64]:
    """The same by TF-IDF of words over whole descriptions: the lexical peer in its best form."""
    table = TfidfVectorizer(sublinear_tf=True)
    corpus = table.fit_transform([" ".join(texts) for texts in left.values()])
    scores = (table.transform([" ".join(texts) for texts in described.values()]) @ corpus.T).toarray()
    codes = {code: number for number, code in enumerate(left)}
    right = scores[np.arange(len(scores)), [codes[code] for code in described]]
    return np.asarray(1 + (scores > right[:, None]).sum(axis=1))


def standards_by_halves() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Each shipped standard, described by half of its requirements and sought by the other half."""
    random = np.random.default_rng(SEED)
    described, left = {}, {}
    for standard in shipped_standards(Settings()):
        texts = [item.text for _, _, item in standard.requirements()]
        order = random.permutation(len(texts))
        key = standard.code or standard.title
        described[key] = [texts[index] for index in order[: len(texts) // 2]]
        left[key] = [texts[index] for index in order[len(texts) // 2 :]]
    return described, left


def main() -> None:
    """Measure and write."""
    described, left = halves()
    settings = Settings()
    lines = [
        "# Which standard fits",
        "",
        f"{made('suggest')}.",
        "",
        f"{len(described)} occupations of O*NET, each described by the activities of half of its tasks and sought among "
        f"{len(left)} by the tasks of the other half. The encoder was trained on links of seven eighths of them.",
        "",
        "| engine | recall@1 | recall@5 | MRR |",
        "|---|---:|---:|---:|",
    ]
    ways = {
        "adapted": lambda: ranks(described, left, load_encoder(MODELS).encode),
        "minilm": lambda: ranks(described, left, MiniLm().encode),
        "TF-IDF": lambda: words(described, left),
    }
    for name, way in ways.items():
        try:
            result = way()
        except ImportError as error:  # the peer is not installed here
            lines.append(f"| {name} | {error} | | |")
            continue
        lines.append(
            f"| {name} | {np.mean(result == 1):.3f} | {np.mean(result <= 5):.3f} | {np.mean(1 / result):.3f} |"
        )
    halves_of = standards_by_halves()
    result = ranks(*halves_of, load_encoder(MODELS).encode)
    lines += [
        "",
        f"The {len(result)} shipped standards, each described by half of its requirements (not reworded) and sought by the "
        f"other half: recall@1 {np.mean(result == 1):.3f}, MRR {np.mean(1 / result):.3f}; TF-IDF "
        f"{np.mean(words(*halves_of) == 1):.3f}: too easy to tell engines apart.",
    ]
    standards = shipped_standards(Settings())
    cards = [read_card(path, settings) for path in sorted((SHARED / "qualifications").iterdir())]
    wanted = fold_code("Конструирование и технология электронных средств")
    right_titles = {
        fold_code(card.standard_title) for card in cards if wanted in {fold_code(name) for name in card.directions}
    }
    truth = [fold_code(item.title) in right_titles for item in standards]
    lines += [
        "",
        f"Cards name 11.03.03 for {sum(truth)} of {len(truth)} shipped standards (two: a very small test). AUC of the ranking "
        "of the shipped standards for a program of that direction:",
        "",
        "| program | vectors alone | with the directions that standards name |",
        "|---|---:|---:|",
    ]
    with Cache(None) as cache:
        encoder = CachedEncoder(load_encoder(MODELS), cache)
        register = of_standards(standards, encoder)
        programs: dict[str, Program] = {
            "the study plan alone (titles)": load([SAMPLE / "00 Учебный план.xlsx"], settings),
            "with thirteen illustrative work programmes": load([SAMPLE], settings),
        }
        for name, program in programs.items():
            _order, scores, named = shortlist(program, register, encoder, 8)
            alone = scores - NAMING_WEIGHT * np.asarray([named[number].weight for number in range(len(standards))])
            lines.append(f"| {name} | {roc_auc_score(truth, alone):.2f} | {roc_auc_score(truth, scores):.2f} |")
    lines += ["", *declared.lines()]
    publish("suggest", lines)


if __name__ == "__main__":
    main()
