"""Step common-lemmas: weights of the lemmas that most work functions use."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from alignment.cache import Cache
from alignment.evaluation.shipped import shipped_standards
from models.recipe import options
from models.recipe.common_lemmas import FILE, common_lemmas


def run(given: options.Options) -> None:
    """Count the lemmas of the shipped standards."""
    with Cache(given.settings.cache_path()) as cache:
        weights = common_lemmas(shipped_standards(given.settings), cache)
    given.recipe.mkdir(parents=True, exist_ok=True)
    (given.recipe / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")
    options.say(f"written: {given.recipe / FILE}, {len(weights)} lemmas")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments)


if __name__ == "__main__":
    main()
