"""The Typer app: registers the commands and turns errors into exit codes."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Annotated

import typer

from alignment.cli import (
    batch,
    cache,
    check,
    common,
    diff,
    doctor,
    draft,
    evaluate,
    explain,
    index,
    lint,
    options,
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
from alignment.cli.parser import Command, CommandGroup, usage_error
from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.shown import escaped

app = typer.Typer(
    name="align",
    cls=CommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("Which requirements of a professional standard does a training program cover?")
    + "\n\n"
    + _(
        "Exit codes: 0 done, 1 coverage below --fail-under or findings of lint, "
        "2 wrong usage or input, 3 a fault of align itself."
    ),
    epilog="align check program/ --standard 06.001\nalign suggest program/\nalign check --help",
    context_settings={"help_option_names": ["-h", "--help"]},
)


# As a shell says of a program that died of a signal: 128 and its number, SIGINT (2) and SIGPIPE (13).
INTERRUPTED, CLOSED = 130, 141
# The first code that is none of the command's own (0, 1 and 2 in README.md).
FAULT = 3


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"align {version('profstandart-align')}")
        raise typer.Exit


@app.callback()
def before_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version and exit."))
    ] = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Options that stand before the command. A language given here holds for the whole run (`parser.Command`)."""
    if ui_lang:
        common.choose_language(ui_lang)


# Titles of the help, and under each the commands with what they answer in a line.
COMMANDS: tuple[tuple[str, tuple[tuple[str, ModuleType, str], ...]], ...] = (
    (
        _("Compare"),
        (
            ("check", check, _("What a program covers of a standard, with the evidence")),
            ("explain", explain, _("Why one requirement got its verdict")),
            ("show", show, _("What was read from a file, and the place of each text")),
            ("lint", lint, _("Where the documents of a program disagree")),
            ("diff", diff, _("What changed between two standards or programs")),
            ("plan", plan, _("The fewest changes that reach a coverage")),
            ("draft", draft, _("Tables of competences drawn from standards")),
        ),
    ),
    (
        _("Standards"),
        (
            ("standards", standards, _("The standards at hand and their editions")),
            ("suggest", suggest, _("The standards that fit a program best")),
            ("index", index, _("An index to search thousands of standards")),
        ),
    ),
    (
        _("Many programs and standards"),
        (
            ("batch", batch, _("Many programs against many standards")),
            ("overlap", overlap, _("The work that several standards share")),
        ),
    ),
    (
        _("Review"),
        (
            ("review", review, _("Reviews by experts: import, export, accounts")),
            ("serve", serve, _("The pages in the browser")),
        ),
    ),
    (
        _("Tune and measure"),
        (
            ("tune", tune, _("Fit the thresholds to your own labels")),
            ("evaluate", evaluate, _("How good the verdicts and the reading are")),
        ),
    ),
    (
        _("Maintenance"),
        (
            ("doctor", doctor, _("Whether everything that is needed works")),
            ("cache", cache, _("The cache: its size, clearing it")),
            ("schema", schema, _("The JSON Schema of the JSON report")),
        ),
    ),
)
for _title, _commands in COMMANDS:
    for _name, _module, _short in _commands:
        if hasattr(_module, "app"):
            app.add_typer(
                _module.app, name=_name, cls=CommandGroup, help=_module.HELP, short_help=_short, rich_help_panel=_title
            )
        else:
            app.command(
                name=_name,
                cls=Command,
                help=_module.HELP,
                short_help=_short,
                epilog="\n".join(_module.EXAMPLES),
                rich_help_panel=_title,
            )(_module.command)
review.app.add_typer(review_user.app, name="user", cls=CommandGroup, help=review_user.HELP, short_help=review_user.HELP)


def run() -> int:
    """Run the command line; returns the exit code (docs/reference.md lists them)."""
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
        return _pipe_closed()
    except Exception as error:
        # Usage errors of Typer's parser; its class moved between versions, its interface did not.
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show(file=sys.stderr)
            else:
                typer.echo(_("error") + f": {escaped(usage_error(error))}", err=True)
            return int(error.exit_code)
        return _fault(error)
    if result == INTERRUPTED:
        typer.echo(_("interrupted; nothing half-written was left."), err=True)
    return int(result or 0)


def _pipe_closed() -> int:
    """End `align … | head` quietly: Python would complain when it flushes its buffer, so stdout becomes /dev/null."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return CLOSED


def _fault(error: Exception) -> int:
    """Report an unforeseen error in one line; with ``ALIGN_TRACE`` set, after its traceback."""
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
