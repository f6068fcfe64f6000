"""Parsing, help and usage errors of the commands: Typer's texts in the user's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from alignment.errors import SettingsError, choices
from alignment.i18n import _

NO_COMMAND = re.compile(r"No such command '(?P<name>[^']*)'")
EXTRA = re.compile(
    r"unexpected extra arguments? *(?:\(s\) *)?\((?P<names>.*)\)|unexpected extra argument\(s\) \((?P<more>.*)\)"
)


# How the help names the value of an option or argument.
VALUES = {
    "ADDRESS": _("ADDRESS"),
    "CARD": _("CARD"),
    "FILE": _("FILE"),
    "FOLDER": _("FOLDER"),
    "ID": _("ID"),
    "KIND=N": _("KIND=N"),
    "LABELS": _("LABELS"),
    "LOGIN": _("LOGIN"),
    "NAME": _("NAME"),
    "NEW": _("NEW"),
    "NUMBER": _("NUMBER"),
    "OLD": _("OLD"),
    "PATH": _("PATH"),
    "PERCENT": _("PERCENT"),
    "PROGRAM": _("PROGRAM"),
    "RESULT.json": _("RESULT.json"),
    "ROLE": _("ROLE"),
    "STANDARDS": _("STANDARDS"),
    "TEXT": _("TEXT"),
}


def value_name(item: Any) -> str:
    """How the help names the value of an argument or option; brackets and dots stay: [STANDARDS]..."""
    written = str(item.metavar or item.name.upper())
    core = written.strip("[].")
    return written.replace(core, VALUES.get(core, core))


# An older name of --format json, on every command that has a format.
JSON = "--json"


def has_format(command: Any) -> bool:
    """Whether a command's result has a format to choose."""
    return any("--format" in item.opts for item in command.params)


def _without_json(arguments: list[str]) -> list[str]:
    """The arguments with ``--format json`` where ``--json`` stands."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    named = [("--format", "json") if item == JSON else (item,) for item in arguments[:end]]
    return [part for parts in named for part in parts] + arguments[end:]


def _refuse_empty(values: dict[str, Any], params: Iterable[Any]) -> None:
    """Refuse an empty argument or value of a repeated option, as a script gives for a variable that is not set.

    Raises:
        SettingsError: there is one. An empty path would be the working folder.
    """
    for item in params:
        value = values.get(item.name)
        if "" not in (value if isinstance(value, (list, tuple)) else (value,)):
            continue
        if _is_argument(item):
            hint = _("Give . if you mean the folder in which you are.")
            raise SettingsError(_("{name} is empty.").format(name=value_name(item).strip("[].")), hint=hint)
        if getattr(item, "multiple", False):
            hint = _("Leave it out, or give a value.")
            raise SettingsError(_("{name} is empty.").format(name=max(item.opts, key=len)), hint=hint)


class Help:
    """Help in sections (usage, purpose, arguments, options, examples), each with a title in the user's language."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the first line: the arguments as their metavars name them, with dots after repeated ones."""
        pieces = [value_name(item) for item in self.get_params(ctx) if _is_argument(item)]
        if isinstance(self, TyperGroup):
            pieces = [_("COMMAND …")]
        formatter.write_usage(ctx.command_path, " ".join([*pieces, _("[OPTIONS]")]), prefix=_("Usage:") + " ")

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the arguments, the options and, for a group, its commands."""
        every = [item for item in self.get_params(ctx) if not getattr(item, "hidden", False)]
        for title, rows in (
            (
                _("Arguments"),
                [(value_name(item), item.help or "") for item in every if _is_argument(item)],
            ),
            (_("Options"), [row for item in every if not _is_argument(item) for row in _option_rows(item)]),
        ):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)
        if isinstance(self, TyperGroup):
            self.format_commands(ctx, formatter)

    def format_epilog(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the examples, one a line and never wrapped, so that they can be copied."""
        if not self.epilog:
            return
        with formatter.section(_("Examples")):
            for line in str(self.epilog).splitlines():
                formatter.write(f"  {line}\n")


