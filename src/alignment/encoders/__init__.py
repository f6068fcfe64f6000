"""text → unit vectors: our one encoder, and the cache before it."""

from __future__ import annotations

from pathlib import Path

from alignment.encoders.cached import CachedEncoder
from alignment.encoders.interface import Encoder, Vectors, unit

__all__ = ["CachedEncoder", "Encoder", "Vectors", "load_encoder", "unit"]


def load_encoder(models: Path) -> Encoder:
    """The encoder of ``models``, the folder of our own weights, which are read at the first text.

    Raises:
        SettingsError: its file is missing or damaged.
    """
    from alignment.encoders.fine_tuned import FineTunedEncoder

    return FineTunedEncoder(models)
