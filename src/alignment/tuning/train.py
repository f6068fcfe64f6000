"""Make the files of models/ again: ``python -m alignment.tuning.train PART``.

The parts: centre, e5 and encoder, in this order, each from what those before it
made; overlap; reranker, then real (the verdicts of both engines). The first three
and reranker need the extra ``[train]``; centre and e5 leave what they make in build/models, where only
training looks for it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alignment.cache import Cache
from alignment.errors import AlignmentError
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.encoders import Vectors
    from alignment.matching.requirement import RequirementModel
    from alignment.matching.verdict import VerdictModel
    from alignment.tuning.heldout import Answers
    from alignment.tuning.links import Links
    from alignment.tuning.train_real import Judged

SHARED = Path("../shared/data")
# What training makes for itself.
MADE = Path("build/models")


def _links(data: Path, settings: Settings) -> list[Links]:
    from alignment.tuning.links import all_links
    from alignment.tuning.shipped import shipped_standards

    return all_links(data, shipped_standards(settings))


def _output(options: argparse.Namespace, name: str) -> Path:
    """The file that was asked for, or the one of that name in the folder of what training makes for itself."""
    path: Path = options.output or options.made / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _encoder(options: argparse.Namespace, settings: Settings) -> None:
    from alignment.tuning.export_encoder import run

    output = options.output or settings.data_path("models") / "encoder.npz"
    with Cache(settings.cache_path()) as cache:
        run(options.data, options.made, output, options.steps, options.first, settings, cache)


def _centre(options: argparse.Namespace, settings: Settings) -> None:
    import numpy as np

    from alignment.tuning.gold import read_pairs
    from alignment.tuning.shipped import shipped_standards
    from alignment.tuning.teachers.e5 import CENTRE, raw_vectors

    texts = {item.text for found in shipped_standards(settings) for _, _, item in found.requirements()}
    for pair in read_pairs(settings.data_path("corpora") / "gold" / "pairs.tsv"):
        texts |= {pair.requirement.text, pair.statement.text}
    path = _output(options, CENTRE)
    np.savez(path, centre=raw_vectors(sorted(texts)).mean(axis=0))
    sys.stdout.write(f"written: {path}\n")


def _e5(options: argparse.Namespace, settings: Settings) -> None:
    from alignment.tuning.teachers.e5_tuned import FILE
    from alignment.tuning.train_e5 import run

    run(_links(options.data, settings), options.made, _output(options, FILE), options.steps)


def _overlap(options: argparse.Namespace, settings: Settings) -> None:
    from alignment.encoders import CachedEncoder, load_encoder
    from alignment.tuning.train_overlap import train

    models = settings.data_path("models")
    with Cache(settings.cache_path()) as cache:
        model = train(options.data / "onet", CachedEncoder(load_encoder(models), cache))
    path = options.output or models / "overlap.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode({model.engine: model}), indent=1) + b"\n")
    sys.stdout.write(f"{model.figures}\nwritten: {path}\n")


def _tell(stage: str, done: int, total: int) -> None:
    sys.stdout.write(f"{stage} {done} of {total}\n")
    sys.stdout.flush()


@contextmanager
def _judged(settings: Settings, heldout: Answers) -> Iterator[tuple[VerdictModel, list[Judged]]]:
    """The model of pairs as it is, and the judged requirements with their candidates."""
    from alignment.encoders import CachedEncoder, load_encoder
    from alignment.matching import Aligner
    from alignment.matching.verdict import load_model
    from alignment.tuning.real import FOLDER, read_sets
    from alignment.tuning.train_real import averages_of, measured

    models = settings.data_path("models")
    sets = read_sets(settings.data_path("corpora") / FOLDER, settings)
    base = load_model(models)
    with Cache(settings.cache_path()) as cache:
        encoder = load_encoder(models)
        statement, requirement = averages_of(sets, CachedEncoder(encoder, cache))
        base = msgspec.structs.replace(
            base, average_statement=_rounded(statement), average_requirement=_rounded(requirement)
        )
        yield base, measured(sets, Aligner(encoder, cache, base, candidates=settings.candidates), heldout, _tell)


def _rounded(vector: Vectors) -> list[float]:
    return [round(float(value), 5) for value in vector]


def _reranker(options: argparse.Namespace, settings: Settings) -> None:
    from alignment.tuning.train_reranker import run

    folder = options.output or settings.data_path("models")
    with _judged(settings, {}) as (base, items):
        made = run(items, base, folder, options.made / "reranker", progress=_tell)
    sys.stdout.write(f"written: {folder}, version {made.version}\n")


def _real(options: argparse.Namespace, settings: Settings) -> None:
    from alignment.matching import verdict
    from alignment.tuning.heldout import FILE, read_heldout
    from alignment.tuning.train_real import train

    models = settings.data_path("models")
    version, heldout = read_heldout(models / FILE)
    with _judged(settings, heldout) as (base, items):
        trained = train(items, base, version, _tell)
    folder = options.output or models
    files: dict[str, VerdictModel | RequirementModel] = {verdict.FILE: trained.pairs}
    files |= {f"requirement-{engine}.json": model for engine, model in trained.requirements.items()}
    for name, made in files.items():
        (folder / name).write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
    for engine, whole in trained.requirements.items():
        sys.stdout.write(f"{engine}: thresholds {whole.covered}, {whole.partial}; spread {whole.spread}\n")
        sys.stdout.write("".join(f"  {name} {value:.3f}\n" for name, value in whole.figures.items()))


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, default=SHARED)
    steps = argparse.ArgumentParser(add_help=False)
    steps.add_argument("--steps", type=int, default=None, help="fewer steps, to try it out")
    made = argparse.ArgumentParser(add_help=False)
    made.add_argument("--made", type=Path, default=MADE, help="where training keeps what it makes for itself")
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--output", type=Path, default=None, help="another file")
    centre = parts.add_parser("centre", parents=[made, output], help="mean vector of E5 (a minute; extra [train])")
    centre.set_defaults(run=_centre)
    told = "upper half of E5, the encoder's teacher (an hour and a half; extra [train])"
    e5 = parts.add_parser("e5", parents=[data, steps, made, output], help=told)
    e5.set_defaults(run=_e5)
    told = "fine-tune the encoder (two hours on two cores; extra [train])"
    encoder = parts.add_parser("encoder", parents=[data, steps, made, output], help=told)
    encoder.add_argument("--first", type=Path, default=None, help="encoder after the first training, instead of that")
    encoder.set_defaults(run=_encoder)
    told = "calibrate links between work functions (a minute)"
    overlap = parts.add_parser("overlap", parents=[data, output], help=told)
    overlap.set_defaults(run=_overlap)
    told = "the reranker on judged real programs (an hour and a half on two cores; extra [train])"
    reranker = parts.add_parser("reranker", parents=[made], help=told)
    reranker.add_argument("--output", type=Path, default=None, help="another folder than models/")
    reranker.set_defaults(run=_reranker)
    real = parts.add_parser("real", help="verdicts on judged real programs (ten minutes)")
    real.add_argument("--output", type=Path, default=None, help="another folder than models/")
    real.set_defaults(run=_real)
    options = parser.parse_args()
    try:
        options.run(options, load_settings())
    except AlignmentError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
