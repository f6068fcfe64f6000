"""What leaves a review: decisions as labels for ``align tune``, and the protocol to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from alignment.i18n import _, decimal, percent
from alignment.model import DECIDED, Alignment, Statement, Verdict
from alignment.reports import csv_report
from alignment.reports.csv_table import csv_text
from alignment.reports.docx_report import document_of, saved, table
from alignment.reports.rows import MARKS
from alignment.reports.words import definition, place, program_name, verdict
from alignment.review.accounts import called
from alignment.review.agreement import alpha, decided, disputed, latest
from alignment.review.estimate import Estimator
from alignment.review.plain import plain
from alignment.review.store import alignment_of
from alignment.review.tables import Review

# The columns that `alignment.evaluation.gold` reads.
COLUMNS = ("requirement_id", "requirement", "kind", "function", "statement", "discipline", "label")


def csv_of(review: Review) -> str:
    """Settled decisions with the evidence that was chosen (or the best one) as labelled pairs."""
    return csv_text(COLUMNS, _pairs(review))


def _pairs(review: Review) -> Iterator[tuple[str, ...]]:
    alignment = alignment_of(review)
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    statements = {item.id: item for item in alignment.program.statements()}
    for item in review.items:
        label = decided(item)
        finding = alignment.findings[item.position]
        chosen = [statements[key] for key in _chosen(item) if key in statements]
        best = [finding.best.statement] if finding.best else []
        for statement in (chosen or best) if label else ():
            yield (
                f"{item.function} {item.requirement}",
                item.requirement,
                finding.requirement.kind.value,
                f"{alignment.standard.title}: {names.get(item.function, '')}",
                statement.text,
                statement.discipline,
                label or "",
            )


def report_of(review: Review) -> str:
    """The report of the check with the settled decisions as its verdicts: what a tuning learns from."""
    decisions = {item.position: label for item in review.items if (label := decided(item))}
    rows = enumerate(csv_report.rows(alignment_of(review)))
    return csv_report.table({**row, "verdict": decisions[number]} for number, row in rows if number in decisions)


def _chosen(item: Any) -> list[str]:
    return list(dict.fromkeys(key for judgement in latest(item).values() for key in judgement.evidence.split() if key))


def _coverage_lines(counts: Sequence[int], total: int, alignment: Alignment, review: Review) -> list[str]:
    """Coverage by the decisions alone when all is decided; before that the estimate, what is undecided apart."""
    judged = sum(counts)
    decisions = {item.position: value for item in review.items if (value := decided(item))}
    estimate = Estimator(alignment)(decisions)
    if judged == total and total:
        # As the page of the review says it: by the weights of the check, if it has any.
        return [f"{definition()}: {percent(estimate.share)}"]
    lines = [_("Decided: {n} of {total}; undecided: {left}").format(n=judged, total=total, left=total - judged)]
    if judged:
        share = percent((counts[0] + counts[1] / 2) / judged)
        lines.append(_("Coverage of what is decided: {share}").format(share=share))
    if not estimate.enough:
        return [*lines, _("Too little is known of the program for a percentage.")]
    lines.append(
        _("Coverage of the whole, the undecided as computed: between {low} and {high} with 90 % confidence").format(
            low=percent(estimate.low), high=percent(estimate.high)
        )
    )
    return lines


def _evidence_line(statement: Statement) -> str:
    """A piece of evidence that an expert ticked, with its place."""
    text = statement.discipline if statement.title_only else f"{statement.discipline}: {statement.text}"
    where = place(statement)
    return f"{text} ({where})" if where else text


def _signed(review: Review) -> str:
    """Who signed when, by the clock of this machine."""
    if review.locked is None:
        return _("Not signed: work in progress")
    moment = review.locked if review.locked.tzinfo else review.locked.replace(tzinfo=UTC)
    by = [plain(called(review.signer))] if review.signer else []
    return f"{_('Signed and locked')}: {', '.join([*by, f'{moment.astimezone():%d.%m.%Y}'])}"


def docx_of(review: Review) -> bytes:
    """The protocol: what was decided on each finding, by whom, on what evidence, and how far the experts agree."""
    document = document_of(_("Protocol of review"))
    document.add_heading(_("Protocol of review"), 0)
    alignment = alignment_of(review)
    document.add_paragraph(f"{_('Program')}: {plain(program_name(alignment.program))}")
    document.add_paragraph(f"{_('Standard')}: {plain(review.standard)}")
    people = {entry.user_id: entry.user for item in review.items for entry in latest(item).values()}
    document.add_paragraph(f"{_('Experts')}: {', '.join(plain(called(person)) for person in people.values()) or '–'}")
    counts = [sum(decided(item) == value.value for item in review.items) for value in DECIDED]
    summary = ", ".join(
        f"{MARKS[value]} {verdict(value)} {count}" for value, count in zip(DECIDED, counts, strict=True)
    )
    document.add_paragraph(f"{_('Decided')}: {summary}")
    for line in _coverage_lines(counts, len(review.items), alignment, review):
        document.add_paragraph(line)
    agreement = alpha(review.items)
    if agreement is not None:
        document.add_paragraph(f"{_('Krippendorff’s alpha')}: {decimal(agreement)}")
    document.add_paragraph(_signed(review))
    names = (
        _("Id"),
        _("Requirement"),
        _("Computed"),
        _("Decided"),
        _("Experts"),
        _("Evidence"),
        _("Comment"),
    )
    statements = {statement.id: statement for statement in alignment.program.statements()}
    lines = []
    for item in review.items:
        decision = decided(item)
        word = (
            f"{MARKS[Verdict(decision)]} {verdict(Verdict(decision))}"
            if decision
            else (_("disputed") if disputed(item) else "–")
        )
        said = latest(item).values()
        lines.append(
            (
                (
                    plain(alignment.findings[item.position].requirement.id),
                    plain(item.requirement),
                    verdict(Verdict(item.verdict)),
                    word,
                    "; ".join(f"{plain(called(entry.user))}: {verdict(Verdict(entry.verdict))}" for entry in said),
                    "\n".join(plain(_evidence_line(statements[key])) for key in _chosen(item) if key in statements),
                    "; ".join(plain(entry.comment) for entry in said if entry.comment),
                ),
                Verdict(decision) if decision else None,
                False,
            )
        )
    table(document, names, (2.2, 5.8, 2.2, 2.4, 3.2, 6.4, 3.8), lines)
    document.add_heading(_("Signatures"), 1)
    signers = [((plain(called(person)), "", ""), None, False) for person in people.values()]
    table(document, (_("Surname, first name, patronymic"), _("Signature"), _("Date")), (10, 8, 5), signers)
    return saved(document)
