"""CSV: one row per requirement, for a spreadsheet or a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from alignment.analysis import declared
from alignment.model import Alignment, Finding
from alignment.reports.words import place

# Column names are for programs and stay English in every interface language.
COLUMNS = (
    "program",
    "standard",
    "general_function",
    "function",
    "function_name",
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
    "judge",
    "judge_reason",
    "built_in_verdict",
)


def render(alignments: Sequence[Alignment]) -> str:
    """Rows of all alignments; the statement is the evidence or, for a gap, the nearest miss."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for alignment in alignments:
        names = {
            function.code: function.name for general in alignment.standard.functions for function in general.functions
        }
        links: dict[str, list[str]] = {}
        for row in declared(alignment).rows:
            if row.status != "undeclared":
                links.setdefault(row.function, []).append(row.competence or "+")
        for finding in alignment.findings:
            best = finding.best
            writer.writerow(
                safe(value)
                for value in (
                    alignment.program.code or alignment.program.title,
                    alignment.standard.code or alignment.standard.title,
                    finding.general_function,
                    finding.function,
                    names.get(finding.function, ""),
                    finding.requirement.kind.value,
                    finding.requirement.text,
                    finding.verdict.value,
                    f"{finding.probability:.4f}",
                    str(finding.title_only).lower(),
                    best.statement.discipline if best else "",
                    best.statement.text if best else "",
                    best.statement.kind.value if best else "",
                    f"{best.probability:.4f}" if best else "",
                    place(best.statement) if best else "",
                    " | ".join(f"{item.statement.discipline}: {item.statement.text}" for item in finding.evidence[1:]),
                    str(finding.together).lower(),
                    _above(finding),
                    " ".join(links.get(finding.function, ())),
                    *_judged(finding),
                )
            )
    return out.getvalue()


def _judged(finding: Finding) -> tuple[str, str, str]:
    """Status of the judge's answer, its reason or fault, and what the verdict was before."""
    mark = finding.judged
    return ("", "", "") if mark is None else (mark.status, mark.reason or mark.fault, mark.builtin.value)


def _above(finding: Finding) -> str:
    if finding.above is None:
        return ""
    statement = finding.above.evidence.statement
    return f"{finding.above.code}: {statement.discipline}: {statement.text}"


def safe(value: str) -> str:
    """A cell that a spreadsheet will not run as a formula (OWASP, CSV injection)."""
    return f"'{value}" if value[:1] in ("=", "+", "@", "\t", "\r") or value[:2] == "-=" else value
