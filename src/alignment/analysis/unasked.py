"""What the program teaches that the standard does not ask, and where a gap would best be closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from alignment.analysis.general import is_promises
from alignment.model import Alignment, Finding, Statement, Verdict


def surplus(alignment: Alignment) -> dict[str, list[Statement]]:
    """Statements that answer no requirement even in part, by discipline, in the program's order."""
    result: dict[str, list[Statement]] = {}
    for statement in alignment.program.statements():
        if not statement.title_only and alignment.reach.get(statement.id, 0.0) < alignment.thresholds.partial:
            result.setdefault(statement.discipline, []).append(statement)
    return result


# Least share of a function's requirements that a discipline answers to be the home of what is missing. Of the 16
# functions of 06.001 13 have one in 09.03.03-2018: 16 with half the share, 4 with double. A home is advice, no verdict.
HOME = 0.1


def main_disciplines(alignment: Alignment) -> dict[str, str]:
    """For each work function the discipline that gives most of its evidence: where more of it would belong.

    A discipline that answers less than `HOME` of the function is no home; then the function has none.
    """
    return main_disciplines_of(alignment.findings)


def main_disciplines_of(findings: Iterable[Finding]) -> dict[str, str]:
    """`main_disciplines` of findings alone."""
    counts: dict[str, Counter[str]] = {}
    asked: Counter[str] = Counter()
    for finding in findings:
        asked[finding.function] += 1
        if finding.verdict.answered and finding.best and not is_promises(finding.best.statement.discipline):
            counts.setdefault(finding.function, Counter())[finding.best.statement.discipline] += 1
    # Of equals the one that was met first.
    first = {function: counter.most_common(1)[0] for function, counter in counts.items()}
    return {function: title for function, (title, count) in first.items() if count >= HOME * asked[function]}


def discipline_to_extend(finding: Finding, by_function: Mapping[str, str]) -> str:
    """The discipline to which what is missing should be added; an empty string where nothing is missing or near.

    A partial match is deepened where it stands; what is unknown is looked up in
    the discipline whose title speaks. A gap goes to the discipline of what the
    level above found, else of its function; its nearest miss may be far from it.
    What is only promised stands in no discipline.
    """
    if finding.verdict is Verdict.COVERED:
        return ""
    near = finding.best.statement.discipline if finding.best else ""
    whole = finding.above.evidence.statement.discipline if finding.above else ""
    home = by_function.get(finding.function, "")
    order = (near, home) if finding.verdict in (Verdict.PARTIAL, Verdict.UNKNOWN) else (whole, home)
    return next((title for title in order if title and not is_promises(title)), "")
