"""Step encoder: two more trainings with texts without links; the mean of all three networks (extra [train])."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.cache import Cache
from alignment.evaluation.gold import read_judged_pairs
from models.recipe import options
from models.recipe.encoder_data import EncoderData, links_of, reporter
from models.recipe.encoder_net import EncoderNet, Parameters, stored_weights
from models.recipe.export_encoder import FIRST_FILE, mixed, weights_of, write
from models.recipe.train_encoder import Trainer, TrainingConfig
from models.recipe.unlinked import descriptions, judged_texts

# Steps of each of the two trainings, half as many as in the first one, from whose weights they start.
STEPS = 1200
# Share of the first training in the weights that ship: of 0, 0.4 and 1 the best on the development sets
# (models/encoder.card.md).
FIRST = 0.4


def run(given: options.Options) -> None:
    """Train twice from the first training, each time with texts of one half of the judged fields; write the mean."""
    pairs = read_judged_pairs(given.corpora / "gold" / "pairs.tsv")
    common = descriptions(given.shared / "itmo" / "discipline_descriptions.csv")
    halves = [sorted({*common, *judged_texts(pairs, half)}) for half in (0, 1)]
    with Cache(given.settings.cache_path()) as cache:
        data = EncoderData(given, links_of(given), [*halves[0], *halves[1]], cache)
    first = given.working / FIRST_FILE
    trained: list[Parameters] = []
    for half, unlinked in enumerate(halves):
        config = TrainingConfig(steps=STEPS, seed=given.seed + half).limited(given.limit)
        net = EncoderNet(*stored_weights(first))  # loaded again, because training changes the arrays in place
        Trainer(net, data.tokenize, data.sources, data.teacher, config, unlinked).run(reporter())
        trained.append(weights_of(net))
    share = (1 - FIRST) / len(trained)
    whole = mixed([(FIRST, stored_weights(first)), *((share, weights) for weights in trained)])
    output = given.models / "encoder.npz"
    write(whole, data.pieces, output, config, data.reference)
    options.say(f"written: {output} ({output.stat().st_size / 1e6:.0f} MB)")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments, seeded=True)


if __name__ == "__main__":
    main()
