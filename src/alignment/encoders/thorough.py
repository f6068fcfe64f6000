"""Engine ``thorough``: the default engine's vectors, and a verdict model that has the best candidates read.

What is read, and by what, is told in `alignment.encoders.pair_reader` (extra ``[e5]``).
"""

from __future__ import annotations

from pathlib import Path

from alignment.encoders.adapted import AdaptedEncoder
from alignment.encoders.e5 import package_version


class ThoroughEncoder(AdaptedEncoder):
    """The default engine under another name, which has a verdict model of its own.

    Raises:
        MissingExtraError: the package that the reader needs is not installed.
    """

    name = "thorough"

    def __init__(self, models: Path | None = None) -> None:
        package_version("the engine thorough")
        super().__init__(models)
