"""``align doctor``: versions, engine, cache and data folders, and whether they work."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from alignment.cli import common, options
from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.settings import Settings

HELP = _("Print versions, engine, cache and data folders, and try each of them.")
EXAMPLES = ("align doctor",)
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


def command(
    report: options.Format = "", output: options.Output = "", quiet: options.Quiet = False, ui_lang: options.UiLang = ""
) -> int:
    """Print what was tried; returns 2 if something does not work."""
    settings = common.settings_for(ui_lang=ui_lang)
    json = common.as_json(report, output=output)
    common.check_writable(output)
    lines = [f"Python {sys.version.split()[0]}, {platform.platform()}"]
    packages = {name: _version(name) for name in PACKAGES}
    absent = "– " + _("not installed")
    lines += [f"  {name} {program or absent}" for name, program in packages.items()]
    parts: dict[str, dict[str, str | bool]] = {}
    with common.Progress(quiet=quiet) as progress:
        for number, (name, label, probe) in enumerate(PROBES):
            progress(f"try: {label}", number, len(PROBES))
            try:
                parts[name] = {"works": True, "found": probe(settings)}
                lines.append(f"{label}: {parts[name]['found']}")
            except (AlignmentError, OSError, ImportError) as error:
                parts[name] = {"works": False, "found": str(error)}
                lines.append(f"{label}: " + _("does not work") + f" – {error}")
    if json:
        common.deliver_json({"python": sys.version.split()[0], "packages": packages, **parts}, output, quiet=quiet)
    else:
        common.deliver("\n".join(lines) + "\n", output, quiet=quiet)
    return 0 if all(item["works"] for item in parts.values()) else 2


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _data(settings: Settings) -> str:
    return f"{settings.data_path('models')}, {settings.data_path('corpora')}; {settings.standards_path()}"


def _cache(settings: Settings) -> str:
    from alignment.api import open_cache

    with open_cache(settings) as cache:
        state = cache.warning or f"{cache.count()} " + _("items")
        return f"{settings.cache_path()}, {state}" if settings.cache else _("switched off")


def _engine(settings: Settings) -> str:
    from alignment.cache import Cache
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

    analyses = analyse(["методов отладки кода", "debugging methods"])
    return "; ".join(f"{item.language}: {' '.join(item.lemmas)}" for item in analyses)


PROBES = (
    ("data", _("Data"), _data),
    ("cache", _("Cache"), _cache),
    ("engine", _("Engine"), _engine),
    ("languages", _("Languages"), _languages),
)
