"""Texts → unit vectors: the encoder and its cache; pairs of texts → scores: the cross-encoder."""

from __future__ import annotations

from pathlib import Path

from alignment.encoders.cached import CachedEncoder
from alignment.encoders.interface import Encoder, Vectors, unit

__all__ = ["CachedEncoder", "Encoder", "Vectors", "load_encoder", "unit"]


def load_encoder(models: Path) -> Encoder:
    """The encoder in the folder ``models``; its weights are loaded when the first text is encoded.

    Raises:
        SettingsError: its file is missing or damaged.
    """
    from alignment.encoders.fine_tuned import FineTunedEncoder

    return FineTunedEncoder(models)
