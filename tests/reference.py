"""docs/reference.md from the commands themselves: ``python -m tests.reference`` (``just reference``)."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import msgspec

from alignment import i18n
from alignment.settings import DERIVED, Settings

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"


def commands() -> dict[str, Any]:
    """Every command by its full name."""
    i18n.activate("en")
    from typer.main import get_command

    from alignment.cli.app import app

    result: dict[str, Any] = {}

    def walk(name: str, command: Any) -> None:
        inner = getattr(command, "commands", None)
        if inner:
            for key in inner:
                walk(f"{name} {key}", inner[key])
        else:
            result[name] = command

    walk("align", get_command(app))
    return result


def page() -> str:
    """The whole page."""
    lines = [
        "# Reference",
        "",
        "Made of the program itself by `python -m tests.reference`; a test fails when it is old.",
        "",
    ]
    for name, command in commands().items():
        lines += [f"## {name}", "", str(command.help or ""), ""]
        own = [item for item in command.params if getattr(item, "name", "") != "help"]
        arguments = [item for item in own if item.param_type_name == "argument"]
        usage = " ".join(str(item.metavar or item.name).strip() for item in arguments)
        lines += ["```text", f"{name} {usage} [OPTIONS]".replace("  ", " "), "```", ""]
        rows = []
        for item in own:
            if item.param_type_name == "argument":
                label = f"`{item.metavar or item.name}`"
            else:
                label = ", ".join(f"`{one}`" for one in (*item.opts, *item.secondary_opts))
                label += f" {item.metavar}" if item.metavar and not item.is_flag else ""
            default = (
                "" if item.default in (None, "", False, ()) or callable(item.default) else f" Default: {item.default}."
            )
            rows.append(f"| {label} | {item.help or ''}{default} |".replace("\n", " "))
            if "--format" in item.opts:
                rows.append("| `--json` | The same as --format json. |")
        if rows:
            lines += ["| | |", "|---|---|", *rows, ""]
    lines += ["## Settings", "", "In alignment.toml, or as `ALIGN_NAME`; see [settings](settings.md).", ""]
    lines += ["| name | default |", "|---|---|"]
    for field in (item for item in msgspec.structs.fields(Settings) if item.name not in DERIVED):
        default = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()  # type: ignore[operator]
        lines.append(f"| {field.name} | {default!r} |")
    lines += [
        "",
        "## Python",
        "",
        "Everything public is in `alignment` and `alignment.api`.",
        "",
        "| name | |",
        "|---|---|",
    ]
    from alignment import api

    for key in sorted(name for name in api.__all__ if inspect.isfunction(getattr(api, name))):
        first = inspect.getdoc(getattr(api, key)).splitlines()[0]  # type: ignore[union-attr]
        lines.append(f"| `alignment.api.{key}` | {first} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
