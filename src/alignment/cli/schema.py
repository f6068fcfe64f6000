"""``align schema``: the JSON Schema of the report."""

from __future__ import annotations

import json

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Print the JSON Schema of the JSON report.")
EXAMPLES = ("align schema --output report.schema.json",)


def command(output: options.Output = "", quiet: options.Quiet = False, ui_lang: options.UiLang = "") -> None:
    """Print the schema."""
    common.settings_for(ui_lang=ui_lang)
    from alignment.reports.json_report import schema

    common.check_writable(output)
    common.deliver(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", output, quiet=quiet)
