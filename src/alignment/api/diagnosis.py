"""``align doctor``: print the versions and try every part that the program needs (engine, cache, folders)."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import msgspec

from alignment.errors import AlignmentError
from alignment.i18n import _
from alignment.progress import Progress
from alignment.settings import Settings

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


class ProbedPart(msgspec.Struct, frozen=True, kw_only=True):
    """The result of trying one part: whether it works, and what was found or failed."""

    works: bool
    found: str


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """The versions of Python, the system and the packages (empty: not installed), and the result of each part."""

    python: str
    system: str
    packages: dict[str, str]
    parts: dict[str, ProbedPart]

    @property
    def works(self) -> bool:
        """Whether every part works."""
        return all(part.works for part in self.parts.values())


def diagnose(settings: Settings, progress: Progress) -> Diagnosis:
    """Try every part, one after another."""
    parts = {}
    for number, (name, probe) in enumerate(PROBES.items()):
        progress(f"try: {label(name)}", number, len(PROBES))
        try:
            parts[name] = ProbedPart(works=True, found=probe(settings))
        except (AlignmentError, OSError, ImportError) as error:
            parts[name] = ProbedPart(works=False, found=str(error))
    return Diagnosis(
        python=sys.version.split()[0],
        system=platform.platform(),
        packages={name: _version(name) for name in PACKAGES},
        parts=parts,
    )


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


PROBES: dict[str, Callable[[Settings], str]] = {
    "data": _data,
    "cache": _cache,
    "engine": _engine,
    "languages": _languages,
}


def label(name: str) -> str:
    """The name of a part, for people."""
    return {"data": _("Data"), "cache": _("Cache"), "engine": _("Engine"), "languages": _("Languages")}[name]
