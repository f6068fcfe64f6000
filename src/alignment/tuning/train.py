"""Make the files of models/ again: ``python -m alignment.tuning.train PART``.

The parts: encoder, e5, centre, fusion, reader, overlap, verdict, real (which makes the default engine's verdicts).

``encoder`` needs the extras ``[train,e5]``, models/e5-tuned.npz and the data of ``../shared/data``; it
writes models/encoder.npz and models/unseen.npz. ``verdict`` needs corpora/ alone and writes
models/verdict-ENGINE.json for each engine asked for; all learn from models/verdict-teacher.json, so after new judged
pairs that is made first (``--engine teacher``, extra ``[e5]``), and models/taught.npz with any other.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alignment.encoders import Cache
from alignment.settings import load_settings

if TYPE_CHECKING:
    from alignment.tuning.links import Links

SHARED = Path("../shared/data")


def _links(data: Path) -> list[Links]:
    from alignment.tuning.links import all_links
    from alignment.tuning.train_verdict import shipped_standards

    return all_links(data, shipped_standards(load_settings().data_path("corpora") / "standards"))


def _encoder(options: argparse.Namespace) -> None:
    from alignment.tuning.export_encoder import run

    settings = load_settings()
    with Cache(settings.cache_path()) as cache:
        output = options.output or settings.data_path("models") / "encoder.npz"
        run(options.data, output, options.steps, options.first, cache)


def _centre(options: argparse.Namespace) -> None:
    import numpy as np

    from alignment.encoders.e5 import E5Encoder
    from alignment.tuning.gold import read_pairs
    from alignment.tuning.train_verdict import shipped_standards

    settings = load_settings()
    corpora = settings.data_path("corpora")
    texts = [item.text for found in shipped_standards(corpora / "standards") for _, _, item in found.requirements()]
    for pair in read_pairs(corpora / "gold" / "pairs.tsv"):
        texts += [pair.requirement.text, pair.statement.text]
    centre = E5Encoder().raw(sorted(set(texts))).mean(axis=0)
    path = options.output or settings.data_path("models") / "e5-centre.npz"
    np.savez(path, centre=centre.astype(np.float32))
    sys.stdout.write(f"written: {path}\n")


def _fusion(options: argparse.Namespace) -> None:
    from alignment.tuning.train_fusion import run

    settings = load_settings()
    with Cache(settings.cache_path()) as cache:
        path = options.output or settings.data_path("models") / "fusion.npz"
        run(_links(options.data), cache, path, "4")


def _e5(options: argparse.Namespace) -> None:
    from alignment.tuning.train_e5 import run

    models = load_settings().data_path("models")
    run(_links(options.data), models, options.output or models / "e5-tuned.npz", options.steps)


def _reader(options: argparse.Namespace) -> None:
    from alignment.tuning.gold import read_pairs
    from alignment.tuning.train_reader import Plan, run

    settings = load_settings()
    plan = Plan() if options.steps is None else Plan(link_steps=options.steps, rounds=1)
    pairs = read_pairs(settings.data_path("corpora") / "gold" / "pairs.tsv")
    with Cache(settings.cache_path()) as cache:
        path = options.output or settings.data_path("models") / "reader.npz"
        run(_links(options.data), pairs, cache, path, plan)


def _overlap(options: argparse.Namespace) -> None:
    from alignment.encoders import CachedEncoder, load_encoder
    from alignment.tuning.train_overlap import train

    settings = load_settings()
    with Cache(settings.cache_path()) as cache:
        engines = [CachedEncoder(load_encoder(name), cache) for name in options.engine or ["adapted"]]
        models = train(options.data / "onet", engines)
    path = options.output or settings.data_path("models") / "overlap.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(models), indent=1) + b"\n")
    for name, model in models.items():
        sys.stdout.write(f"{name}: {model.figures}\n")
    sys.stdout.write(f"written: {path}\n")


def _verdict(options: argparse.Namespace) -> None:
    from alignment.tuning.train_verdict import train

    settings = load_settings()
    for engine in options.engine or [settings.engine]:
        path = options.output or settings.data_path("models") / f"verdict-{engine}.json"
        with Cache(settings.cache_path()) as cache:
            model = train(engine, settings.data_path("corpora"), cache, path.parent)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
        sys.stdout.write(f"{engine}, held out by field:\n")
        sys.stdout.write("".join(f"  {name} {value:.3f}\n" for name, value in model.figures.items()))
        sys.stdout.write(f"thresholds: covered {model.covered}, partial {model.partial}\nwritten: {path}\n")


def _tell(stage: str, done: int, total: int) -> None:
    sys.stdout.write(f"{stage} {done} of {total}\n")
    sys.stdout.flush()


def _real(options: argparse.Namespace) -> None:
    from alignment.encoders import load_encoder
    from alignment.matching import Aligner
    from alignment.matching.verdict import load_model
    from alignment.tuning.real import FOLDER, read_sets
    from alignment.tuning.train_real import train

    settings = load_settings()
    models = settings.data_path("models")
    sets = read_sets(settings.data_path("corpora") / FOLDER, settings)
    base = load_model(models, settings.engine)
    with Cache(settings.cache_path()) as cache:
        aligner = Aligner(load_encoder(settings.engine, models), cache, base, candidates=settings.candidates)
        model, whole = train(sets, aligner, base, _tell)
    folder = options.output or models
    for name, made in ((f"verdict-{settings.engine}.json", model), (f"requirement-{settings.engine}.json", whole)):
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    sys.stdout.write("".join(f"  {name} {value:.3f}\n" for name, value in whole.figures.items()))
    sys.stdout.write(f"thresholds: covered {whole.covered}, partial {whole.partial}; spread {whole.spread}\n")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    encoder = parts.add_parser("encoder", help="fine-tune the encoder (two hours on two cores; extras [train,e5])")
    encoder.add_argument("--data", type=Path, default=SHARED)
    encoder.add_argument("--steps", type=int, default=None, help="fewer steps, to try it out")
    encoder.add_argument("--first", type=Path, default=None, help="encoder after the first training, instead of that")
    encoder.add_argument("--output", type=Path, default=None)
    encoder.set_defaults(run=_encoder)
    centre = parts.add_parser("centre", help="mean vector of the engine e5 (a minute; extra [e5])")
    centre.add_argument("--output", type=Path, default=None)
    centre.set_defaults(run=_centre)
    fusion = parts.add_parser("fusion", help="map of the engine accurate (a quarter of an hour; extras [train,e5])")
    fusion.add_argument("--data", type=Path, default=SHARED)
    fusion.add_argument("--output", type=Path, default=None)
    fusion.set_defaults(run=_fusion)
    e5 = parts.add_parser("e5", help="upper half of E5 for the engine accurate (an hour and a half; extras [train,e5])")
    e5.add_argument("--data", type=Path, default=SHARED)
    e5.add_argument("--steps", type=int, default=None, help="fewer steps, to try it out")
    e5.add_argument("--output", type=Path, default=None)
    e5.set_defaults(run=_e5)
    reader = parts.add_parser("reader", help="reader of pairs for accurate (ten minutes on a GPU, a day without)")
    reader.add_argument("--data", type=Path, default=SHARED)
    reader.add_argument("--steps", type=int, default=None, help="fewer steps, to try it out")
    reader.add_argument("--output", type=Path, default=None)
    reader.set_defaults(run=_reader)
    overlap = parts.add_parser("overlap", help="calibrate links between work functions (a minute)")
    overlap.add_argument("--data", type=Path, default=SHARED)
    overlap.add_argument("--engine", action="append", help="may be repeated; default: adapted")
    overlap.add_argument("--output", type=Path, default=None)
    overlap.set_defaults(run=_overlap)
    verdict = parts.add_parser("verdict", help="train and calibrate the verdict model (a minute)")
    verdict.add_argument(
        "--engine", action="append", help="or teacher, who comes first; may be repeated; default: the default engine"
    )
    verdict.add_argument("--output", type=Path, default=None)
    verdict.set_defaults(run=_verdict)
    real = parts.add_parser("real", help="verdicts of the default engine on judged real programs (ten minutes)")
    real.add_argument("--output", type=Path, default=None, help="another folder than models/")
    real.set_defaults(run=_real)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
