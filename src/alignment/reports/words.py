"""Names that every report uses, in the interface language."""

from __future__ import annotations

import math

import msgspec

from alignment.analysis import Coverage, DeclaredRow, Sight, Tally, direction_named
from alignment.catalogue import replaced_text
from alignment.i18n import _, decimal, percent, plural, threshold
from alignment.model import Alignment, Basis, Finding, Issue, Kind, Program, Standard, Statement, Thresholds, Verdict
from alignment.reports.judge_words import judge_lines


def verdict(value: Verdict) -> str:
    """Covered, partial, gap or unknown."""
    return {
        Verdict.COVERED: _("covered"),
        Verdict.PARTIAL: _("partial"),
        Verdict.GAP: _("gap"),
        Verdict.UNKNOWN: _("unknown"),
    }[value]


def basis(value: Basis) -> str:
    """Whether what is nearest is taught, only promised, or a bare title."""
    return {
        Basis.TAUGHT: _("taught"),
        Basis.PROMISED: _("promised"),
        Basis.TITLE: _("title only"),
        Basis.NONE: "",
    }[value]


def basis_of(finding: Finding) -> str:
    """What a verdict rests on; a gap rests on nothing, whatever its nearest miss is: it is not promised."""
    return "" if finding.verdict is Verdict.GAP else basis(finding.basis)


def kind(value: Kind) -> str:
    """Kind of a requirement or statement."""
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
    """What became of a declared link."""
    return {
        "supported": _("declared and supported"),
        "elsewhere": _("declared, taught by other disciplines"),
        "unsupported": _("declared, not supported"),
        "undeclared": _("supported, not declared"),
    }[value]


def file_kind(value: str) -> str:
    """Kind of a program's document."""
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
    """What a reader must know before the figures: what was sent to a judge, of the standard and the qualification."""
    said = replaced_text(alignment.standard)
    return [
        *judge_lines(alignment.judge),
        *([said] if said else []),
        *_qualification_lines(alignment),
        *nothing_in(alignment.program),
    ]


def nothing_in(program: Program) -> list[str]:
    """What of a program was looked for and found empty: no competences, or titles alone."""
    lines = []
    if program.disciplines and all(item.title_only for item in program.disciplines):
        lines.append(_("Only titles of disciplines were found: nothing is known of their content."))
    elif program.disciplines and all(item.title_only or item.promise_only for item in program.disciplines):
        lines.append(_("Only competences were found: the program promises them, what it teaches is not known."))
    if program.disciplines and not program.competences and not any(item.competences for item in program.disciplines):
        lines.append(_("0 competences were found in the program's documents."))
    return lines


def _qualification_lines(alignment: Alignment) -> list[str]:
    """What a card says of the qualification, and whether the program's direction is among those it names."""
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
    """The interval of coverage."""
    return _("between {low} and {high} with 90 % confidence").format(low=percent(total.low), high=percent(total.high))


def headline(summary: Coverage) -> str:
    """Coverage with its interval, or that too little is known for a percentage."""
    if not summary.enough:
        return _("Too little is known of the program for a percentage.")
    share = percent(summary.total.coverage)
    if summary.total.unknown:
        return _("Coverage of what is known: {share}, {interval}").format(share=share, interval=interval(summary.total))
    return _("Coverage: {share}, {interval}").format(share=share, interval=interval(summary.total))


def share_of(tally: Tally, summary: Coverage | None = None) -> str:
    """Coverage of a part in percent; a dash where there is none, or too little is known."""
    shown = tally.total > tally.unknown and (summary is None or summary.enough)
    return percent(tally.coverage) if shown else "–"


def definition(total: Tally | None = None) -> str:
    """What coverage is, in a line that fits 80 columns; ``total`` tells whether there is anything unknown."""
    if total and total.unknown:
        return _("Coverage = (covered + ½ partial) ÷ all requirements, unknown ones too")
    return _("Coverage = (covered + ½ partial) ÷ all requirements")


def known_line(sight: Sight) -> str:
    """How much of the program is known."""
    return _("Known: the content of {known} of {total} disciplines, {statements}").format(
        known=sight.known,
        total=sight.disciplines,
        statements=plural("{n} statement", "{n} statements", sight.statements),
    )


