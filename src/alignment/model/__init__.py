"""The nouns: frozen, typed, JSON both ways (``to_json`` / ``from_json``)."""

from __future__ import annotations

from alignment.model.alignment import (
    SCHEMA_VERSION,
    Above,
    Alignment,
    Contribution,
    Evidence,
    Finding,
    Thresholds,
    Weighting,
    decide,
)
from alignment.model.base import Issue, Kind, Location, Noun, Verdict, from_json, to_json
from alignment.model.program import (
    Competence,
    DeclaredLink,
    Discipline,
    Fgos,
    NamedStandard,
    Program,
    Skipped,
    SourceFile,
    Statement,
)
from alignment.model.standard import (
    Code,
    Edition,
    GeneralizedFunction,
    Qualification,
    QualifiedFunction,
    Requirement,
    Standard,
    WorkFunction,
)

__all__ = [
    "SCHEMA_VERSION",
    "Above",
    "Alignment",
    "Code",
    "Competence",
    "Contribution",
    "DeclaredLink",
    "Discipline",
    "Edition",
    "Evidence",
    "Fgos",
    "Finding",
    "GeneralizedFunction",
    "Issue",
    "Kind",
    "Location",
    "NamedStandard",
    "Noun",
    "Program",
    "Qualification",
    "QualifiedFunction",
    "Requirement",
    "Skipped",
    "SourceFile",
    "Standard",
    "Statement",
    "Thresholds",
    "Verdict",
    "Weighting",
    "WorkFunction",
    "decide",
    "from_json",
    "to_json",
]
