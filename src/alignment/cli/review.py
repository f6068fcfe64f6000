"""``align review``: import results into the review store, export decisions, manage members."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.cli.parser import Command, CommandGroup
from alignment.errors import InputError
from alignment.i18n import _, plural
from alignment.review.opening import open_store

HELP = _("Put results into the review store, take decisions out, add accounts.")
app = typer.Typer(cls=CommandGroup, help=HELP, no_args_is_help=True, rich_markup_mode=None)
DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="ALIGN_DATABASE",
        help=_("The store: a SQLAlchemy URL, for example postgresql+psycopg://…; default: a SQLite file of the user."),
    ),
]


@app.command(cls=Command, name="import", help=_("Add a result of align check --format json as a review."))
def add(
    files: Annotated[list[Path], typer.Argument(metavar="RESULT.json...", help=_("JSON reports of align check."))],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help=_("Name of the review."))] = "",
    double: Annotated[
        float | None,
        typer.Option(
            "--double",
            metavar="PERCENT",
            min=0,
            max=100,
            help=_(
                "Percent of findings that two experts judge independently, the rest one; default: everybody judges all."
            ),
        ),
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option(
            "--sources",
            metavar="PATH",
            help=_("PDF files of the program, or a folder with them; only their pages are shown."),
        ),
    ] = None,
    members: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="LOGIN", help=_("Who takes part (heads see every review); may be repeated.")),
    ] = None,
    database: DatabaseUrl = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Import results, and print what became of the decisions in earlier reviews of the same program."""
    settings = common.settings_for(ui_lang=ui_lang)
    store = open_store(database, settings)
    from alignment.review.accounts import LOCAL
    from alignment.review.listing import carried_lines
    from alignment.review.results import read_result
    from alignment.review.sources import read_sources, title_of

    for path in files:
        for alignment in read_result(path):
            title = name or title_of(alignment)
            pdfs = read_sources(alignment, sources or ())
            number, carried = store.add(
                alignment, title, LOCAL, double=None if double is None else double / 100, sources=pdfs
            )
            if members:
                store.join(number, members, by=LOCAL)
            findings = plural("{n} finding", "{n} findings", len(alignment.findings))
            common.say(_("review {number}: {name}, {findings}").format(number=number, name=title, findings=findings))
            for line in carried_lines(carried):
                common.note(line, quiet=quiet)


@app.command(cls=Command, name="list", help=_("List the reviews."))
def list_reviews(
    database: DatabaseUrl = "",
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print one line for each review."""
    settings = common.settings_for(ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    store = open_store(database, settings)
    from alignment.review import listing

    reviews = listing.reviews(store)
    if json:
        common.deliver_json(reviews, output, quiet=quiet)
        return
    common.deliver("".join(map(listing.review_line, reviews)), output, quiet=quiet)


@app.command(cls=Command, help=_("Write the decisions of a review: csv for align tune, or the protocol as docx."))
def export(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("Number of the review."))],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FILE", help=_("A csv or docx file."))],
    database: DatabaseUrl = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Write the decisions of one review to a file."""
    settings = common.settings_for(ui_lang=ui_lang)
    common.check_writable(output)
    store = open_store(database, settings)
    from alignment.review.protocol import csv_of, docx_of

    suffix = Path(output).suffix.lower()
    if suffix not in (".csv", ".docx"):
        raise InputError(
            _("decisions are written as csv or docx."), file=output, hint=_("Give a name with one of these.")
        )
    review = store.review(number)
    result = csv_of(review).encode() if suffix == ".csv" else docx_of(review)
    common.deliver(result, output, quiet=quiet)


@app.command(cls=Command, help=_("List the members of a review; add or remove members."))
def members(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=_("Number of the review."))],
    add: Annotated[list[str] | None, typer.Option("--add", metavar="LOGIN", help=_("May be repeated."))] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="LOGIN", help=_("May be repeated."))] = None,
    database: DatabaseUrl = "",
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Change the members, then list them."""
    store = open_store(database, common.settings_for(ui_lang=ui_lang))
    from alignment.review import listing
    from alignment.review.accounts import LOCAL

    store.head(number)
    if add:
        store.join(number, add, by=LOCAL)
    if remove:
        store.leave(number, remove, by=LOCAL)
    common.deliver_records(listing.members(store, number), report, output, quiet=quiet)
