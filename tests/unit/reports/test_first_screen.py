"""The first screen: unknown is no gap, one number for coverage, scores beside thresholds, two screens."""

import io
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from rich.console import Console

from alignment import i18n
from alignment.analysis import coverage, declared
from alignment.analysis.coverage import tally
from alignment.model import (
    Alignment,
    Basis,
    DeclaredLink,
    Discipline,
    Evidence,
    Finding,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    Thresholds,
    Verdict,
    Weighting,
    WorkFunction,
    decide,
)
from alignment.reports import format_names, render, terminal
from alignment.reports.rows import quality
from alignment.reports.terminal_findings import doubtful, grouped, important
from alignment.reports.words import headline, how_to_give, score

LIMITS = Thresholds(covered=0.625, partial=0.275)
SCREENS = 60


@pytest.fixture(autouse=True)
def _language() -> object:
    i18n.activate("en")
    yield
    i18n.activate("en")


def program(known: int, titled: int) -> Program:
    """Disciplines with one topic each, then disciplines known by title only."""
    return Program(
        title="Электронные средства",
        code="11.03.03",
        disciplines=tuple(
            Discipline(
                title=f"Д{n}", statements=(Statement(id=f"s{n}", text=f"тема {n}", kind=kind, discipline=f"Д{n}"),)
            )
            for n in range(known + titled)
            for kind in (Kind.TOPIC if n < known else Kind.TITLE,)
        ),
    )


def build(known: int, titled: int, functions: int = 18, each: int = 12) -> Alignment:
    """Every requirement is answered by a discipline in turn; the scores rise from 0 to 1."""
    given = program(known, titled)
    texts = [statement for discipline in given.disciplines for statement in discipline.statements]
    kinds = (Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE)
    parts = tuple(
        WorkFunction(
            code=f"A/{n:02}.5",
            name="Техническое обслуживание сложных функциональных узлов аппаратуры",
            level="5",
            requirements=tuple(
                Requirement(
                    id=f"A/{n:02}.5-{m}", text=f"Регулировать сложные функциональные узлы {n} {m}", kind=kinds[m % 3]
                )
                for m in range(each)
            ),
        )
        for n in range(functions)
    )
    findings = []
    asked = [(part, item) for part in parts for item in part.requirements]
    for place, (part, item) in enumerate(asked):
        chance = place / (functions * each)
        statement = texts[place % len(texts)]
        findings.append(
            decide(
                Finding(
                    requirement=item,
                    function=part.code,
                    general_function="A",
                    verdict=Verdict.GAP,
                    probability=chance,
                    covers=max(0.0, 2 * chance - 1),
                    at_least_partial=min(1.0, 2 * chance),
                    evidence=(Evidence(statement=statement, probability=chance),),
                    title_only=statement.title_only,
                    basis=statement.basis,
                ),
                LIMITS,
            )
        )
    general = GeneralizedFunction(code="A", name="Эксплуатация радиоэлектронной аппаратуры", level="5", functions=parts)
    return Alignment(
        program=given,
        standard=Standard(code="06.005", title="Инженер-электроник", functions=(general,)),
        findings=tuple(findings),
        thresholds=LIMITS,
        engine="fast",
    )


def drawn(found: Alignment, width: int, *, details: bool = False) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False)
    terminal.draw([found], console, details=details, command=["plan.xlsx", "-s", "06.005"])
    return out.getvalue().splitlines()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("width", [80, 120])
def test_a_check_fits_two_screens_and_ends_with_totals_and_the_next_command(language: str, width: int) -> None:
    i18n.activate(language)
    alignment = build(8, 2)
    lines = drawn(alignment, width)
    assert len(lines) <= SCREENS
    head = headline(coverage(alignment))
    assert lines[-5].strip() == head
    assert any(head in line for line in lines[:8])
    assert "align check plan.xlsx -s 06.005 --details" in lines[-2]
    assert "align explain plan.xlsx -s 06.005 -r A/" in lines[-1]


