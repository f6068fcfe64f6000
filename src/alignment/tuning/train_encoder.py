"""Train the adapted encoder: ``python -m alignment.tuning.train encoder`` (extra ``[train]``).

Start: the bundled multilingual encoder. Loss: InfoNCE (van den Oord et al.
2018) over the batch and over the whole corpus of the source, whose vectors are
renewed now and then; known right answers are never negatives. A teacher, slower
and better, says besides how near each text of the corpus is (distillation,
Hinton et al. 2015): for the queries of the source and for texts of all sources,
in whichever language. A pull towards the starting vectors keeps what neither
teaches.
"""

from __future__ import annotations

import copy
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alignment.tuning.encoder_net import EncoderNet, flat
from alignment.tuning.links import Links, every_text, training_texts

Tokenize = Callable[[Sequence[str]], list[list[int]]]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
# Share of the steps that each source gets.
SHARES = {
    "onet": 0.34,
    "onet titles": 0.05,
    "esco de": 0.22,
    "esco fr-nl": 0.11,
    "esco nl": 0.09,
    "national fr-nl": 0.05,
    "esco de-nl": 0.04,
    "standards ru": 0.07,
    "disciplines ru-en": 0.03,
}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one training; the defaults made the shipped weights."""

    steps: int = 2600
    batch: int = 256
    temperature: float = 0.05
    dense_rate: float = 2e-4
    table_rate: float = 1e-3
    warmup: int = 60
    token_dropout: float = 0.1
    anchor: float = 0.3
    anchors: int = 96
    taught: float = 1.0
    taught_anchors: float = 0.5
    teacher_temperature: float = 0.04
    renew: int = 60
    seed: int = 20261124


class Teacher:
    """Vectors of several encoders side by side, for every text of the sources.

    Args:
        sources: the links; their texts are all that the teacher is asked about.
        encoders: each with its share of the cosine.
    """

    def __init__(self, sources: Sequence[Links], encoders: Sequence[tuple[float, Encode]]) -> None:
        texts = every_text(sources)
        self.place = {text: index for index, text in enumerate(texts)}
        parts = [math.sqrt(share) * encode(texts) for share, encode in encoders]
        self.vectors = torch.from_numpy(np.concatenate(parts, axis=1, dtype=np.float32))

    def of(self, texts: Sequence[str]) -> Tensor:
        """Vectors of known texts, shape (texts, width)."""
        return self.vectors[[self.place[text] for text in texts]]


class Source:
    """One source of links while training: its pairs, and its corpus as it was encoded last."""

    def __init__(self, links: Links) -> None:
        self.links = links
        self.pairs = links.training()
        self.column = {text: index for index, text in enumerate(links.corpus)}
        self.right: dict[str, set[int]] = defaultdict(set)
        for query, target, _ in self.pairs:
            self.right[query].add(self.column[target])
        self.corpus = torch.empty(0)
        self.age = 0


def encode(net: EncoderNet, tokenize: Tokenize, texts: Sequence[str], batch: int = 512) -> NDArray[np.float32]:
    """Vectors without gradients, shape (texts, 512)."""
    ids = tokenize(texts)
    result = np.zeros((len(ids), 512), dtype=np.float32)
    order = np.argsort([len(item) for item in ids], kind="stable")
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            result[part] = net(flat([ids[index] for index in part])).float().numpy()
    return result


def loss_of(source: Source, chosen: Sequence[int], queries: Tensor, targets: Tensor, temperature: float) -> Tensor:
    """InfoNCE both ways; queries also against the corpus."""
    pairs = [source.pairs[index] for index in chosen]
    columns = [source.column[target] for _, target, _ in pairs]
    near = queries @ targets.T / temperature
    far = queries @ source.corpus.T / temperature
    for row, (query, _, _) in enumerate(pairs):
        right = source.right[query]
        far[row, list(right)] = -math.inf
        others = [index for index, column in enumerate(columns) if index != row and column in right]
        near[row, others] = -math.inf
    weights = torch.tensor([weight for _, _, weight in pairs])
    own = torch.arange(len(pairs))
    forth = torch.nn.functional.cross_entropy(torch.cat([near, far], dim=1), own, reduction="none")
    back = torch.nn.functional.cross_entropy(near.T, own, reduction="none")
    return ((forth + 0.5 * back) * weights).sum() / weights.sum()


def told(own: Tensor, taught: Tensor, plan: Plan) -> Tensor:
    """Kullback-Leibler divergence of our neighbours from the teacher's; both are cosines, shape (texts, corpus)."""
    wanted = torch.softmax(taught / plan.teacher_temperature, dim=1)
    return torch.nn.functional.kl_div(torch.log_softmax(own / plan.temperature, dim=1), wanted, reduction="batchmean")


