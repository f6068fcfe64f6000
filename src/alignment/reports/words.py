"""Words and sentences that all reports share, in the interface language."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from alignment.analysis import Coverage, DeclaredRow, Part, Sight, Tally, above_degree, coverage, direction_named
from alignment.catalogue import replaced_text
from alignment.i18n import _, decimal, percent, plural, threshold
from alignment.model import Alignment, Basis, Finding, Issue, Kind, Program, Standard, Statement, Thresholds, Verdict
from alignment.reports.judge_words import fault, judge_lines


def verdict(value: Verdict) -> str:
    """The name of a verdict."""
    return {
        Verdict.COVERED: _("covered"),
        Verdict.PARTIAL: _("partial"),
        Verdict.GAP: _("gap"),
        Verdict.UNKNOWN: _("unknown"),
    }[value]


def basis(value: Basis) -> str:
    """The name of a basis: whether the evidence is taught, only promised, or a bare title."""
    return {
        Basis.TAUGHT: _("taught"),
        Basis.PROMISED: _("promised"),
        Basis.TITLE: _("title only"),
        Basis.NONE: "",
    }[value]


def basis_of(finding: Finding) -> str:
    """The basis of a verdict; empty for a gap, because its nearest miss is no evidence."""
    return "" if finding.verdict is Verdict.GAP else basis(finding.basis)


def kind(value: Kind) -> str:
    """The name of a kind of requirement or statement."""
    return {
        Kind.ACTION: _("labour action"),
        Kind.SKILL: _("skill"),
        Kind.KNOWLEDGE: _("knowledge"),
        Kind.EXPERIENCE: _("experience"),
        Kind.COMPETENCE: _("competence"),
        Kind.TOPIC: _("topic"),
        Kind.TITLE: _("title only"),
    }[value]


def status(value: str) -> str:
    """The name of the status of a declared link (`DeclaredRow.status`)."""
    return {
        "supported": _("declared and supported"),
        "elsewhere": _("declared, taught by other disciplines"),
        "unsupported": _("declared, not supported"),
        "undeclared": _("supported, not declared"),
    }[value]


def file_kind(value: str) -> str:
    """The name of a kind of document."""
    return {
        "study plan": _("study plan"),
        "work programme": _("work programme"),
        "curriculum": _("curriculum"),
        "program description": _("program description"),
        "competence matrix": _("competence matrix"),
        "keywords": _("keywords"),
        "course catalogue": _("course catalogue"),
        "FGOS": _("FGOS"),
    }.get(value, value)


def front_lines(alignment: Alignment) -> list[str]:
    """What a reader must know before the figures: what was sent to a judge, whether the standard is out of force,
    what the qualification card says, what was not found in the program.
    """
    replaced = replaced_text(alignment.standard)
    return [
        *judge_lines(alignment.judge),
        *([replaced] if replaced else []),
        *_qualification_lines(alignment),
        *nothing_in(alignment.program),
    ]


def nothing_in(program: Program) -> list[str]:
    """Sentences on what was not found in a program: competences, or content beyond titles."""
    lines = []
    if program.disciplines and all(item.title_only for item in program.disciplines):
        lines.append(_("Only titles of disciplines were found: nothing is known of their content."))
    elif program.disciplines and all(item.title_only or item.promise_only for item in program.disciplines):
        lines.append(_("Only competences were found: what the program promises is known, what it teaches is not."))
    if program.disciplines and not program.competences and not any(item.competences for item in program.disciplines):
        lines.append(_("0 competences were found in the program's documents."))
    return lines


def _qualification_lines(alignment: Alignment) -> list[str]:
    """What the qualification card says, and whether it names the program's direction."""
    card = alignment.qualification
    if card is None:
        return []
    lines = [_("Qualification: {title}").format(title=card.title)]
    if card.term:
        lines.append(_("The certificate is valid for {term}").format(term=card.term))
    named = direction_named(alignment)
    if named is True:
        lines.append(_("The card names this direction: {title}").format(title=alignment.program.title))
    elif named is False:
        lines.append(
            _("The card does not name the direction {title}; it names: {list}").format(
                title=alignment.program.title, list="; ".join(card.directions)
            )
        )
    return lines


def interval(total: Tally) -> str:
    """The interval of coverage in words."""
    return _("between {low} and {high} with 90 % confidence").format(low=percent(total.low), high=percent(total.high))


def headline(summary: Coverage) -> str:
    """The sentence with the coverage and its interval, or that too little is known for a percentage."""
    if not summary.enough:
        return _("Too little is known of the program for a percentage.")
    share = percent(summary.total.coverage)
    if summary.total.unknown:
        return _("Coverage (unknown as gaps): {share}, {interval}").format(
            share=share, interval=interval(summary.total)
        )
    return _("Coverage: {share}, {interval}").format(share=share, interval=interval(summary.total))


