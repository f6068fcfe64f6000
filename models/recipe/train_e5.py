"""Train the upper half of multilingual E5 small, in step e5 of the pipeline (extra ``[train]``).

It is a teacher of the encoder, and is trained with the same links, loss and
split. The result are the tensors of the upper layers, in the format of the
package's file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch

from alignment.evaluation.links import Links, every_text, training_texts
from models.recipe.e5_net import Lower, Upper, write_layers
from models.recipe.teachers.e5_image import Image
from models.recipe.train_encoder import SHARES, Source, contrastive_loss, schedule, set_learning_rate


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one training; the defaults made the shipped weights.

    The learning rate falls to nothing over ``steps``; training ends at ``stop``, where the anchors-out links
    were best: what follows loses a hundredth of MRR on all of them.
    """

    steps: int = 1600
    stop: int = 1200
    batch: int = 96  # pairs; a step takes two cores five seconds
    below: int = 6  # layers that stay: training all twelve won two hundredths on one set (models/encoder.card.md)
    temperature: float = 0.05  # of InfoNCE, as in SimCSE (Gao et al. 2021)
    rate: float = 1.5e-4
    warmup: int = 50  # steps, 3 % of all, until Adam's averages say something
    anchor: float = 0.3  # weight of the pull towards the start, as in the encoder's training
    anchors: int = 24  # texts of a batch that are pulled, a quarter of it
    renew: int = 80  # steps of a source until its corpus is encoded anew, which takes longer than a step
    seed: int


Report = Callable[[int, float, Upper], None]


class Encoded:
    """The token rows of the lower layers for every text of the sources, in memory (about 1 GB)."""

    def __init__(self, lower: Lower, sources: Sequence[Links]) -> None:
        self.all = every_text(sources)
        self.place = {text: index for index, text in enumerate(self.all)}
        self.rows = lower.rows(self.all)

    def encode(self, upper: Upper, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors, shape (texts, width), with gradients unless the caller switches them off."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return upper([self.rows[self.place[text]] for text in texts]).float()


def train(image: Image, centre: np.ndarray, sources: Sequence[Links], config: TrainingConfig, report: Report) -> Upper:
    """Train the upper layers.

    Args:
        image: weights of E5.
        centre: the mean vector that is subtracted, shape (width,).
        sources: the links.
        config: settings of the training.
        report: called with the step, the mean loss since the last call, and the network.
    """
    torch.manual_seed(config.seed)
    random = np.random.default_rng(config.seed)
    texts = Encoded(Lower(image, config.below), sources)
    upper, start = Upper(image, config.below, centre), Upper(image, config.below, centre)
    used = [Source(links) for links in sources]
    shares = np.asarray([SHARES[source.links.name] for source in used])
    pool = training_texts(sources)
    optimizer = torch.optim.AdamW(upper.parameters(), lr=config.rate, weight_decay=0.0)
    losses: list[float] = []
    for step in range(config.stop):
        set_learning_rate(optimizer, config.rate * schedule(step, config.steps, config.warmup))
        source = used[int(random.choice(len(used), p=shares / shares.sum()))]
        anchors = [pool[index] for index in random.choice(len(pool), config.anchors, replace=False)]
        with torch.no_grad():
            if source.age % config.renew == 0:
                source.corpus = texts.encode(upper, source.links.corpus)
            before = texts.encode(start, anchors)
        source.age += 1
        chosen = random.choice(len(source.pairs), min(config.batch, len(source.pairs)), replace=False)
        batch = [source.pairs[i][side] for side in (0, 1) for i in chosen]
        vectors = texts.encode(upper, [*batch, *anchors])
        split = len(chosen)
        loss = contrastive_loss(
            source, chosen.tolist(), vectors[:split], vectors[split : 2 * split], config.temperature
        )
        loss = loss + config.anchor * (1 - (vectors[2 * split :] * before).sum(dim=1)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 100 == 0 or step + 1 == config.stop:
            report(step + 1, float(np.mean(losses)), upper)
            losses.clear()
    return upper


def write(upper: Upper, output: Path, config: TrainingConfig) -> None:
    """Write the tensors, a version and the config."""
    write_layers(output, upper.layers, config=np.asarray(msgspec.json.encode(config).decode()))


def reporter(say: Callable[[str], None]) -> Report:
    """A report that says the step, the loss and the seconds since now."""
    began = time.monotonic()
    return lambda step, loss, _: say(f"step {step}: loss {loss:.3f}, {time.monotonic() - began:.0f} s")
