"""The report of ``align suggest`` for the terminal: three lines for each standard."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.suggest import Suggestion
from alignment.i18n import _, decimal, percent, plural


def draw(ranked: Sequence[Suggestion]) -> RenderableType:
    """The ranking with the best reason for each standard, and the number of standards that were ranked."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(justify="right", no_wrap=True)
    for number, item in enumerate(ranked, 1):
        name = Text.assemble((f"{item.code} ", "bold") if item.code else "", (item.title, "bold"))
        table.add_row(f"{number}.", name, Text(decimal(item.fit), style="bold"))
        table.add_row("", Text(_facts(item)), "")
        table.add_row("", _best_reason(item), "")
    among = ranked[0].among if ranked else 0
    ranked_among = plural("Chosen from {n} standard at hand", "Chosen from {n} standards at hand", among)
    shown = plural("{n} checked in full", "{n} checked in full", len(ranked))
    ground = _(
        "The number on the right orders the list: nearness of disciplines and titles, and the direction of study."
    )
    lines = [Text(f"\n{ranked_among}; {shown}. {ground}", style="dim")]
    if ranked and not ranked[0].enough:
        lines.append(Text(_too_little(ranked[0]), style="yellow"))
    elif ranked:
        lines.append(
            Text(
                _("Coverage does not order the list: a standard of few general duties is easily covered."), style="dim"
            )
        )
    return Group(table, *lines)


def _too_little(item: Suggestion) -> str:
    """The warning that only titles were compared, and how to give more."""
    return _(
        "The content of {known} of {total} disciplines is known: too little for a percentage, the order rests on "
        "titles. Give the work programmes beside the study plan: docx, pdf, or a folder with them."
    ).format(known=item.known, total=item.disciplines)


def _facts(item: Suggestion) -> str:
    """Coverage with its interval, levels, and who names the standard."""
    facts = []
    if item.enough:
        facts.append(
            _("coverage {share}, between {low} and {high}").format(
                share=percent(item.coverage), low=percent(item.low), high=percent(item.high)
            )
        )
    if item.levels:
        facts.append(_("levels {list}").format(list=", ".join(sorted(item.levels))))
    if item.declared:
        facts.append(_("declared by the program"))
    if item.fgos:
        facts.append(_("named by the FGOS"))
    if item.named:
        facts.append(_("names the direction {direction}").format(direction=item.direction))
    return "; ".join(facts) or _("no document names it")


def _best_reason(item: Suggestion) -> RenderableType:
    """What a standard asks and what the program has for it: half of a line each, so that neither is cut off whole."""
    if not item.reasons:
        return Text(_("only titles and general disciplines come near: nothing speaks for it yet"), style="dim")
    best = item.reasons[0]
    halves = Table.grid(expand=True)
    halves.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    halves.add_column(no_wrap=True)
    halves.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    halves.add_row(
        Text.assemble((f"{best.function} ", "bold"), best.requirement),
        " ← ",
        Text.assemble((f"{best.discipline}: ", "italic"), best.statement),
    )
    return halves
