"""``align doctor``: versions, engine, cache and data folders, and whether they work."""

from __future__ import annotations

from alignment.cli import common, options
from alignment.i18n import _

HELP = _("Print versions, engine, cache and data folders, and try each of them.")
EXAMPLES = ("align doctor",)


def command(
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> int:
    """Print what was tried; returns 2 if something does not work."""
    settings = common.settings_for(ui_lang=ui_lang)
    json = common.wants_json(report, output=output)
    common.check_writable(output)
    from alignment.api.diagnosis import diagnose
    from alignment.reports.diagnosis import as_data, lines

    with common.ProgressBar(quiet=quiet) as progress:
        diagnosis = diagnose(settings, progress)
    if json:
        common.deliver_json(as_data(diagnosis), output, quiet=quiet)
    else:
        common.deliver("".join(f"{line}\n" for line in lines(diagnosis)), output, quiet=quiet)
    return 0 if diagnosis.works else 2
