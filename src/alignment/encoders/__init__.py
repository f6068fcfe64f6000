"""text → unit vectors; one file per engine, registered in `ENGINES` or by entry point."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from alignment.encoders.cache import Cache, content_key
from alignment.encoders.cached import CachedEncoder
from alignment.encoders.interface import Encoder, Vectors, unit
from alignment.errors import NotFoundError

__all__ = ["Cache", "CachedEncoder", "Encoder", "Vectors", "content_key", "engine_names", "load_encoder", "unit"]

ENGINES = {
    "adapted": ("adapted", "AdaptedEncoder"),
    "use": ("use", "UseEncoder"),
    "e5": ("e5", "E5Encoder"),
    "e5-tuned": ("e5_tuned", "TunedE5Encoder"),
    "thorough": ("thorough", "ThoroughEncoder"),
    "accurate": ("accurate", "AccurateEncoder"),
    "minilm": ("transformer", "MiniLmEncoder"),
}
TRANSFORMER = "st:"


def engine_names() -> list[str]:
    """Names of all engines, bundled and third-party."""
    return sorted({*ENGINES, *(point.name for point in entry_points(group="alignment.encoders"))})


def load_encoder(name: str, models: Path | None = None) -> Encoder:
    """The engine of that name (its weights are loaded at first use).

    ``models`` is the folder of our own weights; default: that of the settings.

    Raises:
        NotFoundError: no such engine.
        MissingExtraError: its package is not installed.
    """
    if name in ENGINES:
        module, attribute = ENGINES[name]
        engine: Encoder = getattr(import_module(f"alignment.encoders.{module}"), attribute)(models)
        return engine
    if name.startswith(TRANSFORMER):
        from alignment.encoders.transformer import TransformerEncoder

        return TransformerEncoder(name.removeprefix(TRANSFORMER), name)
    for point in entry_points(group="alignment.encoders", name=name):
        loaded: Encoder = point.load()()
        return loaded
    raise NotFoundError(f"there is no engine '{name}'.", hint=f"Known engines: {', '.join(engine_names())}.")
