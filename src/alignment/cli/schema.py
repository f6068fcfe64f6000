"""``align schema``: the JSON Schema of the report."""

from __future__ import annotations

import json

from alignment.cli import common
from alignment.i18n import _

HELP = _("Print the JSON Schema of the JSON report.")
EXAMPLES = ("align schema --output report.schema.json",)


def command(output: common.Output = "", quiet: common.Quiet = False, ui_lang: common.UiLang = "") -> None:
    """Print the schema."""
    common.settings_for(ui_lang=ui_lang)
    from alignment.reports.json_report import schema

    common.check_writable(output)
    common.deliver(json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", output, quiet=quiet)
