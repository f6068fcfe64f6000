"""Verdicts by a language model that the user runs, on the findings of a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing

import msgspec

from alignment.api.common import aligner_of
from alignment.i18n import language
from alignment.judge import Estimate, Judge, Outcome, least_sure, question_of, with_verdict
from alignment.judge.guide import PLAIN_CASES
from alignment.judge.measured import Worth, load_worth
from alignment.judge.question import Question
from alignment.judge.server import checked_url, require_client
from alignment.matching import Aligner
from alignment.matching.explain import Explanation
from alignment.model import Alignment, Evidence, Finding, JudgeRun, Program, Standard
from alignment.progress import Progress
from alignment.settings import Settings, load_settings

# A finding's place, and the candidates that the judge is asked to grade.
Chosen = list[tuple[int, list[Evidence]]]


def check_judge(settings: Settings, *, sending: bool = True) -> None:
    """Could the judge of the settings be asked? Nothing is sent; without ``sending`` nothing will be.

    Raises:
        SettingsError: no address of a server, a password in it, or no model named.
        MissingExtraError: the extra ``[judge]`` is not installed.
    """
    checked_url(settings)
    if sending:
        require_client()


def judge(
    alignment: Alignment,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
) -> Alignment:
    """The alignment with the verdicts of the model that ``settings.judge`` and ``settings.judge_model`` name.

    It is asked about the share ``judge_share`` of the findings that are least
    sure, each with its best candidates, by the guide (docs/guide.md). Where no
    usable answer comes the built-in verdict stays, with a mark
    (`Finding.judged`); `Alignment.judge` says what was sent, and why a server
    that cannot be reached or a model that fails the guide's plain cases was
    not used. ``say`` is told how the model did on the plain cases before
    anything of the program is sent.

    Raises:
        As `check_judge`.
    """
    settings = settings or load_settings()
    check_judge(settings)
    with aligner_of(settings, progress) as aligner:
        chosen, questions = questions_of(alignment, aligner, settings)
        asking = Judge(settings, aligner.cache, language=language(), progress=progress)
        findings = list(alignment.findings)
        worth = load_worth(settings.profiles_path(), settings.judge_model, asking.guide.version)
        outcomes: dict[int, Outcome] = {}
        fit = asking.fit()
        if say:
            say(asking.plain_line)
        if fit:
            with closing(asking.answers(questions)) as answers:
                outcomes = dict(answers)
        for number, outcome in outcomes.items():
            place, candidates = chosen[number]
            findings[place] = with_verdict(findings[place], candidates, outcome, worth, settings.evidence)
    return msgspec.structs.replace(
        alignment, findings=tuple(findings), judge=judge_run(asking, settings, outcomes.values(), worth)
    )


def judge_estimate(alignment: Alignment, *, settings: Settings | None = None) -> Estimate:
    """What `judge` would ask of this alignment and how many tokens that takes at most; nothing is sent.

    Raises:
        SettingsError: no address of a server, a password in it, or no model named.
    """
    settings = settings or load_settings()
    checked_url(settings)
    with aligner_of(settings, None) as aligner:
        _, questions = questions_of(alignment, aligner, settings)
        return Judge(settings, aligner.cache, language=language()).estimate(questions)


def questions_of(alignment: Alignment, aligner: Aligner, settings: Settings) -> tuple[Chosen, list[Question]]:
    """The findings that the judge is asked about, least sure first, and the questions."""
    comparison = aligner.prepare(alignment.program, alignment.standard)
    place_of = {(function.code, item.id): place for place, (_, function, item) in enumerate(comparison.requirements)}
    chosen: Chosen = []
    questions = []
    for number in least_sure(alignment.findings, settings.judge_share):
        finding = alignment.findings[number]
        place = place_of[finding.function, finding.requirement.id]
        side, cosines = comparison.requirement_texts[place], comparison.vectors.cosines(place)
        ranked = aligner.rank_candidates(comparison, side, cosines, settings.judge_candidates)
        candidates = _with_own(finding, [item for _, item in ranked])[: settings.judge_candidates]
        chosen.append((number, candidates))
        questions.append(question_of(finding, comparison.requirements[place][1], candidates))
    return chosen, questions


def _with_own(finding: Finding, candidates: list[Evidence]) -> list[Evidence]:
    """The candidates, those that the built-in verdict rests on first."""
    own_ids = {item.statement.id for item in finding.candidates}
    return [*finding.candidates, *(item for item in candidates if item.statement.id not in own_ids)]


def judge_run(asking: Judge, settings: Settings, outcomes: Iterable[Outcome], worth: Worth | None) -> JudgeRun:
    """What was sent where, and what came of it."""
    every = list(outcomes)
    status = Counter(outcome.status for outcome in every)
    spent = asking.spent
    return JudgeRun(
        url=settings.judge.rstrip("/"),
        model=settings.judge_model,
        guide=asking.guide.version,
        answered_by=spent.answered_by,
        share=settings.judge_share,
        sent=asking.sent,
        kept=sum(outcome.kept for outcome in every),
        accepted=status["accepted"],
        repaired=status["repaired"],
        refused=status["refused"],
        unanswered=status["unanswered"],
        calls=spent.calls,
        retries=spent.retries,
        tokens_in=spent.tokens_in,
        tokens_out=spent.tokens_out,
        plain_right=asking.plain_right,
        plain_cases=len(PLAIN_CASES),
        measured_on=worth.total if worth else 0,
        problem=asking.problem,
    )


def explain_judged(
    explanation: Explanation, program: Program, standard: Standard, settings: Settings, progress: Progress | None
) -> Explanation:
    """An explanation with what the judge says of its finding.

    Raises:
        As `check_judge`.
    """
    one = Alignment(
        program=program,
        standard=standard,
        findings=(explanation.finding,),
        thresholds=explanation.thresholds,
        engine=settings.engine,
    )
    whole = msgspec.structs.replace(settings, judge_share=1.0)
    alignment = judge(one, settings=whole, progress=progress)
    return msgspec.structs.replace(explanation, finding=alignment.findings[0], judge=alignment.judge)
