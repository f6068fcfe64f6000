"""Ask a language model that the user runs for verdicts on the findings of a check."""

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

# For each question: the place of its finding in the alignment, and the candidates that the judge is asked to grade.
Chosen = list[tuple[int, list[Evidence]]]


def check_judge(settings: Settings, *, sending: bool = True) -> None:
    """Check that the judge of the settings could be asked. This sends nothing.

    Args:
        settings: with `judge` and `judge_model`.
        sending: False when the run will send nothing (a dry run); the extra is then not needed.

    Raises:
        SettingsError: the settings name no server or no model, or the address has a password in it.
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

    The model is asked about the least sure findings (the share ``judge_share``
    of all), each with its best candidates, by the guide (docs/guide.md). Where
    the model gives no usable answer, the built-in verdict stays and
    `Finding.judged` says so. `Alignment.judge` says what was sent. If the server
    cannot be reached or the model fails the plain cases of the guide, the model
    is not used and `Alignment.judge` says why.

    Args:
        alignment: as `check` gives it.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.
        say: called with one line on how the model did on the plain cases, before anything of the program is sent.

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
    """How many questions `judge` would ask about this alignment, and at most how many tokens. This sends nothing.

    Raises:
        SettingsError: the settings name no server or no model, or the address has a password in it.
    """
    settings = settings or load_settings()
    checked_url(settings)
    with aligner_of(settings, None) as aligner:
        _, questions = questions_of(alignment, aligner, settings)
        return Judge(settings, aligner.cache, language=language()).estimate(questions)


def questions_of(alignment: Alignment, aligner: Aligner, settings: Settings) -> tuple[Chosen, list[Question]]:
    """The findings that the judge is asked about, least sure first, and the question about each."""
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
    """The candidates without repeats; those on which the built-in verdict rests come first."""
    own_ids = {item.statement.id for item in finding.candidates}
    return [*finding.candidates, *(item for item in candidates if item.statement.id not in own_ids)]


def judge_run(asking: Judge, settings: Settings, outcomes: Iterable[Outcome], worth: Worth | None) -> JudgeRun:
    """The record of one run of the judge: which server and model, what was sent, how the answers came out."""
    answered = list(outcomes)
    status = Counter(outcome.status for outcome in answered)
    spent = asking.spent
    return JudgeRun(
        url=settings.judge.rstrip("/"),
        model=settings.judge_model,
        guide=asking.guide.version,
        answered_by=spent.answered_by,
        share=settings.judge_share,
        sent=asking.sent,
        kept=sum(outcome.kept for outcome in answered),
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
    """The explanation with the judge's verdict on its finding.

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
