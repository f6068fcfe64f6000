"""``align cache``: where the cache is, how large, and clearing it."""

from __future__ import annotations

import typer

from alignment.cli import common, options
from alignment.cli.parser import Command, CommandGroup
from alignment.errors import OutputError, why
from alignment.i18n import _, decimal

HELP = _("Show or clear the cache of vectors and parsed files.")
app = typer.Typer(cls=CommandGroup, no_args_is_help=True, rich_markup_mode=None)


@app.command(name="info", cls=Command, help=_("Where the cache is, how many items it has, its size."))
def info(
    report: options.FormatName = "",
    output: options.Output = "",
    quiet: options.Quiet = False,
    ui_lang: options.UiLang = "",
) -> None:
    """Print place, items and size."""
    settings = common.settings_for(ui_lang=ui_lang)
    from alignment.cache import Cache, size

    json = common.wants_json(report, output=output)
    folder, used = settings.cache_path(), size(settings.cache_path())
    count = 0
    if used:
        with Cache(folder) as cache:
            count = cache.count()
    if json:
        common.deliver_json({"folder": str(folder), "items": count, "bytes": used}, output, quiet=quiet)
        return
    lines = [_("Folder") + f": {folder}"]
    lines += [_("Items") + f": {count}", _("Size: {n} MB").format(n=decimal(used / 1e6, 1))] if used else []
    lines += [] if used else [_("The cache is empty.")]
    common.deliver("\n".join(lines) + "\n", output, quiet=quiet)


@app.command(name="clear", cls=Command, help=_("Delete the cache; it fills again at the next check."))
def clear_command(quiet: options.Quiet = False, ui_lang: options.UiLang = "") -> None:
    """Delete the cache files."""
    settings = common.settings_for(ui_lang=ui_lang)
    from alignment.cache import clear

    folder = settings.cache_path()
    try:
        freed = clear(folder)
    except OSError as error:
        raise OutputError(
            _("it cannot be deleted ({reason}).").format(reason=why(error)), file=str(error.filename or folder)
        ) from error
    common.note(_("{size} MB freed").format(size=decimal(freed / 1e6, 1)), quiet=quiet)
