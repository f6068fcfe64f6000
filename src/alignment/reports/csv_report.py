"""CSV: one row per requirement, for a spreadsheet or a script. ``align tune`` learns from a corrected one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alignment.analysis import declared
from alignment.model import Alignment, Finding
from alignment.reports.csv_table import csv_text
from alignment.reports.words import place, program_name, standard_name

# Column names are for programs and stay English in every interface language. Program and standard are named with their
# titles: a bare code (11.03.03, 06.005) is a date or a number to a spreadsheet, which writes it back as such. From
# `computed` on stands what `align tune` needs (`alignment.evaluation.labels`).
COLUMNS = (
    "program",
    "standard",
    "general_function",
    "function",
    "function_name",
    "id",
    "kind",
    "requirement",
    "verdict",
    "probability",
    "title_only",
    "discipline",
    "statement",
    "statement_kind",
    "statement_probability",
    "place",
    "more_evidence",
    "together",
    "above",
    "declared_by",
    "basis",
    "computed",
    "covers",
    "touches",
    "engine",
    "model",
    "judge",
    "judge_reason",
    "built_in_verdict",
)
CsvRow = dict[str, str | float | None]


def render(alignments: Sequence[Alignment]) -> str:
    """The rows of all alignments; ``statement`` is the evidence or, for a gap, the nearest miss."""
    return csv_table(row for alignment in alignments for row in csv_rows(alignment))


def csv_table(lines: Iterator[CsvRow]) -> str:
    """A whole file from rows that have a value for each of `COLUMNS`."""
    return csv_text(COLUMNS, ([row[name] for name in COLUMNS] for row in lines))


def csv_rows(alignment: Alignment) -> Iterator[CsvRow]:
    """A row per finding, in the standard's order."""
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    links: dict[str, list[str]] = {}
    for row in declared(alignment).rows:
        if row.status != "undeclared":
            links.setdefault(row.function, []).append(row.competence or "+")
    shared: CsvRow = {
        "program": program_name(alignment.program),
        "standard": standard_name(alignment.standard),
        "engine": alignment.engine,
        "model": alignment.versions.get("requirement") or alignment.versions.get("verdict", ""),
    }
    for finding in alignment.findings:
        yield {
            **shared,
            **_of_finding(finding),
            "function_name": names.get(finding.function, ""),
            "declared_by": " ".join(links.get(finding.function, ())),
        }


def _of_finding(finding: Finding) -> CsvRow:
    best = finding.best
    more = (f"{item.statement.discipline}: {item.statement.text}" for item in finding.evidence[1:])
    return {
        "general_function": finding.general_function,
        "function": finding.function,
        "id": finding.requirement.id,
        "kind": finding.requirement.kind.value,
        "requirement": finding.requirement.text,
        "verdict": finding.verdict.value,
        "probability": finding.probability,
        "title_only": str(finding.title_only).lower(),
        "discipline": best.statement.discipline if best else "",
        "statement": best.statement.text if best else "",
        "statement_kind": best.statement.kind.value if best else "",
        "statement_probability": best.probability if best else None,
        "place": place(best.statement) if best else "",
        "more_evidence": " | ".join(more),
        "together": str(finding.together).lower(),
        "above": _above(finding),
        "basis": finding.basis.value,
        "computed": finding.verdict.value,
        "covers": finding.covers,
        "touches": finding.at_least_partial,
        **_judged(finding),
    }


def _judged(finding: Finding) -> CsvRow:
    """Status of the judge's answer, its reason or fault, and the built-in verdict; empty if it was not asked."""
    mark = finding.judged
    return {
        "judge": mark.status if mark else "",
        "judge_reason": (mark.reason or mark.fault) if mark else "",
        "built_in_verdict": mark.builtin.value if mark else "",
    }


def _above(finding: Finding) -> str:
    if finding.above is None:
        return ""
    statement = finding.above.evidence.statement
    return f"{finding.above.code}: {statement.discipline}: {statement.text}"
