"""What ``align index`` prints: what was built, what an index says of itself, what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from alignment.catalogue.index import BuildResult
from alignment.catalogue.index.register import Hit
from alignment.i18n import _, decimal


def built_lines(result: BuildResult, folder: Path) -> list[str]:
    """How much is in the index, how much of it is new, and how long that took."""
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
    """A fact a line."""
    return (f"{name}: {value}" for name, value in facts.items())


def hit_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """A requirement a line: cosine, standard and function, text, with tabs between."""
    return (f"{decimal(hit.cosine)}\t{hit.standard} {hit.function}\t{hit.text}" for hit in hits)
