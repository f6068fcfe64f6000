"""The output of ``align index``: the result of a build, the facts of an index, the results of a search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from alignment.catalogue.index import BuildResult
from alignment.catalogue.index.register import Hit
from alignment.i18n import _, decimal


def built_lines(result: BuildResult, folder: Path) -> list[str]:
    """The line after a build: what is in the index, how much of it is new, size (MB) and time (seconds)."""
    text = _(
        "{standards} standards ({kept} unchanged), {requirements} requirements, {encoded} of them new; "
        "{size} MB, {seconds} s: {folder}"
    )
    return [
        text.format(
            standards=result.standards,
            kept=result.kept,
            requirements=result.requirements,
            encoded=result.encoded,
            size=decimal(result.size / 1e6, 1),
            seconds=decimal(result.seconds, 1),
            folder=folder,
        )
    ]


def info_lines(facts: Mapping[str, object]) -> Iterator[str]:
    """The facts of an index, one on each line."""
    return (f"{name}: {value}" for name, value in facts.items())


def hit_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """The requirements found, one on each line: cosine, standard and function, text; separated by tabs."""
    return (f"{decimal(hit.cosine)}\t{hit.standard} {hit.function}\t{hit.text}" for hit in hits)
