"""The judge: verdicts by a language model that the user runs (`align check … --judge URL --judge-model NAME`).

Nothing here is imported, and nothing is sent, unless the setting ``judge`` names a server.
"""

from __future__ import annotations

from alignment.judge.asking import Estimate, Judge, Outcome
from alignment.judge.verdicts import least_sure, question_of, with_verdict

__all__ = ["Estimate", "Judge", "Outcome", "least_sure", "question_of", "with_verdict"]
