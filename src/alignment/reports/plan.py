"""The report of ``align plan``: terminal, json, csv, xlsx."""

from __future__ import annotations

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.improvement import (
    DEEPEN_SHARE,
    HOURS,
    NEW_DISCIPLINE,
    UNKNOWN_CREDITS,
    Improvement,
    ImprovementPlan,
)
from alignment.i18n import _, decimal, percent, plural
from alignment.model import Kind, Verdict
from alignment.reports.csv_table import csv_text
from alignment.reports.sheets import Sheet, workbook
from alignment.reports.words import kind, verdict

# Changes that the terminal lists: a screen. The files have all.
SHOWN = 25
# Numbers of first changes whose effect is told: small plans that people can carry out, and then doubling.
MILESTONES = (5, 10, 20, 50, 100)


def _place(step: Improvement) -> str:
    return step.discipline if step.discipline != NEW_DISCIPLINE else _("a new discipline")


def _head(plan: ImprovementPlan) -> str:
    line = _("Coverage {before} → {after} (target {target}): {count} changes, {hours} hours")
    return line.format(
        before=percent(plan.before),
        after=percent(plan.after),
        target=percent(plan.target),
        count=len(plan.steps),
        hours=decimal(plan.hours, 0),
    )


def _lack(plan: ImprovementPlan) -> str:
    if plan.undecided and plan.reached:
        return _("The time of the search ended: these changes reach the target, but there may be cheaper ones.")
    if plan.undecided and plan.steps:
        return _(
            "The time of the search ended before it was known whether the target can be reached; "
            "these are the best changes that were found. To make the search easier, raise --share, or lower the target."
        )
    if plan.undecided:
        return _("The time of the search ended before any changes were found. Raise --share, or lower the target.")
    if plan.reached:
        return ""
    if not plan.left:
        return _("The target is out of reach: these changes close all known gaps, and only titles speak for the rest.")
    return " ".join((_room(plan), _nearest(plan)))


def _room(plan: ImprovementPlan) -> str:
    """What limits a plan that does not reach its target: the hours that there are for new content."""
    if plan.free_hours:
        line = _(
            "The target is out of reach: there is room for {room} hours of new content ({share} of the {hours} hours "
            "of the program, and {free} of a new discipline)."
        )
    else:
        line = _(
            "The target is out of reach: there is room for {room} hours of new content ({share} of the {hours} hours "
            "of the program)."
        )
    return line.format(
        room=decimal(plan.room + plan.free_hours, 0),
        share=percent(plan.share),
        hours=decimal(plan.program_hours, 0),
        free=decimal(plan.free_hours, 0),
    )


def _nearest(plan: ImprovementPlan) -> str:
    """How much of the room is taken, what does not fit, and how to make room."""
    taken = _("These changes take {hours} of them.").format(hours=decimal(plan.hours, 0))
    left = plural(
        "{n} more change does not fit into the disciplines near to it.",
        "{n} more changes do not fit into the disciplines near to them.",
        plan.left,
    )
    advice = _("To make room, raise --share, or give --free-credits for a new discipline.")
    return f"{taken} {left} {advice}"


def left_alone_line(plan: ImprovementPlan) -> str:
    """How many requirements the plan leaves out because only titles speak for them; empty if none."""
    if not plan.unknown:
        return ""
    return plural(
        "Only titles speak for {n} requirement: whether it is taught is not known, so the plan leaves it out.",
        "Only titles speak for {n} requirements: whether they are taught is not known, so the plan leaves them out.",
        plan.unknown,
    )


