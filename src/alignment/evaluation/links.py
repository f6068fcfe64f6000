"""Links that people made between two texts on the same work. The encoder learns from them and is measured on them.

Every source is split into training and test by groups (occupation, national
concept, standard, discipline), never by row, so that nothing of a test group is
known from training. One group in eight is held out.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from alignment.model import Standard

# One group in eight is held out: the figures of models/encoder.card.md are measured on it, and a retraining keeps it.
HELD_OUT_ONE_IN = 8
LEAST_KEYWORDS = 20  # letters: fewer are one or two words, mostly the title again
SAME = ("exactMatch", "closeMatch")


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Pairs (query, target) of one source.

    ``groups`` has the group of each pair. ``corpus`` are all targets among which
    the right one must be found. ``weights`` are the weights of pairs in training,
    ``measured`` says which pairs count in the test; empty: all the same.
    """

    name: str
    pairs: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    corpus: tuple[str, ...]
    weights: tuple[float, ...] = ()
    measured: tuple[bool, ...] = ()

    def training(self) -> list[tuple[str, str, float]]:
        """The pairs of training groups, as (query, target, weight)."""
        weights = self.weights or (1.0,) * len(self.pairs)
        return [
            (query, target, weight)
            for (query, target), group, weight in zip(self.pairs, self.groups, weights, strict=True)
            if not held_out(group)
        ]

    def test(self) -> dict[str, set[str]]:
        """The held-out queries, with all right targets of each."""
        measured = self.measured or (True,) * len(self.pairs)
        answers: dict[str, set[str]] = defaultdict(set)
        for (query, target), group, counts in zip(self.pairs, self.groups, measured, strict=True):
            if held_out(group) and counts:
                answers[query].add(target)
        return dict(answers)


def every_text(sources: Iterable[Links]) -> list[str]:
    """The distinct texts of all pairs and corpora, sorted."""
    used = list(sources)
    known = {text for links in used for pair in links.pairs for text in pair}
    return sorted(known | {text for links in used for text in links.corpus})


def training_texts(sources: Iterable[Links]) -> list[str]:
    """The distinct texts of the training pairs, sorted."""
    return sorted({text for links in sources for pair in links.training() for text in pair[:2]})


def held_out(group: str) -> bool:
    """Whether a group belongs to the test part; the same on every machine and in every run."""
    return _part_of(group, HELD_OUT_ONE_IN) == 0


def half_of(group: str) -> int:
    """The half, 0 or 1, to which a group belongs; the same on every machine and in every run."""
    return _part_of(group, 2)


def _part_of(group: str, parts: int) -> int:
    return hashlib.blake2b(group.encode(), digest_size=4).digest()[0] % parts


def tsv(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file with a header and without quoting."""
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def _links(
    name: str,
    rows: Iterable[tuple[str, str, str]],
    corpus: Iterable[str] = (),
    weights: Sequence[float] = (),
    measured: Sequence[bool] = (),
) -> Links:
    pairs = [(query.strip(), target.strip(), group) for query, target, group in rows]
    return Links(
        name=name,
        pairs=tuple((query, target) for query, target, _ in pairs),
        groups=tuple(group for _, _, group in pairs),
        corpus=tuple(dict.fromkeys([*(item.strip() for item in corpus), *(target for _, target, _ in pairs)])),
        weights=tuple(weights),
        measured=tuple(measured),
    )


def onet(folder: Path) -> list[Links]:
    """Links of O*NET: task → detailed work activity, and description → title of an occupation; split by occupation."""
    tasks = {row["Task ID"]: row["Task"] for row in tsv(folder / "task_statements.tsv")}
    activities = {row["DWA ID"]: row["DWA Title"] for row in tsv(folder / "dwa_reference.tsv")}
    links = [
        row for row in tsv(folder / "tasks_to_dwas.tsv") if row["Task ID"] in tasks and row["DWA ID"] in activities
    ]
    occupations = tsv(folder / "occupation_data.tsv")
    return [
        _links(
            "onet",
            ((tasks[row["Task ID"]], activities[row["DWA ID"]], row["O*NET-SOC Code"]) for row in links),
            activities.values(),
        ),
        _links("onet titles", ((row["Description"], row["Title"], row["O*NET-SOC Code"]) for row in occupations)),
    ]


def esco(folder: Path) -> list[Links]:
    """Links of ESCO crosswalks: national competence → ESCO skill, and labels of one concept in two languages.

    They are split by national concept.
    """
    german = tsv(folder / "de_ba_kompetenzen.tsv")
    belgian = tsv(folder / "be_vdab_competences.tsv")
    labels = {row["esco_uri"].rsplit("/", 1)[-1]: row["esco_label"] for row in german}
    both = {row["esco_uri"]: row["esco_label"] for row in belgian if row["esco_uri"] in labels}
    crosswalks = (
        ("esco de", german, "national_label"),
        ("esco fr-nl", belgian, "national_label_fr"),
        ("esco nl", belgian, "national_label_nl"),
    )
    result = []
    for name, rows, column in crosswalks:
        kept = [row for row in rows if row[column].strip() and row["esco_label"].strip()]
        same = [row["relation"].removeprefix("skos:") in SAME for row in kept]
        result.append(
            _links(
                name,
                ((row[column], row["esco_label"], row["national_id"]) for row in kept),
                weights=[1.0 if one else 0.5 for one in same],  # broad and narrow links teach half
                measured=same,
            )
        )
    national = _links(
        "national fr-nl",
        (
            (row["national_label_fr"], row["national_label_nl"], row["national_id"])
            for row in {row["national_id"]: row for row in belgian}.values()
            if row["national_label_fr"].strip() and row["national_label_nl"].strip()
        ),
    )
    return [*result, national, _links("esco de-nl", ((labels[uri], nl, uri) for uri, nl in both.items()))]


def standards(sources: Sequence[Standard]) -> Links:
    """Links from a requirement to the work function to which it belongs; split by standard."""
    rows = [
        (item.text, function.name, standard.code or standard.title)
        for standard in sources
        for _, function, item in standard.requirements()
    ]
    return _links("standards ru", rows)


def disciplines(path: Path) -> Links:
    """Links from a Russian title of a discipline to the English one, and from keywords to the title; split by title.

    The file is that of ITMO (MIT licence).
    """
    rows: list[tuple[str, str, str]] = []
    with path.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source, delimiter=";"):
            russian, slash, english = (part.strip() for part in row["SUBJECT"].partition(" / "))
            if slash and russian and english:
                rows.append((russian, english, russian))
            if russian and len(row["KEYWORDS"] or "") > LEAST_KEYWORDS:
                rows.append((row["KEYWORDS"], russian, russian))
    return _links("disciplines ru-en", rows)


def all_links(shared: Path, sources: Sequence[Standard]) -> list[Links]:
    """The links of all sources under ``shared``, and of the given standards, in a fixed order."""
    return [
        *onet(shared / "onet"),
        *esco(shared / "esco"),
        standards(sources),
        disciplines(shared / "itmo" / "discipline_keywords.csv"),
    ]
