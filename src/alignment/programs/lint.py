"""Check whether the documents of a program agree with each other, as methodologists do before an accreditation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from rapidfuzz import fuzz, process

from alignment.i18n import _
from alignment.model import Discipline, Kind, Location, NamedStandard, Noun, Program, SourceFile
from alignment.programs.codes_fixed import MISSPELT
from alignment.programs.declarations import base_code
from alignment.programs.file_part import FilePart
from alignment.programs.join import INDEX, find_same, fold_title
from alignment.programs.outcome_spans import BETWEEN

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
# A severity that no finding has.
NEVER = "never"
OUTCOMES = (Kind.KNOWLEDGE, Kind.SKILL, Kind.EXPERIENCE)
# Shorter statements repeat by chance ("основные понятия").
COPIED_WORDS = 5
# Similarity in percent from which the nearest title, or code, of the plan is offered as the one that is meant. It is
# a hint in a message: too low, and a wrong one is offered; too high, and none is.
NEAR_TITLE = 85
NEAR_CODE = 60  # codes are short: one sign of five is 80, two are 60
LISTED = 5  # disciplines that a message names; the report has all


class LintFinding(Noun, frozen=True, kw_only=True):
    """One disagreement between documents, with its place."""

    check: str
    severity: Severity
    message: str
    discipline: str = ""
    location: Location = Location()


class LintContext:
    """The documents of a program, arranged for the checks.

    ``works`` are disciplines of work programmes, ``plans`` study plans and
    matrices, and ``table`` maps folded titles to their disciplines. ``listed``
    maps codes to the competences that a plan or description lists; ``issues``
    are the warnings of all files.
    """

    def __init__(self, parts: Sequence[FilePart], program: Program, files: Sequence[SourceFile]) -> None:
        self.program, self.files = program, files
        self.works = [
            discipline
            for part in parts
            if part.kind in ("work programme", "curriculum")
            for discipline in part.program.disciplines
        ]
        self.plans = [part.program for part in parts if part.kind in ("study plan", "competence matrix")]
        self.table: dict[str, Discipline] = {}
        for study_plan in self.plans:
            for discipline in study_plan.disciplines:
                self.table.setdefault(fold_title(discipline.title), discipline)
        listed = [part.program for part in parts if part.kind in ("study plan", "program description")]
        self.listed = {item.code: item for study_plan in listed for item in study_plan.competences}
        self.issues = [issue for part in parts for issue in part.program.warnings]

    def planned(self, discipline: Discipline) -> Discipline | None:
        """The same discipline in the study plan or matrix; None if it is not there."""
        key = find_same(discipline, self.table)
        return self.table[key] if key else None

    def base(self, codes: Iterable[str]) -> set[str]:
        """The codes of the competences to which these codes of competences and indicators belong."""
        return {base_code(code, self.listed) for code in codes}


Check = Callable[[LintContext], Iterator[LintFinding]]


def matrix(context: LintContext) -> Iterator[LintFinding]:
    """A work programme and the competence matrix give a discipline different competences."""
    for work in context.works:
        planned = context.planned(work)
        if planned is None or not planned.competences or not work.competences:
            continue
        work_codes, plan_codes = context.base(work.competences), context.base(planned.competences)
        extra, absent = work_codes - plan_codes, plan_codes - work_codes
        # Indicators of a competence are compared if both documents name some.
        for code in work_codes & plan_codes:
            of_work, of_plan = (
                {item for item in codes if item != code and base_code(item, context.listed) == code}
                for codes in (work.competences, planned.competences)
            )
            if of_work and of_plan:
                extra |= of_work - of_plan
                absent |= of_plan - of_work
        for code in sorted(extra):
            message = _("the work programme forms {code}, which the plan or matrix does not give this discipline")
            yield _finding("matrix", "error", message.format(code=code), work)
        for code in sorted(absent):
            message = _("the plan or matrix gives this discipline {code}, the work programme does not mention it")
            yield _finding("matrix", "error", message.format(code=code), work)


def unformed(context: LintContext) -> Iterator[LintFinding]:
    """Competences that no discipline forms."""
    formed = context.base(code for item in context.program.disciplines for code in item.competences)
    if not formed:
        return
    for code, competence in context.listed.items():
        if base_code(code, context.listed) == code and code not in formed:
            message = _("no discipline forms the competence {code}").format(code=code)
            yield _at("unformed", "error", message, competence.location)


def unknown_code(context: LintContext) -> Iterator[LintFinding]:
    """Codes that the program's list does not have, and codes typed with letters of another alphabet."""
    if context.listed:
        known = context.base(context.listed)
        for work in context.works:
            for code in sorted(context.base(work.competences) - known):
                near = process.extractOne(code, sorted(known), scorer=fuzz.ratio, score_cutoff=NEAR_CODE)
                hint = " " + _("Did you mean {code}?").format(code=near[0]) if near else ""
                message = _("the program has no competence {code}.").format(code=code)
                yield _finding("unknown-code", "error", message + hint, work)
    for issue in context.issues:
        if issue.code == MISSPELT and issue.template:
            code = str(issue.template.values["code"])
            message = _("the code {code} is written with Latin letters").format(code=code)
            yield _at(MISSPELT, "warning", message, issue.location)


