"""Sentences on the judge (a language model that the user runs): what was sent to it, what it answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.i18n import _, percent, plural
from alignment.model import Finding, JudgeRun

if TYPE_CHECKING:
    from alignment.judge import Estimate


def judge_lines(run: JudgeRun | None) -> list[str]:
    """What was sent to which server, and how the answers came out; empty if no judge was named."""
    if run is None:
        return []
    where = _("Judge {model} at {url}").format(model=run.model, url=run.url)
    lines = [f"{where}: {_sent(run)}"]
    if run.problem:
        lines.append(
            _("The judge was not used, or not for all questions: {problem}.").format(problem=run.problem.rstrip("."))
        )
    answered = run.accepted + run.repaired
    if answered or run.refused or run.unanswered:
        lines.append(_answers(run))
    if answered:
        lines.append(_certainty(run))
    return lines


def estimate_lines(estimate: Estimate) -> list[str]:
    """How much the judge would be asked about an alignment (calls, tokens), and how much exceeds the bounds."""
    lines = [
        _("Judge {model} at {url}: nothing was sent. A run would ask {calls} and reuse {kept}.").format(
            model=estimate.model,
            url=estimate.url,
            calls=plural("about {n} requirement", "about {n} requirements", estimate.requirements - estimate.kept),
            kept=plural("{n} answer of an earlier run", "{n} answers of earlier runs", estimate.kept),
        ),
        _("{calls}, with the plain cases of the guide; about {tokens} tokens sent, at most {back} received.").format(
            calls=plural("{n} call", "{n} calls", estimate.calls),
            tokens=estimate.tokens_in,
            back=estimate.tokens_out,
        ),
    ]
    if estimate.beyond:
        lines.append(
            plural(
                "{n} more is beyond the bound judge_calls or judge_tokens.",
                "{n} more are beyond the bound judge_calls or judge_tokens.",
                estimate.beyond,
            )
        )
    return lines


def _sent(run: JudgeRun) -> str:
    if not run.calls:
        return _("nothing was sent in this run") + (f"; {_kept(run)}" if run.kept else "")
    sent = plural(
        "{n} requirement with its best statements of the program was sent",
        "{n} requirements with their best statements of the program were sent",
        run.sent,
    )
    parts = [
        sent if run.sent else _("plain cases of the guide were sent, nothing of the program"),
        plural("{n} call", "{n} calls", run.calls),
        _("{n} tokens sent, {back} received").format(n=run.tokens_in, back=run.tokens_out),
    ]
    if run.kept:
        parts.append(_kept(run))
    if run.answered_by and run.answered_by != run.model:
        parts.append(_("the server says that {model} answered").format(model=run.answered_by))
    return "; ".join(parts)


def _kept(run: JudgeRun) -> str:
    return plural("{n} answer of an earlier run was taken", "{n} answers of earlier runs were taken", run.kept)


def _answers(run: JudgeRun) -> str:
    parts = [
        plural("The judge decided {n} finding", "The judge decided {n} findings", run.accepted + run.repaired),
        _("{share} of the least sure were asked about").format(share=percent(run.share)),
    ]
    if run.repaired:
        parts.append(_("{n} only when asked again").format(n=run.repaired))
    if run.refused or run.unanswered:
        text = _("{refused} answers could not be used and {missing} did not come: there the built-in verdict stands")
        parts.append(text.format(refused=run.refused, missing=run.unanswered))
    plain = _("{right} of {all} plain cases of the guide right").format(right=run.plain_right, all=run.plain_cases)
    return "; ".join([*parts, plain]) + "."


def _certainty(run: JudgeRun) -> str:
    if run.measured_on:
        return _(
            "Its verdicts count with the chances that this model was found to have on {n} judged requirements."
        ).format(n=run.measured_on)
    return _(
        "This model was not measured (align evaluate --real --judge): its verdicts are taken as certain, "
        "and the interval is too narrow by its errors."
    )


def fault(name: str) -> str:
    """Why the judge gave no usable answer, in words."""
    return {
        "json": _("its answer did not have the required form"),
        "cut": _("its answer was cut off"),
        "grades": _("its answer did not grade every candidate"),
        "quote": _("its answer quoted words that no candidate has"),
        "timeout": _("it did not answer in time"),
        "server": _("its server did not answer"),
        "bound": _("it was not asked, the bound on calls or tokens was reached"),
    }.get(name, name)


def grade(finding: Finding, statement: str) -> str:
    """The judge's grade of a statement, with the words that it quoted; empty if it gave none."""
    if finding.judged is None:
        return ""
    for item in finding.judged.grades:
        if item.statement == statement:
            return f"{item.grade}: «{item.quote}»" if item.quote else str(item.grade)
    return ""
