"""Step verdict: the verdict models of both engines."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from threadpoolctl import threadpool_limits

from alignment.evaluation.heldout import HELD_OUT_FILE, read_heldout
from alignment.matching import verdict_model
from alignment.matching.precedents import PRECEDENTS_FILE, save_precedents
from alignment.matching.requirement_model import RequirementModel
from alignment.matching.verdict_model import VerdictModel
from models.recipe import options
from models.recipe.judged_data import judged_data
from models.recipe.train_verdict import train


def run(given: options.Options) -> None:
    """Train, cross-validate and write the models; prints thresholds and figures."""
    version, heldout = read_heldout(given.models / HELD_OUT_FILE)
    # Fitting and cosines on one thread, so that their sums have one order on any number of cores.
    with threadpool_limits(limits=1, user_api="blas"), judged_data(given, heldout, synthetic=True) as data:
        trained = train(data, version, options.progress)
        save_precedents(given.models / PRECEDENTS_FILE, data.judged.precedents)
    files: dict[str, VerdictModel | RequirementModel] = {verdict_model.MODEL_FILE: trained.pairs}
    files |= {f"requirement-{engine}.json": model for engine, model in trained.requirements.items()}
    for name, content in files.items():
        (given.models / name).write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    for engine, model in trained.requirements.items():
        thresholds = f"{model.covered}, {model.partial}"
        spreads = f"{model.spread}, {model.known_spread}, {model.other_words_spread}"
        options.say(f"{engine}: thresholds {thresholds}; spreads {spreads}")
        for name, value in model.figures.items():
            options.say(f"  {name} {value:.3f}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command of the step."""
    options.main(__doc__, run, arguments)


if __name__ == "__main__":
    main()
