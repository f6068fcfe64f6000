"""Does the standard that a program declares come first? ``python -m tests.benchmarks.declared``; part of
docs/suggest.md.

Real bachelor programs (139 of ITMO University, ../shared/data/itmo_programs) name the standards that their competences
come from. For those that name one at hand, all standards at hand are ranked by the program's disciplines and their
topics; competences and indicators are left out, as they are taken from the standards. Right is what it declares.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from alignment.analysis.suggest import fit_scores
from alignment.api.reading import all_standards
from alignment.cache import Cache
from alignment.catalogue.index import of_standards
from alignment.encoders import CachedEncoder, load_encoder
from alignment.language.codes import fold_code
from alignment.model import Discipline, Kind, Program, Standard, Statement
from alignment.settings import Settings
from tests.conftest import MODELS, SHARED

CODE = re.compile(r"\d{2}\.\d{3}")
# Editions and layouts of one code are one standard; this one's file gives it none.
UNCODED = {"Специалист по проектированию систем в корпусе": "29.006"}
Scores = NDArray[np.float64]


def _rows(name: str) -> list[dict[str, str]]:
    with (SHARED / "itmo_programs" / f"{name}.tsv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE))


def programs() -> list[tuple[Program, set[str]]]:
    """Programs with their disciplines and topics, and the codes of the standards that each declares."""
    declared: dict[str, set[str]] = defaultdict(set)
    for row in _rows("competences"):
        declared[row["program_id"]] |= set(CODE.findall(row["declared_standard"]))
    topics: dict[str, list[str]] = defaultdict(list)
    for row in _rows("topics"):
        topics[fold_code(row["discipline"])].append(row["topic"])
    taught: dict[str, list[str]] = defaultdict(list)
    for row in _rows("disciplines"):
        taught[row["program_id"]].append(row["discipline"])
    result = []
    for row in _rows("programs"):
        if not declared[row["program_id"]]:
            continue
        disciplines = [
            _discipline(title, topics[fold_code(title)]) for title in dict.fromkeys(taught[row["program_id"]])
        ]
        title = f"{row['direction']} {row['program']}"
        program = Program(title=title, code=row["direction_code"], year=row["year"], disciplines=tuple(disciplines))
        result.append((program, declared[row["program_id"]]))
    return result


def _discipline(title: str, topics: list[str]) -> Discipline:
    own = [Statement(id="", text=text, kind=Kind.TOPIC, discipline=title) for text in topics]
    return Discipline(title=title, statements=tuple(own))


def ranked(wanted: list[list[bool]], scores: list[Scores]) -> dict[str, float]:
    """MRR and recall@1 of the first right standard, and the mean AUC of right against other standards."""
    # A wrong standard of the same score goes first: a way that scores all alike earns nothing.
    ranks = [
        1 + int((own[~np.asarray(right)] >= own[np.asarray(right)].max()).sum())
        for right, own in zip(wanted, scores, strict=True)
    ]
    return {
        "MRR": float(np.mean([1 / rank for rank in ranks])),
        "recall@1": float(np.mean([rank == 1 for rank in ranks])),
        "AUC": float(np.mean([roc_auc_score(right, own) for right, own in zip(wanted, scores, strict=True)])),
    }


def words(found: list[Program], among: list[Standard]) -> list[Scores]:
    """TF-IDF of words over whole programs and whole standards: the lexical peer."""
    table = TfidfVectorizer(sublinear_tf=True)
    corpus = table.fit_transform(
        [" ".join([item.title, *(r.text for _, _, r in item.requirements())]) for item in among]
    )
    texts = [" ".join([*(d.title for d in item.disciplines), *(s.text for s in item.statements())]) for item in found]
    return list(
        (
            table.transform([f"{item.title} {text}" for item, text in zip(found, texts, strict=True)]) @ corpus.T
        ).toarray()
    )


def titles(found: list[Program], among: list[Standard], encoder: CachedEncoder) -> list[Scores]:
    """Cosine of the title of the program with that of the standard."""
    vectors = encoder.encode([*(item.title for item in found), *(item.title for item in among)])
    return list((vectors[: len(found)] @ vectors[len(found) :].T).astype(np.float64))


def measured() -> tuple[int, int, dict[str, dict[str, float]]]:
    """Programs that declare a standard at hand, standards at hand, and figures by way of ranking."""
    settings = Settings()
    among = all_standards(settings=settings)
    codes = [item.code or UNCODED.get(item.title, item.title) for item in among]
    own = [(program, declared) for program, declared in programs() if declared & set(codes)]
    wanted = [[code in declared for code in codes] for _, declared in own]
    result = [program for program, _ in own]
    with Cache(settings.cache_path()) as cache:
        encoder = CachedEncoder(load_encoder(MODELS), cache)
        register = of_standards(among, encoder)
        ways = {
            "`align suggest`, first look": [fit_scores(item, register, encoder) for item in result],
            "title of the program and of the standard": titles(result, among, encoder),
            "TF-IDF": words(result, among),
        }
    return len(result), len(among), {name: ranked(wanted, scores) for name, scores in ways.items()}


def lines() -> list[str]:
    """The section of docs/suggest.md."""
    count, among, figures = measured()
    return [
        f"{count} real programs that declare a standard at hand, ranked among {among} by their disciplines and topics "
        "(competences left out: they are taken from the standards):",
        "",
        "| way | MRR | recall@1 | AUC of declared against others |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {own['MRR']:.2f} | {own['recall@1']:.2f} | {own['AUC']:.2f} |" for name, own in figures.items()),
    ]


if __name__ == "__main__":
    print("\n".join(lines()))