def draw(plan: ImprovementPlan) -> RenderableType:
    """The terminal's report: what the first changes bring, the changes by gain, and where the hours come from."""
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("№", justify="right", no_wrap=True)
    table.add_column(_("What to add"), ratio=4, overflow="fold")
    # Wide enough for «Инженерно-технические» on a terminal of 80 columns.
    table.add_column(_("Where"), ratio=3, min_width=22, overflow="fold")
    table.add_column(_("Hours"), justify="right", no_wrap=True)
    table.add_column("+", justify="right", no_wrap=True)
    table.add_column(_("Coverage"), justify="right", no_wrap=True)
    for number, step in enumerate(plan.steps[:SHOWN], 1):
        functions = plural("{n} function", "{n} functions", len(step.functions))
        ids = step.ids[0] + (f" +{len(step.ids) - 1}" if len(step.ids) > 1 else "")
        what = Text.assemble(f"{step.requirement}\n", (f"{ids}; {kind(step.kind)}; {functions}", "dim"))
        terms = _("semester {list}").format(list=", ".join(step.semesters)) if step.semesters else ""
        where = Text.assemble((_place(step), "bold"), (f"\n{terms}" if terms else "", "dim"))
        table.add_row(str(number), what, where, decimal(step.hours, 0), percent(step.gain, 1), percent(step.after, 1))
    lines: list[RenderableType] = [Text(f"{plan.program} – {plan.standard}", style="bold")]
    ends = [Text(_head(plan), style="bold")]
    ends += [Text(line, style="yellow") for line in (_lack(plan), left_alone_line(plan)) if line]
    if not plan.steps:
        return Group(*lines, *ends)
    lines += [Text(_head(plan)), Text(first_ones(plan)), Text(""), table]
    if len(plan.steps) > SHOWN:
        more = _("{n} more, each with a smaller gain; the whole plan as a table to edit: --output plan.xlsx")
        lines.append(Text(f"\n{more.format(n=len(plan.steps) - SHOWN)}"))
    return Group(*lines, Text(f"\n{hours_basis(plan)}", style="dim"), *ends)


def first_ones(plan: ImprovementPlan) -> str:
    """The coverage after the first 5, 10, 20 … changes (`MILESTONES`), which have the largest gain."""
    marks = [count for count in MILESTONES if count < len(plan.steps)]
    parts = [f"{count} → {percent(plan.steps[count - 1].after, 1)}" for count in (*marks, len(plan.steps))]
    return _("Largest gain first. Coverage after so many changes: {list}").format(list="; ".join(parts))


def hours_basis(plan: ImprovementPlan) -> str:
    """The sentences on where the hours come from."""
    basis = _(
        "Hours are an assumption of this tool, not a norm: {action} for a labour action, {skill} for a skill, "
        "{knowledge} for knowledge, half of it where it is taught in part already. New content may take {share} of a "
        "discipline's hours (36 a credit where only credits are known)."
    ).format(
        action=decimal(HOURS[Kind.ACTION], 0),
        skill=decimal(HOURS[Kind.SKILL], 0),
        knowledge=decimal(HOURS[Kind.KNOWLEDGE], 0),
        share=percent(plan.share),
    )
    if not plan.assumed:
        return basis
    assumed = _("No document gives hours or credits of some disciplines ({n}): {credits} credits are assumed.")
    return f"{basis} {assumed.format(n=plan.assumed, credits=decimal(UNKNOWN_CREDITS, 0))}"


def _basis(step: Improvement) -> str:
    """How the hours of one change are computed, in words."""
    if step.verdict is Verdict.PARTIAL:
        return _("{kind}: {hours} × ½, taught in part").format(
            kind=kind(step.kind), hours=decimal(step.hours / DEEPEN_SHARE, 0)
        )
    return _("{kind}: {hours}, new").format(kind=kind(step.kind), hours=decimal(step.hours, 0))


def _heads() -> tuple[str, ...]:
    return (
        _("What to add"),
        _("Work functions"),
        _("Kind"),
        _("Verdict"),
        _("Discipline"),
        _("Semesters"),
        _("Credits"),
        _("Hours"),
        _("Basis of the hours"),
        _("Gain"),
        _("Coverage after it"),
        _("Nearness"),
        _("Ids"),
        _("Decision"),
    )


def _rows(plan: ImprovementPlan) -> list[tuple[str | float | None, ...]]:
    return [
        (
            step.requirement,
            ", ".join(step.functions),
            kind(step.kind),
            verdict(step.verdict),
            _place(step),
            ", ".join(step.semesters),
            step.credits,
            step.hours,
            _basis(step),
            step.gain,
            step.after,
            step.nearness,
            ", ".join(step.ids),
            "",
        )
        for step in plan.steps
    ]


def as_xlsx(plan: ImprovementPlan) -> bytes:
    """A workbook to edit; the last column is empty, for what people decide."""
    lines = [
        f"{plan.program} – {plan.standard}", _head(plan), _lack(plan), left_alone_line(plan), hours_basis(plan)
    ]  # fmt: skip
    notes = [line for line in lines if line]
    sheet = Sheet(
        name=_("Plan"),
        heads=_heads(),
        rows=_rows(plan),
        widths=(70, 18, 16, 12, 40, 11, 9, 8, 26, 9, 12, 10, 24, 30),
        percents=(9, 10),
        notes=notes,
    )
    return workbook([sheet])


def as_csv(plan: ImprovementPlan) -> str:
    """The same table as csv."""
    return csv_text(_heads(), _rows(plan))
