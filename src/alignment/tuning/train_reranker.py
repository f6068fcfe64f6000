"""Train the reranker on judged real pairs: ``python -m alignment.tuning.train reranker`` (extra ``[train]``).

Data: corpora/gold/real. Each fold leaves out the sets of some fields and every
set of their programs; what its network says of them (models/reranker-heldout.npz)
is what the verdict models learn from, so that these expect of the reranker what
it is worth on programs and standards that it has not seen. The network that
ships is trained on all sets. An interrupted run goes on after its last epoch.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from alignment.encoders.cross_encoder import Description
from alignment.matching.verdict import VerdictModel
from alignment.progress import Progress
from alignment.tuning.e5_net import token_ids, tokenizer
from alignment.tuning.export_reranker import export
from alignment.tuning.heldout import FILE, heldout_key, write_heldout
from alignment.tuning.real import JudgedSet
from alignment.tuning.reranker_net import Pair, RerankerNet, TokenRows, e5_image
from alignment.tuning.train_real import Judged

# Fields whose programs share teachers and disciplines are left out together.
FIELDS = (
    frozenset({"software", "information systems", "project management", "economics", "design"}),
    frozenset({"electronics", "microelectronics"}),
)
SEED = 20261128


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How the reranker learns.

    ``negatives`` pairs of grade 0 are drawn anew in each epoch for each pair
    that at least touches. ``epochs`` is for the folds; the network of all sets
    has half as many pairs again and takes as many steps in ``epochs_of_all``.
    ``rate`` and ``epochs`` were looked at on the fold of electronics.
    """

    epochs: int = 3
    epochs_of_all: int = 2
    rate: float = 1.5e-4
    batch: int = 48
    negatives: float = 1.5
    warm_up: int = 40
    decay: float = 0.01


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A graded pair as the network reads it."""

    pair: Pair
    grade: int


def examples_of(items: Iterable[Judged]) -> list[Example]:
    """The graded pairs of judged requirements."""
    return [
        Example(pair=pair, grade=int(grade))
        for item in items
        for pair, grade in zip(item.pairs, item.grades, strict=True)
        if grade >= 0
    ]


def fold_of(where: JudgedSet) -> int:
    """Number of the fold that leaves the set out."""
    return next((number for number, fields in enumerate(FIELDS) if where.field in fields), len(FIELDS))


def seen_by(fold: int, sets: Sequence[JudgedSet]) -> list[JudgedSet]:
    """The sets that a fold learns from: of other fields, and of programs that none of its own sets has."""
    programs = {where.program.title for where in sets if fold_of(where) == fold}
    return [where for where in sets if fold_of(where) != fold and where.program.title not in programs]


def fit(
    examples: Sequence[Example],
    rows: TokenRows,
    config: TrainingConfig,
    checkpoint: Path,
    progress: Progress | None = None,
) -> RerankerNet:
    """A network trained on graded pairs; ``checkpoint`` keeps what is there after each epoch."""
    torch.manual_seed(SEED)
    net = RerankerNet(e5_image())
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=config.decay)
    touching = [item for item in examples if item.grade > 0]
    rest = [item for item in examples if item.grade == 0]
    drawn = min(len(rest), int(config.negatives * len(touching)))
    # Each drawn pair of grade 0 stands for many: half of what that would weigh, on the scale of logarithms.
    weight_of_rest = math.sqrt(len(rest) / max(drawn, 1))
    epoch_steps = math.ceil((len(touching) + drawn) / config.batch)
    steps, step, first = config.epochs * epoch_steps, 0, 0
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(kept["net"])
        optimizer.load_state_dict(kept["optimizer"])
        first = int(kept["epochs"])
        step = first * epoch_steps
    for epoch in range(first, config.epochs):
        random = np.random.default_rng((SEED, epoch))
        part = touching + [rest[i] for i in _drawn(len(rest), drawn, epoch)]
        for batch in _batches(part, rows, config.batch, random):
            net.train()
            for group in optimizer.param_groups:
                group["lr"] = config.rate * min(1.0, (step + 1) / config.warm_up) * max(0.02, 1 - step / steps)
            loss = _loss(net([(rows[item.pair[0]], rows[item.pair[1]]) for item in batch]), batch, weight_of_rest)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            step += 1
            if progress and step % 20 == 0:
                progress("reranker", step, steps)
        torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epochs": epoch + 1}, checkpoint)
    return net


def _drawn(total: int, count: int, epoch: int) -> NDArray[np.int64]:
    """Places of ``count`` of ``total`` pairs for one epoch; each comes once before any comes twice."""
    order = np.random.default_rng(SEED).permutation(total)
    return order[(np.arange(count) + epoch * count) % max(total, 1)]


def _batches(
    examples: Sequence[Example], rows: TokenRows, size: int, random: np.random.Generator
) -> Iterable[Sequence[Example]]:
    """Batches of pairs of like length, in random order."""
    mixed = [examples[place] for place in random.permutation(len(examples))]
    found = []
    for start in range(0, len(mixed), 16 * size):
        part = sorted(mixed[start : start + 16 * size], key=lambda item: rows.tokens(item.pair))
        found += [part[place : place + size] for place in range(0, len(part), size)]
    return [found[place] for place in random.permutation(len(found))]


def _loss(scores: torch.Tensor, batch: Sequence[Example], weight_of_rest: float) -> torch.Tensor:
    """Mean cross-entropy of both questions, grade 2 and grade 1 at least."""
    grades = torch.tensor([item.grade for item in batch])
    wanted = torch.stack([grades == 2, grades >= 1], dim=1).float()
    weights = torch.where(grades == 0, weight_of_rest, 1.0)
    both = functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none").mean(dim=1)
    return (both * weights).sum() / weights.sum()


def run(
    items: Sequence[Judged],
    base: VerdictModel,
    models: Path,
    work: Path,
    config: TrainingConfig | None = None,
    progress: Progress | None = None,
) -> Description:
    """Train a network for each fold and one on all sets; write its files and what the folds said into ``models``.

    Args:
        items: the judged requirements.
        base: model of pairs that says which candidates a check would have reranked.
        models: folder of the results.
        work: folder of checkpoints and of what the lower layers made of each text.
        config: how to learn.
        progress: told the stage, the steps done and their number.
    """
    config = config or TrainingConfig()
    image = e5_image()
    sets = list({item.where.name: item.where for item in items}.values())
    asked = {item.where.name: [] for item in items}  # type: dict[str, list[Judged]]
    for item in items:
        asked[item.where.name].append(item)
    wanted = {name: [pair for item in own for pair in _wanted(item, base)] for name, own in asked.items()}
    texts = {text for item in items for pair in item.pairs for text in pair}
    rows = TokenRows(image, sorted({text for own in wanted.values() for pair in own for text in pair}), work)
    answers: dict[bytes, NDArray[np.float32]] = {}
    for fold in range(len(FIELDS) + 1):
        seen = [item for where in seen_by(fold, sets) for item in asked[where.name]]
        net = fit(examples_of(seen), rows, config, work / f"fold-{fold}.pt", progress)
        for where in sets:
            if fold_of(where) == fold:
                pairs = wanted[where.name]
                answers |= {
                    heldout_key(where.name, pair): score
                    for pair, score in zip(pairs, net.scores(rows, pairs), strict=True)
                }
    of_all = msgspec.structs.replace(config, epochs=config.epochs_of_all)
    net = fit(examples_of(items), rows, of_all, work / "all.pt", progress)
    used = {piece for ids in token_ids(image, tokenizer(image), sorted(texts)) for piece in ids}
    trained_on = f"corpora/gold/real: {len(sets)} sets, {len(items)} requirements, {len(examples_of(items))} pairs"
    made = export(image, net, used, trained_on, models)
    write_heldout(models / FILE, made.version, answers)
    return made


def _wanted(item: Judged, base: VerdictModel) -> list[Pair]:
    """The graded pairs of a requirement, and those that a check would have reranked."""
    places = {*np.flatnonzero(item.grades >= 0).tolist(), *item.best(base.probability(item.features))}
    return [item.pairs[place] for place in sorted(places)]
