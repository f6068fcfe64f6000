"""corpora/gold/real: the judged sets of real programs and standards are consistent, and its card tells the truth."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache

import pytest

from alignment.catalogue import find
from alignment.model import Kind, Verdict
from alignment.settings import Settings
from tests.conftest import ROOT
from tests.helpers.kept import KEPT

FOLDER = ROOT / "corpora" / "gold" / "real"
LIMIT = 33_000_000


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def programs() -> dict[str, set[str]]:
    return {row["program"]: set(row["statements"].split()) for row in rows("programs")}


def by_requirement(name: str) -> dict[tuple[str, str], dict[str, int]]:
    result: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows(name):
        assert row["statement"] not in result[row["set"], row["requirement"]], row
        result[row["set"], row["requirement"]][row["statement"]] = int(row["grade"])
    return result


def test_every_table_has_whole_lines() -> None:
    for path in FOLDER.glob("*.tsv"):
        text = path.read_bytes().decode("utf-8")
        assert text.endswith("\n")
        assert "\r" not in text
        assert len({line.count("\t") for line in text.splitlines()}) == 1, path.name
        # Other line separators of Unicode would cut a text for readers that know them.
        assert len(text.splitlines()) == text.count("\n"), path.name


def test_it_is_as_large_as_it_says_and_not_larger_than_it_may_be() -> None:
    assert len(rows("requirements")) >= 3_000
    assert len(rows("grades")) >= 30_000
    assert len({(row["program"], row["standard"]) for row in rows("sets")}) >= 40
    assert len({row["standard"] for row in rows("sets")}) >= 12
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LIMIT


def test_none_of_the_kept_pairs_is_in_it() -> None:
    given = {row["program"]: (row["code"], row["name"]) for row in rows("programs")}
    assert not {(*given[row["program"]], row["standard"]) for row in rows("sets")} & KEPT
    assert "college" not in {row["set"] for row in rows("sets")}


@pytest.mark.parametrize("name", ["grades", "second"])
def test_a_graded_statement_belongs_to_the_program_of_the_set(name: str) -> None:
    of = programs()
    program = {row["set"]: row["program"] for row in rows("sets")}
    wrong = [row for row in rows(name) if row["statement"] not in of[program[row["set"]]]]
    assert not wrong[:3]


def test_statements_are_numbered_distinct_and_used() -> None:
    statements = rows("statements")
    own = [row["id"] for row in statements if not row["competence"]]
    assert own == [str(number) for number in range(1, len(own) + 1)]
    federal = [int(row["id"]) for row in statements if row["competence"]]
    assert federal
    assert len(set(federal)) == len(federal)
    assert min(federal) > len(own)
    assert len({(row["discipline"], row["kind"], row["text"]) for row in statements}) == len(statements)
    assert {row["kind"] for row in statements} == {Kind.TOPIC, Kind.TITLE, Kind.COMPETENCE}
    assert set().union(*programs().values()) == {row["id"] for row in statements}


def test_verdicts_agree_with_grades() -> None:
    grades = by_requirement("grades")
    asked = {(row["set"], row["requirement"]): row for row in rows("requirements")}
    assert len(asked) == len(rows("requirements"))
    assert asked.keys() == grades.keys()
    for key, row in asked.items():
        marks = Counter(grades[key].values())
        assert marks.keys() <= {0, 1, 2}
        if row["verdict"] == Verdict.COVERED:
            assert marks[2] or marks[1] > 1, key
        else:
            assert max(marks) == (1 if row["verdict"] == Verdict.PARTIAL else 0), key


def test_a_title_never_covers() -> None:
    titles = {row["id"] for row in rows("statements") if row["kind"] == Kind.TITLE}
    assert not [row for row in rows("grades") if row["statement"] in titles and row["grade"] == "2"]


def test_sets_count_what_they_hold() -> None:
    asked = Counter(row["set"] for row in rows("requirements"))
    graded = Counter(row["set"] for row in rows("grades"))
    assert {row["set"]: (int(row["requirements"]), int(row["pairs"])) for row in rows("sets")} == {
        name: (asked[name], graded[name]) for name in asked
    }


def test_requirements_are_those_of_the_standards_that_ship() -> None:
    standard = {row["set"]: row["standard"] for row in rows("sets")}
    for name in sorted(set(standard.values()) - {"O*NET"}):
        known = {item.id: (item.text, item.kind) for _, _, item in find(name, Settings()).requirements()}
        for row in rows("requirements"):
            if standard[row["set"]] == name:
                text, kind = known[row["requirement"]]
                assert (" ".join(text.split()), str(kind)) == (row["text"], row["kind"]), row


def test_second_readings_grade_what_the_first_graded() -> None:
    first, second = by_requirement("grades"), by_requirement("second")
    assert second
    # Candidates that were judged later had one reader.
    assert all(own.keys() <= first[key].keys() for key, own in second.items())
    alike = [own.keys() == first[key].keys() for key, own in second.items()]
    assert sum(alike) > len(alike) / 3
    assert {(row["set"], row["requirement"]) for row in rows("second_verdicts")} == second.keys()


def _kappa(pairs: list[tuple[int, int]]) -> float:
    """Quadratic-weighted kappa by its definition on the matrix of marks."""
    seen = Counter(pairs)
    a, b = Counter(x for x, _ in pairs), Counter(y for _, y in pairs)
    weight = {(x, y): (x - y) ** 2 / 4 for x in range(3) for y in range(3)}
    observed = sum(weight[key] * seen[key] for key in weight)
    expected = sum(weight[x, y] * a[x] * b[y] / len(pairs) for x, y in weight)
    return 1 - observed / expected


def test_the_card_counts_right() -> None:
    card = (FOLDER / "card.md").read_text(encoding="utf-8")
    grades = Counter(row["grade"] for row in rows("grades"))
    for given in (
        f"{len(rows('sets'))} sets",
        f"{len(rows('requirements')):,} requirements",
        f"{grades.total():,} graded",
        f"| grades | {', '.join(f'{mark} {grades[mark]:,}' for mark in '012')} |",
        f"all {len(rows('statements')):,} statements",
    ):
        assert given in " ".join(card.split()), given
    first, second = by_requirement("grades"), by_requirement("second")
    marks = [(first[key][number], mark) for key, own in second.items() for number, mark in own.items()]
    order = {Verdict.GAP: 0, Verdict.PARTIAL: 1, Verdict.COVERED: 2}
    together = {
        (r["set"], r["requirement"]) for r in rows("requirements") if r["reason"].lower().startswith("together")
    }

    def of_first(key: tuple[str, str]) -> int:
        """The verdict by what both readers saw: candidates that were judged later may have lifted it."""
        return 2 if key in together else max(int(first[key][number]) for number in second[key])

    both = [
        (of_first((row["set"], row["requirement"])), order[Verdict(row["verdict"])]) for row in rows("second_verdicts")
    ]
    match = re.search(
        r"^\| all \| \d+ \| ([\d,]+) \| ([\d.]+) \| [-\d.]+ \| ([\d,]+) \| ([\d.]+) \| [-\d.]+ \|$", card, re.MULTILINE
    )
    assert match
    assert match.groups() == (f"{len(both):,}", f"{_kappa(both):.2f}", f"{len(marks):,}", f"{_kappa(marks):.2f}")


def test_the_guide_of_the_site_is_the_guide_of_the_corpus() -> None:
    guide = (FOLDER / "guide.md").read_text(encoding="utf-8").removeprefix("# ")
    assert guide.strip() in (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
