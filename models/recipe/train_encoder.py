"""Train the encoder, in steps encoder-first and encoder of the pipeline (extra ``[train]``).

Training starts from the multilingual Universal Sentence Encoder. The loss has
three parts:

- InfoNCE (van den Oord et al. 2018) over the batch and over the whole corpus of
  the source, whose vectors are computed again from time to time. Known right
  answers are never negatives.
- Distillation (Hinton et al. 2015): a slower and better teacher says how near
  each text of the corpus is to the queries of the source, and to texts of all
  sources (anchors), whatever their language.
- The distance of the anchors from their vectors at the start, so that the encoder
  keeps what neither of the others teaches.
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

from alignment.encoders.fine_tuned import DIMENSION
from alignment.evaluation.links import Links, training_texts
from models.recipe.encoder_net import EncoderNet, flat

Tokenize = Callable[[Sequence[str]], list[list[int]]]
Encode = Callable[[Sequence[str]], NDArray[np.float32]]
# Share of the steps that each source gets: about its share of all pairs (models/encoder.card.md), tasks of O*NET half
# as much again, the two smallest three times as much, so that they are seen at all. The mixture was not varied.
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

# Far below every cosine: the softmax of a text leaves the text itself out.
BELOW_ALL = -10.0


class TrainingConfig(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one training; the defaults made the shipped weights, the seed is the pipeline's.

    ``steps`` of ``batch`` pairs take an hour on two cores.

    ``anchor`` weighs how far texts may move from where the start has them, ``anchors`` is the number of such texts
    in a batch; ``distillation`` weighs the teacher on the queries of a batch, ``anchor_distillation`` on the anchors;
    ``unlinked`` is the share of steps with texts that nobody linked; ``renew`` says after how many steps of a source
    the vectors of its corpus are computed anew.
    """

    steps: int = 2600
    batch: int = 256
    temperature: float = 0.05  # of InfoNCE, as in SimCSE (Gao et al. 2021)
    dense_rate: float = 2e-4  # Adam's; a pretrained network loses what it knows at much higher ones
    table_rate: float = 1e-3  # a token's row is met in few batches, so that it moves five times as fast
    warmup: int = 60  # steps, 2 % of all, until Adam's averages say something
    token_dropout: float = 0.1  # as BERT drops; a text should not hang on one word
    anchor: float = 0.3
    anchors: int = 96
    distillation: float = 1.0
    anchor_distillation: float = 0.5
    teacher_temperature: float = 0.04  # a little sharper than the student's, as in DINO (Caron et al. 2021)
    unlinked: float = 0.25  # one step in four: texts that nobody linked must not outweigh human links
    renew: int = 60  # steps of a source until its corpus is encoded anew, which takes longer than a step
    seed: int

    def limited(self, limit: int | None) -> TrainingConfig:
        """The same with no more than so many steps."""
        return self if limit is None else msgspec.structs.replace(self, steps=min(limit, self.steps))


class Teacher:
    """The concatenated vectors of several encoders, for every text of the training.

    Args:
        texts: all texts for which the teacher needs vectors.
        encoders: each with its share in the cosine; the shares add up to 1.
    """

    def __init__(self, texts: Sequence[str], encoders: Sequence[tuple[float, Encode]]) -> None:
        self.place = {text: index for index, text in enumerate(texts)}
        parts = [math.sqrt(share) * encode(texts) for share, encode in encoders]
        self.vectors = torch.from_numpy(np.concatenate(parts, axis=1, dtype=np.float32))

    def vectors_of(self, texts: Sequence[str]) -> Tensor:
        """Vectors of known texts, shape (texts, width)."""
        return self.vectors[[self.place[text] for text in texts]]


class Source:
    """One source of links during training: its pairs, and the vectors of its corpus when they were last computed.

    ``right`` has the columns of the right targets of each query; ``age`` counts the steps of the source.
    """

    def __init__(self, links: Links) -> None:
        self.links = links
        self.pairs = links.training()
        self.column = {text: index for index, text in enumerate(links.corpus)}
        self.right: dict[str, set[int]] = defaultdict(set)
        for query, target, _ in self.pairs:
            self.right[query].add(self.column[target])
        self.corpus = torch.empty(0)
        self.age = 0


