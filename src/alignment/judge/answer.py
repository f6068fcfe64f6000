"""Parse the judge's answers, check them against the question, and derive verdicts by the rule of the guide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from alignment.judge.question import Question, visible_text
from alignment.model import Grade, Kind, Verdict

# A quotation of fewer characters says nothing, unless it is the whole statement: a word stands in any text.
SHORTEST_QUOTE = 8
LONGEST_REASON = 600  # letters: two sentences are asked for (`alignment.judge.question`), and a cell holds them


class Fault(StrEnum):
    """Why there is no usable answer, so that the built-in verdict stays.

    The answer is not JSON, was cut off, has wrong grades or a wrong quotation; or there was a timeout, a fault of the
    server, or the bound on calls or tokens was reached.
    """

    JSON = "json"
    CUT = "cut"
    GRADES = "grades"
    QUOTE = "quote"
    TIMEOUT = "timeout"
    SERVER = "server"
    BOUND = "bound"


class WrongAnswer(Exception):
    """An answer that cannot be used; ``fault`` names the kind, the text tells the model what to correct."""

    def __init__(self, fault: Fault, text: str) -> None:
        self.fault = fault
        super().__init__(text)


class Answer(NamedTuple):
    """An answer that passed all checks; ``grades`` are in the order of the candidates."""

    reason: str
    together: bool
    grades: tuple[Grade, ...]


class _Grade(msgspec.Struct, frozen=True):
    candidate: int
    grade: int
    quote: str = ""


class _Reply(msgspec.Struct, frozen=True):
    grades: list[_Grade]
    together: bool = False
    reason: str = ""


def read_answer(text: str, question: Question) -> Answer:
    """The answer in a model's text.

    Raises:
        WrongAnswer: the text has no JSON of the required form, a candidate has no grade or two, a grade is not 0, 1 or
            2, or the quotation of a grade of 1 or 2 is not in the candidate's text.
    """
    reply = _parsed(text)
    wanted = len(question.candidates)
    by_number = {item.candidate: item for item in reply.grades}
    if len(by_number) != len(reply.grades) or set(by_number) != set(range(1, wanted + 1)):
        raise WrongAnswer(Fault.GRADES, f"there must be exactly one grade for each of the candidates 1 to {wanted}.")
    grades = []
    for number, candidate in enumerate(question.candidates, 1):
        item = by_number[number]
        if item.grade not in (0, 1, 2):
            raise WrongAnswer(Fault.GRADES, f"the grade of candidate {number} must be 0, 1 or 2.")
        quote = visible_text(item.quote) if item.grade else ""
        if item.grade and not _stands_in(quote, visible_text(candidate.text)):
            raise WrongAnswer(
                Fault.QUOTE,
                f"the quote of candidate {number} must be copied letter by letter from its text "
                f"and have at least {SHORTEST_QUOTE} characters.",
            )
        # A discipline of which only the title is known is evidence for a part at most.
        grade = min(item.grade, 1) if candidate.kind is Kind.TITLE else item.grade
        grades.append(Grade(statement=candidate.statement, grade=grade, quote=quote))
    return Answer(_shortened(visible_text(reply.reason)), _together(grades, question, reply.together), tuple(grades))


def _parsed(text: str) -> _Reply:
    # Some models reason before the answer (in <think>), and some put the answer into a code fence.
    content = re.sub(r"<think>.*?</think>", "", text, flags=re.DOTALL)
    start, end = content.find("{"), content.rfind("}")
    if start < 0 or end < start:
        raise WrongAnswer(Fault.JSON, "it holds no JSON object.")
    try:
        return msgspec.json.decode(content[start : end + 1].encode(errors="replace"), type=_Reply)
    except msgspec.MsgspecError as error:
        raise WrongAnswer(Fault.JSON, f"it is not the JSON object that was asked for: {error}.") from error


def _stands_in(quote: str, text: str) -> bool:
    return quote in text and (len(quote) >= SHORTEST_QUOTE or quote == text) and bool(quote)


def _shortened(reason: str) -> str:
    return reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 1].rstrip() + "…"


def _together(grades: Sequence[Grade], question: Question, said: bool) -> bool:
    """Whether several parts cover the whole: the answer says so, no grade is 2, and two different texts have a 1."""
    parts = {
        visible_text(candidate.text).casefold()
        for grade, candidate in zip(grades, question.candidates, strict=True)
        if grade.grade == 1 and candidate.kind is not Kind.TITLE
    }
    return said and all(item.grade < 2 for item in grades) and len(parts) > 1


def verdict_of(answer: Answer) -> Verdict:
    """The verdict by the guide's rule: covered for a 2, or for 1s that together cover; partial for a 1; else gap."""
    best = max((item.grade for item in answer.grades), default=0)
    if best == 2 or answer.together:
        return Verdict.COVERED
    return Verdict.PARTIAL if best == 1 else Verdict.GAP
