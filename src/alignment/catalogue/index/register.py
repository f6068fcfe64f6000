"""`Register`: the index of standards in memory, with a row and a vector for each work function and requirement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.encoders import Encoder, Vectors, unit
from alignment.model import Standard

# Rows that are turned into float32 and multiplied at a time: 16 MB of 512 dimensions as float16.
BLOCK = 16_384
VectorRows = NDArray[np.float16] | NDArray[np.float32]


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One standard of the index and its rows.

    Its requirements are the ``count`` rows from ``first``, its work functions the
    ``functions`` rows from ``first_function``. ``area`` is its area of professional activity (`area_of`).
    """

    code: str
    title: str
    order: str = ""
    date: str = ""
    area: str = ""
    file: str = ""
    first: int = 0
    count: int = 0
    first_function: int = 0
    functions: int = 0


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that a search found: its standard, work function and text, and its cosine with the query."""

    standard: str
    title: str
    function: str
    function_name: str
    id: str
    text: str
    cosine: float


def hit_at(register: Register, row: int, cosine: float) -> Hit:
    """The requirement in that row, as a hit with that cosine."""
    number = int(register.belongs[register.owner[row]])
    line, standard = register.listed[number], register.standard(number)
    _general, function, item = list(standard.requirements())[row - line.first]
    return Hit(
        standard=line.code or line.title,
        title=line.title,
        function=function.code,
        function_name=function.name,
        id=item.id,
        text=item.text,
        cosine=round(cosine, 4),
    )


def area_of(code: str) -> str:
    """The area of professional activity: the first two digits of a registry code (06 of 06.001), else all of it."""
    match = re.match(r"(\d{2})\.\d{3}", code)
    return match[1] if match else code


def context_of(standard: Standard, name: str) -> str:
    """The context of a requirement (title and work function), in the form that `alignment.matching` compares."""
    return f"{standard.title}: {name}"


def rows_of(standard: Standard) -> tuple[list[str], list[str], list[int]]:
    """Texts of the requirements, contexts of the work functions, and the number of requirements of each function."""
    texts: list[str] = []
    contexts: list[str] = []
    counts: list[int] = []
    for general in standard.functions:
        for function in general.functions:
            contexts.append(context_of(standard, function.name))
            texts += [item.text for item in function.requirements]
            counts.append(len(function.requirements))
    return texts, contexts, counts


class Register:
    """Many standards as arrays.

    Attributes:
        listed: the standards in order.
        vectors: unit vectors of the requirements, shape (requirements, dimension).
        functions: unit vectors of the work functions, shape (functions, dimension).
        centroids: the mean direction of each standard's requirements, float32, shape (standards, dimension).
        counts: number of requirements of each work function, shape (functions,).
        owner: row of the work function of each requirement, shape (requirements,).
        belongs: number of the standard of each work function, shape (functions,).
    """

    def __init__(
        self,
        listed: Sequence[IndexEntry],
        vectors: VectorRows,
        functions: VectorRows,
        centroids: Vectors,
        counts: NDArray[np.int64],
        load: Callable[[int], Standard],
        *,
        engine: str,
        folder: Path | None = None,
    ) -> None:
        self.listed, self.vectors, self.functions, self.engine, self.folder = listed, vectors, functions, engine, folder
        self.centroids, self.counts = centroids, counts
        self.owner = np.repeat(np.arange(len(counts)), counts)
        self.belongs = np.repeat(np.arange(len(listed)), [item.functions for item in listed])
        self._load = load

    def __len__(self) -> int:
        """Number of requirements."""
        return len(self.vectors)

    def standard(self, number: int) -> Standard:
        """The whole standard with that number in ``listed``."""
        return self._load(number)

    def blocks(self, rows: VectorRows) -> Iterator[tuple[int, Vectors]]:
        """The rows as float32 in blocks of `BLOCK`, each with the number of its first row."""
        for start in range(0, len(rows), BLOCK):
            yield start, np.asarray(rows[start : start + BLOCK], dtype=np.float32)

    def names(self) -> list[tuple[int, str, str, str]]:
        """(standard, code, name, level) of every work function, in the order of the rows."""
        result = []
        for number in range(len(self.listed)):
            for general in self.standard(number).functions:
                result += [(number, item.code, item.name, item.level or general.level) for item in general.functions]
        return result


def of_standards(standards: Sequence[Standard], encoder: Encoder) -> Register:
    """An index of the standards in memory, with vectors of ``encoder``."""
    texts: list[str] = []
    function_contexts: list[str] = []
    counts: list[int] = []
    listed = []
    for standard in standards:
        rows, contexts, sizes = rows_of(standard)
        listed.append(listing(standard, len(texts), len(rows), len(function_contexts), len(contexts)))
        texts, function_contexts, counts = texts + rows, function_contexts + contexts, counts + sizes
    vectors = encoder.encode([*texts, *function_contexts])
    split = len(texts)
    return Register(
        listed,
        vectors[:split],
        vectors[split:],
        centroids_of([vectors[item.first : item.first + item.count] for item in listed], vectors.shape[1]),
        np.asarray(counts, dtype=np.int64),
        lambda number: standards[number],
        engine=encoder.name,
    )


def centroids_of(groups: Sequence[VectorRows], width: int) -> Vectors:
    """The mean direction of each group of rows, shape (groups, width); an empty group is a row of zeros."""
    means = [np.asarray(rows, np.float32).mean(axis=0) if len(rows) else np.zeros(width) for rows in groups]
    return unit(np.asarray(means, dtype=np.float32).reshape(len(groups), width))


def listing(
    standard: Standard, first: int, count: int, first_function: int, functions: int, file: str = ""
) -> IndexEntry:
    """The entry of a standard whose rows begin at ``first`` and ``first_function``."""
    return IndexEntry(
        code=standard.code,
        title=standard.title,
        order=standard.order,
        date=standard.date,
        area=area_of(standard.code),
        file=file or standard.source,
        first=first,
        count=count,
        first_function=first_function,
        functions=functions,
    )


def best_rows(register: Register, queries: Vectors, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Exact search for the ``count`` requirements nearest to each query, best first.

    Args:
        register: the index.
        queries: unit vectors of shape (queries, dimension).
        count: number of requirements for each query.

    Returns:
        Row numbers and cosines, both of shape (queries, count).
    """
    places = np.zeros((len(queries), 0), dtype=np.int64)
    scores = np.zeros((len(queries), 0), dtype=np.float32)
    for start, block in register.blocks(register.vectors):
        cosines = queries @ block.T
        most = min(count, cosines.shape[1])
        near = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
        places = np.concatenate([places, near + start], axis=1)
        scores = np.concatenate([scores, np.take_along_axis(cosines, near, axis=1)], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        places, scores = np.take_along_axis(places, order, axis=1), np.take_along_axis(scores, order, axis=1)
    return places, scores
