"""Train the map of the engine ``accurate``: ``python -m alignment.tuning.train fusion`` (extras ``[train,e5]``).

Both encoders are frozen; one linear map of their vectors side by side is
trained with InfoNCE against the whole corpus of each source.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from alignment.encoders import Cache, CachedEncoder
from alignment.encoders.accurate import joined
from alignment.encoders.adapted import AdaptedEncoder
from alignment.encoders.e5_tuned import TunedE5Encoder
from alignment.encoders.lexical import frequencies
from alignment.tuning.links import Links, every_text, training_texts
from alignment.tuning.train_encoder import SHARES, Source, pace, set_rate

STEPS, BATCH, RATE, TEMPERATURE = 3000, 512, 3e-4, 0.05
# How much of the trained map goes into the shipped one; the rest is the identity.
MIX = 0.25
# The map is pulled towards the identity by this much of the mean squared difference.
PULL = 3.0
SEED = 20261124
# Descriptions of occupations are long and slow to encode, and their titles are no aim of this engine.
LEFT_OUT = ("onet titles",)


def run(sources: Sequence[Links], cache: Cache, output: Path, version: str) -> None:
    """Encode (cached), train, write ``output``."""
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    kept = [links for links in sources if links.name not in LEFT_OUT]
    texts = every_text(kept)
    place = {text: index for index, text in enumerate(texts)}
    told = _progress if sys.stdout.isatty() else None
    both = (CachedEncoder(engine, cache, told).encode(texts) for engine in (AdaptedEncoder(), TunedE5Encoder()))
    vectors = torch.from_numpy(joined(*both))
    mapped = train([Source(links) for links in kept], vectors, place, random)
    letters = frequencies(training_texts(kept)).astype(np.float16)
    np.savez_compressed(output, version=np.asarray(version), map=mapped.astype(np.float16), letters=letters)
    sys.stdout.write(f"written: {output}\n")


def train(
    used: Sequence[Source], vectors: torch.Tensor, place: dict[str, int], random: np.random.Generator
) -> NDArray[np.float32]:
    """The mixed map, shape (width, width), for vectors of both encoders side by side."""
    width = vectors.shape[1]
    identity = torch.eye(width)
    mapping = torch.nn.Parameter(identity.clone())
    optimizer = torch.optim.Adam([mapping], lr=RATE)
    shares = np.asarray([SHARES[source.links.name] for source in used])
    corpora = [vectors[[place[text] for text in source.links.corpus]] for source in used]
    for step in range(STEPS):
        set_rate(optimizer, RATE * pace(step, STEPS))
        number = int(random.choice(len(used), p=shares / shares.sum()))
        source = used[number]
        chosen = random.choice(len(source.pairs), min(BATCH, len(source.pairs)), replace=False)
        pairs = [source.pairs[index] for index in chosen]
        queries = _unit(vectors[[place[query] for query, _, _ in pairs]] @ mapping)
        logits = queries @ _unit(corpora[number] @ mapping).T / TEMPERATURE
        own = torch.tensor([source.column[target] for _, target, _ in pairs])
        kept = logits[torch.arange(len(pairs)), own].clone()
        rows, columns = zip(
            *((row, column) for row, (query, _, _) in enumerate(pairs) for column in source.right[query]), strict=True
        )
        masked = logits.clone()
        masked[list(rows), list(columns)] = -math.inf
        masked[torch.arange(len(pairs)), own] = kept
        weights = torch.tensor([weight for _, _, weight in pairs])
        losses = torch.nn.functional.cross_entropy(masked, own, reduction="none")
        loss = (losses * weights).sum() / weights.sum() + PULL * ((mapping - identity) ** 2).sum() / width
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % 500 == 0:
            sys.stdout.write(f"step {step + 1}: loss {float(loss.detach()):.3f}\n")
            sys.stdout.flush()
    trained = MIX * mapping.detach() + (1 - MIX) * identity
    return np.asarray(trained.numpy(), dtype=np.float32)


def _unit(rows: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.normalize(rows, dim=-1)


def _progress(done: int, total: int) -> None:
    sys.stdout.write(f"\r{done}/{total}")
