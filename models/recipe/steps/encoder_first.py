"""Step encoder-first: the encoder, trained on human links and by its teachers (extra [train])."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.cache import Cache
from models.recipe import options
from models.recipe.encoder_data import EncoderData, links_of, reporter
from models.recipe.encoder_net import EncoderNet, starting_weights
from models.recipe.export_encoder import FIRST_FILE, mixed, weights_of, write
from models.recipe.train_encoder import Trainer, TrainingConfig

# Share of the trained weights in the result; the rest is the start (WiSE-FT, Wortsman et al. 2022). It costs a
# hundredth on the sources and wins on everything else; chosen on the held-out links and the three sets of MELO.
MIX = 0.9


def run(given: options.Options) -> None:
    """Train and write the weights; prints the loss."""
    with Cache(given.settings.cache_path()) as cache:
        data = EncoderData(given, links_of(given), [], cache)
    config = TrainingConfig(seed=given.seed).limited(given.limit)
    net = EncoderNet(*starting_weights())
    Trainer(net, data.tokenize, data.sources, data.teacher, config).run(reporter())
    whole = mixed([(MIX, weights_of(net)), (1 - MIX, starting_weights())])
    write(whole, data.pieces, given.working / FIRST_FILE, config, data.reference)
    options.say(f"written: {given.working / FIRST_FILE}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments, seeded=True)


if __name__ == "__main__":
    main()
