"""Choose the work functions that fit the degree and the program.

Under ФГОС 3++ a university takes generalized functions from each standard, in
whole or in part, by their qualification level and by the education that the
standard requires (пункт 3.5 of the ФГОС). Levels are those of order 148н of
12.04.2013.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import msgspec

from alignment.analysis.draft.nouns import FunctionChoice, LevelFit
from alignment.errors import NotFoundError
from alignment.i18n import message as _
from alignment.language.codes import normal_code
from alignment.model import Alignment, Finding, GeneralizedFunction, Program, Standard, Verdict, WorkFunction
from alignment.programs.join import COMPETENCES

# Levels of functions for the level that a degree gives (`alignment.analysis.levels`): order 148n of the Ministry of
# Labour of 2013, on levels of qualification, names the education of each (docs/draft.md).
LEVELS: Mapping[int, tuple[int, ...]] = {4: (3, 4), 5: (3, 4, 5), 6: (6,), 7: (7,), 8: (8,)}
# What the education section says of a degree whose level is one above the function's.
EDUCATION: Mapping[int, re.Pattern[str]] = {
    6: re.compile(r"бакалавриат|высшее", re.IGNORECASE),
    7: re.compile(r"магистратур|специалитет", re.IGNORECASE),
    8: re.compile(r"аспирантур|адъюнктур|кадров высшей квалификации", re.IGNORECASE),
}
# A function is proposed from this share of its requirements with evidence in disciplines (docs/draft.md) …
LEAST = 0.1
# … and from this part of the best one's share: below the half it is another specialist's work.
BESIDE_BEST = 0.5
# So many at most of one standard, and this many if none reaches that: an ОПОП has about as many ПК of a standard. All
# functions stand in the draft with their share, and people choose.
MOST, FALLBACK = 8, 3


def fit_of(general: GeneralizedFunction, level: str, levels: Sequence[int]) -> LevelFit:
    """How the level of a function, and the education that the standard requires, fit the allowed ``levels``.

    Returns:
        "level": the level is allowed. "education": it is one below, but the standard asks for the degree. "above" and
        "below": it is higher or lower than allowed. "unknown": the function has no level, or none are allowed.
    """
    digit = re.match(r"\d", level or general.level)
    if digit is None or not levels:
        return "unknown"
    education_level = int(digit[0])
    if education_level in levels:
        return "level"
    if education_level > max(levels):
        return "above"
    pattern = EDUCATION.get(max(levels))
    named = (
        pattern is not None
        and education_level == max(levels) - 1
        and any(pattern.search(line) for line in general.education)
    )
    return "education" if named else "below"


def in_order(standard: Standard) -> list[tuple[GeneralizedFunction, WorkFunction]]:
    """The work functions with their generalized functions, sorted by code."""
    pairs = [(general, function) for general in standard.functions for function in general.functions]
    return sorted(pairs, key=lambda item: (item[0].code, item[1].code))


def of_disciplines(finding: Finding) -> bool:
    """Whether a finding has evidence in a discipline. A promised competence does not show that it is taught."""
    if finding.verdict is Verdict.GAP:
        return False
    return any(not item.statement.discipline.startswith(COMPETENCES) for item in finding.evidence)


def asked_functions(names: Collection[str], standards: Sequence[Standard]) -> set[tuple[str, str]]:
    """The functions that a user names by code, as (code or title of the standard, code of the work function).

    Args:
        names: codes of work functions ("D/03.6") or generalized functions ("D"), also with a standard
            ("06.001:D/03.6").
        standards: the standards of the draft.

    Raises:
        NotFoundError: no standard of the draft has the code; the message lists the known generalized functions.
    """
    result: set[tuple[str, str]] = set()
    for name in names:
        prefix, colon, rest = name.rpartition(":")
        code = normal_code(rest if colon else name)
        hits = {
            (standard.code or standard.title, function.code)
            for standard in standards
            if not prefix or standard.code == prefix.strip()
            for general in standard.functions
            for function in general.functions
            if code in (function.code, general.code)
        }
        if not hits:
            known = ", ".join(general.code for standard in standards for general in standard.functions)
            raise NotFoundError(
                _("no standard of the draft has the function '{name}'.", name=name),
                file="--functions",
                hint=_("Known generalized functions: {known}; a work function is named as D/03.6.", known=known),
            )
        result |= hits
    return result


def function_choices(
    alignment: Alignment, levels: Sequence[int], asked: Collection[tuple[str, str]] | None
) -> list[FunctionChoice]:
    """All functions of a standard with the evidence for them, marked as proposed and as chosen.

    The proposed functions are chosen, unless ``asked`` names functions: then exactly those are chosen.
    """
    standard = alignment.standard
    key = standard.code or standard.title
    ties = _declared(alignment.program, standard)
    by_function: dict[str, list[Finding]] = {}
    for finding in alignment.findings:
        by_function.setdefault(finding.function, []).append(finding)
    result = [
        FunctionChoice(
            standard=key,
            general_function=general.code,
            general_name=general.name,
            general_level=general.level,
            function=function.code,
            name=function.name,
            level=function.level or general.level,
            chosen=False,
            asked=asked is not None and (key, function.code) in asked,
            fit=fit_of(general, function.level, levels),
            found=sum(of_disciplines(item) for item in by_function.get(function.code, ())),
            total=len(function.requirements),
            education="; ".join(general.education),
            declared=ties.get(function.code, ()),
        )
        for general, function in in_order(standard)
    ]
    proposed = _proposed(result)
    return [
        msgspec.structs.replace(
            item,
            proposed=item.function in proposed,
            chosen=item.function in proposed if asked is None else item.asked,
        )
        for item in result
    ]


def _declared(program: Program, standard: Standard) -> dict[str, tuple[str, ...]]:
    """By code of the function, the competences that the program declares for it."""
    ties: dict[str, dict[str, None]] = {}
    for link in program.declared:
        if link.standard == standard.code and link.function and link.competence:
            ties.setdefault(link.function, {})[link.competence] = None
    return {code: tuple(names) for code, names in ties.items()}


def _proposed(choices: Sequence[FunctionChoice]) -> set[str]:
    """Codes of the functions that fit the level and are declared, or taught well enough (`LEAST`, `BESIDE_BEST`)."""
    fitting = [item for item in choices if item.fit in ("level", "education", "unknown") and item.total]
    ranked = sorted(fitting, key=lambda item: (item.fit != "level", -item.found / item.total))
    best = max((item.found / item.total for item in fitting), default=0.0)
    limit = max(LEAST, BESIDE_BEST * best)
    taken = [item for item in ranked if item.declared or item.found / item.total >= limit][:MOST]
    return {item.function for item in taken or ranked[:FALLBACK]}