class Command(Help, TyperCommand):
    """A command that obeys a ``--ui-lang`` before its name and takes ``--json`` as ``--format json``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after ``--json`` was replaced.

        Raises:
            SettingsError: an argument, or a value of a repeated option, is empty.
        """
        given = _without_json(args) if has_format(self) else args
        rest: list[str] = super().parse_args(ctx, list(given))
        if not ctx.resilient_parsing:
            _refuse_empty(self.make_parser(ctx).parse_args(list(given))[0], self.get_params(ctx))
        return rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command in the language given before its name, unless another is given after it."""
        before = ctx.find_root().params.get("ui_lang")
        if before and not ctx.params.get("ui_lang") and any(item.name == "ui_lang" for item in self.params):
            ctx.params["ui_lang"] = before
        return super().invoke(ctx)


class CommandGroup(Help, TyperGroup):
    """A group of commands, listed under the titles of their panels."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write one line for each command, never cut."""
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                title = getattr(command, "rich_help_panel", None)
                panels.setdefault(title if isinstance(title, str) else _("Commands"), []).append(
                    (name, command.short_help or command.help or "")
                )
        width = max(len(name) for rows in panels.values() for name, _help in rows)
        for title, rows in panels.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), purpose) for name, purpose in rows])


def _is_argument(item: Any) -> bool:
    return bool(item.param_type_name == "argument")


def _option_rows(item: Any) -> list[tuple[str, str]]:
    """The row of an option; ``--format`` has a second row for its older name."""
    older = [(JSON, _("The same as --format json."))] if "--format" in item.opts else []
    return [_option_row(item), *older]


def _option_row(item: Any) -> tuple[str, str]:
    """The names and the value of an option, and its help with default and limits."""
    names = ", ".join(sorted((*item.opts, *item.secondary_opts), key=len))
    if item.name == "help":
        return names, _("Show this help and exit.")
    text = {
        "install_completion": _("Install completion for this shell."),
        "show_completion": _("Show completion for this shell, to copy or change it."),
    }.get(item.name, item.help or "")
    extra = []
    low, high = getattr(item, "min", None), getattr(item, "max", None)
    if low is not None or high is not None:
        extra.append(limits(low, high))
    if not item.is_flag and item.default not in (None, "", ()) and not callable(item.default):
        extra.append(_("default: {value}").format(value=item.default))
    if item.required:
        extra.append(_("required"))
    value = f" {value_name(item)}" if item.metavar and not item.is_flag else ""
    return f"{names}{value}", f"{text} [{'; '.join(extra)}]" if extra else text


def limits(low: float | None, high: float | None) -> str:
    """The range of a number in words; at least one bound is given."""
    if high is None:
        return _("from {low}").format(low=low)
    return _("up to {high}").format(high=high) if low is None else _("{low} to {high}").format(low=low, high=high)


def usage_error(error: Any) -> str:
    """What is wrong with a command line, the possible choices, and the command for help; in the user's language."""
    context = getattr(error, "ctx", None)
    text = _reason(error, context)
    if context is None:
        return text
    return text + "\n" + _("Help: {command}").format(command=f"{context.command_path} --help")


def _reason(error: Any, context: Any) -> str:
    kind, name = type(error).__name__, ""
    if getattr(error, "param", None) is not None:
        name = value_name(error.param).strip("[].") if _is_argument(error.param) else max(error.param.opts, key=len)
    if kind == "NoSuchOption":
        near = sorted(error.possibilities or _near(error.option_name, _options(context)))
        return _("there is no option {name}.").format(name=error.option_name) + _choices(near)
    if kind == "MissingParameter":
        return _("{name} is missing.").format(name=name)
    if kind == "BadOptionUsage":
        return _("the option {name} needs a value.").format(name=error.option_name)
    if name:
        return _bad_value(error, name)
    match = NO_COMMAND.search(str(error.message))
    if match:
        known = list(getattr(context.command, "commands", ()))
        near = get_close_matches(match["name"], known) or known
        return _("there is no command '{name}'.").format(name=match["name"]) + _choices(
            f"{context.command_path} {item}" for item in near
        )
    match = EXTRA.search(str(error.message))
    if match:
        return _("too many arguments: {names}.").format(names=match["names"] or match["more"])
    if "Missing command" in str(error.message):
        return _("a command is missing.")
    return str(error.message)


def _bad_value(error: Any, name: str) -> str:
    """The message on a value that is not a number, or a number outside its limits."""
    cause = error.__cause__
    value = cause.errors()[0].get("input", "") if hasattr(cause, "errors") and cause.errors() else ""
    low, high = getattr(error.param, "min", None), getattr(error.param, "max", None)
    if low is not None or high is not None:
        return _("{name}: '{value}' does not fit; a number is expected, {limits}.").format(
            name=name, value=value, limits=limits(low, high)
        )
    return _("{name}: '{value}' does not fit.").format(name=name, value=value)


def _options(context: Any) -> list[str]:
    return [name for item in context.command.params for name in item.opts] if context else []


def _near(name: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(name, known)


def _choices(items: Iterable[str]) -> str:
    known = list(items)
    return " " + _("Perhaps:") + choices(known) if known else ""
