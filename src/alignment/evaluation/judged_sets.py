"""Real programs judged against standards: real ones in corpora/gold/real, synthetic ones in corpora/gold/synthetic.

Their cards say who judged them and how. The requirements of
synthetic standards were written by a language model, from memory of the orders:
models learn from them, and nothing is measured on them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from alignment.catalogue import find
from alignment.errors import AlignmentError, InputError
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.model import (
    Discipline,
    GeneralizedFunction,
    Kind,
    Program,
    Requirement,
    Standard,
    Statement,
    Verdict,
    WorkFunction,
)
from alignment.settings import Settings

FOLDER = Path("gold") / "real"
SYNTHETIC_FOLDER = Path("gold") / "synthetic"
GRADES = (0, 1, 2)  # of a pair: nothing, a part, all of it (corpora/gold/real/guide.md)
TableRow = dict[str, str]


class JudgedRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement with the reader's verdict, and the grades (0, 1, 2) of its candidates by statement id."""

    requirement: Requirement
    function: WorkFunction
    verdict: Verdict
    grades: dict[str, int]
    reason: str = ""


class JudgedSet(msgspec.Struct, frozen=True, kw_only=True):
    """One program judged against requirements of one standard.

    ``standard`` is the whole standard if it is at hand, else one with only the judged requirements. ``field`` is the
    field of the program; ``relation`` says whether the standard is of its own field, a neighbouring or a foreign one.
    ``synthetic`` is set if a language model wrote the requirements.
    """

    name: str
    program: Program
    standard: Standard
    field: str
    relation: str
    requirements: tuple[JudgedRequirement, ...]
    synthetic: bool = False


def _wrong(message: Text, path: Path, line: int) -> InputError:
    return InputError(message, file=str(path), place=_("line {n}", n=line))


def _rows(path: Path) -> Iterator[tuple[int, TableRow]]:
    """The rows with their line numbers.

    Raises:
        InputError: the file does not exist.
    """
    if not path.is_file():
        raise InputError(
            _("the judged corpus does not have this file."),
            file=str(path),
            hint=_("Give a folder with the files that docs/tuning.md names."),
        )
    with path.open(encoding="utf-8", newline="") as source:
        yield from enumerate(csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE), 2)


def training_sets(corpora: Path, settings: Settings) -> list[JudgedSet]:
    """The sets that the shipped models learn from: the real ones, then the synthetic ones of the same programs.

    Raises:
        InputError: as `read_sets`.
    """
    programs = _programs(corpora / FOLDER)
    synthetic = _sets(corpora / SYNTHETIC_FOLDER, programs, settings)
    return [
        *_sets(corpora / FOLDER, programs, settings),
        *(msgspec.structs.replace(where, synthetic=True) for where in synthetic),
    ]


def read_sets(folder: Path, settings: Settings) -> list[JudgedSet]:
    """The judged sets of a folder laid out like corpora/gold/real.

    Raises:
        InputError: a file is missing, a grade or verdict is out of range, or a row names something unknown.
    """
    return _sets(folder, _programs(folder), settings)


def _sets(folder: Path, programs: Mapping[str, Program], settings: Settings) -> list[JudgedSet]:
    grades = _grades(folder, programs)
    asked: dict[str, list[tuple[int, TableRow]]] = defaultdict(list)
    for line, row in _rows(folder / "requirements.tsv"):
        asked[row["set"]].append((line, row))
    result = []
    for line, row in _rows(folder / "sets.tsv"):
        if row["program"] not in programs:
            raise InputError(
                _("unknown program '{program}'.", program=row["program"]),
                file=str(folder / "sets.tsv"),
                place=_("line {n}", n=line),
            )
        if row["set"] not in asked:
            raise InputError(
                _("the set '{set}' has no requirements.", set=row["set"]),
                file=str(folder / "sets.tsv"),
                place=_("line {n}", n=line),
            )
        judged = [_judged(folder, number, item, grades) for number, item in asked[row["set"]]]
        result.append(
            JudgedSet(
                name=row["set"],
                program=programs[row["program"]],
                standard=_standard(row["standard"], asked[row["set"]][0][1]["standard_title"], judged, settings),
                field=row["field"],
                relation=row["relation"],
                requirements=tuple(judged),
            )
        )
    return result


