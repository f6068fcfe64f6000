"""Step e5-centre: the mean vector of multilingual E5 small (extra [train])."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alignment.evaluation.gold import read_judged_pairs
from alignment.evaluation.shipped import shipped_standards
from models.recipe import options
from models.recipe.teachers.e5 import CENTRE, raw_vectors


def run(given: options.Options) -> None:
    """Compute and write the mean vector over the texts of the shipped standards and judged pairs."""
    standards = shipped_standards(given.settings)
    texts = {item.text for standard in standards for _, _, item in standard.requirements()}
    for pair in read_judged_pairs(given.corpora / "gold" / "pairs.tsv"):
        texts |= {pair.requirement.text, pair.statement.text}
    np.savez(given.working / CENTRE, centre=raw_vectors(sorted(texts)).mean(axis=0))
    options.say(f"written: {given.working / CENTRE}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments)


if __name__ == "__main__":
    main()
