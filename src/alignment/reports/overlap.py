"""The report of ``align overlap``: terminal, json, xlsx, html, GraphML."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.console import Group as Lines
from rich.table import Table
from rich.text import Text

from alignment.analysis.overlap import Exchange, SharedWork
from alignment.i18n import _, decimal, percent
from alignment.reports.sheets import CellValue, Sheet, workbook

# Groups on the terminal, and texts of the shared core of each: two screens. The files have all.
SHOWN, SHOWN_CORE = 12, 4
# Rows and columns of the terminal's matrix, and letters of the names of both: what 200 characters hold.
MATRIX, COLUMN_NAME, ROW_NAME = 16, 8, 24
# Shares from which a cell is printed bold, and not dim: only for the eye.
STRONG, WEAK = 0.3, 0.1
# Characters between two columns of the matrix, and of a share ("100 %").
GAP, SHARE_WIDTH = 3, 5


def draw(report: SharedWork) -> RenderableType:
    """Counts, the largest groups with their shared core, the exchange matrix."""
    whole = report.overlap
    counts = _("{functions} work functions, {links} links, {groups} groups over several standards")
    head = Text(counts.format(functions=len(whole.nodes), links=len(whole.links), groups=len(whole.groups)))
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
    meaning = _("P: how probable it is that these functions ask for the same; 2×: asked for by two standards.")
    areas = Matrix(report.areas, _("Areas: share of the column's requirements that the row has too"))
    standards = Matrix(report.standards, _("Standards: share of the column's requirements that the row has too"))
    return Lines(head, table, Text(meaning, style="dim"), Text(""), areas, standards)


class Matrix:
    """Who has what share of what others ask; as many columns as the terminal has room for."""

    def __init__(self, exchange: Exchange, title: str) -> None:
        self._exchange, self._title = exchange, title

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table, and what was left out of it."""
        names = self._exchange.names[:MATRIX]
        rows = [name[:ROW_NAME] or "–" for name in names]
        columns = [name[:COLUMN_NAME] or "–" for name in names]
        # Three cells part the columns, one stands at each edge; a share takes five.
        left, fits = options.max_width - 2 - max(map(len, rows), default=0), 0
        while fits < len(columns) and left >= max(SHARE_WIDTH, len(columns[fits])) + GAP:
            left -= max(SHARE_WIDTH, len(columns[fits])) + GAP
            fits += 1
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("", no_wrap=True)
        for name in columns[:fits]:
            table.add_column(name, justify="right", no_wrap=True)
        for row, name in enumerate(rows):
            cells = [
                Text("·" if row == column else percent(value), style=_shade(value) if row != column else "dim")
                for column, value in enumerate(self._exchange.cells[row][:fits])
            ]
            table.add_row(name, *cells)
        yield Text(self._title, style="italic")
        yield table
        if hidden := len(self._exchange.names) - fits:
            yield Text(_("{n} columns more in --output overlap.xlsx").format(n=hidden), style="dim")


def _shade(value: float) -> str:
    return "bold" if value >= STRONG else ("" if value >= WEAK else "dim")


def as_xlsx(report: SharedWork) -> bytes:
    """A workbook with sheets: groups, shared core, what only one sector asks for, links, the two matrices."""
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
                name=_("In one sector only"),
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
    rows: list[tuple[CellValue, ...]] = [
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
        notes=(_("Share of the column's requirements that the row has too"),),
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
