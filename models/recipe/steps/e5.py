"""Step e5: the upper half of multilingual E5 small, trained on human links (extra [train])."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from models.recipe import options
from models.recipe.encoder_data import links_of
from models.recipe.teachers.e5 import centre_of, package_file
from models.recipe.teachers.e5_image import Image
from models.recipe.teachers.e5_tuned import WEIGHTS_FILE
from models.recipe.train_e5 import TrainingConfig, reporter, train, write


def run(given: options.Options) -> None:
    """Train and write the weights; prints the loss."""
    centre = centre_of(given.working)
    torch.set_num_threads(2)
    config = TrainingConfig(seed=given.seed)
    if given.limit is not None:
        config = TrainingConfig(seed=given.seed, steps=given.limit, stop=given.limit)
    upper = train(Image(package_file()), centre, links_of(given), config, reporter(options.say))
    write(upper, given.working / WEIGHTS_FILE, config)
    options.say(f"written: {given.working / WEIGHTS_FILE}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments, seeded=True)


if __name__ == "__main__":
    main()
