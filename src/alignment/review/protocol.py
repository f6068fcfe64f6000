"""Exports of a review: decisions as labels for ``align tune``, and the protocol to be signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from alignment.i18n import _, decimal, percent
from alignment.model import DECIDED, Alignment, Statement, Verdict
from alignment.reports import csv_report
from alignment.reports.csv_table import csv_text
from alignment.reports.docx_report import add_table, document_of, saved
from alignment.reports.rows import MARKS
from alignment.reports.words import definition, place, program_name, verdict
from alignment.review.accounts import called
from alignment.review.agreement import alpha, disputed, latest, settled, standing_verdict
from alignment.review.estimate import Estimator
from alignment.review.plain import plain
from alignment.review.store import ReviewStore, alignment_of
from alignment.review.tables import Review

# The columns that `alignment.evaluation.gold` reads.
COLUMNS = ("requirement_id", "requirement", "kind", "function", "statement", "discipline", "label")


def csv_of(review: Review) -> str:
    """Decisions as labelled pairs (csv): each with the evidence that experts chose, else the best evidence."""
    return csv_text(COLUMNS, _pairs(review))


def _pairs(review: Review) -> Iterator[tuple[str, ...]]:
    alignment = alignment_of(review)
    names = {function.code: function.name for general in alignment.standard.functions for function in general.functions}
    statements = {item.id: item for item in alignment.program.statements()}
    for item in review.items:
        label = standing_verdict(item)
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
    """The csv report of the check in which the experts' verdicts replace the computed ones; `align tune` reads it."""
    decisions = {item.position: label for item in review.items if (label := standing_verdict(item))}
    rows = enumerate(csv_report.csv_rows(alignment_of(review)))
    return csv_report.csv_table({**row, "verdict": decisions[number]} for number, row in rows if number in decisions)


def write_reports(store: ReviewStore, numbers: Sequence[int], folder: Path) -> list[Path]:
    """Write the corrected report (`report_of`) of each review into ``folder``, in the order of the reviews.

    Raises:
        NotFoundError: there is no review of that number.
    """
    paths = []
    for number in numbers:
        path = folder / f"review-{number}.csv"
        path.write_text(report_of(store.review(number)), encoding="utf-8")
        paths.append(path)
    return paths


def _chosen(item: Any) -> list[str]:
    return list(dict.fromkeys(key for decision in latest(item).values() for key in decision.evidence.split() if key))


def _coverage_lines(counts: Sequence[int], total: int, alignment: Alignment, review: Review) -> list[str]:
    """Lines on coverage: from the decisions alone if all is decided, else the estimate with what is undecided."""
    judged = sum(counts)
    decisions = {item.position: value for item in review.items if (value := standing_verdict(item))}
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
    low, high = percent(estimate.low), percent(estimate.high)
    if low == high:
        lines.append(_("Coverage of the whole, with undecided findings as computed: {share}").format(share=low))
    else:
        lines.append(
            _(
                "Coverage of the whole, with undecided findings as computed: between {low} and {high} with 90 % "
                "confidence"
            ).format(low=low, high=high)
        )
    return lines


def _evidence_line(statement: Statement) -> str:
    """A statement that an expert chose as evidence, with its place."""
    text = statement.discipline if statement.title_only else f"{statement.discipline}: {statement.text}"
    where = place(statement)
    return f"{text} ({where})" if where else text


def _signed(review: Review) -> str:
    """Who signed and when, in the time zone of this machine."""
    if review.locked is None:
        return _("Not signed: work in progress")
    moment = review.locked if review.locked.tzinfo else review.locked.replace(tzinfo=UTC)
    by = [plain(called(review.signer))] if review.signer else []
    return f"{_('Signed and locked')}: {', '.join([*by, f'{moment.astimezone():%d.%m.%Y}'])}"


def docx_of(review: Review) -> bytes:
    """The protocol as docx: for each finding the decision, who made it and on what evidence; and their agreement."""
    document = document_of(_("Protocol of review"))
    document.add_heading(_("Protocol of review"), 0)
    alignment = alignment_of(review)
    document.add_paragraph(f"{_('Program')}: {plain(program_name(alignment.program))}")
    document.add_paragraph(f"{_('Standard')}: {plain(review.standard)}")
    people = {entry.user_id: entry.user for item in review.items for entry in latest(item).values()}
    document.add_paragraph(f"{_('Experts')}: {', '.join(plain(called(person)) for person in people.values()) or '–'}")
    counts = [sum(standing_verdict(item) == value.value for item in review.items) for value in DECIDED]
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
        decision = standing_verdict(item)
        word = (
            f"{MARKS[Verdict(decision)]} {verdict(Verdict(decision))}"
            if decision
            else (_("disputed") if disputed(item) else "–")
        )
        decisions, head = latest(item).values(), settled(item)
        if head is not None:
            word += f"\n{_('settled')}: {plain(called(head.user))}"
        votes = [entry for entry in decisions if entry is not head]
        lines.append(
            (
                (
                    plain(alignment.findings[item.position].requirement.id),
                    plain(item.requirement),
                    verdict(Verdict(item.verdict)),
                    word,
                    "\n".join(f"{plain(called(entry.user))}: {verdict(Verdict(entry.verdict))}" for entry in votes),
                    "\n".join(plain(_evidence_line(statements[key])) for key in _chosen(item) if key in statements),
                    "\n".join(
                        f"{plain(called(entry.user))}: {plain(entry.comment)}" for entry in decisions if entry.comment
                    ),
                ),
                Verdict(decision) if decision else None,
                False,
            )
        )
    add_table(document, names, (2.2, 5.8, 2.2, 2.4, 3.2, 6.4, 3.8), lines)
    document.add_heading(_("Signatures"), 1)
    signers = [((plain(called(person)), "", ""), None, False) for person in people.values()]
    add_table(document, (_("Surname, first name, patronymic"), _("Signature"), _("Date")), (10, 8, 5), signers)
    return saved(document)
