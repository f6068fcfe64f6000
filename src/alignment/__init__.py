"""Which requirements of a professional standard does a training program cover?

>>> from alignment import check, load_program, load_standard
>>> alignment = check(load_program("plan.xlsx", "work_programmes/"), load_standard("06.005"))  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alignment.api import check, load_program, load_standard
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
        Requirement,
        Standard,
        Statement,
        Thresholds,
        Verdict,
        WorkFunction,
        from_json,
        to_json,
    )

__version__ = "0.2.0"
__all__ = [
    "Alignment",
    "Competence",
    "Discipline",
    "Evidence",
    "Finding",
    "GeneralizedFunction",
    "Kind",
    "Location",
    "Program",
    "Requirement",
    "Standard",
    "Statement",
    "Thresholds",
    "Verdict",
    "WorkFunction",
    "check",
    "from_json",
    "load_program",
    "load_standard",
    "to_json",
]


def __getattr__(name: str) -> Any:
    """Public names are loaded on use, so that ``align --help`` imports no numpy."""
    if name not in __all__:
        raise AttributeError(f"module 'alignment' has no attribute '{name}'")
    return getattr(
        import_module("alignment.api" if name in ("check", "load_program", "load_standard") else "alignment.model"),
        name,
    )
