"""Train the pair reader: ``python -m alignment.tuning.train reader`` (extras ``[train,e5]``; a GPU is used if there).

First from the links of `alignment.tuning.links`: the right target of each
query against the engine ``accurate``'s nearest wrong ones, read as pairs. Then
from the judged pairs of corpora/gold: one reader on all of them, which is
shipped, and one for each fold of fields, for models/readings.npz.
"""

from __future__ import annotations

import copy
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from alignment.encoders import Cache, CachedEncoder, load_encoder
from alignment.encoders.e5 import package_file
from alignment.encoders.e5_image import Image
from alignment.encoders.pair_reader import FILE, PairReader, one_text
from alignment.matching.texts import Side
from alignment.tuning import readings
from alignment.tuning.e5_net import write_layers
from alignment.tuning.gold import Pair
from alignment.tuning.links import Links, every_text
from alignment.tuning.reader_net import LENGTH, ReaderNet
from alignment.tuning.train_encoder import Source, pace, set_rate

# Share of the steps that each source of links gets.
SHARES = {
    "onet": 0.30,
    "onet titles": 0.03,
    "esco de": 0.24,
    "esco fr-nl": 0.13,
    "esco nl": 0.13,
    "national fr-nl": 0.04,
    "esco de-nl": 0.03,
    "standards ru": 0.08,
    "disciplines ru-en": 0.02,
}
FOLDS = 6
# What nobody judged weighs less: a requirement with itself, statements of the same function, those of other fields.
ITSELF, SIBLING, STRANGER = 0.3, 0.3, 0.5
STRANGERS = 2
BLIND = 0.1


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of both trainings; the defaults made the shipped weights."""

    link_steps: int = 1400
    link_batch: int = 64
    link_rate: float = 2e-4
    wrong: int = 15
    nearest: int = 48
    rounds: int = 10
    batch: int = 128
    rate: float = 1.2e-4
    decay: float = 0.01
    seed: int = 1


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One pair to learn from, with context and without it."""

    text: str
    blind: str
    labels: tuple[float, float]
    weight: float = 1.0


def folds_of(pairs: Sequence[Pair]) -> dict[str, int]:
    """The fold of each field: the largest first, each to the fold that has fewest pairs so far."""
    sizes: dict[str, int] = defaultdict(int)
    for pair in pairs:
        sizes[pair.group] += 1
    load, found = [0] * FOLDS, {}
    for field in sorted(sorted(sizes), key=lambda name: -sizes[name]):
        found[field] = load.index(min(load))
        load[found[field]] += sizes[field]
    return found


def _stepper(net: ReaderNet, rate: float, steps: int, warmup: int, decay: float) -> Iterator[Any]:
    """Yields a function that takes one step down from a loss; the rate falls to nothing over ``steps``."""
    trained = [value for value in net.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=decay)
    for number in range(steps):
        set_rate(optimizer, rate * pace(number, steps, warmup))

        def step(loss: Tensor) -> None:
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()

        yield step


def nearest(sources: Sequence[Source], cache: Cache, count: int) -> dict[str, dict[str, list[int]]]:
    """For each source the places in its corpus that the engine ``accurate`` finds nearest to each query."""
    texts = every_text(source.links for source in sources)
    place = {text: index for index, text in enumerate(texts)}
    vectors = CachedEncoder(load_encoder("accurate"), cache).encode(texts)
    found: dict[str, dict[str, list[int]]] = {}
    for source in sources:
        corpus = vectors[[place[text] for text in source.links.corpus]]
        found[source.links.name] = {
            query: np.argsort(-(corpus @ vectors[place[query]]), kind="stable")[:count].tolist()
            for query in source.right
        }
    return found


def learn_links(net: ReaderNet, sources: Sequence[Links], cache: Cache, plan: Plan) -> None:
    """Train on links in place: softmax over the right target and wrong ones that are near."""
    random = np.random.default_rng(plan.seed)
    used = [Source(links) for links in sources]
    near = nearest(used, cache, plan.nearest)
    shares = np.asarray([SHARES[source.links.name] for source in used])
    shares /= shares.sum()
    net.train()
    for number, step in enumerate(_stepper(net, plan.link_rate, plan.link_steps, 50, plan.decay)):
        source = used[int(random.choice(len(used), p=shares))]
        chosen = random.choice(len(source.pairs), min(plan.link_batch, len(source.pairs)), replace=False)
        texts, weights = [], []
        for query, target, weight in (source.pairs[index] for index in chosen):
            wrong = [column for column in near[source.links.name][query] if column not in source.right[query]]
            taken = random.choice(len(wrong), min(plan.wrong - 2, len(wrong)), replace=False)
            columns = [wrong[index] for index in taken]
            while len(columns) < plan.wrong:
                column = int(random.integers(len(source.links.corpus)))
                if column not in source.right[query]:
                    columns.append(column)
            others = [target, *(source.links.corpus[column] for column in columns)]
            texts += [one_text(query, "", other, "") for other in others]
            weights.append(weight)
        scores = net(texts).view(len(chosen), plan.wrong + 1)
        right = torch.zeros(len(chosen), dtype=torch.long, device=net.device)
        weighed = torch.tensor(weights, device=net.device)
        step((functional.cross_entropy(scores, right, reduction="none") * weighed).sum() / weighed.sum())
        _tell("links", number + 1, plan.link_steps)


