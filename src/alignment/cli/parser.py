"""How commands are parsed and how their help and their usage errors are said: Typer's words in the user's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from alignment.errors import choices
from alignment.i18n import _

NO_COMMAND = re.compile(r"No such command '(?P<name>[^']*)'")
EXTRA = re.compile(
    r"unexpected extra arguments? *(?:\(s\) *)?\((?P<names>.*)\)|unexpected extra argument\(s\) \((?P<more>.*)\)"
)


# What stands for a value in the help.
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
    """What stands for the value of an argument or option in the help: [STANDARDS]... as it is written."""
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


class Help:
    """Help in sections: usage, what it does, arguments, options, examples; each title in the user's language."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """The first line: names of arguments as they are, repeated ones with an ellipsis of their own."""
        pieces = [value_name(item) for item in self.get_params(ctx) if _is_argument(item)]
        if isinstance(self, TyperGroup):
            pieces = [_("COMMAND …")]
        formatter.write_usage(ctx.command_path, " ".join([*pieces, _("[OPTIONS]")]), prefix=_("Usage:") + " ")

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        """Arguments, options and, of a group, its commands."""
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
        """Examples, a line each, uncut so that they can be copied."""
        if not self.epilog:
            return
        with formatter.section(_("Examples")):
            for line in str(self.epilog).splitlines():
                formatter.write(f"  {line}\n")


class Command(Help, TyperCommand):
    """A command; ``--ui-lang`` before it holds for it too, and ``--json`` is ``--format json``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, ``--json`` as what it stands for."""
        return super().parse_args(ctx, _without_json(args) if has_format(self) else args)

    def invoke(self, ctx: Any) -> Any:
        """Run it with the language that stands before the command, where none stands after it."""
        before = ctx.find_root().params.get("ui_lang")
        if before and not ctx.params.get("ui_lang") and any(item.name == "ui_lang" for item in self.params):
            ctx.params["ui_lang"] = before
        return super().invoke(ctx)


class CommandGroup(Help, TyperGroup):
    """A group of commands; its commands stand under the titles of their panels."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """One line for each command, never cut."""
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
                formatter.write_dl([(name.ljust(width), said) for name, said in rows])


def _is_argument(item: Any) -> bool:
    return bool(item.param_type_name == "argument")


def _option_rows(item: Any) -> list[tuple[str, str]]:
    """An option, and under the format its older name."""
    older = [(JSON, _("The same as --format json."))] if "--format" in item.opts else []
    return [_option_row(item), *older]


def _option_row(item: Any) -> tuple[str, str]:
    """Names and value of an option; its help with default and limits."""
    names = ", ".join(sorted((*item.opts, *item.secondary_opts), key=len))
    if item.name == "help":
        return names, _("Show this help and exit.")
    said = {
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
    return f"{names}{value}", f"{said} [{'; '.join(extra)}]" if extra else said


def limits(low: float | None, high: float | None) -> str:
    """From what to what a number may be."""
    if high is None:
        return _("from {low}").format(low=low)
    return _("up to {high}").format(high=high) if low is None else _("{low} to {high}").format(low=low, high=high)


def usage_error(error: Any) -> str:
    """What is wrong with a command line, the choices there are, and where help is; in the user's language."""
    context = getattr(error, "ctx", None)
    said = _said(error, context)
    if context is None:
        return said
    return said + "\n" + _("Help: {command}").format(command=f"{context.command_path} --help")


def _said(error: Any, context: Any) -> str:
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
    """A value that is no number, or a number outside its limits."""
    cause = error.__cause__
    given = cause.errors()[0].get("input", "") if hasattr(cause, "errors") and cause.errors() else ""
    low, high = getattr(error.param, "min", None), getattr(error.param, "max", None)
    if low is not None or high is not None:
        return _("{name}: '{value}' does not fit; a number is expected, {limits}.").format(
            name=name, value=given, limits=limits(low, high)
        )
    return _("{name}: '{value}' does not fit.").format(name=name, value=given)


def _options(context: Any) -> list[str]:
    return [name for item in context.command.params for name in item.opts] if context else []


def _near(name: str, known: Sequence[str]) -> list[str]:
    return get_close_matches(name, known)


def _choices(items: Iterable[str]) -> str:
    known = list(items)
    return " " + _("Perhaps:") + choices(known) if known else ""