def share_of(tally: Tally, summary: Coverage | None = None) -> str:
    """Coverage of a part in per cent; a dash if it has no known requirement or too little of the program is known."""
    shown = tally.total > tally.unknown and (summary is None or summary.enough)
    return percent(tally.coverage) if shown else "–"


def level_of(part: Part, degree: int | None) -> str:
    """The level of a function, with an arrow if it is above the degree's level; `level_note` explains the arrow."""
    return f"{part.level} ↑" if above_degree(part.level, degree) else part.level


def level_note(summary: Coverage, degree: int | None) -> str:
    """What the arrow of `level_of` says; empty if no function has one."""
    if not any(above_degree(part.level, degree) for general in summary.parts for part in (general, *general.parts)):
        return ""
    return _("↑ above qualification level {n}, which this degree gives").format(n=degree)


def definition(total: Tally | None = None) -> str:
    """The formula of coverage, in one line that fits 80 columns; ``total`` tells whether there is anything unknown."""
    if total and total.unknown:
        return _("Coverage = (covered + ½ partial) ÷ all requirements, unknown ones too")
    return _("Coverage = (covered + ½ partial) ÷ all requirements")


def known_line(sight: Sight) -> str:
    """The sentence on how much of the program is known."""
    return _("Known: the content of {known} of {total} disciplines, {statements}").format(
        known=sight.known,
        total=sight.disciplines,
        statements=plural("{n} statement", "{n} statements", sight.statements),
    )


def how_to_give(summary: Coverage) -> list[str]:
    """What is missing and how to give it, if only titles speak for some requirement or too little is known."""
    if not summary.total.unknown and summary.enough:
        return []
    lines = []
    if summary.total.unknown:
        unknown = plural("Unknown: {n} requirement", "Unknown: {n} requirements", summary.total.unknown)
        lines.append(_("{unknown} (only titles speak)").format(unknown=unknown))
    if missing := summary.sight.disciplines - summary.sight.known:
        lines.append(_("work programmes missing: {n}").format(n=missing))
    text = "; ".join(lines)
    sentences = [f"{text[:1].upper()}{text[1:]}."]
    return (
        sentences
        if summary.enough
        else [*sentences, _("Give them beside the study plan: docx, pdf, or a folder with them.")]
    )


def shown_score(finding: Finding, limits: Thresholds) -> float | None:
    """The score with two decimals, or more if rounding would move it across a threshold; None if unknown."""
    if finding.verdict is Verdict.UNKNOWN:
        return None
    value, borders = finding.probability, (limits.covered, limits.partial)
    for step in (round(value, 2), math.floor(value * 100) / 100, math.ceil(value * 100) / 100):
        if all((step >= border) == (value >= border) for border in borders):
            return step
    return round(value, 4)


def score(finding: Finding, limits: Thresholds) -> str:
    """`shown_score` as text with the decimal mark of the language; a dash if unknown."""
    shown = shown_score(finding, limits)
    return "–" if shown is None else decimal(shown, more=2)


def score_line(limits: Thresholds) -> str:
    """What the score means, and the thresholds."""
    return _("1 covered, ½ partial, 0 gap, as expected; covered from {covered}, partial from {partial}").format(
        covered=threshold(limits.covered), partial=threshold(limits.partial)
    )


def promise_lines(alignment: Alignment) -> list[str]:
    """How many requirements are promised and taught nowhere, and the reverse; nothing without texts of competences."""
    if not any(item.basis is Basis.PROMISED for item in alignment.program.statements()):
        return []
    promised = sum(item.promise_only for item in alignment.findings)
    taught = sum(item.taught_only for item in alignment.findings)
    return [_("Promised, taught nowhere: {n}; taught, not promised: {m}").format(n=promised, m=taught)]


def below_headline(alignment: Alignment, summary: Coverage) -> list[str]:
    """The lines below the headline: formula of coverage, what is missing, what is only promised, what a score is."""
    return [
        *([definition(summary.total)] if summary.enough else []),
        *how_to_give(summary),
        *promise_lines(alignment),
        f"{_('Score')}: {score_line(alignment.thresholds)}",
    ]


def left_out(sight: Sight) -> str:
    """The sentence that files were left out; empty if none were."""
    if not sight.unread:
        return ""
    return _("Left out: {n} of {total} files; coverage is computed from the others").format(
        n=sight.unread, total=sight.files
    )


def issues(alignment: Alignment) -> tuple[Issue, ...]:
    """Warnings of the check, the standard and the program: what was lost or disagrees."""
    warnings = (*alignment.warnings, *alignment.standard.warnings, *alignment.program.warnings)
    # `front_lines` already says that the standard is out of force.
    replaced = replaced_text(alignment.standard)
    return tuple(issue for issue in warnings if not replaced or str(issue.text) != replaced)


def given_by(row: DeclaredRow, separator: str = "; ") -> str:
    """The disciplines that support a declared link, or the words that no discipline forms its competence."""
    return _("no discipline forms it") if row.unformed else separator.join(row.disciplines)


