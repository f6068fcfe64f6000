"""Train the upper half of multilingual E5 small: ``python -m models.recipe e5`` (extra ``[train]``).

The same links, loss and split as the encoder's, whose teacher it is; the result is the
tensors of the upper layers as they stand in the package's file.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch

from alignment.evaluation.links import Links, every_text, training_texts
from models.recipe.e5_net import Lower, Upper, write_layers
from models.recipe.teachers.e5 import centre_of, package_file
from models.recipe.teachers.e5_image import Image
from models.recipe.train_encoder import SHARES, Source, loss_of, pace, set_rate


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one training; the defaults made the shipped weights.

    The learning rate falls to nothing over ``steps``; training ends at ``stop``, where the held-out links
    were best: what follows loses a hundredth of MRR on all of them.
    """

    steps: int = 1600
    stop: int = 1200
    batch: int = 96
    below: int = 6
    temperature: float = 0.05
    rate: float = 1.5e-4
    warmup: int = 50
    anchor: float = 0.3
    anchors: int = 24
    renew: int = 80
    seed: int = 20261125


Report = Callable[[int, float, Upper], None]


class Texts:
    """Token rows of the lower layers for every text of the sources, in memory (about 1 GB)."""

    def __init__(self, lower: Lower, sources: Sequence[Links]) -> None:
        self.all = every_text(sources)
        self.place = {text: index for index, text in enumerate(self.all)}
        self.rows = lower.rows(self.all)

    def encode(self, upper: Upper, texts: Sequence[str]) -> torch.Tensor:
        """Unit vectors with the gradients that are wanted where this is called."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return upper([self.rows[self.place[text]] for text in texts]).float()


def train(image: Image, centre: np.ndarray, sources: Sequence[Links], plan: Plan, report: Report) -> Upper:
    """The trained upper layers; ``report`` gets the step, the mean loss since the last report, and the network."""
    torch.manual_seed(plan.seed)
    random = np.random.default_rng(plan.seed)
    texts = Texts(Lower(image, plan.below), sources)
    upper, start = Upper(image, plan.below, centre), Upper(image, plan.below, centre)
    used = [Source(links) for links in sources]
    shares = np.asarray([SHARES[source.links.name] for source in used])
    pool = training_texts(sources)
    optimizer = torch.optim.AdamW(upper.parameters(), lr=plan.rate, weight_decay=0.0)
    losses: list[float] = []
    for step in range(plan.stop):
        set_rate(optimizer, plan.rate * pace(step, plan.steps, plan.warmup))
        source = used[int(random.choice(len(used), p=shares / shares.sum()))]
        held = [pool[index] for index in random.choice(len(pool), plan.anchors, replace=False)]
        with torch.no_grad():
            if source.age % plan.renew == 0:
                source.corpus = texts.encode(upper, source.links.corpus)
            before = texts.encode(start, held)
        source.age += 1
        chosen = random.choice(len(source.pairs), min(plan.batch, len(source.pairs)), replace=False)
        queries, targets = ([source.pairs[i][side] for i in chosen] for side in (0, 1))
        vectors = texts.encode(upper, [*queries, *targets, *held])
        split = len(chosen)
        loss = loss_of(source, chosen.tolist(), vectors[:split], vectors[split : 2 * split], plan.temperature)
        loss = loss + plan.anchor * (1 - (vectors[2 * split :] * before).sum(dim=1)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 100 == 0 or step + 1 == plan.stop:
            report(step + 1, float(np.mean(losses)), upper)
            losses.clear()
    return upper


def write(upper: Upper, output: Path, plan: Plan) -> None:
    """The tensors as bytes, a version, the plan."""
    write_layers(output, upper.layers, plan=np.asarray(msgspec.json.encode(plan).decode()))


def run(sources: Sequence[Links], folder: Path, output: Path, steps: int | None) -> None:
    """Train and write; prints the loss as it goes.

    Raises:
        SettingsError: ``folder`` has no mean vector of E5.
    """
    centre = centre_of(folder)
    began = time.monotonic()

    def report(step: int, loss: float, _: Upper) -> None:
        sys.stdout.write(f"step {step}: loss {loss:.3f}, {time.monotonic() - began:.0f} s\n")
        sys.stdout.flush()

    torch.set_num_threads(2)
    plan = Plan() if steps is None else Plan(steps=steps, stop=steps)
    write(train(Image(package_file()), centre, sources, plan, report), output, plan)
    sys.stdout.write(f"written: {output} ({output.stat().st_size / 1e6:.1f} MB)\n")
