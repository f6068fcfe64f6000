"""One self-contained HTML file: heat map, sunburst, sortable table of findings, print style; nothing is fetched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import jinja2
from markupsafe import Markup

from alignment.analysis import coverage, declared, surplus
from alignment.i18n import _, decimal, language, percent
from alignment.model import Alignment
from alignment.reports import sunburst
from alignment.reports.rows import MARKS, facts, quality, report_date, rows
from alignment.reports.words import (
    front_lines,
    headline,
    how_to_give,
    known_line,
    left_out,
    program_name,
    share_of,
    standard_name,
    status,
    verdict,
)

# Disciplines of the heat map: those that give most evidence.
SHOWN = 40


def environment(package: str = "alignment.reports") -> jinja2.Environment:
    """Templates of a package; every text from a document is escaped."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    found.globals.update(_=_, percent=percent, decimal=decimal)
    return found


def render(alignments: Sequence[Alignment]) -> str:
    """The page; several standards follow each other."""
    return (
        environment()
        .get_template("report.html")
        .render(
            language=language(),
            title=program_name(alignments[0].program) if alignments else "",
            date=report_date().strftime("%d.%m.%Y"),
            parts=[_part(number, alignment) for number, alignment in enumerate(alignments, 1)],
        )
    )


def _part(number: int, alignment: Alignment) -> dict[str, Any]:
    found = coverage(alignment)
    total = found.total
    return {
        "id": f"s{number}",
        "standard": standard_name(alignment.standard),
        "lines": [*front_lines(alignment), known_line(found.sight), headline(found), *how_to_give(found)],
        "left_out": left_out(found.sight),
        "coverage": found,
        "share": partial(share_of, found=found),
        "counts": [(value.value, MARKS[value], verdict(value), count) for value, count in total.counts],
        "sunburst": Markup(sunburst.draw(found, standard_name(alignment.standard))),
        "heat": heat(alignment),
        "rows": rows(alignment),
        "declared": declared(alignment),
        "status": status,
        "surplus": surplus(alignment),
        "quality": quality(alignment),
        "facts": list(facts(alignment, found)),
    }


def heat(alignment: Alignment) -> dict[str, Any]:
    """Requirements that each discipline answers, by work function; and what share of the function that is."""
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
    for title in order[:SHOWN]:
        line = []
        for code, size in sizes.items():
            count = counts[title][code]
            share = count / size
            line.append((code, count, round(share, 3), _shade(share)))
        lines.append((title, line))
    return {
        "functions": [(function.code, function.name) for function in functions if function.code in sizes],
        "lines": lines,
        "left": max(0, len(order) - SHOWN),
    }


def _shade(share: float) -> str:
    """Class of a cell: five steps of one blue, the number stands in it as well."""
    return f"h{min(5, int(share * 5) + 1)}" if share else "h0"
