"""What ``align overlap`` found: terminal, json, xlsx, html, GraphML."""

from __future__ import annotations

import io

from rich import box
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from alignment.analysis.overlap import Exchange, SharedWork
from alignment.i18n import _, decimal, percent
from alignment.reports.sheets import Cell, Sheet, workbook

# Groups on the terminal, and texts of the shared core of each: two screens. The files have all.
SHOWN, SHOWN_CORE = 12, 4
# Rows and columns of the terminal's matrix, and letters of the names of both: what 200 characters hold.
MATRIX, COLUMN_NAME, ROW_NAME = 16, 8, 24
# Shares from which a cell is printed bold, and not dim: only for the eye.
STRONG, WEAK = 0.3, 0.1


def draw(report: SharedWork) -> RenderableType:
    """Counts, the largest groups with their shared core, the exchange matrix."""
    whole = report.overlap
    said = _("{functions} work functions, {links} links, {groups} groups over several standards")
    head = Text(said.format(functions=len(whole.nodes), links=len(whole.links), groups=len(whole.groups)))
    table = Table(box=box.SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column(_("Work functions that ask for the same"), ratio=5, overflow="fold")
    table.add_column("P", justify="right", no_wrap=True)
    table.add_column(_("Shared core"), ratio=4, overflow="fold")
    for group in whole.groups[:SHOWN]:
        names = Text("\n").join(
            Text.assemble((f"{whole.nodes[item].standard} {whole.nodes[item].code} ", "bold"), whole.nodes[item].name)
            for item in group.nodes
        )
        core = Text("\n").join(Text(f"{item.standards}× {item.texts[0]}") for item in group.core[:SHOWN_CORE])
        table.add_row(names, decimal(group.probability), core)
        table.add_section()
    return Lines(head, table, _matrix(report.areas, _("Areas: the row has this share of what the column asks")),
                 _matrix(report.standards, _("Standards: the row has this share of what the column asks")))  # fmt: skip


def _matrix(exchange: Exchange, title: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    table.add_column("")
    for name in exchange.names[:MATRIX]:
        table.add_column(name[:COLUMN_NAME], justify="right", no_wrap=True)
    for row, name in enumerate(exchange.names[:MATRIX]):
        cells = [
            Text("·" if row == column else percent(value), style=_shade(value) if row != column else "dim")
            for column, value in enumerate(exchange.cells[row][:MATRIX])
        ]
        table.add_row(name[:ROW_NAME], *cells)
    return table


def _shade(value: float) -> str:
    return "bold" if value >= STRONG else ("" if value >= WEAK else "dim")


def as_xlsx(report: SharedWork) -> bytes:
    """Sheets: groups, shared core, remainder, links, the two matrices."""
    whole = report.overlap
    functions, core, rest = [], [], []
    for number, group in enumerate(whole.groups, 1):
        for item in group.nodes:
            node = whole.nodes[item]
            functions.append(
                (number, node.area, node.standard, node.title, node.code, node.name, node.level, group.probability)
            )
        core += [(number, item.standards, *_two(item.texts)) for item in group.core]
        rest += [(number, standard, text) for standard, texts in group.rest.items() for text in texts]
    links = []
    for link in whole.links:
        one, two = whole.nodes[link.one], whole.nodes[link.two]
        links.append(
            (one.standard, one.code, one.name, two.standard, two.code, two.name, link.probability, link.cosine)
        )
    group_word, standard_word, function_word = _("Group"), _("Standard"), _("Work function")
    return workbook(
        [
            Sheet(
                name=_("Groups"),
                heads=(group_word, _("Area"), standard_word, _("Title"), _("Code"), function_word, _("Level"), "P"),
                rows=functions,
                widths=(7, 7, 10, 45, 9, 70, 7, 7),
                percents=(7,),
            ),
            Sheet(
                name=_("Shared core"),
                heads=(group_word, _("Standards"), _("Requirement"), _("The same elsewhere")),
                rows=core,
                widths=(7, 10, 70, 70),
            ),
            Sheet(
                name=_("Of one sector only"),
                heads=(group_word, standard_word, _("Requirement")),
                rows=rest,
                widths=(7, 12, 110),
            ),
            Sheet(
                name=_("Links"),
                heads=(standard_word, _("Code"), function_word, standard_word, _("Code"), function_word, "P", "cos"),
                rows=links,
                widths=(10, 9, 55, 10, 9, 55, 7, 7),
                percents=(6,),
            ),
            _exchange_sheet(_("Areas"), report.areas),
            _exchange_sheet(_("Standards"), report.standards),
        ]
    )


def _two(texts: tuple[str, ...]) -> tuple[str, str]:
    return texts[0], "\n".join(texts[1:])


def _exchange_sheet(name: str, exchange: Exchange) -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        (row, title, *cells) for row, title, cells in zip(exchange.names, exchange.titles, exchange.cells, strict=True)
    ]
    last = len(exchange.names) + 1
    return Sheet(
        name=name,
        heads=("", _("Title"), *exchange.names),
        rows=rows,
        widths=(10, 45, *[8] * len(exchange.names)),
        percents=tuple(range(2, last + 1)),
        heat=(2, last),
        notes=(_("The row has this share of what the column asks"),),
    )


def as_graphml(report: SharedWork) -> bytes:
    """The graph of links for other programs (Gephi, yEd, igraph)."""
    import networkx

    whole = report.overlap
    graph = networkx.Graph()
    group_of = {item: number for number, group in enumerate(whole.groups, 1) for item in group.nodes}
    for number, node in enumerate(whole.nodes):
        graph.add_node(
            number,
            standard=node.standard,
            title=node.title,
            area=node.area,
            code=node.code,
            name=node.name,
            level=node.level,
            group=group_of.get(number, 0),
        )
    for link in whole.links:
        graph.add_edge(link.one, link.two, weight=link.probability, cosine=link.cosine)
    out = io.BytesIO()
    networkx.write_graphml(graph, out)
    return out.getvalue()
