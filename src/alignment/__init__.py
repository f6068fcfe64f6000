"""Which requirements of a professional standard does a training program cover?

>>> from alignment import check, load_program, load_standard
>>> alignment = check(load_program("plan.xlsx", "work_programmes/"), load_standard("06.005"))  # doctest: +SKIP

This module exports everything that a user of the library needs; docs/library.md has examples.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alignment.analysis import Coverage, coverage
    from alignment.analysis.coverage_change import CoverageChange
    from alignment.analysis.draft import Draft
    from alignment.analysis.improvement import ImprovementPlan
    from alignment.analysis.overlap import Exchange, Overlap, SharedWork
    from alignment.analysis.suggest import Suggestion
    from alignment.api import (
        all_standards,
        build_index,
        check,
        diff,
        draft,
        explain,
        lint,
        load_program,
        load_qualification,
        load_standard,
        overlap,
        plan,
        read_standards,
        search,
        shifts,
        similar,
        suggest,
        tune,
    )
    from alignment.api.results import LintResult, QualificationResult, TuneResult
    from alignment.batches import BatchResult, batch
    from alignment.catalogue.index import BuildResult, DamagedIndexError
    from alignment.catalogue.index.register import Hit
    from alignment.errors import (
        AlignmentError,
        AmbiguousError,
        InputError,
        LimitError,
        MissingExtraError,
        NotFoundError,
        OutputError,
        SettingsError,
    )
    from alignment.evaluation.tune import Aim
    from alignment.i18n import in_language
    from alignment.matching.changes import TextChange
    from alignment.matching.explain import Explanation
    from alignment.model import (
        Alignment,
        Competence,
        Discipline,
        Evidence,
        Finding,
        GeneralizedFunction,
        Kind,
        Location,
        Program,
        Qualification,
        Requirement,
        Standard,
        Statement,
        Thresholds,
        Verdict,
        WorkFunction,
        from_json,
        to_json,
    )
    from alignment.progress import Progress
    from alignment.settings import Settings, load_settings

__version__ = "0.2.0"

# The module of each public name. A name is imported on first use, so that ``align --help`` does not import numpy.
_HOMES = {
    "alignment.analysis": ("Coverage", "coverage"),
    "alignment.analysis.draft": ("Draft",),
    "alignment.analysis.overlap": ("Exchange", "Overlap", "SharedWork"),
    "alignment.analysis.improvement": ("ImprovementPlan",),
    "alignment.analysis.coverage_change": ("CoverageChange",),
    "alignment.analysis.suggest": ("Suggestion",),
    "alignment.api": (
        "all_standards",
        "build_index",
        "check",
        "diff",
        "draft",
        "explain",
        "lint",
        "load_program",
        "load_qualification",
        "load_standard",
        "overlap",
        "plan",
        "read_standards",
        "search",
        "shifts",
        "similar",
        "suggest",
        "tune",
    ),
    "alignment.api.results": ("LintResult", "QualificationResult", "TuneResult"),
    "alignment.batches": ("BatchResult", "batch"),
    "alignment.catalogue.index": ("BuildResult", "DamagedIndexError"),
    "alignment.catalogue.index.register": ("Hit",),
    "alignment.errors": (
        "AlignmentError",
        "AmbiguousError",
        "InputError",
        "LimitError",
        "MissingExtraError",
        "NotFoundError",
        "OutputError",
        "SettingsError",
    ),
    "alignment.i18n": ("in_language",),
    "alignment.matching.changes": ("TextChange",),
    "alignment.matching.explain": ("Explanation",),
    "alignment.model": (
        "Alignment",
        "Competence",
        "Discipline",
        "Evidence",
        "Finding",
        "GeneralizedFunction",
        "Kind",
        "Location",
        "Program",
        "Qualification",
        "Requirement",
        "Standard",
        "Statement",
        "Thresholds",
        "Verdict",
        "WorkFunction",
        "from_json",
        "to_json",
    ),
    "alignment.progress": ("Progress",),
    "alignment.settings": ("Settings", "load_settings"),
    "alignment.evaluation.tune": ("Aim",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Aim",
    "Alignment",
    "AlignmentError",
    "AmbiguousError",
    "BatchResult",
    "BuildResult",
    "Competence",
    "Coverage",
    "CoverageChange",
    "DamagedIndexError",
    "Discipline",
    "Draft",
    "Evidence",
    "Exchange",
    "Explanation",
    "Finding",
    "GeneralizedFunction",
    "Hit",
    "ImprovementPlan",
    "InputError",
    "Kind",
    "LimitError",
    "LintResult",
    "Location",
    "MissingExtraError",
    "NotFoundError",
    "OutputError",
    "Overlap",
    "Program",
    "Progress",
    "Qualification",
    "QualificationResult",
    "Requirement",
    "Settings",
    "SettingsError",
    "SharedWork",
    "Standard",
    "Statement",
    "Suggestion",
    "TextChange",
    "Thresholds",
    "TuneResult",
    "Verdict",
    "WorkFunction",
    "all_standards",
    "batch",
    "build_index",
    "check",
    "coverage",
    "diff",
    "draft",
    "explain",
    "from_json",
    "in_language",
    "lint",
    "load_program",
    "load_qualification",
    "load_settings",
    "load_standard",
    "overlap",
    "plan",
    "read_standards",
    "search",
    "shifts",
    "similar",
    "suggest",
    "to_json",
    "tune",
]


def __getattr__(name: str) -> Any:
    """A public name, imported from its module.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in _HOME:
        raise AttributeError(f"module 'alignment' has no attribute '{name}'")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names, for completion."""
    return sorted({*globals(), *__all__})