def load(context: LintContext) -> Iterator[LintFinding]:
    """Hours and credits that differ between plan and work programme."""
    for work in context.works:
        planned = context.planned(work)
        if planned is None:
            continue
        for check, work_value, plan_value, message in (
            ("credits", work.credits, planned.credits, _("{work} credits in the work programme, {plan} in the plan")),
            ("hours", work.hours, planned.hours, _("{work} hours in the work programme, {plan} in the plan")),
        ):
            if work_value is not None and plan_value is not None and abs(work_value - plan_value) > 1e-6:
                yield _finding(check, "error", message.format(work=f"{work_value:g}", plan=f"{plan_value:g}"), work)


def outcomes(context: LintContext) -> Iterator[LintFinding]:
    """Work programmes without outcomes under знать, уметь or владеть, as a whole or for a competence or indicator."""
    names = {Kind.KNOWLEDGE: _("know"), Kind.SKILL: _("be able"), Kind.EXPERIENCE: _("master")}
    for work in context.works:
        if not work.competences and not any(item.kind in OUTCOMES for item in work.statements):
            continue
        present = {item.kind for item in work.statements}
        missing = [kind for kind in OUTCOMES if kind not in present]
        for kind in missing:
            yield _finding("outcomes", "warning", _("there is nothing under “{name}”").format(name=names[kind]), work)
        by_code: dict[str, set[Kind]] = defaultdict(set)
        for item in work.statements:
            for code in filter(None, item.competence.split(BETWEEN)):
                by_code[code].add(item.kind)
        for code, kinds in by_code.items():
            for kind in OUTCOMES:
                if kind not in kinds and kind not in missing and kinds & set(OUTCOMES):
                    message = _("there is nothing under “{name}” for {code}").format(name=names[kind], code=code)
                    yield _finding("outcomes", "warning", message, work)


def names(context: LintContext) -> Iterator[LintFinding]:
    """One discipline under two titles, one code for two disciplines, work programmes that the plan does not have."""
    by_code: dict[str, dict[str, Discipline]] = defaultdict(dict)
    for item in [*context.table.values(), *context.works]:
        if INDEX.fullmatch(item.code):
            by_code[item.code].setdefault(fold_title(item.title), item)
    for code, items in by_code.items():
        first, *others = items.values()
        for other in others:
            message = _("both “{one}” and “{two}” have the code {code}").format(
                code=code, one=first.title, two=other.title
            )
            yield _finding("two-names", "error", message, other)
    for work in context.works if context.table else ():
        key = fold_title(work.title)
        twin = find_same(work, context.table)
        if twin and twin != key and not (work.code and work.code == context.table[twin].code):
            message = _("the discipline is called “{one}” here and “{two}” in the plan").format(
                one=work.title, two=context.table[twin].title
            )
            yield _finding("two-names", "warning", message, work)
        elif not twin:
            near = process.extractOne(key, list(context.table), scorer=fuzz.token_sort_ratio, score_cutoff=NEAR_TITLE)
            hint = " " + _("Did you mean “{title}”?").format(title=context.table[near[0]].title) if near else ""
            yield _finding("not-in-plan", "warning", _("the plan has no such discipline.") + hint, work)
    if context.table and len(context.works) > 1:
        written = {find_same(work, context.table) for work in context.works}
        absent = [item.title for key, item in context.table.items() if key not in written]
        if absent:
            message = _("no work programme for {n} of {total} disciplines of the plan: {list}").format(
                n=len(absent),
                total=len(context.table),
                list="; ".join(absent[:LISTED]) + (" …" if len(absent) > LISTED else ""),
            )
            yield _at("no-programme", "note", message, Location(file=context.plans[0].sources[0]))


