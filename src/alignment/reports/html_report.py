"""One self-contained HTML file: heat map, sunburst, sortable table of findings, print style. It loads nothing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from functools import partial
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from alignment.analysis import Tally, coverage, declared, degree_level, surplus
from alignment.i18n import _, decimal, language, percent, points
from alignment.model import Alignment, Basis, Verdict
from alignment.reports import sunburst
from alignment.reports.palette import SHARES, VERDICTS, fifth
from alignment.reports.rows import MARKS, FindingRow, facts, finding_rows, quality, report_date
from alignment.reports.terminal_findings import MOST, counted, doubtful, gaps_title, important, weakest_title
from alignment.reports.words import (
    basis,
    below_headline,
    front_lines,
    headline,
    known_line,
    left_out,
    level_note,
    level_of,
    program_name,
    share_of,
    standard_name,
    status,
    verdict,
)

# Disciplines of the heat map: those that give most evidence.
SHOWN = 40
# Entries of a list of a printed report before its annex.
PAPER = 20


def environment(package: str = "alignment.reports") -> jinja2.Environment:
    """The templates of a package; they escape every text from a document."""
    result = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    result.globals.update(_=_, percent=percent, points=points, decimal=decimal)
    return result


def script() -> str:
    """The script of the page exactly as the page holds it, so that a content security policy can name its digest."""
    return files("alignment.reports").joinpath("templates/report.js").read_text(encoding="utf-8")


def render(alignments: Sequence[Alignment], *, paper: bool = False) -> str:
    """The page, with one part for each standard.

    ``paper`` makes a page to be printed: a table of contents with page numbers,
    short lists, long tables in an annex, no script.
    """
    return (
        environment()
        .get_template("report.html")
        .render(
            language=language(),
            title=program_name(alignments[0].program) if alignments else "",
            date=report_date().strftime("%d.%m.%Y"),
            parts=[_part(number, alignment, paper=paper) for number, alignment in enumerate(alignments, 1)],
            paper=paper,
            script=Markup(script()),
            most=PAPER if paper else sys.maxsize,
            palette=VERDICTS,
            shares=SHARES,
        )
    )


def _part(number: int, alignment: Alignment, *, paper: bool) -> dict[str, Any]:
    summary = coverage(alignment)
    lines = finding_rows(alignment)
    degree = degree_level(alignment.program)
    part: dict[str, Any] = {
        "id": f"s{number}",
        "standard": standard_name(alignment.standard),
        "front": front_lines(alignment),
        "known": known_line(summary.sight),
        "headline": headline(summary),
        "below": below_headline(alignment, summary),
        "left_out": left_out(summary.sight),
        "coverage": summary,
        "share": partial(share_of, summary=summary),
        "level": partial(level_of, degree=degree),
        "level_note": level_note(summary, degree),
        "tally": _counts,
        "counts": _counts(summary.total),
        "functions": [
            line for general in summary.parts for line in ((general, True), *((one, False) for one in general.parts))
        ],
        "sunburst": Markup(sunburst.draw(summary, standard_name(alignment.standard))),
        "heat": heat(alignment, PAPER if paper else SHOWN),
        "rows": lines,
        "bases": [word for word in map(basis, Basis) if any(line.basis == word for line in lines) and word],
        "promised": [(line, [line.id]) for line in lines if line.promise_only],
        "declared": declared(alignment),
        "status": status,
        "surplus": surplus(alignment),
        "quality": quality(alignment),
        "facts": list(facts(alignment, summary)),
    }
    return part | _first(alignment, lines) | {"contents": _contents(part)}


def _counts(tally: Tally) -> list[tuple[str, str, str, int]]:
    """For each verdict: its name, mark, word and count."""
    return [(value.value, MARKS[value], verdict(value), count) for value, count in tally.counts]


def _first(alignment: Alignment, lines: Sequence[FindingRow]) -> dict[str, Any]:
    """What to look at first, as on the first screen of the terminal.

    Each entry is a row and the ids of all findings that have the same text (gaps) or the same evidence (weakest).
    """
    by_id = {line.id: line for line in lines}
    gaps = [(by_id[item.requirement.id], ids) for item, ids in important(alignment) if item.verdict is Verdict.GAP]
    weak = [[item.requirement.id for item in finding] for finding in doubtful(alignment)]
    return {
        "important": gaps[:MOST],
        "important_title": counted(gaps_title(known=True), [ids for _line, ids in gaps]),
        "weakest_title": counted(weakest_title(), weak),
        "weakest": [(by_id[ids[0]], ids) for ids in weak[:MOST]],
    }


def _contents(part: dict[str, Any]) -> list[tuple[str, str]]:
    """Anchors and titles of a printed report's sections."""
    links = part["declared"]
    sections = [
        ("functions", _("Coverage by work function"), True),
        ("promised", _("Promised, taught nowhere"), part["promised"]),
        ("heat", _("Disciplines and work functions"), part["heat"]["lines"]),
        ("links", _("Declared links"), links.rows or links.unknown or links.ignored),
        ("quality", _("Data quality"), True),
        ("annex", _("Annex"), True),
    ]
    return [(name, title) for name, title, there in sections if there]


def heat(alignment: Alignment, most: int = SHOWN) -> dict[str, Any]:
    """The heat map: how many requirements of each work function each discipline answers, and what share of it.

    Only the ``most`` disciplines with the most evidence are shown; ``left`` counts the others. Each cell is (code of
    the function, count, share from 0 to 1, CSS class).
    """
    functions = [function for general in alignment.standard.functions for function in general.functions]
    sizes = {function.code: len(function.requirements) for function in functions if function.requirements}
    counts: dict[str, Counter[str]] = {}
    for finding in alignment.findings:
        if not finding.verdict.answered:
            continue
        for title in dict.fromkeys(item.statement.discipline for item in finding.evidence):
            counts.setdefault(title, Counter())[finding.function] += 1
    order = sorted(counts, key=lambda title: (-sum(counts[title].values()), title))
    lines = []
    for title in order[:most]:
        line = []
        for code, size in sizes.items():
            count = counts[title][code]
            share = count / size
            line.append((code, count, round(share, 3), _shade(share)))
        lines.append((title, line))
    return {
        "functions": [(function.code, function.name) for function in functions if function.code in sizes],
        "lines": lines,
        "left": max(0, len(order) - most),
    }


def _shade(share: float) -> str:
    """The CSS class of a cell: one of five shades of blue. The cell also shows the number."""
    return f"h{fifth(share) + 1}" if share else "h0"
