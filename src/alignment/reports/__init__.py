"""One file per output. Every format of every command is a `Report` in one of the registries here.

A new format is one file with a function that takes the result and returns the
whole file, and one line in the registry of its command. Other packages add
formats as entry points: in the group `alignment.reports` for checks, in
`alignment.reports.plan` and so on for other commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alignment.model import Alignment, Program
from alignment.reports.report import TERMINAL, FunctionReport, Report, ReportRegistry, own

if TYPE_CHECKING:
    from alignment.analysis.draft import Draft
    from alignment.analysis.improvement import ImprovementPlan
    from alignment.analysis.overlap import SharedWork
    from alignment.api.results import LintResult
    from alignment.batches import CheckedPair
    from alignment.reports.diff import VersionChanges

__all__ = [
    "BATCH",
    "DIFF",
    "DRAFT",
    "FORMATS",
    "LINT",
    "OUTCOMES",
    "OVERLAP",
    "PLAN",
    "TERMINAL",
    "FunctionReport",
    "Report",
    "ReportRegistry",
    "format_names",
    "render",
]

# Reports of checks.
FORMATS: ReportRegistry[Sequence[Alignment]] = ReportRegistry(
    "alignment.reports",
    (
        own("json", "json_report"),
        own("csv", "csv_report"),
        own("markdown", "markdown"),
        own("html", "html_report"),
        own("xlsx", "xlsx_report"),
        own("docx", "docx_report"),
        own("pdf", "pdf_report"),
    ),
)
LINT: ReportRegistry[LintResult] = ReportRegistry(
    "alignment.reports.lint",
    (own("json", "lint", "as_json"), own("csv", "lint", "as_csv"), own("markdown", "lint", "as_markdown")),
)
# The table of outcomes that `align lint --table` writes.
OUTCOMES: ReportRegistry[Program] = ReportRegistry(
    "alignment.reports.outcomes", (own("csv", "outcome_table", "as_csv"), own("xlsx", "outcome_table", "as_xlsx"))
)
DIFF: ReportRegistry[VersionChanges] = ReportRegistry(
    "alignment.reports.diff", (own("json", "diff", "as_json"), own("csv", "diff", "as_csv"))
)
PLAN: ReportRegistry[ImprovementPlan] = ReportRegistry(
    "alignment.reports.plan",
    (own("json", "json_text"), own("csv", "plan", "as_csv"), own("xlsx", "plan", "as_xlsx")),
)
OVERLAP: ReportRegistry[SharedWork] = ReportRegistry(
    "alignment.reports.overlap",
    (
        own("json", "json_text"),
        own("xlsx", "overlap", "as_xlsx"),
        own("html", "overlap_page"),
        own("graphml", "overlap", "as_graphml"),
    ),
)
DRAFT: ReportRegistry[Draft] = ReportRegistry(
    "alignment.reports.draft", (own("docx", "draft_docx"), own("xlsx", "draft_xlsx"), own("yaml", "draft_yaml"))
)
BATCH: ReportRegistry[Sequence[CheckedPair]] = ReportRegistry(
    "alignment.reports.batch", (own("xlsx", "batch", "as_xlsx"), own("html", "batch", "as_html"))
)
# For commands that offer JSON and the terminal only.
PLAIN: ReportRegistry[object] = ReportRegistry("alignment.reports.plain", (own("json", "json_text"),))


def format_names() -> list[str]:
    """All formats of a check; ``terminal`` is drawn by `alignment.reports.terminal`."""
    return [TERMINAL, *FORMATS.names()]


def render(alignments: Sequence[Alignment], name: str) -> str | bytes:
    """The report of a check in the format ``name``: text, or bytes for binary formats.

    Raises:
        NotFoundError: there is no such format.
    """
    return FORMATS.render(alignments, name)
