"""JSON: the whole alignment with its coverage and declared links; the schema is published in docs/schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from alignment.analysis import Coverage, Declared, coverage, declared
from alignment.model import SCHEMA_VERSION, Alignment
from alignment.reports import json_text


class AlignmentReport(Alignment, frozen=True, kw_only=True):
    """An alignment, its coverage and declared links: what ``align check --format json`` writes."""

    coverage: Coverage
    declared: Declared


def report_data(alignment: Alignment) -> AlignmentReport:
    """The alignment with its coverage and declared links."""
    fields = {name: getattr(alignment, name) for name in alignment.__struct_fields__}
    return AlignmentReport(**fields, coverage=coverage(alignment), declared=declared(alignment))


def render(alignments: Sequence[Alignment]) -> str:
    """One object for one standard, a list of objects for several."""
    reports = [report_data(alignment) for alignment in alignments]
    return json_text.render(reports[0] if len(reports) == 1 else reports)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one report."""
    result: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(AlignmentReport)))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"profstandart-align report {SCHEMA_VERSION}",
        **result,
    }