def how_to_give(summary: Coverage) -> list[str]:
    """What is missing and how to give it, where titles speak alone for some requirement; else nothing."""
    if not summary.total.unknown and summary.enough:
        return []
    lines = []
    if summary.total.unknown:
        unknown = plural("Unknown: {n} requirement", "Unknown: {n} requirements", summary.total.unknown)
        lines.append(_("{unknown}, told by titles alone").format(unknown=unknown))
    if missing := summary.sight.disciplines - summary.sight.known:
        lines.append(_("work programmes missing: {n}").format(n=missing))
    told = "; ".join(lines)
    said = [f"{told[:1].upper()}{told[1:]}."]
    return said if summary.enough else [*said, _("Give them beside the study plan: docx, pdf, or a folder with them.")]


def shown_score(finding: Finding, limits: Thresholds) -> float | None:
    """The expected score as it is shown, never on the other side of a threshold than the verdict; None if unknown."""
    if finding.verdict is Verdict.UNKNOWN:
        return None
    value, borders = finding.probability, (limits.covered, limits.partial)
    for step in (round(value, 2), math.floor(value * 100) / 100, math.ceil(value * 100) / 100):
        if all((step >= border) == (value >= border) for border in borders):
            return step
    return round(value, 4)


def score(finding: Finding, limits: Thresholds) -> str:
    """`shown_score` in the language's digits; a dash for what is unknown."""
    shown = shown_score(finding, limits)
    return "–" if shown is None else decimal(shown, more=2)


def score_line(limits: Thresholds) -> str:
    """What the score is, and from which one a verdict is given."""
    return _("1 covered, ½ partial, 0 gap, as expected; covered from {covered}, partial from {partial}").format(
        covered=threshold(limits.covered), partial=threshold(limits.partial)
    )


def promise_lines(alignment: Alignment) -> list[str]:
    """How much is promised and taught nowhere, and the reverse; nothing where the program has no competences' texts."""
    if not any(item.basis is Basis.PROMISED for item in alignment.program.statements()):
        return []
    promised = sum(item.promise_only for item in alignment.findings)
    taught = sum(item.taught_only for item in alignment.findings)
    return [_("Promised, taught nowhere: {n}; taught, not promised: {m}").format(n=promised, m=taught)]


def below_headline(alignment: Alignment, summary: Coverage) -> list[str]:
    """What explains the headline: the definition of coverage, what is missing, promised or taught, what a score is."""
    return [
        *([definition(summary.total)] if summary.enough else []),
        *how_to_give(summary),
        *promise_lines(alignment),
        f"{_('Score')}: {score_line(alignment.thresholds)}",
    ]


def left_out(sight: Sight) -> str:
    """That files were left out, or an empty string."""
    if not sight.unread:
        return ""
    return _("Left out: {n} of {total} files; coverage is that of the rest").format(n=sight.unread, total=sight.files)


def issues(alignment: Alignment) -> tuple[Issue, ...]:
    """What was lost or disagrees: in the check itself, the standard, the program."""
    warnings = (*alignment.warnings, *alignment.standard.warnings, *alignment.program.warnings)
    # The front page says it already.
    said = replaced_text(alignment.standard)
    return tuple(issue for issue in warnings if not said or str(issue.text) != said)


def given_by(row: DeclaredRow, separator: str = "; ") -> str:
    """Disciplines that support a declared link, or that none forms its competence."""
    return _("no discipline forms it") if row.unformed else separator.join(row.disciplines)


def unread_lines(program: Program) -> list[str]:
    """One line for each file that was left out, with the reason."""
    return [f"{item.file}: {item.reason}" for item in program.unread]


def program_name(program: Program) -> str:
    """Code, title and profile."""
    name = " ".join(part for part in (program.code, program.title) if part)
    return f"{name} ({program.profile})" if program.profile and program.profile != program.title else name


def standard_name(standard: Standard) -> str:
    """Code and title."""
    return " ".join(part for part in (standard.code, standard.title) if part)


def place(statement: Statement) -> str:
    """File name, page or sheet, cell or paragraph of a statement."""
    location = statement.location
    return str(msgspec.structs.replace(location, file=location.file.rpartition("/")[2]))


def above(finding: Finding) -> str:
    """For a gap: what the program has for the level above, in a line; else an empty string."""
    if finding.above is None:
        return ""
    statement = finding.above.evidence.statement
    whole = _("work function") if finding.above.level == "function" else _("generalized work function")
    return _("↑ {level} {code} as a whole: {discipline}: {text}").format(
        level=whole, code=finding.above.code, discipline=statement.discipline, text=statement.text
    )


def reason(finding: Finding) -> str:
    """Why the best statement is no more than it is, in a word."""
    best = finding.best
    if best is None:
        return _("nothing near")
    return _("title only") if best.statement.title_only else ""


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
    }.get(name, name)
