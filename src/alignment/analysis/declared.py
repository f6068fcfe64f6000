"""Declared links compared with evidence: does the program teach the work functions that it declares?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from alignment.language.codes import fold_code
from alignment.model import Alignment, DeclaredLink, Finding, Location, NamedStandard, Noun, Program, Standard

LinkStatus = Literal["supported", "elsewhere", "unsupported", "undeclared"]
# A function counts as taught from this share of its requirements found at least in part: the half. On the programs of
# corpora/programs 438 of 632 rows are "supported" so; a quarter gives 466 of 646, three quarters give 247 of 614.
SUPPORT_SHARE = 0.5
# … and as taught where it is declared from this share of them found in the disciplines that form the competence:
# the half of the half, as others teach too. There 27 rows are "elsewhere"; 9 with an eighth, 189 with a half.
COMPETENCE_SUPPORT_SHARE = 0.25


class DeclaredRow(Noun, frozen=True, kw_only=True):
    """One work function that a competence is declared to answer, or that is taught without being declared.

    ``share`` (0 to 1) is the part of the function's requirements that has
    evidence, full or partial, in any discipline. ``own_share`` is the part that
    has evidence in the disciplines that form the competence (among the evidence
    that the alignment keeps). ``status`` follows from them: "supported" from
    `SUPPORT_SHARE` and `COMPETENCE_SUPPORT_SHARE`; "elsewhere" when the
    competence's own disciplines give less than that; "unsupported" when they
    give nothing or ``share`` is too low; "undeclared" for a function that is
    taught and not declared. ``disciplines`` gave the evidence, the competence's
    own ones first. ``unformed``: no discipline forms the competence.
    """

    status: LinkStatus
    function: str
    name: str
    competence: str = ""
    share: float = 0.0
    own_share: float | None = None
    disciplines: tuple[str, ...] = ()
    unformed: bool = False
    location: Location = Location()


class Declared(Noun, frozen=True, kw_only=True):
    """The program's declared links to this standard, each with its evidence.

    ``unknown`` are declared functions that the standard does not have. ``named``
    says whether the program names this standard at all. ``ignored`` are standards
    that the program's FGOS lists and the program does not name.
    """

    rows: tuple[DeclaredRow, ...] = ()
    unknown: tuple[DeclaredLink, ...] = ()
    named: bool = False
    ignored: tuple[NamedStandard, ...] = ()


def coded(standard: Standard, program: Program) -> Standard:
    """The standard; if its file has no code (as in old orders), with the code by which the program names its title."""
    if standard.code:
        return standard
    codes = {
        item.code for item in program.standards if item.code and fold_code(item.title) == fold_code(standard.title)
    }
    return msgspec.structs.replace(standard, code=codes.pop()) if len(codes) == 1 else standard


def declared(alignment: Alignment) -> Declared:
    """Compare the declared links of an alignment's program with the evidence, work function by work function.

    There are no rows if the program's documents declare nothing.
    """
    program, standard = alignment.program, alignment.standard
    named = {item.code for item in program.standards} | {link.standard for link in program.declared if link.standard}
    ignored = tuple(item for item in program.fgos.standards if item.code not in named) if program.fgos else ()
    # A link without a standard's code can only mean this standard if the program names no other.
    loose = len(named - {""}) <= 1
    links = [
        link for link in program.declared if link.standard == standard.code or (not link.standard and loose and named)
    ]
    if not links and not named:
        return Declared(ignored=ignored)
    functions = {
        function.code: (general.code, function.name)
        for general in standard.functions
        for function in general.functions
        if function.requirements
    }
    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        by_function.setdefault(finding.function, []).append(finding)
    rows: list[DeclaredRow] = []
    unknown: list[DeclaredLink] = []
    for link in links:
        codes = _functions(link, functions)
        if not codes:
            unknown.append(link)
        rows += [_row(link, code, functions[code][1], by_function.get(code, []), alignment) for code in codes]
    declared_functions = {row.function for row in rows}
    for code, (_, name) in functions.items():
        share, disciplines = _support(by_function.get(code, []), None)
        if code not in declared_functions and share >= SUPPORT_SHARE:
            row = DeclaredRow(status="undeclared", function=code, name=name, share=share, disciplines=disciplines)
            rows.append(row)
    order = {code: number for number, code in enumerate(functions)}
    rows.sort(key=lambda row: (order[row.function], row.competence))
    return Declared(rows=tuple(rows), unknown=tuple(unknown), named=standard.code in named, ignored=ignored)


def _functions(link: DeclaredLink, functions: dict[str, tuple[str, str]]) -> list[str]:
    """Codes of the work functions that a link means: one, those of a generalized function, or all of the standard."""
    if link.function:
        return [link.function] if link.function in functions else []
    if link.general_function:
        return [code for code, (general, _) in functions.items() if general == link.general_function]
    return list(functions)


def _row(link: DeclaredLink, code: str, name: str, findings: list[Finding], alignment: Alignment) -> DeclaredRow:
    forming = None
    if link.competence:
        forming = {
            discipline.title
            for discipline in alignment.program.disciplines
            if any(_is_formed_by(code_of_discipline, link.competence) for code_of_discipline in discipline.competences)
        }
    share, disciplines = _support(findings, None)
    own_share, own_disciplines = _support(findings, forming) if forming is not None else (None, ())
    status: LinkStatus = "supported" if share >= SUPPORT_SHARE else "unsupported"
    if status == "supported" and own_share is not None and own_share < COMPETENCE_SUPPORT_SHARE:
        status = "elsewhere" if own_share else "unsupported"
    return DeclaredRow(
        status=status,
        function=code,
        name=name,
        competence=link.competence,
        share=share,
        own_share=own_share,
        disciplines=own_disciplines or disciplines,
        unformed=forming is not None and not forming,
        location=link.location,
    )


def _is_formed_by(indicator: str, competence: str) -> bool:
    """Whether a discipline's code is the competence or an indicator of it: ПК-1.2 and ИД-1ПК-1 belong to ПК-1."""
    return bool(re.search(rf"(?<![А-Я]){re.escape(competence)}(?!\d)", indicator))


def _support(findings: Iterable[Finding], forming: set[str] | None) -> tuple[float, tuple[str, ...]]:
    """The share of findings with evidence, and the disciplines with the best evidence.

    With ``forming``, only evidence in these disciplines counts.
    """
    total, counts = 0, 0
    disciplines: dict[str, None] = {}
    for finding in findings:
        total += 1
        if not finding.verdict.answered:
            continue
        titles = [
            item.statement.discipline
            for item in finding.evidence
            if forming is None or item.statement.discipline in forming
        ]
        counts += bool(titles)
        disciplines |= dict.fromkeys(titles[:1])
    return round(counts / total, 4) if total else 0.0, tuple(disciplines)
