"""Average networks of the encoder, and write the result as one .npz file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from alignment.encoders.fine_tuned import quantize
from models.recipe.encoder_data import tokenizer
from models.recipe.encoder_net import EncoderNet, Parameters
from models.recipe.train_encoder import TrainingConfig, encode

# The encoder after its first training.
FIRST_FILE = "encoder-first.npz"


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


def write(net: EncoderNet, pieces: bytes, output: Path, config: TrainingConfig, reference: Sequence[str]) -> None:
    """Write the network: token table in 4 bits, dense layers in float16, SentencePiece model, centre, version.

    The centre is the mean vector of the texts ``reference``.
    """
    centre = encode(net, tokenizer(pieces), reference).mean(axis=0)
    codes, low, step = quantize(net.table.weight.detach().numpy())
    dense = {f"dense/{name}": value.detach().numpy().astype(np.float16) for name, value in net.weights.items()}
    digest = hashlib.blake2b(codes.tobytes(), digest_size=4)
    for name in sorted(dense):
        digest.update(dense[name].tobytes())
    np.savez(
        output,
        version=np.asarray(f"2-{digest.hexdigest()}"),
        config=np.asarray(msgspec.json.encode(config).decode()),
        pieces=np.frombuffer(pieces, dtype=np.uint8),
        codes=codes,
        low=low,
        step=step,
        centre=centre.astype(np.float32),
        **dense,
    )