def examples(pairs: Sequence[Pair], random: np.random.Generator) -> list[Example]:
    """The judged pairs, and for each requirement itself, a statement of its function and some of other fields."""
    first = {pair.requirement_id: pair for pair in reversed(pairs)}
    own = {pair.requirement_id: pair for pair in reversed(pairs) if pair.label == "covered"}
    beside: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        beside[pair.requirement.context].append(pair)
    found = [_example(pair.requirement, pair.statement, pair.label) for pair in pairs]
    for name, pair in first.items():
        if name in own:
            itself = msgspec.structs.replace(pair.requirement, context=own[name].statement.context)
            found.append(_example(pair.requirement, itself, "covered", ITSELF))
        siblings = [other for other in beside[pair.requirement.context] if other.requirement_id != name]
        strangers = [pairs[i] for i in random.choice(len(pairs), 8 * STRANGERS) if pairs[i].group != pair.group]
        chosen = [(siblings[int(random.integers(len(siblings)))], SIBLING)] if siblings else []
        for other, weight in (*chosen, *((other, STRANGER) for other in strangers[:STRANGERS])):
            found.append(_example(pair.requirement, other.statement, "none", weight))
    return found


def _example(left: Side, right: Side, label: str, weight: float = 1.0) -> Example:
    return Example(
        text=one_text(left.text, left.context, right.text, right.context),
        blind=one_text(left.text, "", right.text, ""),
        labels=(float(label == "covered"), float(label != "none")),
        weight=weight,
    )


def learn_judged(net: ReaderNet, pairs: Sequence[Pair], plan: Plan, seed: int) -> None:
    """Train on judged pairs in place: two independent yes-or-no questions."""
    random = np.random.default_rng(seed)
    net.train()
    batches: list[list[Example]] = []
    for found in [examples(pairs, random) for _ in range(plan.rounds)]:
        order = random.permutation(len(found))
        batches += [
            [found[index] for index in order[start : start + plan.batch]] for start in range(0, len(found), plan.batch)
        ]
    steps = _stepper(net, plan.rate, len(batches), 30, plan.decay)
    for number, (batch, step) in enumerate(zip(batches, steps, strict=True), 1):
        scores = net([item.blind if random.random() < BLIND else item.text for item in batch])
        wanted = torch.tensor([item.labels for item in batch], device=net.device)
        weights = torch.tensor([item.weight for item in batch], device=net.device)
        losses = functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none").mean(dim=1)
        step((losses * weights).sum() / weights.sum())
        _tell("judged pairs", number, len(batches))


def write(net: ReaderNet, output: Path) -> str:
    """The tensors as bytes, the head, a version, which is returned."""
    head = net.head.weight.detach().cpu().numpy() * np.float32(LENGTH)
    return write_layers(output, net.upper, {"head": head, "bias": net.head.bias.detach().cpu().numpy()})


def run(sources: Sequence[Links], pairs: Sequence[Pair], cache: Cache, output: Path, plan: Plan) -> None:
    """Train and write ``output`` and, beside it, the readings of judged pairs by readers that had not seen them."""
    torch.manual_seed(plan.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    began = ReaderNet(Image(package_file()), 1, device)
    learn_links(began, sources, cache, plan)
    fold = folds_of(pairs)
    told = np.zeros((len(pairs), 2), dtype=np.float32)
    for number in range(FOLDS):
        net = _judged(began, [pair for pair in pairs if fold[pair.group] != number], plan, number)
        held = [index for index, pair in enumerate(pairs) if fold[pair.group] == number]
        with tempfile.TemporaryDirectory() as folder:
            write(net, Path(folder) / FILE)
            reader = CachedEncoder(PairReader(Path(folder)), cache)
            told[held] = reader.encode([readings.text_of(pairs[index]) for index in held])
    version = write(_judged(began, pairs, plan, 9), output)
    readings.write(output.parent / readings.FILE, version, pairs, told)
    sys.stdout.write(f"written: {output}\n")


def _judged(began: ReaderNet, pairs: Sequence[Pair], plan: Plan, seed: int) -> ReaderNet:
    """A reader that goes on from the links with these pairs."""
    torch.manual_seed(seed)
    net = copy.deepcopy(began)
    net.begin(2)
    learn_judged(net, pairs, plan, seed)
    return net


def _tell(what: str, done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        sys.stdout.write(f"{time.strftime('%H:%M:%S')} {what} {done} of {total}\n")
        sys.stdout.flush()
