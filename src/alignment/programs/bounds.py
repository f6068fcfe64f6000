"""Bounds on what one file may add to a program; more than any real program has is cut off with a warning."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.model import Discipline, Issue, Location, Statement
from alignment.programs.file_part import FilePart

# Of 250 real files the largest has 5,006 statements of at most 498 letters, in 570 disciplines.
MAX_STATEMENTS = 10_000
# Nine times as many disciplines, and ten times the letters, of the same files.
MAX_DISCIPLINES, MAX_TEXT = 5_000, 5_000
MAX_TITLE = 1_000  # letters of a title; real ones have 200 at most
# Entries of each list of a program (competences, declared functions, named standards), as many as statements.
MAX_LISTED = MAX_STATEMENTS


def bounded(part: FilePart, shown: str) -> FilePart:
    """The part, cut to the bounds on statements, disciplines, lists and letters; each cut adds a warning.

    ``shown`` is the user's name of the file, for the warnings.
    """
    program = part.program
    warnings: list[Text] = []
    disciplines = program.disciplines
    if len(disciplines) > MAX_DISCIPLINES:
        warnings.append(
            _(
                "{n} disciplines in one document: only the first {limit} are used",
                n=len(disciplines),
                limit=MAX_DISCIPLINES,
            )
        )
        disciplines = disciplines[:MAX_DISCIPLINES]
    count = sum(len(discipline.statements) for discipline in disciplines)
    if count > MAX_STATEMENTS:
        warnings.append(
            _("{n} statements in one document: only the first {limit} are used", n=count, limit=MAX_STATEMENTS)
        )
        disciplines = _first(disciplines)
    longest = max((len(text) for text in _texts(disciplines)), default=0)
    if longest > MAX_TEXT or any(len(discipline.title) > MAX_TITLE for discipline in disciplines):
        warnings.append(_("a single text has {n} letters: only the first {limit} are used", n=longest, limit=MAX_TEXT))
        disciplines = tuple(map(_short, disciplines))
    lists: dict[str, Any] = {}
    for name in ("competences", "declared", "standards", "activities", "skipped", "warnings"):
        items = getattr(program, name)
        if len(items) > MAX_LISTED:
            warnings.append(
                _(
                    "{n} items of the list '{name}': only the first {limit} are kept",
                    n=len(items),
                    name=name,
                    limit=MAX_LISTED,
                )
            )
            lists[name] = items[:MAX_LISTED]
    if not warnings:
        return part
    issues = tuple(Issue(message=text, location=Location(file=shown)) for text in warnings)
    lists["warnings"] = (*issues, *lists.get("warnings", program.warnings))
    cut = msgspec.structs.replace(program, title=program.title[:MAX_TITLE], disciplines=disciplines, **lists)
    return msgspec.structs.replace(part, program=cut)


def _texts(disciplines: Iterable[Discipline]) -> Iterable[str]:
    return (item.text for discipline in disciplines for item in discipline.statements)


def _first(disciplines: tuple[Discipline, ...]) -> tuple[Discipline, ...]:
    left = MAX_STATEMENTS
    kept = []
    for discipline in disciplines:
        first_statements = discipline.statements[:left]
        left -= len(first_statements)
        kept.append(msgspec.structs.replace(discipline, statements=first_statements))
    return tuple(kept)


def _short(discipline: Discipline) -> Discipline:
    def cut(item: Statement) -> Statement:
        return item if len(item.text) <= MAX_TEXT else msgspec.structs.replace(item, text=item.text[:MAX_TEXT])

    return msgspec.structs.replace(
        discipline, title=discipline.title[:MAX_TITLE], statements=tuple(map(cut, discipline.statements))
    )
