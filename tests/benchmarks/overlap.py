"""Does overlap find the same work? ``python -m tests.benchmarks.overlap``; writes docs/overlap-figures.md.

Gold: O*NET tasks of different occupations that share a detailed work activity (DWA). Only tasks of the occupations
that the encoder's training did not see, and only DWAs of the half on which links were not calibrated. Clusters: tasks
with just one DWA.
Then the question of the project's origin, answered on the shipped standards and on O*NET: in which industries is the
electronic engineer the same person?
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import adjusted_rand_score, average_precision_score

from alignment import api
from alignment.analysis.overlap import exchange, links, load_chance
from alignment.analysis.overlap.groups import communities
from alignment.analysis.overlap.links import directions, nodes
from alignment.catalogue.index import of_standards
from alignment.encoders import load_encoder
from alignment.evaluation.links import tsv
from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.settings import Settings
from models.recipe.train_overlap import Tasks, held_out_tasks, pairs_of, same_of
from tests.benchmarks.minilm import MiniLm
from tests.benchmarks.page import made, publish
from tests.conftest import MODELS, ROOT, SHARED

LEAST = 0.3
# Electronics, electrical, automotive, avionics and telecommunications; a cook as the stranger.
OCCUPATIONS = (
    "17-2072.00",
    "17-2071.00",
    "17-3023.01",
    "17-3023.03",
    "17-2141.02",
    "49-2091.00",
    "49-2022.00",
    "49-2093.00",
    "49-2096.00",
    "35-2014.00",
)


class Tfidf:
    """Character TF-IDF as an engine, fitted on all texts at once."""

    name, version = "char TF-IDF", "1"

    def encode(self, texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        from sklearn.feature_extraction.text import TfidfVectorizer

        result = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(texts)
        return result.toarray().astype(np.float32)


def bcubed(truth: Sequence[object], made: Sequence[object]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga & Baldwin 1998)."""
    both, one, two = Counter(zip(truth, made, strict=True)), Counter(truth), Counter(made)
    precision = float(np.mean([both[t, m] / two[m] for t, m in zip(truth, made, strict=True)]))
    recall = float(np.mean([both[t, m] / one[t] for t, m in zip(truth, made, strict=True)]))
    return precision, recall, 2 * precision * recall / (precision + recall)


def figures(tasks: Tasks, engine) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """Pairs by cosine, links by probability, clusters."""
    pairs = pairs_of(tasks, engine)
    names = {name: number for number, name in enumerate(dict.fromkeys(tasks.occupations))}
    owner = np.asarray([names[name] for name in tasks.occupations])
    chance = load_chance(ROOT / "models", "adapted")
    vectors = engine.encode(list(tasks.texts))
    # Peers have no calibrated links: their least cosine is the one that gives as many links as the product has.
    result = links(vectors, owner, chance)
    if engine.name == "adapted":
        figures.count = sum(link.probability >= LEAST for link in result)  # type: ignore[attr-defined]
    kept = sorted(result, key=lambda link: -link.cosine)[: figures.count]  # type: ignore[attr-defined]
    if engine.name == "adapted":
        kept = [link for link in result if link.probability >= LEAST]
    same = same_of(tasks)
    right = sum(bool(same[link.one, link.two]) for link in kept)
    group = dict.fromkeys(range(len(owner)), -1)
    for number, members in enumerate(communities(len(owner), kept)):
        group.update(dict.fromkeys(members, number))
    single = [row for row, own in enumerate(tasks.activities) if len(own) == 1]
    truth = [next(iter(tasks.activities[row])) for row in single]
    made = [group[row] if group[row] >= 0 else f"alone {row}" for row in single]
    codes = {name: number for number, name in enumerate(dict.fromkeys(map(str, made)))}
    precision, recall, f1 = bcubed(truth, made)
    return {
        "average precision of pairs": float(average_precision_score(pairs.same, pairs.cosines)),
        "links": float(len(kept)),
        "of them right": right / max(1, len(kept)),
        "adjusted Rand": float(adjusted_rand_score(truth, [codes[str(item)] for item in made])),
        "B-cubed precision": precision,
        "B-cubed recall": recall,
        "B-cubed F1": f1,
    }


def occupations() -> list[Standard]:
    """Occupations as standards: every task a work function of its own."""
    folder = SHARED / "onet"
    titles = {row["O*NET-SOC Code"]: row["Title"] for row in tsv(folder / "occupation_data.tsv")}
    result = []
    for code in OCCUPATIONS:
        tasks = [row for row in tsv(folder / "task_statements.tsv") if row["O*NET-SOC Code"] == code]
        functions = tuple(
            WorkFunction(
                code=row["Task ID"],
                name=row["Task"],
                requirements=(Requirement(id=row["Task ID"], text=row["Task"], kind=Kind.ACTION),),
            )
            for row in tasks
        )
        general = GeneralizedFunction(code="A", name=titles.get(code, code), functions=functions)
        if tasks:
            result.append(Standard(code=code, title=titles[code], functions=(general,)))
    return result


def matrix(standards: Sequence[Standard], name: str) -> list[str]:
    """The exchange of some standards, and who is nearest to the first."""
    engine = load_encoder(MODELS)
    register = of_standards(standards, engine)
    made = exchange(
        register, directions(register, nodes(register), engine), load_chance(ROOT / "models", "adapted"), by_area=False
    )
    lines = [f"## {name}", "", "The row has this share (%) of what the column asks.", ""]
    lines.append("| | " + " | ".join(item or "–" for item in made.names) + " |")
    lines.append("|---|" + "---:|" * len(made.names))
    for row, (own, title) in enumerate(zip(made.names, made.titles, strict=True)):
        cells = ["·" if row == column else f"{value * 100:.0f}" for column, value in enumerate(made.cells[row])]
        lines.append(f"| {own if own != title else ''} {title} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def main() -> None:
    """Measure and write."""
    tasks = held_out_tasks(SHARED / "onet", half=1)
    rows = []
    ways = {"adapted": lambda: load_encoder(MODELS), "minilm": MiniLm, "char TF-IDF": Tfidf}
    for name, way in ways.items():
        try:
            rows.append((name, figures(tasks, way())))
        except ImportError as error:  # the peer is not installed here
            sys.stderr.write(f"{name}: {error}\n")
    settings = Settings()
    lines = [
        "# Overlap in figures",
        "",
        f"{made('overlap')}.",
        "",
        f"{len(tasks.texts)} tasks of O*NET, of occupations that no training saw and of DWAs on which nothing was "
        "calibrated. Right: two tasks of different occupations that share a DWA. Experts gave most tasks one DWA, so that "
        "many pairs that mean the same work count as wrong here.",
        "",
        "| engine | " + " | ".join(rows[0][1]) + " |",
        "|---|" + "---:|" * len(rows[0][1]),
    ]
    for name, result in rows:
        cells = [f"{value:.0f}" if key == "links" else f"{value:.3f}" for key, value in result.items()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += ["", *matrix(api.all_standards(settings=settings), "The shipped standards")]
    lines += matrix(
        occupations(), "O*NET: electronics, electrical, automotive, avionics, telecommunications, and a cook"
    )
    publish("overlap-figures", lines)


if __name__ == "__main__":
    main()
