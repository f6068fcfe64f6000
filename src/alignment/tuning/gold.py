"""Labelled pairs: a requirement in its function, a statement in its discipline, a label."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec

from alignment.errors import InputError
from alignment.language import kind_of, strip_lead
from alignment.matching.texts import Side
from alignment.model import Kind

LABELS = ("covered", "partial", "none")
NEEDED = ("requirement_id", "requirement", "kind", "function", "statement", "discipline", "label")


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One judged pair; ``group`` is what must not be split between training and test."""

    group: str
    requirement_id: str
    requirement: Side
    statement: Side
    label: str
    language: str = "ru"


def statement_side(text: str, discipline: str, kind: Kind | None = None) -> Side:
    """A program's statement as the readers would give it: lead words off, kind told by them."""
    bare, lead = strip_lead(text)
    return Side(text=bare if len(bare) > 5 else text, kind=kind or lead or kind_of(text), context=discipline)


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a TSV file with the columns of `NEEDED`; ``field``, if there, is the group.

    Raises:
        InputError: a column is missing, or a kind or label is unknown (with its line).
    """
    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source, delimiter="\t")
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(
                f"the columns {', '.join(missing)} are missing.",
                file=str(path),
                place="line 1",
                hint=f"A gold set is a TSV with the columns {', '.join(NEEDED)}.",
            )
        return [_pair(row, path, number) for number, row in enumerate(reader, 2)]


def _pair(row: dict[str, str], path: Path, number: int) -> Pair:
    if row["label"] not in LABELS:
        raise InputError(
            f"the label '{row['label']}' is not one of {', '.join(LABELS)}.", file=str(path), place=f"line {number}"
        )
    try:
        kind = Kind(row["kind"])
    except ValueError as error:
        raise InputError(f"the kind '{row['kind']}' is unknown.", file=str(path), place=f"line {number}") from error
    return Pair(
        group=row.get("field") or row["requirement_id"],
        requirement_id=row["requirement_id"],
        requirement=Side(text=row["requirement"], kind=kind, context=row["function"]),
        statement=statement_side(row["statement"], row["discipline"]),
        label=row["label"],
        language=row.get("language") or "ru",
    )
