"""``align tune``: refit calibration and thresholds to labelled pairs and save them as a profile."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from alignment.cli import common, options
from alignment.cli.review import DatabaseUrl
from alignment.errors import SettingsError, shown_as
from alignment.i18n import _
from alignment.review.opening import open_store

if TYPE_CHECKING:
    from alignment.settings import Settings

HELP = _("Refit calibration and thresholds to corrected reports or labelled pairs, show what changes, save a profile.")
EXAMPLES = (
    "align tune labels.csv --name ours",
    "align tune --from-review 3 --dry-run",
)


def command(
    labels: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[LABELS]...",
            help=_("A csv report of align check with corrected verdicts, or judged pairs; see docs/tuning.md."),
        ),
    ] = None,
    from_review: Annotated[
        list[int] | None,
        typer.Option("--from-review", metavar="N", help=_("Take the decisions of this review; may be repeated.")),
    ] = None,
    database: DatabaseUrl = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=_("Name of the profile."))] = "default",
    target_precision: Annotated[
        float | None,
        typer.Option(
            "--target-precision", metavar="P", min=0, max=1, help=_("Lowest thresholds that keep this precision.")
        ),
    ] = None,
    maximize: Annotated[str, typer.Option("--maximize", metavar="f1", help=_("Thresholds with the best F1."))] = "",
    engine: options.EngineName = "",
    chart: Annotated[
        list[Path] | None,
        typer.Option("--chart", metavar="FILE", help=_("Save the curves as .html, .png or .svg; may be repeated.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Save without asking (for scripts and CI)."))] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help=_("Save a fit too that is no better."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, save nothing."))] = False,
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Fit, print figures before and after, ask, save; returns 1 if the profile is no better or not to be saved."""
    settings = common.settings_for(engine=engine, ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    if target_precision is not None and maximize:
        raise SettingsError(_("--target-precision and --maximize exclude each other."), hint=_("Give one of them."))
    if maximize not in ("", "f1"):
        raise SettingsError(_("'{maximize}' cannot be maximized.").format(maximize=maximize), hint=_("Known: f1."))
    if not labels and not from_review:
        raise SettingsError(_("there are no labels."), hint=_("Give files with judged pairs, or --from-review NUMBER."))
    with common.ProgressBar(quiet=quiet):
        from alignment import api
        from alignment.evaluation.tune import Aim
        from alignment.matching.profile import profile_path
        from alignment.reports import tuning_charts

    if chart:
        tuning_charts.check_charts(chart)
        for path in chart:
            common.check_writable(str(path))
    target = profile_path(name, settings.profiles_path())
    aim = Aim() if target_precision is None else Aim(kind="precision", precision=target_precision)
    with (
        common.ProgressBar(quiet=quiet) as progress,
        TemporaryDirectory(prefix="align-") as folder,
        shown_as(f"{folder}/", ""),
    ):
        sources = [*(labels or []), *_of_reviews(from_review or [], database, Path(folder), settings)]
        tuned, profile = api.tune(sources, name=target.stem, aim=aim, settings=settings, progress=progress)
    if engine and engine != profile.engine:
        raise SettingsError(
            _("the reports were made with the engine {made}, not {engine}.").format(made=profile.engine, engine=engine),
            hint=_("Leave --engine out."),
        )
    if json:
        common.deliver_json({"improves": tuned.improves, "profile": profile, "tuned": tuned}, output, quiet=quiet)
    else:
        common.draw(tuning_charts.lines(tuned), output, quiet=quiet)
    for path in chart or []:
        tuning_charts.save(tuned, path)
        common.note(_("written: {file}").format(file=path), quiet=quiet)
    if not (tuned.improves or (anyway and tuned.changed != 0)):
        return 1
    if not dry_run:
        if not yes and not _agreed(target):
            return 1
        api.save_profile(profile, target)
        common.note(_("written: {file}").format(file=target), quiet=quiet)
        profile_options = f"--profile {name}" + (f" --engine {profile.engine}" if profile.engine != "default" else "")
        common.note(_("Use it: align check … {options}").format(options=profile_options), quiet=quiet)
    return 0


def _agreed(target: Path) -> bool:
    """Ask whether the profile may be saved.

    Raises:
        SettingsError: nobody can be asked.
    """
    if not sys.stdin.isatty():
        raise SettingsError(
            _("thresholds are saved only after you agree, and there is no terminal to ask you at."),
            hint=_("Give --yes to save, or --dry-run to look only."),
        )
    return typer.confirm(_("Save these thresholds as {file}?").format(file=target), err=True)


def _of_reviews(numbers: list[int], database: str, folder: Path, settings: Settings) -> list[Path]:
    """The decisions of reviews as csv reports (in ``folder``) in which the experts' verdicts correct the check's."""
    if not numbers:
        return []
    store = open_store(database, settings)
    from alignment.review.protocol import write_reports

    return write_reports(store, numbers, folder)
