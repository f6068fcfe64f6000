"""The reranker's network: a cross-encoder of (requirement, statement), models/reranker-*.onnx, run by onnxruntime.

An encoder makes the vector of each text separately. A cross-encoder sees the
tokens of both texts (Nogueira and Cho 2019) and estimates how far the statement
covers the requirement. It is multilingual E5 small (Wang et al. 2024) with its
vocabulary reduced to the languages of our texts. The lower layers see one text
alone, so that each text passes them only once (Cao et al. 2020); the upper
layers see both. Matrices are multiplied as 8-bit integers.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from alignment.cache import Cache, content_key
from alignment.encoders.cached import through_cache
from alignment.encoders.digest import digest_of
from alignment.encoders.interface import Vectors
from alignment.encoders.stored import stored_arrays
from alignment.errors import SettingsError, why
from alignment.i18n import message as _
from alignment.progress import Counting

DESCRIPTION_FILE, TOKENIZER_FILE = "reranker.json", "reranker-tokenizer.npz"
LOWER_FILE, UPPER_FILE = "reranker-lower.onnx", "reranker-upper.onnx"
# E5 was trained with this before both sides of a comparison that is symmetric.
PREFIX = "query: "
# Tokens of one text that are read; the longest requirement of the shipped standards has 100.
# What is beyond is cut; the graphs are made with so many places.
MAX_TOKENS = 200
# Pairs that are computed before the cache keeps them: what a run loses at most when it is stopped.
BATCH = 512
HINT = _("Install the package again.")
TextPair = tuple[str, str]


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """The content of models/reranker.json, which describes the weights."""

    version: str
    base: str
    trained_on: str


class CrossEncoder:
    """Log-odds of "covers" and of "covers at least in part" for pairs of texts.

    The weights are loaded at first use. Each pair is a call of the network by
    itself, so that no padding is needed and its result does not depend on other pairs.

    Raises:
        SettingsError: the files of ``models`` are missing or damaged.
    """

    dimension = 2

    def __init__(self, models: Path) -> None:
        self._models = models
        self.files = tuple(models / name for name in (TOKENIZER_FILE, LOWER_FILE, UPPER_FILE))
        try:
            self.description = msgspec.json.decode((models / DESCRIPTION_FILE).read_bytes(), type=Description)
        except (OSError, msgspec.MsgspecError) as error:
            raise SettingsError(
                _("the reranker cannot be read: {error}.", error=why(error)),
                file=str(models / DESCRIPTION_FILE),
                hint=HINT,
            ) from error
        self.version = self.description.version
        self._loaded: tuple[Any, Any, Any] | None = None

    def scores(self, pairs: Sequence[TextPair]) -> Vectors:
        """Log-odds, float32, shape (len(pairs), 2).

        Raises:
            SettingsError: the weights are damaged.
        """
        if not pairs:
            return np.zeros((0, self.dimension), dtype=np.float32)
        tokenizer, lower, upper = self._load()
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))

        def rows_of(text: str) -> Any:
            ids = np.asarray([token_ids(tokenizer, text)], dtype=np.int64)
            return lower.run(None, {"ids": ids})[0].astype(np.float16)

        def score_of(pair: TextPair) -> Any:
            left, right = (rows[text].astype(np.float32) for text in pair)
            return upper.run(None, {"requirement": left, "statement": right})[0][0]

        with ThreadPoolExecutor(_threads()) as pool:
            rows = dict(zip(texts, pool.map(rows_of, texts), strict=True))
            return np.asarray(list(pool.map(score_of, pairs)), dtype=np.float32)

    def _load(self) -> tuple[Any, Any, Any]:
        if self._loaded is None:
            import onnxruntime
            from sentencepiece import SentencePieceProcessor

            options = onnxruntime.SessionOptions()
            # Threads work on different pairs, not within one.
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            try:
                with stored_arrays(self._models / TOKENIZER_FILE, _("the reranker's vocabulary"), HINT) as stored:
                    tokenizer = SentencePieceProcessor(model_proto=stored["model"].tobytes())
                sessions = [
                    onnxruntime.InferenceSession(self._models / name, options, providers=["CPUExecutionProvider"])
                    for name in (LOWER_FILE, UPPER_FILE)
                ]
            except SettingsError:
                raise
            # The only common base of the errors of onnxruntime and sentencepiece is Exception.
            except Exception as error:
                raise SettingsError(
                    _("the weights of the reranker cannot be read: {error}.", error=why(error)),
                    file=str(self._models / LOWER_FILE),
                    hint=HINT,
                ) from error
            self._loaded = (tokenizer, *sessions)
        return self._loaded


class CachedCrossEncoder:
    """A cross-encoder with the cache: each pair is computed once per version and digest of the weights."""

    def __init__(self, inner: CrossEncoder, cache: Cache, progress: Counting | None = None) -> None:
        self.inner, self.cache, self.progress = inner, cache, progress
        self.version = inner.version
        self.digest = digest_of(getattr(inner, "files", ()), cache)

    def scores(self, pairs: Sequence[TextPair]) -> Vectors:
        """Log-odds, float32, shape (len(pairs), 2); new ones are stored batch by batch."""
        keys = [content_key(f"pair/{self.version}/{self.digest}", "\0".join(pair)) for pair in pairs]
        return through_cache(self.cache, keys, pairs, self.inner.scores, self.inner.dimension, BATCH, self.progress)


def token_ids(tokenizer: Any, text: str) -> list[int]:
    """The token ids of a text with E5's prefix, between the tokens for beginning and end, at most `MAX_TOKENS`."""
    ids = tokenizer.encode(unicodedata.normalize("NFKC", PREFIX + text))
    return [tokenizer.bos_id(), *ids[: MAX_TOKENS - 2], tokenizer.eos_id()]


def _threads() -> int:
    """The number of cores that this process may use; the variable OMP_NUM_THREADS can lower it."""
    configured = os.environ.get("OMP_NUM_THREADS", "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, int(configured)) if configured.isdigit() and int(configured) else cores
