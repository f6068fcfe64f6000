"""The requirements of a work function with their ids: "A/01.6-s2" is the second skill of A/01.6."""

from __future__ import annotations

from alignment.model import Kind, Location, Requirement

LETTERS = {Kind.ACTION: "a", Kind.SKILL: "s", Kind.KNOWLEDGE: "k"}


class Numbered:
    """The requirements of one work function, in the order in which they are added; each kind is numbered separately."""

    def __init__(self, function: str) -> None:
        self.function = function
        self.requirements: list[Requirement] = []
        self._counts = dict.fromkeys(LETTERS, 0)

    def next_id(self, kind: Kind) -> str:
        """The id of the next requirement of that kind; counts it."""
        self._counts[kind] += 1
        return f"{self.function}-{LETTERS[kind]}{self._counts[kind]}"

    def add(self, kind: Kind, text: str, location: Location, *, own: str = "") -> None:
        """Add a requirement; an id of its ``own`` replaces the number, which counts up all the same."""
        by_number = self.next_id(kind)
        self.requirements.append(Requirement(id=own or by_number, text=text, kind=kind, location=location))