def unread_lines(program: Program) -> list[str]:
    """One line for each file that was left out, with the reason."""
    return [f"{item.file}: {item.reason}" for item in program.unread]


def program_name(program: Program) -> str:
    """Code, title and profile of a program."""
    name = " ".join(part for part in (program.code, program.title) if part)
    return f"{name} ({program.profile})" if program.profile and program.profile != program.title else name


def standard_name(standard: Standard) -> str:
    """Code and title of a standard."""
    return " ".join(part for part in (standard.code, standard.title) if part)


def place(statement: Statement) -> str:
    """The place of a statement: file name, page or sheet, cell or paragraph."""
    location = statement.location
    return str(msgspec.structs.replace(location, file=location.file.rpartition("/")[2]))


def above(finding: Finding) -> str:
    """The parent match of a gap in one line; empty if there is none."""
    if finding.above is None:
        return ""
    statement = finding.above.evidence.statement
    whole = _("work function") if finding.above.level == "function" else _("generalized work function")
    return _("↑ {level} {code} as a whole: {discipline}: {text}").format(
        level=whole, code=finding.above.code, discipline=statement.discipline, text=statement.text
    )


def shortfall(finding: Finding) -> str:
    """Why the best statement counts for little: nothing is near, or it is a bare title; else empty."""
    best = finding.best
    if best is None:
        return _("nothing near")
    return _("title only") if best.statement.title_only else ""


def below_lines(alignments: Iterable[Alignment], limit: float | None) -> list[str]:
    """A line for each alignment whose coverage is below ``limit`` (0 to 1); empty without a limit."""
    lines: list[str] = []
    if limit is None:
        return lines
    for alignment in alignments:
        share = coverage(alignment).total.coverage
        if share < limit:
            lines.append(
                _("coverage of {standard} is {share}, below the required {limit}").format(
                    standard=alignment.standard.code or alignment.standard.title,
                    share=percent(share),
                    limit=percent(limit),
                )
            )
    return lines


def judge_note(finding: Finding) -> str:
    """The judge's reason with the built-in verdict, or why it gave no verdict; empty if it was not asked."""
    mark = finding.judged
    if mark is None:
        return ""
    if mark.verdict is None:
        return _("Judge: {fault}; the built-in verdict stands").format(fault=fault(mark.fault))
    built = _("built in: {verdict}, P {p}").format(verdict=verdict(mark.builtin), p=decimal(mark.builtin_probability))
    reason = mark.reason or _("no reason given")
    return _("Judge: {reason} ({builtin})").format(reason=reason.rstrip(), builtin=built)


def reader_grade(value: int) -> str:
    """The grade of a pair by a reader: 2 covers, 1 partial, 0 none."""
    return (_("does not cover"), _("covers in part"), _("covers"))[value]


def feature(name: str) -> str:
    """What a feature of the verdict model measures, in a few words."""
    return {
        "meaning": _("meaning of requirement and statement"),
        "function_discipline": _("work function and discipline"),
        "requirement_discipline": _("requirement and discipline"),
        "function_statement": _("work function and statement"),
        "context": _("best of the contexts"),
        "beyond_function": _("meaning beyond the function's subject"),
        "requirement_words": _("words of the requirement found"),
        "statement_words": _("words of the statement used"),
        "fuzzy": _("likeness of the wording"),
        "object": _("object of the verb"),
        "length": _("length beside the requirement's"),
        "requirement_function": _("requirement and its own work function"),
        "statement_discipline": _("statement and its own discipline"),
        "knows_only": _("knowledge where doing is asked"),
        "does_more": _("doing where knowledge is asked"),
        "short": _("shortness of the statement"),
        "cross_language": _("other language"),
        "title_only": _("title only"),
        "read_covers": _("both read together: covers"),
        "read_touches": _("both read together: covers at least in part"),
        "words_found": _("words of the requirement with a counterpart"),
        "words_beyond": _("words of the statement with a counterpart"),
        "object_found": _("object of the requirement with a counterpart"),
        "discipline_mean": _("requirement and what else the discipline teaches"),
        "function_mean": _("statement and all that the function asks"),
        "requirement_average": _("how near the requirement is to everything"),
        "statement_average": _("how near the statement is to everything"),
        "precedents_same_at_least_partial": _("precedents of this requirement: covers at least in part"),
        "precedents_same_covers": _("precedents of this requirement: covers"),
        "precedents_same_weight": _("precedents of this requirement: how many"),
        "precedents_near_at_least_partial": _("precedents of like requirements: covers at least in part"),
        "precedents_near_covers": _("precedents of like requirements: covers"),
        "precedents_near_weight": _("precedents of like requirements: how many"),
        "precedents_wide_at_least_partial": _("distant precedents: covers at least in part"),
        "precedents_wide_covers": _("distant precedents: covers"),
        "precedents_wide_weight": _("distant precedents: how many"),
    }.get(name, name)
