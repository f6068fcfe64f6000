"""What several commands share: settings, console, progress, writing the result."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from alignment import i18n, whole
from alignment.cli.progress import STAGES as STAGES
from alignment.cli.progress import ProgressBar as ProgressBar
from alignment.cli.progress import safe_console
from alignment.errors import OutputError, SettingsError, choices, why
from alignment.i18n import _
from alignment.settings import Settings, load_settings
from alignment.shown import escaped

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from alignment.reports import ReportRegistry


def settings_for(**options: Any) -> Settings:
    """The settings with these options on top; switches the interface language to that of the settings.

    A settings file in the working folder is named on stderr even with --quiet: somebody who unpacks a stranger's
    archive and checks it there must see that the archive influenced the verdicts.
    """
    choose_language(str(options.get("ui_lang") or os.environ.get("ALIGN_UI_LANG", "")))
    settings = load_settings(**{key: value for key, value in options.items() if value not in ("", None)})
    i18n.activate(i18n.supported_language(settings.ui_lang))
    if settings.folder_file:
        typer.echo(
            _("settings of this folder are in force: {file}").format(file=_one_line(settings.folder_file)), err=True
        )
    return settings


def _one_line(text: str) -> str:
    """The text on one line; control characters, which could act on the terminal, are shown as codes."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def choose_language(wish: str) -> None:
    """Use that interface language from now on; an empty name means the language of the locale.

    Raises:
        SettingsError: there is no such language.
    """
    if wish and not i18n.is_supported(wish):
        raise SettingsError(
            _("there is no interface language '{name}'.").format(name=wish),
            hint=_("Choose one:{choices}").format(choices=choices(f"--ui-lang {name}" for name in i18n.LANGUAGES)),
        )
    i18n.activate(i18n.supported_language(wish))


def wants_json(report: str, *, output: str = "") -> bool:
    """Whether the result is written as JSON: with ``--format json``, or into a file that ends in ``.json``."""
    from alignment.reports import PLAIN

    return chosen_format(report, PLAIN, output=output) == "json"


def deliver_json(value: Any, output: str, *, quiet: bool) -> None:
    """Write any value as indented JSON, on the screen or into a file."""
    from alignment.reports import PLAIN

    deliver(PLAIN.render(value, "json"), output, quiet=quiet)


def deliver_records(rows: Sequence[dict[str, Any]], report: str, output: str, *, quiet: bool) -> None:
    """Write records as JSON, or one record a line with tabs between the values."""
    if wants_json(report, output=output):
        deliver_json(rows, output, quiet=quiet)
    else:
        deliver("".join("\t".join(map(str, row.values())) + "\n" for row in rows), output, quiet=quiet)


def draw(parts: Iterable[Any], output: str, *, quiet: bool, width: int = 0) -> None:
    """Print tables and lines on the screen, or as text into a file, at least ``width`` columns wide."""
    if not output:
        _print(parts, console(), width)
        return
    with whole_file(output) as target:
        _print(parts, console(target), width)
    note(_("written: {file}").format(file=output), quiet=quiet)


def _print(parts: Iterable[Any], target: Console, width: int) -> None:
    target.width = max(target.width, width)
    for part in parts:
        target.print(part)


def pairs(values: list[str] | None, option: str) -> dict[str, str]:
    """NAME=VALUE options as a dictionary.

    Raises:
        SettingsError: one has no "=".
    """
    items = {}
    for value in values or []:
        name, sign, number = value.partition("=")
        if not sign:
            raise SettingsError(
                _("'{value}' is not NAME=VALUE.").format(value=value),
                file=_("option {option}").format(option=option),
                hint=_("For example action=2."),
            )
        items[name.strip()] = number.strip()
    return items


def console(file: Any = None) -> Console:
    """Console for results; in a pipe it is 120 columns wide and without colour."""
    target = file or sys.stdout
    width = None if target.isatty() or os.environ.get("COLUMNS") else 120
    return safe_console()(file=target, width=width, highlight=False, soft_wrap=False, emoji=False, markup=False)


@contextmanager
def paged(console: Console, *, wanted: bool) -> Iterator[Console]:
    """The console; if ``wanted`` and on a terminal, its output goes through the user's pager (``PAGER``)."""
    if not wanted or not console.is_terminal:
        yield console
        return
    # less: keep colours, and end by itself what fits one screen.
    os.environ.setdefault("LESS", "-RFX")
    with console.pager(styles=not console.no_color):
        yield console


