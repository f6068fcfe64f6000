"""``align cache``: where the cache is, how large, and clearing it."""

from __future__ import annotations

import typer

from alignment.cli import common
from alignment.errors import OutputError, why
from alignment.i18n import _

HELP = _("Show or clear the cache of vectors and parsed files.")
app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command(name="info", help=_("Where the cache is, how many items it has, its size."))
def info(ui_lang: common.UiLang = "") -> None:
    """Print place, items and size."""
    settings = common.settings_for(ui_lang=ui_lang)
    from alignment.encoders import Cache
    from alignment.encoders.cache import size

    folder = settings.cache_path()
    typer.echo(_("Folder") + f": {folder}")
    if not size(folder):
        typer.echo(_("The cache is empty."))
        return
    with Cache(folder) as cache:
        typer.echo(_("Items") + f": {cache.count()}")
    typer.echo(_("Size") + f": {size(folder) / 1e6:.1f} MB")


@app.command(name="clear", help=_("Delete the cache; it fills again at the next check."))
def clear_command(ui_lang: common.UiLang = "") -> None:
    """Delete the cache files."""
    settings = common.settings_for(ui_lang=ui_lang)
    from alignment.encoders.cache import clear

    folder = settings.cache_path()
    try:
        freed = clear(folder)
    except OSError as error:
        raise OutputError(
            _("it cannot be deleted ({reason}).").format(reason=why(error)), file=str(error.filename or folder)
        ) from error
    typer.echo(_("{size} MB freed").format(size=f"{freed / 1e6:.1f}"))