def train(
    net: EncoderNet,
    tokenize: Tokenize,
    sources: Sequence[Links],
    teacher: Teacher,
    plan: Plan,
    report: Callable[[int, float, EncoderNet], None],
) -> EncoderNet:
    """Train ``net`` in place; ``report`` gets the step, the mean loss since the last report, and the network."""
    random = np.random.default_rng(plan.seed)
    torch.manual_seed(plan.seed)
    start = copy.deepcopy(net).eval()
    used = [Source(links) for links in sources]
    corpora = [teacher.of(source.links.corpus) for source in used]
    shares = np.asarray([SHARES[source.links.name] for source in used])
    pool = training_texts(sources)
    dense = torch.optim.AdamW(net.weights.parameters(), lr=plan.dense_rate, weight_decay=0.0)
    table = torch.optim.SparseAdam(list(net.table.parameters()), lr=plan.table_rate)
    losses: list[float] = []
    for step in range(plan.steps):
        pace = min(1.0, (step + 1) / plan.warmup) * 0.5 * (1 + math.cos(math.pi * step / plan.steps))
        _set_rate(dense, plan.dense_rate * pace)
        _set_rate(table, plan.table_rate * pace)
        number = int(random.choice(len(used), p=shares / shares.sum()))
        source, corpus = used[number], corpora[number]
        if source.age % plan.renew == 0:
            source.corpus = torch.from_numpy(encode(net, tokenize, source.links.corpus))
        source.age += 1
        chosen = random.choice(len(source.pairs), min(plan.batch, len(source.pairs)), replace=False)
        held = [pool[index] for index in random.choice(len(pool), plan.anchors, replace=False)]
        texts = [*(source.pairs[i][0] for i in chosen), *(source.pairs[i][1] for i in chosen)]
        ids = [_dropped(item, plan.token_dropout, random) for item in tokenize(texts)] + tokenize(held)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = net(flat(ids)).float()
        split = len(chosen)
        loss = loss_of(source, chosen.tolist(), vectors[:split], vectors[split : 2 * split], plan.temperature)
        queries, others = vectors[:split], vectors[2 * split :]
        loss = loss + plan.taught * told(queries @ source.corpus.T, teacher.of(texts[:split]) @ corpus.T, plan)
        loss = loss + plan.taught_anchors * told(others @ source.corpus.T, teacher.of(held) @ corpus.T, plan)
        before = torch.from_numpy(encode(start, tokenize, held))
        loss = loss + plan.anchor * (1 - (others * before).sum(dim=1)).mean()
        dense.zero_grad()
        table.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.weights.parameters(), 1.0)
        dense.step()
        table.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 100 == 0 or step + 1 == plan.steps:
            report(step + 1, float(np.mean(losses)), net)
            losses.clear()
    return net


def _set_rate(optimizer: Any, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate


def _dropped(ids: list[int], share: float, random: np.random.Generator) -> list[int]:
    """The ids without some of the inner ones: a text is more than each of its words."""
    kept = [item for item in ids[1:-1] if random.random() >= share]
    return [ids[0], *kept, ids[-1]] if kept else ids
