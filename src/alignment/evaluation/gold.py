"""Labelled pairs: a requirement with its work function, a statement with its discipline, and a label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from alignment.errors import InputError
from alignment.evaluation.label_table import LabelRow, read_label_table
from alignment.i18n import message as _
from alignment.language import kind_of, strip_lead
from alignment.matching.contextual_text import TextInContext
from alignment.model import Kind

LEAST_LETTERS = 5  # of a statement without its lead words; what has fewer keeps them
LABELS = ("covered", "partial", "none")
# Other words for the labels; reports say "gap" for "none".
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
NEEDED = ("requirement_id", "requirement", "kind", "function", "statement", "discipline", "label")

# These columns may be blank; then the text itself is used as its context.
CONTEXT = ("function", "discipline")


class JudgedPair(msgspec.Struct, frozen=True, kw_only=True):
    """A judged pair. Pairs of one ``group`` must not be split between training and test."""

    group: str
    requirement_id: str
    requirement: TextInContext
    statement: TextInContext
    label: str
    language: str = "ru"

    @property
    def sides(self) -> tuple[TextInContext, TextInContext]:
        """The requirement and the statement."""
        return self.requirement, self.statement


def statement_side(text: str, discipline: str, kind: Kind | None = None) -> TextInContext:
    """A statement as the readers of programs give it: without lead words ("Знает: …"), which tell its kind."""
    bare, lead = strip_lead(text)
    return TextInContext.of(
        text=bare if len(bare) > LEAST_LETTERS else text, kind=kind or lead or kind_of(text), context=discipline
    )


def read_judged_pairs(path: Path) -> list[JudgedPair]:
    """The judged pairs of a file: a table with the columns `NEEDED`; a column ``field``, if there, is the group.

    Labels may be in Russian. `read_label_table` says in which formats the table may be saved.

    Raises:
        InputError: the file cannot be read, a column is missing, or a kind or label is unknown (with its line).
    """
    return pairs_of(*read_label_table(path), path)


def pairs_of(names: Sequence[str], rows: Sequence[tuple[int, LabelRow]], path: Path) -> list[JudgedPair]:
    """The pairs of a table; ``rows`` have line numbers. See `read_judged_pairs`."""
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InputError(
            _("the columns {names} are missing.", names=", ".join(missing)),
            file=str(path),
            place=_("line {n}", n=1),
            hint=_(
                "Judged pairs are a table with the columns {names}; "
                "or give a report of align check --format csv with corrected verdicts.",
                names=", ".join(NEEDED),
            ),
        )
    return [_pair(row, path, number) for number, row in rows]


def _pair(row: LabelRow, path: Path, number: int) -> JudgedPair:
    place = _("line {n}", n=number)
    empty = [name for name in NEEDED if name not in CONTEXT and not (row.get(name) or "").strip()]
    if empty:
        raise InputError(_("{names} is empty.", names=", ".join(empty)), file=str(path), place=place)
    label = ALIASES.get(row["label"].strip().lower(), "")
    if not label:
        raise InputError(
            _("the label '{label}' is not one of {names}.", label=row["label"], names=", ".join(LABELS)),
            file=str(path),
            place=place,
        )
    try:
        kind = Kind(row["kind"].strip())
    except ValueError as error:
        raise InputError(_("the kind '{kind}' is unknown.", kind=row["kind"]), file=str(path), place=place) from error
    return JudgedPair(
        group=row.get("field") or row["requirement_id"],
        requirement_id=row["requirement_id"],
        requirement=TextInContext.of(text=row["requirement"], kind=kind, context=row["function"]),
        statement=statement_side(row["statement"], row["discipline"]),
        label=label,
        language=row.get("language") or "ru",
    )


def without_context(pair: JudgedPair) -> JudgedPair:
    """The pair without the contexts of its two texts."""
    requirement, statement = (TextInContext.of(text=side.as_written, kind=side.kind, context="") for side in pair.sides)
    return msgspec.structs.replace(pair, requirement=requirement, statement=statement)
