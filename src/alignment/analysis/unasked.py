"""What the program teaches and the standard does not ask for, and the discipline that should close a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from alignment.analysis.general import is_general, is_promises
from alignment.model import Alignment, Finding, Statement, Verdict


def surplus(alignment: Alignment) -> dict[str, list[Statement]]:
    """By discipline, the statements that answer no requirement even in part, in the program's order."""
    result: dict[str, list[Statement]] = {}
    for statement in alignment.program.statements():
        if not statement.title_only and alignment.reach.get(statement.id, 0.0) < alignment.thresholds.partial:
            result.setdefault(statement.discipline, []).append(statement)
    return result


# Least share of a function's requirements that a discipline answers to be the home of what is missing. Of the 16
# functions of 06.001 13 have one in 09.03.03-2018: 16 with half the share, 4 with double. A home is advice, no verdict.
HOME = 0.1


def main_disciplines(alignment: Alignment) -> dict[str, str]:
    """By code of the work function, the discipline that gives most of its evidence: new content belongs there.

    General disciplines do not count. A function has none if that discipline answers less than the share `HOME` of its
    requirements.
    """
    return main_disciplines_of(alignment.findings)


def main_disciplines_of(findings: Iterable[Finding]) -> dict[str, str]:
    """`main_disciplines`, from findings."""
    counts: dict[str, Counter[str]] = {}
    asked: Counter[str] = Counter()
    for finding in findings:
        asked[finding.function] += 1
        title = finding.best.statement.discipline if finding.best else ""
        # Safety at work answers a requirement of nearly every function, and teaches the rest of none.
        if finding.verdict.answered and title and not is_promises(title) and not is_general(title):
            counts.setdefault(finding.function, Counter())[title] += 1
    # `most_common` keeps the order of insertion, so of equals the first wins.
    first = {function: counter.most_common(1)[0] for function, counter in counts.items()}
    return {function: title for function, (title, count) in first.items() if count >= HOME * asked[function]}


def discipline_to_extend(finding: Finding, by_function: Mapping[str, str]) -> str:
    """The title of the discipline that should get what is missing; empty if nothing is missing or none fits.

    For a partial match it is the discipline of the evidence, for an unknown
    requirement the discipline whose title speaks for it. For a gap it is the
    discipline of the parent match, else the main discipline of the work function:
    the nearest miss may be far from the requirement. Lists of promised
    competences are no discipline.
    """
    if finding.verdict is Verdict.COVERED:
        return ""
    near = finding.best.statement.discipline if finding.best else ""
    parent = finding.above.evidence.statement.discipline if finding.above else ""
    home = by_function.get(finding.function, "")
    order = (near, home) if finding.verdict in (Verdict.PARTIAL, Verdict.UNKNOWN) else (parent, home)
    return next((title for title in order if title and not is_promises(title)), "")
