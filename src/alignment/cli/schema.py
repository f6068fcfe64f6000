"""``align schema``: the JSON Schema of the report."""

from __future__ import annotations

import json

import typer

from alignment.i18n import _

HELP = _("Print the JSON Schema of the JSON report.")


def command() -> None:
    """Print the schema."""
    from alignment.reports.json_report import schema

    typer.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
