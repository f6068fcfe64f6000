"""The encoder: a multilingual one that was fine-tuned on links between texts about work and texts about learning.

Its weights are the file models/encoder.npz; numpy computes the network, and
SentencePiece splits texts into tokens. models/encoder.card.md describes its
architecture, training data and figures.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alignment.encoders.interface import Vectors, unit
from alignment.encoders.stored import stored_arrays
from alignment.i18n import message as _

Floats = NDArray[np.float32]
# The convolutions of the multilingual Universal Sentence Encoder: tokens in the window, of them to the left. Its
# weights fit no other windows.
WINDOWS = ((2, 0), (3, 1), (5, 2))
# Width of a vector: that of the network that training starts from (models/encoder.card.md).
DIMENSION = 512
# Columns of each convolution; with the windows it is the network's architecture (models/encoder.card.md).
CHANNELS = 256
# Zero rows between two texts: as far as the widest window reaches.
PADDING = 2
# Of the layer normalisation that the network was trained with.
EPSILON = 1e-12
# Tokens of one batch: enough that weights are read from memory seldom, few enough that its arrays stay in the cache.
# Time alone.
BATCH_TOKENS = 448
# The cosine of two texts that have nothing to do with each other, as in the encoder that training starts from.
# Thresholds on cosines are set to its scale (models/encoder.card.md).
COMMON_COSINE = 0.3
# Codes of 4 bits run from 0 to 15.
TOP_CODE = 15
# Parts of a row's range from which `quantize` takes the one with the least error of the row. Models made with
# others would be other files, not worse ones.
RANGES = (1.0, 0.92, 0.84, 0.76, 0.68)
WEIGHTS_FILE = "encoder.npz"


class FineTunedEncoder:
    """The encoder ``adapted`` of both engines; the weights in ``models`` are loaded when the first text is encoded.

    Raises:
        SettingsError: the file with the weights is missing or damaged.
    """

    name = "adapted"
    dimension = DIMENSION

    def __init__(self, models: Path) -> None:
        self.path = models / WEIGHTS_FILE
        self.files = (self.path,)
        with stored_arrays(self.path, _("the encoder's weights")) as stored:
            self.version = str(stored["version"])
        self._net: _Net | None = None
        self._limit: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 512)."""
        if self._net is None:
            from threadpoolctl import ThreadpoolController

            self._net = _Net(self.path)
            self._limit = ThreadpoolController().limit
        # Half of the cores, because the language models run at the same time, and two pools of spinning threads on one
        # core cost seconds.
        with self._limit(limits=max(1, (os.cpu_count() or 1) // 2), user_api="blas"):
            return recentre(unit(self._net.encode(texts)), self._net.centre)


class _Net:
    """The network with its weights; `models.recipe.encoder_net` has the same network in PyTorch."""

    def __init__(self, path: Path) -> None:
        import sentencepiece

        with np.load(path, allow_pickle=False) as stored:
            self.pieces = sentencepiece.SentencePieceProcessor(model_proto=stored["pieces"].tobytes())
            self.codes: NDArray[np.uint8] = stored["codes"]
            self.low = stored["low"].astype(np.float32)
            self.step = stored["step"].astype(np.float32)
            self.centre: Floats = stored["centre"]
            weights = {
                name.removeprefix("dense/"): stored[name].astype(np.float32)
                for name in stored.files
                if name.startswith("dense/")
            }
        self.weights = weights
        sizes = [size for size, _ in WINDOWS]
        self.project = np.concatenate([weights[f"proj{size}"] for size in sizes], axis=1)
        self.shift, self.gain, self.offset = (
            np.concatenate([weights[f"{name}{size}"] for size in sizes]) for name in ("proj_b", "ln_g", "ln_b")
        )
        # A convolution is one matrix product with the weights of all places of the window side by side, then a sum of
        # shifted blocks (`_convolve`).
        self.windows = {
            (layer, size): np.concatenate(np.split(weights[f"w{layer}_{size}"], size), axis=1)
            for layer in (1, 2)
            for size in sizes
        }

    def encode(self, texts: Sequence[str]) -> Floats:
        result = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        ids = self.pieces.encode(list(texts), add_bos=True, add_eos=True)
        group: list[int] = []
        tokens = 0
        for index, item in enumerate(ids):
            if group and tokens + len(item) > BATCH_TOKENS:
                result[group] = self._batch([ids[i] for i in group])
                group, tokens = [], 0
            group.append(index)
            tokens += len(item) + PADDING
        if group:
            result[group] = self._batch([ids[i] for i in group])
        return result

    def _tokens(self, ids: NDArray[np.int64]) -> Floats:
        return dequantize(self.codes[ids], self.low[ids], self.step[ids])

    def _batch(self, texts: Sequence[Sequence[int]]) -> Floats:
        weights = self.weights
        lengths = np.asarray([len(item) for item in texts])
        ends = np.cumsum(lengths + PADDING)
        starts = ends - lengths - PADDING
        ids = np.zeros(ends[-1], dtype=np.int64)
        inside = np.zeros((ends[-1], 1), dtype=np.float32)
        for start, item in zip(starts, texts, strict=True):
            ids[start : start + len(item)] = item
            inside[start : start + len(item)] = 1
        tokens = self._tokens(ids)
        projected = _layer_norm(tokens @ self.project + self.shift, self.gain, self.offset) * inside
        parts = [tokens]
        for number, (size, left) in enumerate(WINDOWS):
            part = projected[:, number * CHANNELS : (number + 1) * CHANNELS]
            for layer in (1, 2):
                mixed = _convolve(part @ self.windows[layer, size], size, left)
                mixed += weights[f"b{layer}_{size}"]
                np.maximum(mixed, 0, out=mixed)
                mixed += part
                mixed *= inside
                part = mixed
            parts.append(part)
        features = _layer_norm(np.concatenate(parts, axis=1), weights["ln_g"], weights["ln_b"]) * inside
        sizes = lengths[:, None].astype(np.float32)
        mean = np.add.reduceat(features, starts, axis=0) @ weights["cnn_W"] + sizes * weights["cnn_b"]
        mean /= np.sqrt(sizes)
        first = np.maximum(mean @ weights["d0"], 0)
        hidden = np.maximum(mean @ weights["p1"] + first @ weights["d1"], 0)
        second = np.maximum(hidden @ weights["d2"], 0)
        return np.asarray(np.tanh(hidden @ weights["p3"] + second @ weights["d3"]), dtype=np.float32)


def _convolve(products: Floats, size: int, left: int) -> Floats:
    """Sum over the window: the column block k of ``products`` (rows, size · CHANNELS) is shifted by k - left rows.

    Returns an array of shape (rows, CHANNELS).
    """
    result = np.zeros((len(products), CHANNELS), dtype=np.float32)
    for place in range(size):
        block = products[:, place * CHANNELS : (place + 1) * CHANNELS]
        ahead = place - left
        if ahead > 0:
            result[:-ahead] += block[ahead:]
        elif ahead < 0:
            result[-ahead:] += block[:ahead]
        else:
            result += block
    return result


def _layer_norm(rows: Floats, gain: Floats, offset: Floats) -> Floats:
    rows = rows - rows.mean(axis=1, keepdims=True)
    scale = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= (1 / np.sqrt(scale + EPSILON))[:, None]
    rows *= gain
    rows += offset
    return rows


def recentre(vectors: Floats, centre: Floats) -> Floats:
    """Unit vectors in which two unrelated texts have a cosine of about `COMMON_COSINE`.

    Encoders put all texts into a narrow cone (Ethayarajh 2019), whose width
    differs from training to training. Its axis is ``centre``, the mean of the
    vectors of many texts. The part along the axis is set to the same length in
    every vector, so that cosines are comparable after another training.

    Args:
        vectors: unit vectors, shape (texts, dimension).
        centre: shape (dimension,); zeros leave the vectors unchanged.
    """
    length = float(np.linalg.norm(centre))
    if not length:
        return vectors
    axis = centre / length
    rest = vectors - centre
    rest -= (rest @ axis)[:, None] * axis
    return np.asarray(np.sqrt(1 - COMMON_COSINE) * unit(rest) + np.sqrt(COMMON_COSINE) * axis, dtype=np.float32)


def quantize(table: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.float16]]:
    """The token table in 4 bits: codes, shape (rows, columns / 2), and the lowest value and the step of each row.

    Of several ranges within the extremes of a row the one with the least squared
    error is used: a range that included outliers would make all other values less precise.
    """
    low, high = table.min(axis=1), table.max(axis=1)
    best = np.full(len(table), np.inf)
    lows, steps = low.copy(), np.ones_like(low)
    for share in RANGES:
        start = (low * share).astype(np.float16).astype(np.float32)
        step = np.maximum((high - low) * share / TOP_CODE, 1e-6).astype(np.float16).astype(np.float32)
        error = ((_codes(table, start, step) * step[:, None] + start[:, None] - table) ** 2).sum(axis=1)
        better = error < best
        best[better], lows[better], steps[better] = error[better], start[better], step[better]
    codes = _codes(table, lows, steps).astype(np.uint8)
    packed = np.asarray((codes[:, 0::2] << 4) | codes[:, 1::2], dtype=np.uint8)
    return packed, lows.astype(np.float16), steps.astype(np.float16)


def dequantize(packed: NDArray[np.uint8], low: Floats, step: Floats) -> Floats:
    """Rows of the token table, shape (rows, 2 · bytes), from two 4-bit codes in a byte, lowest values and steps."""
    rows = np.empty((len(packed), 2 * packed.shape[1]), dtype=np.float32)
    rows[:, 0::2] = packed >> 4
    rows[:, 1::2] = packed & TOP_CODE
    rows *= step[:, None]
    rows += low[:, None]
    return rows


def _codes(table: Floats, low: Floats, step: Floats) -> Floats:
    return np.clip(np.rint((table - low[:, None]) / np.maximum(step, 1e-6)[:, None]), 0, TOP_CODE)
