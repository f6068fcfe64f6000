"""Join the parts that several documents give into one `Program`; disciplines are matched by code and title."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein, Prefix

from alignment.i18n import message as _
from alignment.model import Competence, Discipline, Issue, Kind, Location, Program, SourceFile, Statement
from alignment.programs.file_part import FilePart
from alignment.programs.passport import majority
from alignment.programs.statement_text import competence_statement

# Similarity in percent from which two titles without a code may be one discipline, where no title is the very same.
# Within the 139 programs of ITMO 22 pairs of disciplines are that much alike; 20 of them are two disciplines
# ("Органическая" and "Неорганическая химия", "… в мясных" and "… в рыбных технологиях"): words decide (`_same_word`).
SAME = 92.0
# Words are one with another ending of at most three letters ("ого", "ыми") after five equal ones, or with one letter
# wrong after three ("уравления"). "Микро" and "макро" differ in the second letter.
ENDING, STEM, BEGINNING = 3, 5, 3
# Titles of one code this much alike are one discipline: a shortened title is, another discipline of a wrong code is
# not. With 50 or 85 the shipped programs are joined alike.
SAME_CODE = 70.0
# A code with block and number (Б1.О.05) identifies one discipline; a bare number may stand for several electives.
INDEX = re.compile(r"[A-ZА-ЯЁ]{1,4}\d{0,2}(?:\.[\w()]+)+")
NUMBERS = re.compile(r"\d+|\b[ivx]+\b")
PLANS = ("study plan", "competence matrix")
COMPETENCES = "Компетенции программы"


def fold_title(title: str) -> str:
    """The title for comparison: in small letters, with "е" for "ё", without quotes and punctuation."""
    text = re.sub(r"[«»\"“”().,:;–—-]", " ", title.lower().replace("ё", "е"))
    return " ".join(text.split())


def join(parts: Sequence[FilePart], files: Sequence[SourceFile] = ()) -> Program:
    """The program that the parts make together.

    Args:
        parts: the parts of all files; those that only enrich add to the disciplines of the others.
        files: a summary of each file, kept in the program.
    """
    # The study plan goes first whatever the order of the files, because its titles, hours and credits take precedence.
    parts = sorted(parts, key=lambda part: part.kind not in PLANS)
    base = [part.program for part in parts if not part.enriches] or [
        part.program for part in parts if part.program.disciplines
    ]
    extra = [part.program for part in parts if part.enriches and part.program not in base]
    everything = [part.program for part in parts]
    warnings: list[Issue] = [issue for program in everything for issue in program.warnings]
    table = _table(base, extra, warnings)
    described = [part.program for part in parts if part.kind == "program description"]
    plans = [part.program for part in parts if part.kind == "study plan"]
    first = max(base or everything, key=lambda program: len(program.disciplines))
    pages = majority([part.program for part in parts if part.kind == "work programme"], warnings)
    competences = {item.code: item for program in everything for item in reversed(program.competences) if item.text}
    tables = [part.program for part in parts if part.kind == "link tables"]
    promised = {
        item.code: item
        for program in everything
        if program not in tables
        for item in reversed(program.competences)
        if item.text
    }
    if promised and (described or not table):
        table[COMPETENCES] = _of_competences(
            sorted(promised.values(), key=_natural), described, warnings, alone=not table
        )
    passport = [*described, *plans] or ([] if pages else [first])
    return msgspec.structs.replace(
        first,
        title=next((item.title for item in (*plans, *described) if item.title), pages.get("title", first.title)),
        **{
            name: next((value for item in passport if (value := getattr(item, name))), pages.get(name, ""))
            for name in ("code", "profile", "degree", "year", "form")
        },
        activities=tuple(dict.fromkeys(name for item in everything for name in item.activities)),
        declared=tuple(link for item in everything for link in item.declared),
        standards=tuple({named.code: named for item in reversed(everything) for named in item.standards}.values()),
        fgos=next((item.fgos for item in everything if item.fgos), None),
        disciplines=tuple(_finish(list(table.values()))),
        competences=tuple(sorted(competences.values(), key=_natural)),
        skipped=tuple(item for program in everything for item in program.skipped),
        sources=tuple(source for program in everything for source in program.sources),
        files=tuple(files),
        warnings=tuple(warnings),
    )


def _table(base: Sequence[Program], extra: Sequence[Program], warnings: list[Issue]) -> dict[str, Discipline]:
    """Folded title → discipline: those of ``base``, with the statements that ``extra`` adds to them."""
    table: dict[str, Discipline] = {}
    for program in base:
        # Within one file similar titles are different disciplines: Микроэкономика is not Макроэкономика.
        others = {
            key: item for key, item in table.items() if key not in {fold_title(d.title) for d in program.disciplines}
        }
        for discipline in program.disciplines:
            key = _match(discipline, table, others, warnings)
            table[key] = _merge(table[key], discipline, warnings) if key in table else discipline
    for program in extra:
        if not program.disciplines:
            continue
        by_title = {fold_title(item.title): item for item in program.disciplines}
        joined = 0
        for key, discipline in table.items():
            if key in by_title and by_title[key].statements:
                table[key] = _merge(discipline, by_title[key], [])
                joined += 1
        message = _("this file has the titles of {joined} of {n} disciplines", joined=joined, n=len(table))
        warnings.append(Issue(message=message, location=Location(file=program.sources[0])))
    return table


def _natural(competence: Competence) -> tuple[str, list[int]]:
    """Sort key: letters, then numbers by value, so that ПК-2 comes before ПК-10."""
    letters = re.sub(r"[^А-ЯA-Z]", "", competence.code)
    return letters, [int(part) for part in re.findall(r"\d+", competence.code)]


def _of_competences(
    read_competences: Sequence[Competence], described: Sequence[Program], warnings: list[Issue], *, alone: bool
) -> Discipline:
    """A discipline with the competences that the description promises as its statements.

    Its title is that of the program, which gives the matcher the same context as a discipline's title does. ``alone``
    is True if the program has no other discipline; this adds a warning.
    """
    name = next((item.title for item in described if item.title and item.title not in item.sources), "")
    place = Location(file=described[0].sources[0]) if described else Location()
    if alone:
        message = _(
            "no disciplines are known, so the check uses only the competences; "
            "add the study plan and the work programmes"
        )
        warnings.append(Issue(message=message, location=place))
        title = name or COMPETENCES
    else:
        title = f"{COMPETENCES} {name}".strip()
    return Discipline(
        title=title,
        competences=tuple(item.code for item in read_competences),
        statements=tuple(competence_statement(item, title) for item in read_competences),
        location=place,
    )


def find_same(discipline: Discipline, table: dict[str, Discipline]) -> str:
    """The key (a folded title) of the same discipline in ``table``; "" if it is not there."""
    key = _match(discipline, table, table, [])
    return key if key in table else ""


def _match(
    discipline: Discipline, table: dict[str, Discipline], others: dict[str, Discipline], warnings: list[Issue]
) -> str:
    """The key of a discipline in ``table``: its own folded title, or that of the same discipline among ``others``.

    Disciplines are the same if they share a code and have similar titles, or if their titles are nearly equal.
    """
    key = fold_title(discipline.title)
    if key in table or not others:
        return key
    twin = _same_code(discipline, others)
    if twin:
        alike = fuzz.token_set_ratio(key, twin)
        if alike >= SAME_CODE:
            message = _(
                "'{title}' and '{title2}' have the same code ({code}) and are joined",
                title=discipline.title,
                title2=table[twin].title,
                code=discipline.code,
            )
            warnings.append(Issue(message=message, location=discipline.location))
            return twin
        message = _(
            "'{title}' has the code {code} of '{title2}' but another title: they are kept apart",
            title=discipline.title,
            code=discipline.code,
            title2=table[twin].title,
        )
        warnings.append(Issue(message=message, location=discipline.location))
        return key
    near = process.extract(key, list(others), scorer=fuzz.ratio, score_cutoff=SAME)
    if best := next((item for item in near if _same_title(item[0], key)), None):
        message = _(
            "'{title}' is taken as '{title2}' (similarity {best}%)",
            title=discipline.title,
            title2=table[best[0]].title,
            best=format(best[1], ".0f"),
        )
        warnings.append(Issue(message=message, location=discipline.location))
        return str(best[0])
    return key


def _same_title(one: str, two: str) -> bool:
    """Whether two folded titles differ by endings, misprints and blanks alone."""
    # "Физика 1" and "Физика 2" differ by one character and are two disciplines.
    if NUMBERS.findall(one) != NUMBERS.findall(two):
        return False
    left, right = one.split(), two.split()
    if len(left) != len(right):
        return "".join(left) == "".join(right)
    return all(_same_word(*words) for words in zip(left, right, strict=True))


def _same_word(one: str, two: str) -> bool:
    """Whether two words differ by their ending or by one misprint alone."""
    common = Prefix.similarity(one, two)
    if one == two or (common >= STEM and max(len(one), len(two)) - common <= ENDING):
        return True
    return common >= BEGINNING and Levenshtein.distance(one, two) == 1


def _same_code(discipline: Discipline, others: dict[str, Discipline]) -> str:
    """The key of the discipline with the same code (Б1.О.05); "" if there is none."""
    if not INDEX.fullmatch(discipline.code):
        return ""
    return next((key for key, item in others.items() if item.code == discipline.code), "")


def _merge(one: Discipline, two: Discipline, warnings: list[Issue]) -> Discipline:
    """Both disciplines as one; if credits or hours differ, those of ``one`` stay, with a warning."""
    for name, left, right in ((_("credits"), one.credits, two.credits), (_("hours"), one.hours, two.hours)):
        if left is not None and right is not None and left != right:
            message = _(
                "'{title}': {name} differ, {left} ({file}) and {right}; the first is used",
                title=one.title,
                name=name,
                left=format(left, "g"),
                file=one.location.file,
                right=format(right, "g"),
            )
            warnings.append(Issue(message=message, location=two.location))
    return msgspec.structs.replace(
        one,
        code=one.code or two.code,
        credits=one.credits if one.credits is not None else two.credits,
        hours=one.hours if one.hours is not None else two.hours,
        semesters=one.semesters or two.semesters,
        competences=tuple(dict.fromkeys((*one.competences, *two.competences))),
        statements=(*one.statements, *two.statements),
    )


def _finish(disciplines: list[Discipline]) -> list[Discipline]:
    """Number the statements and drop repeats; a discipline without statements gets its title as one."""
    result: list[Discipline] = []
    number = 0
    for discipline in disciplines:
        unique: dict[tuple[str, str], Statement] = {}
        for statement in discipline.statements:
            unique.setdefault((statement.text.lower(), statement.kind), statement)
        items = list(unique.values()) or [
            Statement(id="", text=discipline.title, kind=Kind.TITLE, location=discipline.location)
        ]
        numbered = []
        for statement in items:
            number += 1
            numbered.append(msgspec.structs.replace(statement, id=f"s{number}", discipline=discipline.title))
        result.append(msgspec.structs.replace(discipline, statements=tuple(numbered)))
    return result
