"""Results with two parts, as named tuples: read them by name, or unpack them as a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from alignment.model import Program, Qualification, Standard

if TYPE_CHECKING:
    from alignment.evaluation.tune import Tuned
    from alignment.matching.profile import Profile
    from alignment.programs.lint import LintFinding


class LintResult(NamedTuple):
    """A program, and where its documents disagree with each other."""

    program: Program
    findings: list[LintFinding]


class QualificationResult(NamedTuple):
    """A qualification card, and the whole standard that it names."""

    qualification: Qualification
    standard: Standard


class TuneResult(NamedTuple):
    """Figures before and after tuning (`Tuned.improves` says whether it helps), and the profile, not saved yet."""

    tuned: Tuned
    profile: Profile
