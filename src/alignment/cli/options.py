"""Options that several commands take, each declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alignment.i18n import _

ProgramFiles = Annotated[
    list[Path], typer.Argument(metavar="PROGRAM...", help=_("A folder or zip with the program, or its files."))
]
ProgramName = Annotated[
    str, typer.Option("--program", "-p", metavar="NAME", help=_("Which program of a workbook that holds several."))
]
StandardName = Annotated[
    str, typer.Option("--standard", "-s", metavar="NAME", help=_("Code, path or part of the title of a standard."))
]
StandardNames = Annotated[
    list[str],
    typer.Option("--standard", "-s", metavar="NAME", help=_("Code, path or part of the title of a standard.")),
]
ProfileName = Annotated[
    str, typer.Option("--profile", metavar="NAME", help=_("Calibration and thresholds that align tune saved."))
]
UiLang = Annotated[
    str, typer.Option("--ui-lang", metavar="ru|en", help=_("Interface language (default: from the locale)."))
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=_("No progress and no notes on stderr."))]
Strict = Annotated[bool, typer.Option("--strict", help=_("Stop when a file of a folder or zip cannot be read."))]
IndexFolder = Annotated[
    str, typer.Option("--index", metavar="FOLDER", help=_("An index of standards that align index made."))
]
EngineName = Annotated[
    str,
    typer.Option(
        "--engine", metavar="default|fast", help=_("default: the best verdicts; fast: for thousands of programs.")
    ),
]
FormatName = Annotated[
    str,
    typer.Option("--format", "-f", metavar="NAME", help=_("terminal or json; default: by the suffix of the file.")),
]
Output = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help=_("Write to this file instead of the screen."))
]
