"""``align doctor``: versions, engine, cache and data folders, and whether they work."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import typer

from alignment.cli import common
from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.settings import Settings

HELP = _("Print versions, engine, cache and data folders, and try each of them.")
PACKAGES = (
    "profstandart-align",
    "spacy",
    "slovnet",
    "natasha",
    "pymorphy3",
    "scikit-learn",
    "rapidfuzz",
    "pypdfium2",
    "lxml",
    "typer",
    "rich",
)


def command(ui_lang: common.UiLang = "") -> int:
    """Print the state; exit code 2 when something does not work."""
    settings = common.settings_for(ui_lang=ui_lang)
    typer.echo(f"Python {sys.version.split()[0]}, {platform.platform()}")
    for name in PACKAGES:
        try:
            typer.echo(f"  {name} {version(name)}")
        except PackageNotFoundError:
            typer.echo(f"  {name} – " + _("not installed"))
    bad = 0
    for label, probe in (
        (_("Data"), _data),
        (_("Cache"), _cache),
        (_("Engine"), _engine),
        (_("Languages"), _languages),
    ):
        try:
            typer.echo(f"{label}: {probe(settings)}")
        except (AlignmentError, OSError, ImportError) as error:
            bad = 2
            typer.echo(f"{label}: " + _("does not work") + f" – {error}")
    return bad


def _data(settings: Settings) -> str:
    return f"{settings.data_path('models')}, {settings.data_path('corpora')}; {settings.standards_path()}"


def _cache(settings: Settings) -> str:
    from alignment.api import open_cache

    with open_cache(settings) as cache:
        state = cache.warning or f"{cache.count()} " + _("items")
        return f"{settings.cache_path()}, {state}" if settings.cache else _("switched off")


def _engine(settings: Settings) -> str:
    from alignment.encoders import Cache
    from alignment.engine import ENGINES, load_engine

    with Cache(None) as cache:
        engine = load_engine(settings, cache)
        width = engine.encoder.encode(["проверка", "test"]).shape[1]
        if engine.reranker is not None:
            engine.reranker.scores([("проверка", "test")])
    thresholds = f"{engine.thresholds.covered} / {engine.thresholds.partial}"
    return f"{engine.version}, {width}-d, " + _("thresholds") + f" {thresholds} ({', '.join(ENGINES)})"


def _languages(settings: Settings) -> str:
    from alignment.language.analysis import analyse

    found = analyse(["методов отладки кода", "debugging methods"])
    return "; ".join(f"{item.language}: {' '.join(item.lemmas)}" for item in found)
