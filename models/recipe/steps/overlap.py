"""Step overlap: the model of the probability that two work functions ask for the same work."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, load_encoder
from models.recipe import options
from models.recipe.train_overlap import train


def run(given: options.Options) -> None:
    """Train and write the model; prints its figures."""
    with Cache(given.settings.cache_path()) as cache:
        model = train(given.shared / "onet", CachedEncoder(load_encoder(given.models), cache))
    output = given.models / "overlap.json"
    output.write_bytes(msgspec.json.format(msgspec.json.encode({model.engine: model}), indent=1) + b"\n")
    options.say(f"{model.figures}\nwritten: {output}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments)


if __name__ == "__main__":
    main()
