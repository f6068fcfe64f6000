"""The options ``--judge…`` of ``check``, ``explain`` and ``evaluate``. The judge is imported only if they are given."""

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
        "--judge-share",
        metavar="SHARE",
        min=0,
        max=1,
        help=_("Ask about this share of the findings; the least sure come first."),
    ),
]
JudgeDryRun = Annotated[
    bool,
    typer.Option("--judge-dry-run", help=_("Print what would be sent and how much; send nothing and make no report.")),
]
JudgeAnyway = Annotated[
    bool, typer.Option("--judge-anyway", help=_("Use a model even if it fails the plain cases of the guide."))
]


def judge_settings(url: str, model: str, share: float | None, anyway: bool) -> dict[str, Any]:
    """The options under the names of the settings; None for an option that was not given."""
    return {
        "judge": url or None,
        "judge_model": model or None,
        "judge_share": share,
        "judge_anyway": anyway or None,
    }


def require_judge(settings: Settings, *, dry_run: bool = False) -> None:
    """Fail before the work begins if a judge is set that could not be asked.

    Raises:
        SettingsError: the address is missing or wrong, or no model is named.
        MissingExtraError: the extra ``[judge]`` is not installed (a dry run does not need it).
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
        # A judge that was not used at all has its reason in the line on the plain cases; do not print it twice.
        if run is not None and run.problem and not any(run.problem in text for text in said):
            common.note(
                _("The judge was not used for all questions: {problem}.").format(problem=run.problem), quiet=quiet
            )
    return result


def print_estimates(alignments: Sequence[Alignment], settings: Settings) -> None:
    """Print for each alignment how much a run of the judge would ask. This sends nothing."""
    from alignment.api.judging import judge_estimate
    from alignment.reports.judge_words import estimate_lines

    for alignment in alignments:
        for line in estimate_lines(judge_estimate(alignment, settings=settings)):
            common.say(line)
