"""The app itself: commands are registered here, errors become exit codes here."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from alignment.cli import (
    batch,
    cache,
    check,
    diff,
    doctor,
    evaluate,
    explain,
    index,
    lint,
    overlap,
    plan,
    review,
    review_user,
    schema,
    serve,
    show,
    standards,
    suggest,
    tune,
)
from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.shown import escaped

app = typer.Typer(
    name="align",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("Which requirements of a professional standard does a training program cover?"),
    epilog=_(
        "Exit codes: 0 done, 1 coverage below --fail-under or findings of lint, "
        "2 wrong usage or input, 3 a fault of align itself."
    ),
    context_settings={"help_option_names": ["-h", "--help"]},
)


INTERRUPTED = 130
FAULT = 3
# As a shell says of a program that died of SIGPIPE.
CLOSED = 141


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"align {version('profstandart-align')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
    ui_lang: Annotated[
        str, typer.Option("--ui-lang", metavar="ru|en", help=_("Interface language (default: from the locale)."))
    ] = "",
) -> None:
    """Options that stand before the command."""


app.command(name="check", help=check.HELP)(check.command)
app.command(name="standards", help=standards.HELP)(standards.command)
app.command(name="show", help=show.HELP)(show.command)
app.command(name="lint", help=lint.HELP)(lint.command)
app.command(name="diff", help=diff.HELP)(diff.command)
app.command(name="index", help=index.HELP)(index.command)
app.command(name="suggest", help=suggest.HELP)(suggest.command)
app.command(name="overlap", help=overlap.HELP)(overlap.command)
app.command(name="plan", help=plan.HELP)(plan.command)
app.command(name="batch", help=batch.HELP)(batch.command)
app.command(name="explain", help=explain.HELP)(explain.command)
app.command(name="tune", help=tune.HELP)(tune.command)
app.command(name="evaluate", help=evaluate.HELP)(evaluate.command)
app.command(name="schema", help=schema.HELP)(schema.command)
app.command(name="doctor", help=doctor.HELP)(doctor.command)
app.command(name="serve", help=serve.HELP)(serve.command)
review.app.add_typer(review_user.app, name="user", help=review_user.HELP)
app.add_typer(review.app, name="review", help=review.HELP)
app.add_typer(cache.app, name="cache", help=cache.HELP)


def run() -> int:
    """Run the command line; returns the exit code."""
    try:
        result = app(standalone_mode=False)
        sys.stdout.flush()
    except AlignmentError as error:
        typer.echo(_("error") + f": {error}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    except (BrokenPipeError, SystemExit) as error:  # Typer turns the first into the second
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise
        return _nobody_reads()
    except Exception as error:
        # Usage errors of Typer's parser; its class moved between versions, its interface did not.
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            if hasattr(error, "message"):
                error.message = escaped(error.message)
            error.show(file=sys.stderr)
            return int(error.exit_code)
        return _fault(error)
    if result == INTERRUPTED:
        typer.echo(_("interrupted; nothing half-written was left."), err=True)
    return int(result or 0)


def _nobody_reads() -> int:
    """`align … | head` ends quietly: what is still in the buffer goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return CLOSED


def _fault(error: Exception) -> int:
    """What nobody foresaw: said in a line, with the trace for whoever mends it when ``ALIGN_TRACE`` is set."""
    import traceback

    if os.environ.get("ALIGN_TRACE"):
        traceback.print_exception(error)
    typer.echo(
        _(
            "a fault of align itself: {error}. "
            "Please report it, with the output of the same command under ALIGN_TRACE=1."
        ).format(error=escaped(f"{type(error).__name__}: {error}")),
        err=True,
    )
    return FAULT
