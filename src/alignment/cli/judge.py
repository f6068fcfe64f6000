"""What ``check``, ``explain`` and ``evaluate`` share about ``--judge``; nothing of the judge is imported without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alignment.cli import common
from alignment.errors import SettingsError
from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.model import Alignment
    from alignment.settings import Settings

JudgeUrl = Annotated[
    str,
    typer.Option(
        "--judge",
        metavar="URL",
        help=_("Server of a language model that judges the best candidates, for example http://localhost:8080/v1."),
    ),
]
JudgeModel = Annotated[str, typer.Option("--judge-model", metavar="NAME", help=_("The judge's model."))]
JudgeShare = Annotated[
    float | None,
    typer.Option(
        "--judge-share", metavar="SHARE", min=0, max=1, help=_("Ask about this share of the findings, the least sure.")
    ),
]
JudgeDryRun = Annotated[
    bool, typer.Option("--judge-dry-run", help=_("Say what would be sent and how much; send nothing, make no report."))
]
JudgeAnyway = Annotated[
    bool, typer.Option("--judge-anyway", help=_("Use a model even if it fails the plain cases of the guide."))
]


def judge_settings(url: str, model: str, share: float | None, anyway: bool) -> dict[str, Any]:
    """The options as settings; those not given are None."""
    return {
        "judge": url or None,
        "judge_model": model or None,
        "judge_share": share,
        "judge_anyway": anyway or None,
    }


def require_judge(settings: Settings, *, dry_run: bool = False) -> None:
    """Fail before the work begins when the judge that is set could not be asked.

    Raises:
        SettingsError: no address, or one that is none; no model.
        MissingExtraError: the extra ``[judge]`` is not installed (nothing of it is needed to send nothing).
    """
    if not settings.judge:
        if dry_run or settings.judge_model:
            raise SettingsError(
                _("no judge is named."),
                file="--judge",
                hint=_("Name the address of its server, for example http://localhost:8080/v1."),
            )
        return
    from alignment.api.judging import check_judge

    check_judge(settings, sending=not dry_run)


def with_judge(
    alignments: list[Alignment], settings: Settings, progress: common.ProgressBar, *, quiet: bool
) -> list[Alignment]:
    """The alignments with the judge's verdicts, or as they are where no judge is set."""
    if not settings.judge:
        return alignments
    from alignment.api.judging import judge

    result = []
    for alignment in alignments:
        said: list[str] = []

        def say(text: str, said: list[str] = said) -> None:
            said.append(text)
            common.note(text, quiet=quiet)

        result.append(judge(alignment, settings=settings, progress=progress, say=say))
        run = result[-1].judge
        # Why it was not used at all stands in the line on the plain cases.
        if run is not None and run.problem and not any(run.problem in text for text in said):
            common.note(_("The judge was not used to the end: {problem}.").format(problem=run.problem), quiet=quiet)
    return result


def print_estimates(alignments: Sequence[Alignment], settings: Settings) -> None:
    """Print what would be asked of each alignment."""
    from alignment.api.judging import judge_estimate
    from alignment.reports.judge_words import estimate_lines

    for alignment in alignments:
        for line in estimate_lines(judge_estimate(alignment, settings=settings)):
            common.say(line)
