"""The Typer app: one file per command; options, progress and exit codes, no logic."""

from __future__ import annotations

import sys

from alignment import i18n


def _wanted_language(arguments: list[str]) -> str:
    """The interface language that the command line asks for, read before Typer runs: help and usage errors need it."""
    import os

    for index, argument in enumerate(arguments):
        if argument.startswith("--ui-lang="):
            return argument.partition("=")[2]
        if argument == "--ui-lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    return os.environ.get("ALIGN_UI_LANG") or _configured()


def _configured() -> str:
    """The language of alignment.toml. An error in that file is reported later, when the command reads it."""
    from alignment.errors import SettingsError
    from alignment.settings import load_settings

    try:
        return load_settings().ui_lang
    except SettingsError:
        return ""


def main() -> None:
    """Entry point of the command ``align``."""
    for stream in (sys.stdout, sys.stderr):
        # In a C locale a character that cannot be shown must not end the run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    i18n.activate(i18n.supported_language(_wanted_language(sys.argv[1:])))
    from alignment.cli.app import run

    sys.exit(run())
