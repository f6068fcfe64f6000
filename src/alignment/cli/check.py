"""``align check``: a program against one or several standards."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alignment.cli import common, options
from alignment.cli.judge import (
    JudgeAnyway,
    JudgeDryRun,
    JudgeModel,
    JudgeShare,
    JudgeUrl,
    judge_settings,
    print_estimates,
    require_judge,
    with_judge,
)
from alignment.errors import SettingsError
from alignment.i18n import _

if TYPE_CHECKING:
    from alignment.model import Alignment

HELP = _("Compare a program with professional standards and report what is covered, covered in part, and missing.")
EXAMPLES = (
    "align check program/ --standard 06.001",
    "align check plan.plx work_programmes/ -s 06.001 -s 06.004",
    "align check program.zip -s 06.001 --output report.docx",
    "align check program/ -s 06.001 --details --fail-under 60",
)


def command(
    program_files: Annotated[
        list[Path],
        typer.Argument(
            metavar="PROGRAM...",
            help=_("Files of the program: study plan, work programmes, syllabi, matrices; or a folder with them."),
        ),
    ],
    standard: Annotated[
        list[str] | None,
        typer.Option(
            "--standard",
            "-s",
            metavar="NAME",
            help=_("Code, path or part of the title of a standard; may be repeated."),
        ),
    ] = None,
    qualification: Annotated[
        list[Path] | None,
        typer.Option(
            "--qualification",
            metavar="CARD",
            help=_("Card of a qualification: check only the work functions that it needs; may be repeated."),
        ),
    ] = None,
    program: options.ProgramName = "",
    report: Annotated[
        str,
        typer.Option(
            "--format", "-f", metavar="NAME", help=_("terminal, json, csv, markdown, html, xlsx, docx or pdf.")
        ),
    ] = "",
    output: options.Output = "",
    plots: Annotated[
        str, typer.Option("--plots", metavar="FOLDER", help=_("Write charts as svg and png into this folder."))
    ] = "",
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", min=0, max=100, help=_("Exit with 1 when coverage is lower.")),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details", "-d", help=_("Everything: all findings with their evidence, declared links, data quality.")
        ),
    ] = False,
    engine: options.EngineName = "",
    profile: options.ProfileName = "",
    covered: Annotated[
        float | None, typer.Option("--covered", metavar="P", min=0, max=1, help=_("Least probability of “covered”."))
    ] = None,
    partial: Annotated[
        float | None, typer.Option("--partial", metavar="P", min=0, max=1, help=_("Least probability of “partial”."))
    ] = None,
    kind_weight: Annotated[
        list[str] | None,
        typer.Option(
            "--kind-weight",
            metavar="KIND=N",
            help=_("How much requirements of a kind count (action, skill, knowledge); may be repeated."),
        ),
    ] = None,
    by_credits: Annotated[
        bool, typer.Option("--by-credits", help=_("Evidence in disciplines of few credits counts less."))
    ] = False,
    judge: JudgeUrl = "",
    judge_model: JudgeModel = "",
    judge_share: JudgeShare = None,
    judge_dry_run: JudgeDryRun = False,
    judge_anyway: JudgeAnyway = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help=_("Neither read nor write the cache."))] = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Run the check; returns the exit code."""
    settings = common.settings_for(
        engine=engine,
        profile=profile,
        covered=covered,
        partial=partial,
        cache=False if no_cache else None,
        kind_weights=common.pairs(kind_weight, "--kind-weight") or None,
        by_credits=by_credits or None,
        strict=strict or None,
        ui_lang=ui_lang,
        **judge_settings(judge, judge_model, judge_share, judge_anyway),
    )
    from alignment import api, reports
    from alignment.engine import check_name
    from alignment.reports.words import below_lines

    check_name(settings.engine)
    require_judge(settings, dry_run=judge_dry_run)
    report = common.chosen_format(report, reports.FORMATS, output=output, stem="report")
    if not standard and not qualification:
        raise SettingsError(_("nothing to check against."), hint=_("Name a --standard or a --qualification."))
    common.check_writable(output)
    if plots:
        from alignment.reports import plots as charts

        charts.require_charts()
        folder = common.made_folder(plots)
    with common.ProgressBar(quiet=quiet) as progress:
        targets = api.load_targets(standard or (), qualification or (), settings=settings)
        api.prepare((item for item, _card in targets), settings=settings)
        loaded = api.load_program(*program_files, program=program or None, settings=settings, progress=progress)
        alignments = [
            api.check(loaded, item, qualification=card, settings=settings, progress=progress) for item, card in targets
        ]
        if judge_dry_run:
            print_estimates(alignments, settings)
            return 0
        alignments = with_judge(alignments, settings, progress, quiet=quiet)
    if report == "terminal":
        again = _again(program_files, standard, program, engine, profile, ui_lang)
        _draw(alignments, again, output, details=details, quiet=quiet)
    else:
        with common.ProgressBar(quiet=quiet) as progress:
            progress("write", 0, 1)
            rendered = reports.render(alignments, report)
        common.deliver(rendered, output, quiet=quiet)
    if plots:
        for name, data in charts.files(alignments).items():
            common.deliver(data, str(folder / name), quiet=quiet)
    low = below_lines(alignments, None if fail_under is None else fail_under / 100)
    for line in low:
        common.note(line, quiet=quiet)
    return 1 if low else 0


def _draw(alignments: list[Alignment], again: list[str], output: str, *, details: bool, quiet: bool) -> None:
    """Print tables: on the screen, through a pager if they are long, or as text into a file."""
    from alignment.reports import terminal

    if output:
        with common.whole_file(output) as target:
            terminal.draw(alignments, common.console(target), details=details, command=again)
        common.note(_("written: {file}").format(file=output), quiet=quiet)
    else:
        with common.paged(common.console(), wanted=details) as console:
            terminal.draw(alignments, console, details=details, command=again)


def _again(files: list[Path], standard: list[str] | None, *rest: str) -> list[str]:
    """Arguments of this command that the next commands, which the report proposes, need too; quoted for a shell."""
    names = ("--program", "--engine", "--profile", "--ui-lang")
    arguments = [*map(str, files), *(part for name in standard or () for part in ("-s", name))]
    arguments += [part for name, value in zip(names, rest, strict=True) if value for part in (name, value)]
    return [shlex.quote(part) for part in arguments]
