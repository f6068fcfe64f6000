"""Results of two parts as named classes; each can still be taken apart like a pair."""

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
    """A qualification's card, and the whole standard that it names."""

    qualification: Qualification
    standard: Standard


class TuneResult(NamedTuple):
    """What tuning found (`Tuned.improves` says whether it helps), and the profile, which is not saved yet."""

    tuned: Tuned
    profile: Profile