def _programs(folder: Path) -> dict[str, Program]:
    statements = {row["id"]: row for _, row in _rows(folder / "statements.tsv")}
    programs = {}
    for line, row in _rows(folder / "programs.tsv"):
        by_discipline: dict[str, list[Statement]] = defaultdict(list)
        for number in row["statements"].split():
            item = statements.get(number)
            if item is None:
                raise InputError(
                    _("unknown statement '{number}'.", number=number),
                    file=str(folder / "programs.tsv"),
                    place=_("line {n}", n=line),
                )
            by_discipline[item["discipline"]].append(
                Statement(
                    id=number,
                    text=item["text"],
                    kind=Kind(item["kind"]),
                    discipline=item["discipline"],
                    competence=item.get("competence", ""),
                )
            )
        programs[row["program"]] = Program(
            title=row["name"],
            code=row["code"],
            year=row["year"],
            disciplines=tuple(
                Discipline(title=title, statements=tuple(items)) for title, items in by_discipline.items()
            ),
        )
    return programs


def _grades(folder: Path, programs: Mapping[str, Program]) -> dict[tuple[str, str], dict[str, int]]:
    known = {item.id for program in programs.values() for item in program.statements()}
    grades: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    path = folder / "grades.tsv"
    for line, row in _rows(path):
        if row["grade"] not in map(str, GRADES):
            raise _wrong(_("the grade '{grade}' is not 0, 1 or 2.", grade=row["grade"]), path, line)
        if row["statement"] not in known:
            raise _wrong(_("unknown statement '{number}'.", number=row["statement"]), path, line)
        grades[row["set"], row["requirement"]][row["statement"]] = int(row["grade"])
    return grades


def _judged(
    folder: Path, line: int, row: TableRow, grades: Mapping[tuple[str, str], dict[str, int]]
) -> JudgedRequirement:
    path = folder / "requirements.tsv"
    try:
        kind, verdict = Kind(row["kind"]), Verdict(row["verdict"])
    except ValueError as error:
        raise _wrong(
            _("the kind '{kind}' or the verdict '{verdict}' is unknown.", kind=row["kind"], verdict=row["verdict"]),
            path,
            line,
        ) from error
    set_grades = grades.get((row["set"], row["requirement"]))
    if not set_grades:
        raise _wrong(_("no grades for '{name}'.", name=row["requirement"]), path, line)
    asked = Requirement(id=row["requirement"], text=row["text"], kind=kind)
    function = WorkFunction(code=row["function_code"], name=row["function"], level="", requirements=(asked,))
    return JudgedRequirement(
        requirement=asked, function=function, verdict=verdict, grades=set_grades, reason=row.get("reason", "")
    )


def _standard(code: str, title: str, judged: Sequence[JudgedRequirement], settings: Settings) -> Standard:
    """The standard at hand if it has exactly these requirements, else a standard made from them."""
    try:
        whole = find(code, settings)
    except AlignmentError:
        whole = None
    if whole is not None:
        texts = {item.text for _, _, item in whole.requirements()}
        if all(item.requirement.text in texts for item in judged):
            return whole
    by_function: dict[str, list[Requirement]] = defaultdict(list)
    names = {item.function.code: item.function.name for item in judged}
    for item in judged:
        by_function[item.function.code].append(item.requirement)
    parts = tuple(
        WorkFunction(code=key, name=names[key], level="", requirements=tuple(items))
        for key, items in by_function.items()
    )
    return Standard(
        code=code,
        title=title,
        functions=(GeneralizedFunction(code="A", name=title, level="", functions=parts),),
    )
