"""Engine ``thorough``: the default engine's vectors, and a verdict model that has the best candidates read.

What is read, and by what, is told in `alignment.encoders.pair_reader` (extra ``[e5]``).
"""

from __future__ import annotations

from alignment.encoders.adapted import AdaptedEncoder


class ThoroughEncoder(AdaptedEncoder):
    """The default engine under another name, which has a verdict model of its own."""

    name = "thorough"