def copied(context: LintContext) -> Iterator[LintFinding]:
    """Statements copied word for word between disciplines."""
    where: dict[str, dict[str, tuple[Discipline, Location, str]]] = defaultdict(dict)
    for work in context.works:
        for item in work.statements:
            if item.kind in (*OUTCOMES, Kind.TOPIC) and len(item.text.split()) >= COPIED_WORDS:
                key = re.sub(r"\W+", " ", item.text.lower())
                where[key].setdefault(fold_title(work.title), (work, item.location, item.text))
    for places in where.values():
        if len(places) > 1:
            (work, place, text), *others = places.values()
            message = _("“{text}” is repeated word for word in {list}").format(
                text=text, list="; ".join(other.title for other, _place, _text in others)
            )
            yield LintFinding(check="copied", severity="note", message=message, discipline=work.title, location=place)


def asked(context: LintContext) -> Iterator[LintFinding]:
    """Competences and standards that the FGOS requires or names and the program lacks."""
    fgos = context.program.fgos
    if fgos is None:
        return
    listed_codes = set(context.listed) | {code for item in context.program.disciplines for code in item.competences}
    for competence in fgos.competences if listed_codes else ():
        if competence.code not in listed_codes and re.match(r"(?:УК|ОПК|ОК)-", competence.code):
            message = _("the FGOS asks for {code}, the program does not have it").format(code=competence.code)
            yield _at("fgos", "error", message, competence.location)
    named = {item.code for item in context.program.standards}
    for standard in fgos.standards:
        if standard.code not in named:
            message = _("the FGOS names the standard {code} {title}, the program does not").format(
                code=standard.code, title=standard.title
            )
            yield _at("fgos", "note", message, standard.location)


def unread(context: LintContext) -> Iterator[LintFinding]:
    """Files that could not be used."""
    for item in context.files:
        if item.error:
            yield _at("unread", "warning", str(item.reason), Location(file=item.file))


def out_of_force(named: Sequence[NamedStandard], known: Sequence[NamedStandard]) -> Iterator[LintFinding]:
    """Standards that are named in an edition older than the newest; ``known`` has all editions, newest first."""
    for item in named:
        editions = [other for other in known if other.code == item.code]
        if editions and item.order and item.order != editions[0].order:
            message = _("the program names {code} by order {order}; the newest known order is {new} of {date}").format(
                code=item.code, order=item.order, new=editions[0].order, date=editions[0].date
            )
            yield _at("out-of-force", "warning", message, item.location)


CHECKS: tuple[Check, ...] = (unread, matrix, unformed, unknown_code, load, outcomes, names, copied, asked)


def run_checks(
    parts: Sequence[FilePart], program: Program, files: Sequence[SourceFile], known: Sequence[NamedStandard] = ()
) -> list[LintFinding]:
    """All findings, errors first.

    Args:
        parts: the parts of all files, before they are joined.
        program: the joined program.
        files: a summary of each file.
        known: all editions of the available standards, newest first.
    """
    context = LintContext(parts, program, files)
    result = [finding for check in CHECKS for finding in check(context)]
    result += out_of_force(program.standards, known)
    return sorted(result, key=lambda item: SEVERITIES.index(item.severity))


def reaches(findings: Iterable[LintFinding], severity: str) -> bool:
    """Whether a finding is of that severity or a graver one; of "never" none is."""
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1] if severity != NEVER else ()
    return any(item.severity in grave for item in findings)


def _finding(check: str, severity: Severity, message: str, discipline: Discipline) -> LintFinding:
    return LintFinding(
        check=check,
        severity=severity,
        message=message,
        discipline=discipline.title,
        location=discipline.location,
    )


def _at(check: str, severity: Severity, message: str, location: Location) -> LintFinding:
    return LintFinding(check=check, severity=severity, message=message, location=location)