@pytest.mark.parametrize("width", [80, 100, 120, 140, 160])
def test_names_and_evidence_can_be_read_at_every_width(width: int) -> None:
    """At 100 columns the name was cut to «Разрабо…», and evidence cells showed only the title of a discipline."""
    found = build(8, 2)
    lines = drawn(found, width)
    assert any("Эксплуатация радиоэлектронной аппаратуры" in line for line in lines)
    table = "\n".join(lines[next(n for n, line in enumerate(lines) if "weakest verdicts" in line) :])
    shown = [item for item in found.findings if item.verdict.answered and item.best and not item.title_only]
    assert any(item.best and item.best.statement.text[:25] in table for item in shown)
    assert not any(item.best and f"{item.best.statement.discipline}:" in table for item in shown)


def test_the_arrow_is_explained_on_the_first_screen() -> None:
    found = build(8, 2)
    general = structs.replace(found.standard.functions[0], level="7")
    high = structs.replace(
        found,
        program=structs.replace(found.program, degree="бакалавр"),
        standard=structs.replace(found.standard, functions=(general,)),
    )
    assert any("↑ above qualification level 6" in line for line in drawn(high, 100))
    assert not any("↑" in line for line in drawn(found, 100))


def test_the_details_have_every_requirement_with_its_id() -> None:
    alignment = build(8, 2)
    whole = " ".join(drawn(alignment, 140, details=True))
    assert all(f" {item.requirement.id} " in whole for item in alignment.findings)


def test_a_plan_of_titles_alone_has_no_percentage_and_no_gap() -> None:
    alignment = build(0, 10)
    total = coverage(alignment)
    assert (total.enough, total.total.gap, total.total.unknown) == (False, 0, total.total.total)
    assert (total.total.low, total.total.high) == (0.0, 1.0)
    text = "\n".join(drawn(alignment, 100))
    assert not re.search(r"\d ?%", text)
    assert "10" in how_to_give(total)[0]
    for name in sorted({"markdown", "html"} & set(format_names())):
        assert "Too little is known" in str(render([alignment], name))


@pytest.mark.parametrize(("known", "titled", "enough"), [(5, 5, True), (4, 6, False), (13, 134, False), (7, 3, True)])
def test_a_percentage_needs_half_of_the_disciplines(known: int, titled: int, enough: bool) -> None:
    summary = coverage(build(known, titled))
    assert summary.enough is enough
    assert ("%" in headline(summary)) is enough


def test_what_is_only_promised_is_not_known() -> None:
    """A matrix that gives each discipline its competences tells nothing of what the disciplines teach."""
    alignment = build(10, 0)
    program = msgspec.structs.replace(
        alignment.program,
        disciplines=tuple(
            msgspec.structs.replace(
                item,
                statements=tuple(
                    msgspec.structs.replace(line, kind=Kind.COMPETENCE if number < 6 else Kind.TOPIC)
                    for line in item.statements
                ),
            )
            for number, item in enumerate(alignment.program.disciplines)
        ),
    )
    total = coverage(msgspec.structs.replace(alignment, program=program))
    assert (total.sight.known, total.sight.promise_only, total.sight.title_only) == (4, 6, 0)
    assert not total.enough and "%" not in headline(total)
    assert how_to_give(total)[0] == "Work programmes missing: 6."


def test_data_quality_says_what_is_missing() -> None:
    assert quality(build(8, 2)) != []
    assert quality(build(10, 0)) == []


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_interval_holds_coverage_whatever_is_unknown(chances: list[tuple[float, bool]]) -> None:
    base = build(1, 0, 1, 1).findings[0]
    findings = [
        decide(
            msgspec.structs.replace(
                base, probability=chance, covers=chance**2, at_least_partial=chance**0.5, title_only=title
            ),
            LIMITS,
        )
        for chance, title in chances
    ]
    result = tally(findings, Weighting(), {})
    assert result.low <= result.coverage <= result.high
    assert sum(count for _value, count in result.counts) == result.total == len(chances)
    share = result.unknown / result.total
    assert result.high - result.low >= min(share, 1 - result.low) - 1e-4
    known = [item for item in findings if item.verdict is not Verdict.UNKNOWN]
    if known:
        assert result.coverage == pytest.approx(tally(known, Weighting(), {}).coverage * (1 - share), abs=1e-3)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_score_never_contradicts_the_threshold_beside_it(value: float, one: float, two: float) -> None:
    limits = Thresholds(covered=round(max(one, two), 3), partial=round(min(one, two), 3))
    finding = decide(msgspec.structs.replace(build(1, 0, 1, 1).findings[0], probability=round(value, 4)), limits)
    assert limits.verdict(float(score(finding, limits))) is finding.verdict


