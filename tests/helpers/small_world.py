"""Small data for tests of the models' recipe: files in the layout of ../shared/data, and a root with corpora/."""

from __future__ import annotations

import csv
from pathlib import Path

from lxml import etree

from tests.conftest import ROOT

VERBS = ("assemble", "measure", "design", "repair", "teach", "paint", "cook", "weld", "plan", "inspect")
THINGS = ("circuits", "bridges", "soups", "engines", "lessons", "walls", "cables", "gardens", "roofs", "pumps")


def table(path: Path, head: tuple[str, ...], rows: list[tuple[str, ...]], delimiter: str = "\t") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, delimiter=delimiter).writerows([head, *rows])


# One set for each standard and program, of several folds of the reranker.
SETS = ("mobile", "info-06.003", "infocom", "comp19", "ktes-40.016", "nano", "optics", "physnano")


def shared_data(root: Path) -> None:
    """Write 100 tasks of 50 occupations, ten activities, crosswalks and disciplines to ``root``."""
    tasks = [(str(n), f"{50 - n % 50}", f"{VERBS[n // 10]} the {THINGS[n % 10]} of customers") for n in range(100)]
    table(root / "onet" / "task_statements.tsv", ("Task ID", "O*NET-SOC Code", "Task"), tasks)
    doings = [(f"d{n}", f"{VERBS[n]} things") for n in range(10)]
    table(root / "onet" / "dwa_reference.tsv", ("DWA ID", "DWA Title"), doings)
    links = [(occupation, task, f"d{int(task) // 10}") for task, occupation, _ in tasks]
    table(root / "onet" / "tasks_to_dwas.tsv", ("O*NET-SOC Code", "Task ID", "DWA ID"), links)
    names = [(str(n), f"worker {n}", f"does {VERBS[n % 10]} {THINGS[n % 7]}") for n in range(1, 51)]
    table(root / "onet" / "occupation_data.tsv", ("O*NET-SOC Code", "Title", "Description"), names)
    german = [
        (
            f"g{n}",
            f"{thing} bauen",
            f"http://esco/{n}",
            f"{thing} herstellen",
            ("skos:exactMatch", "skos:broadMatch")[n % 2],
        )
        for n, thing in enumerate(THINGS)
    ]
    heads = ("national_id", "national_label", "esco_uri", "esco_label", "relation")
    table(root / "esco" / "de_ba_kompetenzen.tsv", heads, german)
    belgian = [
        (f"b{n}", f"construire {thing}", f"{thing} bouwen", f"http://esco/{n}", f"{thing} maken", "skos:closeMatch")
        for n, thing in enumerate(THINGS)
    ]
    heads = ("national_id", "national_label_fr", "national_label_nl", "esco_uri", "esco_label", "relation")
    table(root / "esco" / "be_vdab_competences.tsv", heads, belgian)
    subjects = [
        (f"Основы {thing} {n} / Basics of {thing} {n}", f"{thing}, {VERBS[n]}, практика")
        for n, thing in enumerate(THINGS)
    ]
    table(root / "itmo" / "discipline_keywords.csv", ("SUBJECT", "KEYWORDS"), subjects, ";")
    described = [(str(n), f"Изучаются основы {thing}. Цель: уметь {VERBS[n]}.") for n, thing in enumerate(THINGS)]
    table(root / "itmo" / "discipline_descriptions.csv", ("id", "description"), described, ";")


def repository(root: Path) -> None:
    """Write corpora/ with a part of a standard, some judged pairs, three requirements of eight judged programs, and those
    of one as if synthetic."""
    corpora = root / "corpora"
    for folder in (corpora / "standards", corpora / "gold" / "real", root / "models"):
        folder.mkdir(parents=True)
    standard = etree.parse(ROOT / "corpora" / "standards" / "06.001-2013.xml")
    for function in standard.findall(".//GeneralizedWorkFunction")[1:]:
        function.getparent().remove(function)
    standard.write(corpora / "standards" / "06.001-2013.xml", encoding="utf-8", xml_declaration=True)
    pairs = (ROOT / "corpora" / "gold" / "pairs.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    (corpora / "gold" / "pairs.tsv").write_text("".join([pairs[0], *pairs[1::200]]), encoding="utf-8")
    source, target = ROOT / "corpora" / "gold" / "real", corpora / "gold" / "real"
    requirements: list[dict[str, str]] = []
    all_grades = _rows(source / "grades.tsv")
    # Every set gets a candidate that covers, because the models need each grade in each part of the data.
    twos = {(row["set"], row["requirement"]) for row in all_grades if row["grade"] == "2"}
    for name in SETS:
        of_set = [row for row in _rows(source / "requirements.tsv") if row["set"] == name]
        of_set.sort(key=lambda row: (row["set"], row["requirement"]) not in twos)
        for verdict in ("covered", "partial", "gap"):
            requirements += [row for row in of_set if row["verdict"] == verdict][:1]
    asked = {(row["set"], row["requirement"]) for row in requirements}
    grades = [row for row in all_grades if (row["set"], row["requirement"]) in asked]
    graded = {row["statement"] for row in grades}
    sets = [row for row in _rows(source / "sets.tsv") if row["set"] in SETS]
    used = {row["program"] for row in sets}
    programs = [
        row | {"statements": " ".join(number for number in row["statements"].split() if number in graded)}
        for row in _rows(source / "programs.tsv")
        if row["program"] in used
    ]
    statements = [row for row in _rows(source / "statements.tsv") if row["id"] in graded]
    for name, rows in (
        ("sets", sets),
        ("programs", programs),
        ("requirements", requirements),
        ("grades", grades),
        ("statements", statements),
    ):
        _write(target / f"{name}.tsv", rows)
    # The first set again, as one of a standard that is not at hand.
    synthetic = corpora / "gold" / "synthetic"
    synthetic.mkdir()
    for name, rows in (("sets", sets), ("requirements", requirements), ("grades", grades)):
        of_first = [row | {"set": "synthetic"} for row in rows if row["set"] == sets[0]["set"]]
        _write(
            synthetic / f"{name}.tsv", [row | {"standard": "99.001"} if "standard" in row else row for row in of_first]
        )


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    lines = ["\t".join(row.values()) for row in ({key: key for key in rows[0]}, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
