"""The judge: verdicts by a language model that the user runs (`align check … --judge URL --judge-model NAME`).

Nothing here is imported, and nothing is sent, unless the setting ``judge`` names a server.
"""

from __future__ import annotations

from alignment.judge.asking import Estimate, Judge, Outcome
from alignment.judge.verdicts import decided, least_sure, question_of

__all__ = ["Estimate", "Judge", "Outcome", "decided", "least_sure", "question_of"]
