import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignment.model import (
    Alignment,
    Evidence,
    Finding,
    Kind,
    Location,
    Program,
    Requirement,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    decide,
    from_json,
    to_json,
)


def evidence(probability: float, kind: Kind = Kind.SKILL) -> Evidence:
    return Evidence(statement=Statement(id="s1", text="паять", kind=kind), probability=probability)


def finding(probability: float, *, title_only: bool = False) -> Finding:
    return Finding(
        requirement=Requirement(id="A/01.5-У1", text="Паять", kind=Kind.SKILL),
        function="A/01.5",
        general_function="A",
        verdict=Verdict.GAP,
        probability=probability,
        evidence=(evidence(probability, Kind.TITLE if title_only else Kind.SKILL), evidence(probability / 2)),
        title_only=title_only,
    )


THRESHOLDS = Thresholds(covered=0.8, partial=0.4)


@pytest.mark.parametrize("probability", [0.05, 0.6, 0.95])
def test_a_title_alone_tells_nothing(probability: float) -> None:
    unknown = decide(finding(probability, title_only=True), THRESHOLDS)
    assert unknown.verdict is Verdict.UNKNOWN
    assert unknown.evidence == ()
    assert unknown.best == evidence(probability, Kind.TITLE)
    assert decide(unknown, Thresholds(covered=0.01, partial=0.01)).verdict is Verdict.UNKNOWN


def test_a_gap_keeps_its_nearest_miss_and_no_evidence() -> None:
    gap = decide(finding(0.2), THRESHOLDS)
    assert gap.verdict is Verdict.GAP
    assert gap.evidence == ()
    assert gap.nearest == evidence(0.2)
    assert gap.best == gap.nearest


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_verdict_depends_on_thresholds_only(probability: float, one: float, two: float) -> None:
    loose = Thresholds(covered=max(one, two), partial=min(one, two))
    once = decide(decide(finding(probability), THRESHOLDS), loose)
    assert once.verdict == decide(finding(probability), loose).verdict
    assert once.best is not None


def test_rethreshold_needs_no_new_computation() -> None:
    alignment = Alignment(
        program=Program(title="p"),
        standard=Standard(code="06.005", title="s"),
        findings=(decide(finding(0.6), THRESHOLDS),),
        thresholds=THRESHOLDS,
        engine="use",
    )
    assert alignment.findings[0].verdict is Verdict.PARTIAL
    again = alignment.rethreshold(Thresholds(covered=0.5, partial=0.1))
    assert again.findings[0].verdict is Verdict.COVERED
    assert from_json(to_json(again), Alignment) == again


def test_a_location_reads_as_a_place() -> None:
    assert str(Location(file="a.pdf", page=3, cell="T1R2")) == "a.pdf, p. 3, T1R2"
    assert str(Location(file="a.xlsx", sheet="План", cell="C7")) == "a.xlsx, sheet План, C7"
