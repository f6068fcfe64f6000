"""The link tables of a program, drafted from professional standards: functions, competences, indicators, drift."""

from __future__ import annotations

from alignment.analysis.draft.build import build_draft
from alignment.analysis.draft.nouns import (
    Draft,
    DraftCompetence,
    Drift,
    FunctionChoice,
    Indicator,
    IndicatorSource,
    StandardLine,
    Teaching,
)

__all__ = [
    "Draft",
    "DraftCompetence",
    "Drift",
    "FunctionChoice",
    "Indicator",
    "IndicatorSource",
    "StandardLine",
    "Teaching",
    "build_draft",
]