class Unlinked:
    """Texts without links, with their vectors when they were last computed, and the vectors of the teacher."""

    def __init__(self, texts: Sequence[str], teacher: Teacher) -> None:
        self.texts = list(texts)
        self.teacher_vectors = teacher.vectors_of(texts)
        self.vectors = torch.empty(0)
        self.age = 0


def encode(net: EncoderNet, tokenize: Tokenize, texts: Sequence[str], batch: int = 512) -> NDArray[np.float32]:
    """Vectors without gradients, shape (texts, 512)."""
    ids = tokenize(texts)
    result = np.zeros((len(ids), DIMENSION), dtype=np.float32)
    order = np.argsort([len(item) for item in ids], kind="stable")
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            result[part] = net(flat([ids[index] for index in part])).float().numpy()
    return result


def contrastive_loss(
    source: Source, chosen: Sequence[int], queries: Tensor, targets: Tensor, temperature: float
) -> Tensor:
    """InfoNCE in both directions; queries also against the corpus. A scalar.

    Args:
        source: the source of the pairs.
        chosen: numbers of the pairs in the batch.
        queries: their vectors, shape (pairs, dimension).
        targets: vectors of their targets, shape (pairs, dimension).
        temperature: cosines are divided by it.
    """
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


def distillation_loss(student_cosines: Tensor, teacher_cosines: Tensor, config: TrainingConfig) -> Tensor:
    """Kullback-Leibler divergence between the student's and the teacher's softmax over a corpus (Hinton et al. 2015).

    A scalar. Both sides are cosines of texts with a corpus, shape (texts, corpus).
    """
    teacher_probabilities = torch.softmax(teacher_cosines / config.teacher_temperature, dim=1)
    log_probabilities = torch.log_softmax(student_cosines / config.temperature, dim=1)
    return torch.nn.functional.kl_div(log_probabilities, teacher_probabilities, reduction="batchmean")


