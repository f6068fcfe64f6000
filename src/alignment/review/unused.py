"""Files that were sent with a program and that its loader passes over by their names."""

from __future__ import annotations

from collections.abc import Iterable

from alignment.i18n import message as _
from alignment.model import Issue, Location, Program


def unused_files(program: Program, names: Iterable[str]) -> tuple[Issue, ...]:
    """A warning for each file of ``names`` that the program does not list, so that none is lost without a word."""
    known = {item.file for item in program.files}
    return tuple(
        Issue(message=_("not used: a file of this name is no document of a program"), location=Location(file=name))
        for name in names
        if name not in known
    )
