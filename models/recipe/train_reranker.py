"""Train the reranker on judged real pairs, in step reranker of the pipeline (extra ``[train]``).

The data are corpora/gold/real. Each fold leaves out a part of the standards and a
part of the programs. The answers of its network where both meet
(models/reranker-heldout.npz) are training data of the verdict models: so these
learn how good the reranker is on programs and standards that it has not seen.
The network that ships is the mean of two, trained on all sets and on the first of
them. An interrupted run continues from its last finished epoch.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from alignment.encoders.cross_encoder import Description
from alignment.evaluation.crossvalidation import divided
from alignment.evaluation.heldout import HELD_OUT_FILE, heldout_key, write_heldout
from alignment.evaluation.training_rows import TrainingRow
from alignment.matching.verdict_model import VerdictModel
from alignment.progress import Progress
from models.recipe.e5_net import token_ids, tokenizer
from models.recipe.export_reranker import export
from models.recipe.reranker_net import Pair, RerankerNet, TokenRows, e5_image

# Share of the rate at which the last steps learn still, so that none is computed for nothing.
LAST_RATE = 0.02
# Steps of five seconds between two notes on the progress.
NOTED = 20
# Batches whose pairs are sorted by length together: less padding, while each batch stays a chance sample.
SORTED_BATCHES = 16
# The network that ships is the mean of one that learned from all sets and one that learned from the first of them.
# Alone the former knows which requirements no program of the corpus meets, and denies them to a program that says them
# nearly word for word: of 88 taught requirements of a written sample it called 19 a gap, the mean 2.
FIRST_SETS, EPOCHS_OF_FIRST = 116, 2
# Each of these six networks learns from (2/3) (1/2) of the requirements. More parts would leave more to learn from, and
# take more hours.
STANDARD_PARTS, PROGRAM_PARTS = 3, 2


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the training.

    ``negatives``: for each pair of grade 1 or 2, so many pairs of grade 0 are drawn
    in each epoch. ``rate`` was chosen on 116 sets, of which one field was left out;
    ``epochs`` is what two cores can do in two and a half hours with 673 sets.
    ``batches`` is the most batches of an epoch, None for all.
    ``batch``, ``warm_up`` (steps) and ``decay`` (of AdamW) are usual ones for fine-tuning BERT (Devlin et al. 2019)
    and were not varied.
    """

    seed: int
    epochs: int = 1
    rate: float = 1.5e-4
    batch: int = 48
    negatives: float = 1.0
    warm_up: int = 40
    decay: float = 0.01
    batches: int | None = None


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A graded pair of texts."""

    pair: Pair
    grade: int


def examples_of(items: Iterable[TrainingRow]) -> list[Example]:
    """The graded pairs of judged requirements."""
    return [
        Example(pair=pair, grade=int(grade))
        for item in items
        for pair, grade in zip(item.pairs, item.grades, strict=True)
        if grade >= 0
    ]


def averaged(nets: Sequence[RerankerNet]) -> RerankerNet:
    """The network whose weights are the mean of those of ``nets``, which began alike (Wortsman et al. 2022)."""
    states = [net.state_dict() for net in nets]
    nets[0].load_state_dict({name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]})
    return nets[0]


class Fold(NamedTuple):
    """The places of the judged requirements that the network answers, and of those from which it learns."""

    held: list[int]
    seen: list[int]


def folds_of(items: Sequence[TrainingRow]) -> list[Fold]:
    """One fold for each part of the standards with each part of the programs; a fold may be empty.

    What a fold learns from has none of its standards and none of its programs.
    """
    division = divided(items, STANDARD_PARTS, PROGRAM_PARTS)
    return [
        Fold(held=np.flatnonzero(division.fold == number).tolist(), seen=np.flatnonzero(~left_out).tolist())
        for number, left_out in enumerate(division.left_out)
    ]


def fit(
    examples: Sequence[Example],
    rows: TokenRows,
    config: TrainingConfig,
    checkpoint: Path,
    progress: Progress | None = None,
) -> RerankerNet:
    """Train a network on graded pairs; after each epoch its state is written to ``checkpoint``, to resume from."""
    torch.manual_seed(config.seed)
    net = RerankerNet(e5_image())
    optimizer = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=config.decay)
    positives = [item for item in examples if item.grade > 0]
    hard_negatives = [item for item in examples if item.grade == 0]
    drawn = min(len(hard_negatives), int(config.negatives * len(positives)))
    # Each hard negative that is drawn stands for many: half of what that would weigh, on the scale of logarithms.
    negative_weight = math.sqrt(len(hard_negatives) / max(drawn, 1))
    epoch_steps = math.ceil((len(positives) + drawn) / config.batch)
    steps, step, first = config.epochs * epoch_steps, 0, 0
    if checkpoint.is_file():
        kept = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(kept["net"])
        optimizer.load_state_dict(kept["optimizer"])
        first = int(kept["epochs"])
        step = first * epoch_steps
    for epoch in range(first, config.epochs):
        random = np.random.default_rng((config.seed, epoch))
        part = positives + [hard_negatives[i] for i in _drawn(len(hard_negatives), drawn, epoch, config.seed)]
        for batch in islice(_batches(part, rows, config.batch, random), config.batches):
            net.train()
            for group in optimizer.param_groups:
                group["lr"] = config.rate * min(1.0, (step + 1) / config.warm_up) * max(LAST_RATE, 1 - step / steps)
            loss = _loss(net([(rows[item.pair[0]], rows[item.pair[1]]) for item in batch]), batch, negative_weight)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            step += 1
            if progress and step % NOTED == 0:
                progress("reranker", step, steps)
        torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epochs": epoch + 1}, checkpoint)
    return net


def _drawn(total: int, count: int, epoch: int, seed: int) -> NDArray[np.int64]:
    """``count`` places out of ``total`` for one epoch; over the epochs each comes once before any comes twice."""
    order = np.random.default_rng(seed).permutation(total)
    return order[(np.arange(count) + epoch * count) % max(total, 1)]


def _batches(
    examples: Sequence[Example], rows: TokenRows, size: int, random: np.random.Generator
) -> Iterable[Sequence[Example]]:
    """Batches of pairs of similar length, in random order."""
    mixed = [examples[place] for place in random.permutation(len(examples))]
    result = []
    pool = SORTED_BATCHES * size
    for start in range(0, len(mixed), pool):
        part = sorted(mixed[start : start + pool], key=lambda item: rows.tokens(item.pair))
        result += [part[place : place + size] for place in range(0, len(part), size)]
    return [result[place] for place in random.permutation(len(result))]


def _loss(scores: torch.Tensor, batch: Sequence[Example], negative_weight: float) -> torch.Tensor:
    """Weighted mean cross-entropy of the two questions: is the grade 2, and is it at least 1?"""
    grades = torch.tensor([item.grade for item in batch])
    answers = torch.stack([grades == 2, grades >= 1], dim=1).float()
    weights = torch.where(grades == 0, negative_weight, 1.0)
    both = functional.binary_cross_entropy_with_logits(scores, answers, reduction="none").mean(dim=1)
    return (both * weights).sum() / weights.sum()


def run(
    items: Sequence[TrainingRow],
    views: Sequence[TrainingRow],
    base: VerdictModel,
    models: Path,
    work: Path,
    config: TrainingConfig,
    progress: Progress | None = None,
) -> Description:
    """Train the folds' networks and the two whose mean ships; write its files and the folds' answers into ``models``.

    Args:
        items: the judged requirements.
        views: the same with precedents (`alignment.evaluation.precedent_rows.both_views`), on which it depends which
            candidates a check would rerank.
        base: a model of pairs; it says which candidates a check would rerank.
        models: folder of the results.
        work: folder of checkpoints and of the token rows of each text.
        config: settings of the training.
        progress: called with the stage, the steps done and the steps in all.
    """
    image = e5_image()
    needed = {text for item in views for pair in _reranked_pairs(item, base) for text in pair}
    examples = examples_of(items)
    needed |= {text for example in examples for text in example.pair}
    rows = TokenRows(image, sorted(needed), work)
    answers = answers_of_folds(items, views, base, rows, work, config, progress)
    net = fit(examples, rows, config, _checkpoint(work, "all", examples, config), progress)
    first_sets = set(list(dict.fromkeys(item.where.name for item in items))[:FIRST_SETS])
    first = examples_of(item for item in items if item.where.name in first_sets)
    longer = msgspec.structs.replace(config, epochs=EPOCHS_OF_FIRST)
    net = averaged([net, fit(first, rows, longer, _checkpoint(work, "first", first, longer), progress)])
    texts = {text for item in items for pair in item.pairs for text in pair}
    used = {piece for ids in token_ids(image, tokenizer(image), sorted(texts)) for piece in ids}
    sets = {item.where.name for item in items}
    trained_on = f"corpora/gold/real: {len(sets)} sets, {len(items)} requirements, {len(examples)} pairs"
    description = export(image, net, used, trained_on, models)
    write_heldout(models / HELD_OUT_FILE, description.version, answers)
    for checkpoint in work.glob("*.pt"):  # otherwise the same training again would compute nothing
        checkpoint.unlink()
    return description


def answers_of_folds(
    items: Sequence[TrainingRow],
    views: Sequence[TrainingRow],
    base: VerdictModel,
    rows: TokenRows,
    work: Path,
    config: TrainingConfig,
    progress: Progress | None = None,
) -> dict[bytes, NDArray[np.float32]]:
    """By `heldout_key`, the log-odds of each pair, shape (2,), by a network that saw neither standard nor program."""
    answers: dict[bytes, NDArray[np.float32]] = {}
    for number, fold in enumerate(folds_of(items)):
        if not fold.held or not fold.seen:  # too few standards or programs for so many parts: no answers
            continue
        examples = examples_of(items[place] for place in fold.seen)
        net = fit(examples, rows, config, _checkpoint(work, f"fold-{number}", examples, config), progress)
        # The views stand one after the other, each in the order of the items.
        held = [views[place + view] for place in fold.held for view in range(0, len(views), len(items))]
        pairs = sorted({(item.where.name, pair) for item in held for pair in _reranked_pairs(item, base)})
        scores = net.scores(rows, [pair for _, pair in pairs])
        answers |= {heldout_key(name, pair): score for (name, pair), score in zip(pairs, scores, strict=True)}
    return answers


def _reranked_pairs(item: TrainingRow, base: VerdictModel) -> list[Pair]:
    """The pairs of a requirement that a check would rerank."""
    return [item.pairs[place] for place in item.best(base.probability(item.features))]


def _checkpoint(work: Path, name: str, examples: Sequence[Example], config: TrainingConfig) -> Path:
    """The checkpoint of a network; another one for other examples or settings, so that no training takes up a foreign
    one."""
    digest = hashlib.blake2b(msgspec.json.encode((config, examples)), digest_size=6).hexdigest()
    return work / f"{name}-{digest}.pt"
