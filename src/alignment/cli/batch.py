"""``align batch``: many programs against many standards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Check many programs against many standards on all cores or a Dask cluster; resumes an interrupted run.")
EXAMPLES = ("align batch programs/* -s 06.001 -s 06.004 --output results/",)


def command(
    programs: Annotated[
        list[Path], typer.Argument(metavar="PROGRAM...", help=_("One path per program: a file, a folder or a zip."))
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help=_("Where results and the summary are kept."))
    ],
    standard: Annotated[
        list[str] | None,
        typer.Option(
            "--standard",
            "--standards",
            "-s",
            metavar="NAME",
            help=_("Code, path or folder of standards; may be repeated. Default: all at hand."),
        ),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", metavar="tls://…", help=_("A Dask scheduler that runs; default: local processes.")),
    ] = "",
    tls_ca: Annotated[
        str,
        typer.Option(
            "--tls-ca", metavar="FILE", help=_("Certificate of the authority that signs the cluster's members (PEM).")
        ),
    ] = "",
    tls_cert: Annotated[
        str, typer.Option("--tls-cert", metavar="FILE", help=_("Our certificate for the cluster (PEM)."))
    ] = "",
    tls_key: Annotated[
        str, typer.Option("--tls-key", metavar="FILE", help=_("The key of our certificate (PEM)."))
    ] = "",
    no_tls: Annotated[
        bool,
        typer.Option(
            "--no-tls",
            help=_("Use a scheduler on another machine without TLS; only for a network that nobody else can reach."),
        ),
    ] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help=_("Local processes; default: one per core."))
    ] = None,
    engine: options.EngineName = "",
    profile: options.ProfileName = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Check all pairs, write summary.xlsx and summary.html; returns 1 if a program could not be read."""
    settings = common.settings_for(engine=engine, profile=profile, ui_lang=ui_lang)
    from alignment import api, cluster
    from alignment import batches as batch

    tls = cluster.Tls(tls_ca, tls_cert, tls_key) if tls_ca or tls_cert or tls_key else None
    cluster.check_scheduler(scheduler, tls, no_tls=no_tls)
    from alignment.reports import BATCH
    from alignment.reports import batch as reports

    folder = common.made_folder(output)
    standards = api.load_standards(standard or (), settings=settings)
    with common.ProgressBar(quiet=quiet) as progress:
        done = batch.run_batch(
            programs,
            standards,
            folder,
            settings,
            scheduler=scheduler,
            tls=tls,
            workers=workers,
            progress=progress,
            report_line=lambda line: common.note(line, quiet=quiet),
        )
    for form in BATCH:
        common.deliver(form.render(done.pairs), str(folder / f"summary{form.suffixes[0]}"), quiet=quiet)
    common.console().print(reports.draw(done.pairs))
    for where, why in sorted({(pair.path, pair.error) for pair in done.pairs if pair.error}):
        common.note(f"{where}: {why}", quiet=False)
    common.note(reports.summary_line(done), quiet=quiet)
    return 1 if done.failed else 0
