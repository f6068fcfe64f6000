"""Labelled pairs: a requirement in its function, a statement in its discipline, a label."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec

from alignment.documents.limits import refuse_odd
from alignment.errors import InputError
from alignment.language import kind_of, strip_lead
from alignment.matching.texts import Side
from alignment.model import Kind

LABELS = ("covered", "partial", "none")
# What people write for them; "gap" is the word of the reports.
ALIASES = {
    **{label: label for label in LABELS},
    "gap": "none",
    "no": "none",
    "покрыто": "covered",
    "частично": "partial",
    "нет": "none",
    "пробел": "none",
    "не покрыто": "none",
}
REPORT = ("function", "function_name", "standard", "kind", "requirement", "statement", "discipline", "verdict")
NEEDED = ("requirement_id", "requirement", "kind", "function", "statement", "discipline", "label")


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One judged pair; ``group`` is what must not be split between training and test."""

    group: str
    requirement_id: str
    requirement: Side
    statement: Side
    label: str
    language: str = "ru"

    @property
    def sides(self) -> tuple[Side, Side]:
        """Requirement and statement."""
        return self.requirement, self.statement


def statement_side(text: str, discipline: str, kind: Kind | None = None) -> Side:
    """A program's statement as the readers would give it: lead words off, kind told by them."""
    bare, lead = strip_lead(text)
    return Side.of(text=bare if len(bare) > 5 else text, kind=kind or lead or kind_of(text), context=discipline)


def read_pairs(path: Path) -> list[Pair]:
    """Judged pairs of a file.

    A TSV or CSV with the columns of `NEEDED` (``field``, if there, is the
    group), or the CSV report of ``align check`` whose column ``verdict`` an
    expert has corrected. Labels may be in Russian.

    Raises:
        InputError: the file cannot be read, a column is missing, or a kind or label is unknown (with its line).
    """
    refuse_odd(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror}).", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("it is not UTF-8.", file=str(path), hint="Save it as UTF-8.") from error
    first = text.partition("\n")[0]
    delimiter = max("\t;,", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = set(reader.fieldnames or ())
    if set(REPORT) <= names:
        rows = [(number, _from_report(row)) for number, row in enumerate(reader, 2) if row["statement"]]
    else:
        missing = [name for name in NEEDED if name not in names]
        if missing:
            raise InputError(
                f"the columns {', '.join(missing)} are missing.",
                file=str(path),
                place="line 1",
                hint=f"Judged pairs are a table with the columns {', '.join(NEEDED)}, "
                "or the CSV report of align check with corrected verdicts.",
            )
        rows = list(enumerate(reader, 2))
    return [_pair(row, path, number) for number, row in rows]


def _from_report(row: dict[str, str]) -> dict[str, str]:
    """A row of ``align check --format csv``."""
    return {
        "requirement_id": f"{row['function']} {row['requirement']}",
        "requirement": row["requirement"],
        "kind": row["kind"],
        "function": f"{row['standard']}: {row['function_name']}",
        "statement": row["statement"],
        "discipline": row["discipline"],
        "label": row["verdict"],
    }


def _pair(row: dict[str, str], path: Path, number: int) -> Pair:
    place = f"line {number}"
    empty = [name for name in NEEDED if not (row.get(name) or "").strip()]
    if empty:
        raise InputError(f"{', '.join(empty)} is empty.", file=str(path), place=place)
    label = ALIASES.get(row["label"].strip().lower(), "")
    if not label:
        raise InputError(f"the label '{row['label']}' is not one of {', '.join(LABELS)}.", file=str(path), place=place)
    try:
        kind = Kind(row["kind"].strip())
    except ValueError as error:
        raise InputError(f"the kind '{row['kind']}' is unknown.", file=str(path), place=place) from error
    return Pair(
        group=row.get("field") or row["requirement_id"],
        requirement_id=row["requirement_id"],
        requirement=Side.of(text=row["requirement"], kind=kind, context=row["function"]),
        statement=statement_side(row["statement"], row["discipline"]),
        label=label,
        language=row.get("language") or "ru",
    )


def without_context(pair: Pair) -> Pair:
    """The pair as it would be if nobody had said what stands above either text."""
    requirement, statement = (Side.of(text=side.shown, kind=side.kind, context="") for side in pair.sides)
    return msgspec.structs.replace(pair, requirement=requirement, statement=statement)