class Trainer:
    """Trains a network in place on links, and on texts without links.

    Args:
        net: the network.
        tokenize: texts → ids of pieces.
        sources: the links.
        teacher: has vectors of all texts of the sources and of ``unlinked``.
        config: the settings.
        unlinked: texts without links, for which only distillation counts; they get the share
            `TrainingConfig.unlinked` of the steps.
    """

    def __init__(
        self,
        net: EncoderNet,
        tokenize: Tokenize,
        sources: Sequence[Links],
        teacher: Teacher,
        config: TrainingConfig,
        unlinked: Sequence[str] = (),
    ) -> None:
        self.net, self.tokenize, self.teacher, self.config = net, tokenize, teacher, config
        self.start = copy.deepcopy(net).eval()
        self.sources = [Source(links) for links in sources]
        self.corpora = [teacher.vectors_of(source.links.corpus) for source in self.sources]
        shares = np.asarray([SHARES[source.links.name] for source in self.sources])
        self.shares = shares / shares.sum()
        self.pool = training_texts(sources)
        self.unlinked = Unlinked(unlinked, teacher) if unlinked else None
        self.random = np.random.default_rng(config.seed)

    def run(self, report: Callable[[int, float], None]) -> None:
        """Do all steps; ``report`` is called with the step and the mean loss since the last call."""
        config = self.config
        torch.manual_seed(config.seed)
        dense = torch.optim.AdamW(self.net.weights.parameters(), lr=config.dense_rate, weight_decay=0.0)
        table = torch.optim.SparseAdam(list(self.net.table.parameters()), lr=config.table_rate)
        losses: list[float] = []
        for step in range(config.steps):
            share = schedule(step, config.steps, config.warmup)
            set_learning_rate(dense, config.dense_rate * share)
            set_learning_rate(table, config.table_rate * share)
            if self.unlinked and self.random.random() < config.unlinked:
                loss = self._from_unlinked(self.unlinked)
            else:
                loss = self._from_links(int(self.random.choice(len(self.sources), p=self.shares)))
            dense.zero_grad()
            table.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.weights.parameters(), 1.0)
            dense.step()
            table.step()
            losses.append(float(loss.detach()))
            if (step + 1) % 100 == 0 or step + 1 == config.steps:
                report(step + 1, float(np.mean(losses)))
                losses.clear()

    def _from_links(self, number: int) -> Tensor:
        """The loss of one batch of pairs of a source."""
        config, random, teacher = self.config, self.random, self.teacher
        source, corpus = self.sources[number], self.corpora[number]
        if source.age % config.renew == 0:
            source.corpus = torch.from_numpy(encode(self.net, self.tokenize, source.links.corpus))
        source.age += 1
        chosen = random.choice(len(source.pairs), min(config.batch, len(source.pairs)), replace=False)
        anchors = self._anchors()
        texts = [*(source.pairs[i][0] for i in chosen), *(source.pairs[i][1] for i in chosen)]
        vectors = self._vectors(texts, anchors)
        split = len(chosen)
        loss = contrastive_loss(
            source, chosen.tolist(), vectors[:split], vectors[split : 2 * split], config.temperature
        )
        others = vectors[2 * split :]
        for weight, student, of in (
            (config.distillation, vectors[:split], texts[:split]),
            (config.anchor_distillation, others, anchors),
        ):
            cosines = teacher.vectors_of(of) @ corpus.T
            loss = loss + weight * distillation_loss(student @ source.corpus.T, cosines, config)
        return loss + config.anchor * self._anchor_loss(anchors, others)

    def _from_unlinked(self, unlinked: Unlinked) -> Tensor:
        """The distillation loss of one batch of texts without links, each against all the others."""
        config, random = self.config, self.random
        if unlinked.age % config.renew == 0:
            unlinked.vectors = torch.from_numpy(encode(self.net, self.tokenize, unlinked.texts))
        unlinked.age += 1
        chosen = random.choice(len(unlinked.texts), min(config.batch, len(unlinked.texts)), replace=False)
        anchors = self._anchors()
        vectors = self._vectors([unlinked.texts[index] for index in chosen], anchors)
        split = len(chosen)
        student = vectors[:split] @ unlinked.vectors.T
        teacher = unlinked.teacher_vectors[chosen] @ unlinked.teacher_vectors.T
        itself = torch.zeros(student.shape, dtype=torch.bool)
        itself[torch.arange(split), torch.from_numpy(chosen)] = True
        student, teacher = (cosines.masked_fill(itself, BELOW_ALL) for cosines in (student, teacher))
        loss = config.distillation * distillation_loss(student, teacher, config)
        return loss + config.anchor * self._anchor_loss(anchors, vectors[split:])

    def _anchors(self) -> list[str]:
        """Random texts of all sources, whose vectors should not move much."""
        chosen = self.random.choice(len(self.pool), self.config.anchors, replace=False)
        return [self.pool[index] for index in chosen]

    def _vectors(self, texts: Sequence[str], anchors: Sequence[str]) -> Tensor:
        """Vectors of texts with token dropout, and of anchors without."""
        ids = [_dropped(item, self.config.token_dropout, self.random) for item in self.tokenize(texts)]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.net(flat(ids + self.tokenize(anchors))).float()

    def _anchor_loss(self, anchors: Sequence[str], vectors: Tensor) -> Tensor:
        """Mean cosine distance of anchors from their vectors at the start of the training."""
        before = torch.from_numpy(encode(self.start, self.tokenize, anchors))
        return (1 - (vectors * before).sum(dim=1)).mean()


def schedule(step: int, steps: int, warmup: int = 1) -> float:
    """The factor of the learning rate: linear warm-up, then cosine decay to 0 (Loshchilov and Hutter 2017)."""
    return min(1.0, (step + 1) / warmup) * 0.5 * (1 + math.cos(math.pi * step / steps))


def set_learning_rate(optimizer: Any, rate: float) -> None:
    """Set the learning rate of all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def _dropped(ids: list[int], share: float, random: np.random.Generator) -> list[int]:
    """The ids without some of the inner ones (token dropout), so that no single word decides."""
    kept = [item for item in ids[1:-1] if random.random() >= share]
    return [ids[0], *kept, ids[-1]] if kept else ids
