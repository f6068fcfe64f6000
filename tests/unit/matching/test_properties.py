"""What holds for any program and any standard."""

import csv
import io

import msgspec
import yaml
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from alignment import reports
from alignment.analysis import coverage
from alignment.cache import Cache
from alignment.encoders import load_encoder
from alignment.matching import Aligner
from alignment.matching.verdict_model import load_model
from alignment.model import (
    Alignment,
    Discipline,
    Finding,
    Kind,
    Program,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    from_json,
    to_json,
)
from alignment.settings import Settings
from alignment.standards import read_file
from alignment.standards.labels import put_right
from alignment.standards.registry_xml import write
from tests.conftest import MODELS
from tests.helpers.strategies import programs, standards

MANY = hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ALIGNER = Aligner(load_encoder(MODELS), Cache(None), load_model(Settings().data_path("models")))
ORDER = {Verdict.UNKNOWN: 0, Verdict.GAP: 0, Verdict.PARTIAL: 1, Verdict.COVERED: 2}


def said(standard: Standard) -> list[tuple[str, str, Kind, str]]:
    return [(general.code, function.code, item.kind, item.text) for general, function, item in standard.requirements()]


@given(standards())
@MANY
def test_a_standard_is_read_as_it_was_written(tmp_path, standard: Standard) -> None:
    """As registry XML, YAML and CSV; within a work function the files keep requirements by kind."""
    assume(put_right(standard) == standard)  # what is called a skill and reads like knowledge is put right instead
    wanted = sorted(said(standard), key=lambda row: row[:3])
    (tmp_path / "s.xml").write_bytes(write(standard))
    names = {Kind.ACTION: "actions", Kind.SKILL: "skills", Kind.KNOWLEDGE: "knowledge"}
    tree = [
        {
            "code": general.code,
            "name": general.name,
            "level": general.level,
            "functions": [
                {"code": f.code, "name": f.name, "level": f.level}
                | {
                    name: own
                    for kind, name in names.items()
                    if (own := [r.text for r in f.requirements if r.kind is kind])
                }
                for f in general.functions
            ],
        }
        for general in standard.functions
    ]
    data = {"code": standard.code, "title": standard.title, "functions": tree}
    (tmp_path / "s.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["function_code", "kind", "text", "function_name", "general_name", "level", "code", "title"])
    for general, function, item in standard.requirements():
        row = [function.code, item.kind.value, item.text, function.name, general.name, general.level]
        table.writerow([*row, standard.code, standard.title])
    (tmp_path / "s.csv").write_text(out.getvalue(), encoding="utf-8")
    for name in ("s.xml", "s.yaml", "s.csv"):
        (again,) = read_file(tmp_path / name, Settings())
        assert sorted(said(again), key=lambda row: row[:3]) == wanted
        assert (again.code, again.title) == (standard.code, standard.title)


@given(programs(), standards())
@FEW
def test_a_check_says_something_of_every_requirement(program: Program, standard: Standard) -> None:
    alignment = ALIGNER.align(program, standard)
    assert [item.requirement for item in alignment.findings] == [item for _, _, item in standard.requirements()]
    known = {item.id for item in program.statements()}
    for finding in alignment.findings:
        assert 0 <= finding.covers <= finding.at_least_partial <= 1
        assert {entry.statement.id for entry in finding.evidence} <= known
        if finding.verdict.answered:
            assert finding.probability >= ALIGNER.thresholds.partial
        else:
            assert not finding.evidence
        assert (finding.verdict is Verdict.UNKNOWN) == finding.title_only
    total = coverage(alignment).total
    assert total.covered + total.partial + total.gap + total.unknown == len(alignment.findings)
    assert abs(total.coverage - (total.covered + total.partial / 2) / len(alignment.findings)) < 1e-4
    assert from_json(to_json(alignment), Alignment) == alignment
    for name in ("json", "csv", "markdown", "html", "xlsx", "docx"):
        assert reports.render([alignment], name)


@given(programs(), standards(), st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)))
@FEW
def test_stricter_thresholds_never_lift_a_verdict(
    program: Program, standard: Standard, four: tuple[float, ...]
) -> None:
    alignment = ALIGNER.align(program, standard)
    low, a, b, high = sorted(four)
    loose = alignment.rethreshold(Thresholds(covered=b, partial=low))
    strict = alignment.rethreshold(Thresholds(covered=high, partial=a))
    for one, two in zip(loose.findings, strict.findings, strict=True):
        assert ORDER[one.verdict] >= ORDER[two.verdict]
    back = strict.rethreshold(alignment.thresholds)
    assert back == alignment  # nothing is lost on the way


@given(programs(), standards())
@FEW
def test_more_taught_never_makes_less_covered(program: Program, standard: Standard) -> None:
    """A discipline more, which says a requirement word for word, makes no single statement weaker and no verdict worse."""
    before = ALIGNER.align(program, standard)
    taught = next(item for _, _, item in standard.requirements())
    statement = Statement(id="new", text=taught.text, kind=taught.kind, discipline=standard.title)
    more = Discipline(title=standard.title, statements=(statement,))
    after = ALIGNER.align(msgspec.structs.replace(program, disciplines=(*program.disciplines, more)), standard)
    for old, new in zip(before.findings, after.findings, strict=True):
        if not old.together:  # two statements are read as one among the best few, where the new one may take a place
            assert ORDER[new.verdict] >= ORDER[old.verdict]
        if old.nearest and new.nearest:  # the likeliest to cover, whatever else it touches; content goes before titles
            assert new.nearest.covers >= old.nearest.covers - 1e-4 or old.nearest.statement.title_only
        else:
            assert strongest(new) >= strongest(old) - 1e-4
    assert after.findings[0].best is not None


def strongest(finding: Finding) -> float:
    """The probability of the best single statement."""
    return max((entry.probability for entry in finding.evidence), default=0.0)
