"""Labels of requirements: a report of ``align check --format csv`` after an expert corrected its verdicts.

The report has the probabilities from which its verdicts came, so that tuning
starts from exactly these and computes nothing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from alignment.errors import InputError
from alignment.evaluation.gold import ALIASES
from alignment.evaluation.label_table import LabelRow
from alignment.i18n import Message
from alignment.i18n import message as _
from alignment.model.base import DECIDED

# Columns by which a report is recognised, and columns that tuning needs (reports of older versions lack some).
MARKS = ("function_name", "standard", "requirement", "verdict", "probability")
NEEDED = ("program", "standard", "function", "requirement", "verdict", "computed", "covers", "touches", "model")
# Verdicts that are no label.
WITHOUT_VERDICT = ("", "unknown", "неизвестно")
# Verdicts of a check that are no level: an expert may still give one.
UNSAID = ("unknown", "неизвестно")
# A verdict of a judge does not come from the model that is tuned, so it cannot be a label.
BY_JUDGE = ("accepted", "repaired")
TRUE = ("true", "истина", "1")


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement with the verdict of an expert (``label``) and of the check (``computed``).

    ``covers`` and ``at_least_partial`` are the check's probabilities of covered and of at
    least partial. ``title_only``: the evidence is a bare title, which never covers.
    ``place`` identifies the requirement: a place can have only one label.
    """

    requirement: str
    label: str
    computed: str
    covers: float
    at_least_partial: float
    title_only: bool
    engine: str
    model: str
    place: tuple[str, ...] = ()


def is_report(names: Sequence[str]) -> bool:
    """Whether these are the names of the columns of a report of align check."""
    return set(MARKS) <= set(names)


def corrections(names: Sequence[str], rows: Sequence[tuple[int, LabelRow]], path: Path) -> list[Correction]:
    """The rows of a corrected report that have a verdict.

    Args:
        names: names of the columns.
        rows: the rows with their line numbers.
        path: of the file, for messages.

    Raises:
        InputError: a column is missing, a verdict is unknown or a judge's, or a probability is no number. The message
            names the line.
    """
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InputError(
            _(
                "the columns {names} are missing: an earlier version made the report, or somebody deleted them.",
                names=", ".join(missing),
            ),
            file=str(path),
            place=_("line {n}", n=1),
            hint=_("Make the report again with align check --format csv and correct only the column verdict."),
        )
    return [_correction(row, path, line) for line, row in rows if row["verdict"].strip().lower() not in WITHOUT_VERDICT]


def _correction(row: LabelRow, path: Path, line: int) -> Correction:
    label = ALIASES.get(row["verdict"].strip().lower(), "")
    if not label:
        raise InputError(
            _("the verdict '{verdict}' is not one of {names}.", verdict=row["verdict"], names=", ".join(DECIDED)),
            file=str(path),
            place=_("line {n}", n=line),
            hint=_("Leave it empty where you cannot say."),
        )
    if row.get("judge", "") in BY_JUDGE:
        raise InputError(
            _("a judge gave this verdict of the report: it tells nothing about the thresholds."),
            file=str(path),
            place=_("line {n}", n=line),
            hint=_("Make the report again without --judge and correct it."),
        )
    computed = row["computed"].strip().lower()
    if computed not in ALIASES and computed not in UNSAID:
        raise _wrong(
            _("the computed verdict '{verdict}' is not one of {names}.", verdict=computed, names=", ".join(DECIDED)),
            path,
            line,
            "computed",
        )
    if not row["requirement"].strip():
        raise _wrong(_("the requirement is empty."), path, line, "requirement")
    covers, at_least_partial = (_chance(row[name], path, line, name) for name in ("covers", "touches"))
    return Correction(
        requirement=row["requirement"],
        label=label,
        computed=ALIASES.get(computed, ""),
        covers=covers,
        at_least_partial=at_least_partial,
        title_only=row.get("title_only", "").strip().lower() in TRUE,
        engine=row.get("engine", ""),
        model=row["model"],
        place=tuple(row.get(name, "") for name in ("program", "standard", "function", "id", "kind", "requirement")),
    )


def _chance(text: str, path: Path, line: int, name: str) -> float:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise _wrong(_("'{text}' is no probability from 0 to 1.", text=text), path, line, name)
    return value


def _wrong(text: Message, path: Path, line: int, column: str) -> InputError:
    """An error about a cell that nobody should have changed."""
    return InputError(
        text,
        file=str(path),
        place=_("line {n}, column {name}", n=line, name=column),
        hint=_("Correct only the column verdict."),
    )
