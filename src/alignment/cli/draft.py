"""``align draft``: draft the tables that link a program to professional standards."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from alignment.cli import common, options
from alignment.errors import SettingsError
from alignment.i18n import _

HELP = _("Draft the tables that link a program to professional standards: functions, competences, indicators.")
EXAMPLES = (
    "align draft program/ -s 06.001 -o links.docx",
    "align draft program/ -s 06.001 --functions A/01.3,D --level 6 -o links.xlsx",
)


def command(
    files: options.ProgramFiles,
    standard: options.StandardNames,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help=_("The tables: a docx, xlsx or yaml file."))
    ],
    functions: Annotated[
        str,
        typer.Option("--functions", metavar="CODES", help=_("Functions to take instead of proposed ones: A/01.6,B.")),
    ] = "",
    level: Annotated[
        str,
        typer.Option("--level", metavar="N", help=_("Qualification levels instead of those of the degree: 6 or 5-6.")),
    ] = "",
    program: options.ProgramName = "",
    engine: options.EngineName = "",
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Check the program against each standard, make the draft, write it."""
    settings = common.settings_for(engine=engine, strict=strict or None, ui_lang=ui_lang)
    from alignment import api
    from alignment.reports import DRAFT
    from alignment.reports.draft_tables import summary_lines

    suffix = Path(output).suffix.lower()
    form = DRAFT.of_suffix(suffix)
    if not form:
        raise SettingsError(
            _("a draft cannot be written as '{form}'.").format(form=suffix[1:] or output),
            hint=_("Name a file ending in one of: {names}.").format(
                names=", ".join(f".{name}" for name in DRAFT.names())
            ),
        )
    levels = levels_of(level)
    common.check_writable(output)
    with common.ProgressBar(quiet=quiet) as progress:
        standards = [api.load_standard(name, settings=settings) for name in standard]
        loaded = api.load_program(*files, program=program or None, settings=settings, progress=progress)
        result = api.draft(
            loaded,
            standards,
            functions=[item for item in re.split(r"[,;\s]+", functions) if item],
            levels=levels,
            settings=settings,
            progress=progress,
        )
    common.deliver(DRAFT.render(result, form), output, quiet=quiet)
    for line in summary_lines(result):
        common.note(line, quiet=quiet)
    return 0


def levels_of(text: str) -> tuple[int, ...]:
    """The qualification levels of a text like "6", "5,6" or "5-6", in order; none for an empty text.

    Raises:
        SettingsError: the text has another form.
    """
    levels: set[int] = set()
    for part in text.replace(" ", "").split(",") if text.strip() else []:
        match = re.fullmatch(r"([1-9])(?:[-–]([1-9]))?", part)
        if not match:
            raise SettingsError(
                _("'{text}' is no qualification level.").format(text=text),
                hint=_("Levels are 1 to 9: 6, 5,6 or 5-6."),
            )
        levels |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(sorted(levels))