def test_important_gaps_say_a_text_once_and_what_is_declared_first() -> None:
    alignment = build(10, 0)
    twice = msgspec.structs.replace(
        alignment.findings[5],
        requirement=msgspec.structs.replace(
            alignment.findings[5].requirement, id="X", text=alignment.findings[3].requirement.text
        ),
    )
    alignment = msgspec.structs.replace(alignment, findings=(*alignment.findings[:5], twice, *alignment.findings[6:]))
    first, ids = important(alignment)[0]
    assert (first, ids) == (alignment.findings[3], [alignment.findings[3].requirement.id, "X"])
    link = DeclaredLink(competence="ПК-1", standard="06.005", function="A/02.5")
    claimed = msgspec.structs.replace(alignment, program=msgspec.structs.replace(alignment.program, declared=(link,)))
    assert important(claimed)[0][0].function == "A/02.5"


def test_weakest_verdicts_come_first_and_equal_evidence_is_one_entry() -> None:
    alignment = build(4, 0)
    entries = doubtful(alignment)
    least = {Verdict.COVERED: LIMITS.covered, Verdict.PARTIAL: LIMITS.partial}
    over = [own[0].probability - least[own[0].verdict] for own in entries]
    assert over == sorted(over)
    assert len(entries) == 8  # four statements, each behind partial and covered ones
    marked = list(
        grouped([item for item in alignment.findings if item.verdict is Verdict.PARTIAL and item.function == "A/06.5"])
    )
    assert sum(not repeated for _item, repeated in marked) == 4


def test_promised_and_taught_are_told_apart() -> None:
    alignment = build(10, 0)
    promise = Statement(id="c1", text="Способен регулировать узлы", kind=Kind.COMPETENCE, competence="ПК-1")
    assert promise.basis is Basis.PROMISED
    findings = tuple(
        msgspec.structs.replace(item, basis=Basis.PROMISED, promised=True) if number % 4 == 0 else item
        for number, item in enumerate(alignment.findings)
    )
    more = Discipline(title="Компетенции", statements=(promise,))
    mixed = msgspec.structs.replace(
        alignment,
        findings=findings,
        program=msgspec.structs.replace(alignment.program, disciplines=(*alignment.program.disciplines, more)),
    )
    promised = [item for item in findings if item.promise_only]
    taught = [item for item in findings if item.taught_only]
    assert promised
    assert len(promised) + len(taught) == sum(item.verdict.answered for item in findings)
    line = f"Promised, taught nowhere: {len(promised)}; taught, not promised: {len(taught)}"
    assert line in drawn(mixed, 120)
    assert not any("taught nowhere" in said for said in drawn(alignment, 120))


def test_declared_is_not_supported_by_what_other_disciplines_teach() -> None:
    alignment = build(10, 0, functions=1, each=10)
    sure = tuple(decide(msgspec.structs.replace(item, probability=0.9), LIMITS) for item in alignment.findings)
    own = msgspec.structs.replace(alignment.program.disciplines[0], competences=("ПК-1",))
    link = DeclaredLink(competence="ПК-1", standard="06.005", function="A/00.5")
    given = msgspec.structs.replace(
        alignment.program, disciplines=(own, *alignment.program.disciplines[1:]), declared=(link,)
    )
    (row,) = declared(msgspec.structs.replace(alignment, findings=sure, program=given)).rows
    assert (row.status, row.share, row.own_share) == ("elsewhere", 1.0, 0.1)
