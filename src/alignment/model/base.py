"""What all data classes of the model share: conversion to and from JSON, locations, issues, kinds and verdicts."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TypeVar

import msgspec

from alignment.errors import InputError, why
from alignment.i18n import Message, Text, _

# Cells of tables that are no workbook have numbers: R5C2, R5.
NUMBERED = re.compile(r"R(\d+)(?:C(\d+))?")


class Verdict(StrEnum):
    """The verdict on one requirement; unknown if only titles of disciplines speak for it."""

    COVERED = "covered"
    PARTIAL = "partial"
    GAP = "gap"
    UNKNOWN = "unknown"

    @property
    def answered(self) -> bool:
        """Whether the program answers the requirement, at least in part."""
        return self in (Verdict.COVERED, Verdict.PARTIAL)


# The verdicts that a person or judge who has read the evidence can give: all but unknown.
DECIDED = (Verdict.COVERED, Verdict.PARTIAL, Verdict.GAP)


class Basis(StrEnum):
    """The kind of statement on which a verdict rests.

    Taught: an outcome or topic of a discipline. Promised: a competence or an
    indicator, and no discipline teaches it. Title: only a discipline's title.
    None: no statement is near.
    """

    TAUGHT = "taught"
    PROMISED = "promised"
    TITLE = "title"
    NONE = "none"


class Kind(StrEnum):
    """Kind of a requirement or statement."""

    ACTION = "action"
    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    EXPERIENCE = "experience"
    COMPETENCE = "competence"
    TOPIC = "topic"
    TITLE = "title"


# The kinds of requirements in words, translated when they are shown.
KIND_WORDS = {
    Kind.ACTION: Message("labour action"),
    Kind.SKILL: Message("skill"),
    Kind.KNOWLEDGE: Message("knowledge"),
}


class Noun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Base of all nouns."""


class Location(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """The place of a text: its file, the page or sheet, and the paragraph or cell; numbers start at 1."""

    file: str = ""
    page: int | None = None
    sheet: str | None = None
    cell: str | None = None
    paragraph: int | None = None
    section: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.page is not None:
            parts.append(_("p. {n}").format(n=self.page))
        if self.sheet is not None:
            parts.append(_("sheet {name}").format(name=self.sheet))
        if self.cell is not None:
            parts.append(_cell(self.cell))
        if self.paragraph is not None:
            parts.append(f"¶ {self.paragraph}")
        return ", ".join(part for part in parts if part)


def _cell(cell: str) -> str:
    """A workbook's cell as its address (B7), a cell of another table (R5C2) as row and column in words."""
    numbers = NUMBERED.fullmatch(cell)
    if numbers is None:
        return cell
    row = _("row {n}").format(n=numbers[1])
    return f"{row}, " + _("column {n}").format(n=numbers[2]) if numbers[2] else row


class Issue(Noun, frozen=True, kw_only=True):
    """A warning: what could not be read or contradicts something, and its place.

    ``message`` is in English. ``template`` keeps the text with its values, so that ``text`` can be shown in any
    interface language. ``code`` identifies the kind of issue for programs; most issues have none.
    """

    message: Text
    location: Location = Location()
    template: Message | None = None
    code: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.message, Message):
            msgspec.structs.force_setattr(self, "template", self.message)
            msgspec.structs.force_setattr(self, "message", self.message.english())

    @property
    def text(self) -> Text:
        """What is wrong; translated into the interface language when it is shown."""
        return self.template or self.message

    def __str__(self) -> str:
        place = str(self.location)
        return f"{place}: {self.text}" if place else str(self.text)


NounT = TypeVar("NounT", bound=Noun)


def to_json(noun: Noun, *, indent: int = 2) -> bytes:
    """UTF-8 JSON of any noun."""
    return msgspec.json.format(msgspec.json.encode(noun), indent=indent)


def from_json(data: bytes | str, kind: type[NounT]) -> NounT:
    """The noun that ``to_json`` wrote.

    Args:
        data: the JSON.
        kind: the class, for example ``Alignment``.

    Raises:
        InputError: the data are no JSON, or do not fit ``kind``.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise InputError(
            _("these data are no {kind} in JSON: {reason}.").format(kind=kind.__name__, reason=why(error))
        ) from error