def check_writable(output: str) -> None:
    """Fail before the work begins if its result could not be written.

    Raises:
        OutputError: the folder does not exist, the path is a folder, or there is no permission.
    """
    if not output:
        return
    path = Path(output)
    if path.is_dir():
        raise OutputError(_("this is a folder; a file is needed."), file=output, hint=_("Add a file name."))
    if not path.parent.is_dir():
        raise OutputError(
            _("its folder does not exist."), file=output, hint=_("Create {parent} first.").format(parent=path.parent)
        )
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise OutputError(_("it cannot be written (no permission)."), file=output, hint=_("Choose another place."))


# A file with this suffix gets the same text as the terminal.
TEXT = ".txt"


def chosen_format(wanted: str, formats: ReportRegistry[Any], *, output: str = "", stem: str = "") -> str:
    """The format of a result: ``--format``, else by the suffix of ``--output``, else ``terminal``.

    Raises:
        SettingsError: there is no such format, ``--format`` contradicts the suffix, or a binary format has no file to
            go to. The message lists the choices.
    """
    known = ["terminal", *formats.names()]
    by_suffix = _format_of(output, formats, wanted)
    if wanted and wanted not in known:
        raise SettingsError(
            _("there is no format '{name}' here.").format(name=wanted),
            hint=_("Choose one:{choices}").format(choices=choices(f"--format {name}" for name in known)),
        )
    if wanted and by_suffix and wanted != by_suffix:
        raise SettingsError(
            _("--format {format} contradicts the name of the file.").format(format=wanted),
            file=output,
            hint=_("Leave --format out, or change the suffix."),
        )
    report = wanted or by_suffix or "terminal"
    if not output and report != "terminal" and formats.of(report).binary:
        raise SettingsError(
            _("a {format} report needs a file.").format(format=report),
            hint=_("Name it, for example --output {name}.").format(name=f"{stem}.{report}"),
        )
    return report


def _format_of(output: str, formats: ReportRegistry[Any], wanted: str) -> str:
    """The format that a file's suffix stands for; empty without a file or suffix, for devices, and for plug-ins."""
    suffix = Path(output).suffix.lower()
    if not suffix or (Path(output).exists() and not Path(output).is_file()):
        return ""
    report = "terminal" if suffix in (TEXT, ".terminal") else formats.of_suffix(suffix)
    if report or wanted in formats.plugged():
        return report
    raise SettingsError(
        _("this command writes no files with the suffix {suffix}.").format(suffix=suffix),
        file=output,
        hint=_("Choose one:{choices}").format(choices=choices(sorted([TEXT, *formats.suffixes()]))),
    )


def show(
    result: Any,
    report: str,
    formats: ReportRegistry[Any],
    drawn: Callable[[], RenderableType],
    output: str,
    *,
    quiet: bool,
    text: str,
) -> None:
    """Draw the result on the screen, or write it in its format; a plain-text file gets the format ``text``."""
    if report == "terminal" and not output:
        console().print(drawn())
        return
    deliver(formats.render(result, text if report == "terminal" else report), output, quiet=quiet)


def made_folder(name: str) -> Path:
    """The folder of that name, which is made if it does not exist.

    Raises:
        OutputError: the path is a file, or the folder cannot be made or written.
    """
    path = Path(name)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            _("it cannot be made ({reason}).").format(reason=why(error)),
            file=name,
            hint=_("Choose another place."),
        ) from error
    if not os.access(path, os.W_OK):
        raise OutputError(_("it cannot be written (no permission)."), file=name, hint=_("Choose another place."))
    return path


@contextmanager
def whole_file(output: str, *, binary: bool = False) -> Iterator[Any]:
    """A file that appears whole or not at all; text in UTF-8 unless ``binary``.

    Raises:
        OutputError: the disk is full or the place cannot be written.
    """
    try:
        with whole.whole_file(Path(output), binary=binary) as target:
            yield target
    except OSError as error:
        raise OutputError(
            _("it cannot be written ({reason}).").format(reason=why(error)),
            file=output,
            hint=_("Choose another place."),
        ) from error


def deliver(result: str | bytes, output: str, *, quiet: bool) -> None:
    """Write a result to its file, with a note on stderr, or to stdout if no file is named.

    In a pipe or a redirected output text is always UTF-8, whatever the encoding of the terminal: a program reads it.
    """
    if isinstance(result, str):
        result = escaped(result)
    if not output:
        typer.echo(result if sys.stdout.isatty() or isinstance(result, bytes) else result.encode(), nl=False)
        return
    with whole_file(output, binary=isinstance(result, bytes)) as target:
        target.write(result)
    note(_("written: {file}").format(file=output), quiet=quiet)


def note(text: str, *, quiet: bool) -> None:
    """Print a line on stderr that is not part of the result; nothing if ``quiet``."""
    if not quiet:
        typer.echo(escaped(text), err=True)


def say(text: str) -> None:
    """Print a line of the result on stdout; control characters, which could act on the terminal, are escaped."""
    typer.echo(escaped(text))
