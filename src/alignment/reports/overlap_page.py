"""The page of ``align overlap``: one self-contained file with the graph of groups, their core, and heat maps."""

from __future__ import annotations

import msgspec

from alignment.analysis.overlap import Exchange, Group, Overlap, SharedWork
from alignment.i18n import _, language
from alignment.reports.html_report import environment

# Groups and cells that a page can show; the workbook has all.
GROUPS, NAMES = 60, 60
# Of the map, in points, and what is left free at its edges for the marks.
WIDTH, HEIGHT, MARGIN = 1000, 700, 30
SEED = 20261125  # of the map's layout, which starts at random: any, but the same in each report
# Shares at which the shade of a cell changes: most lie below a third.
STEPS = (0.05, 0.1, 0.2, 0.35, 0.5)
# Rounds of the layout (50 are usual; groups overlap less after 120), and its distance of two nodes, in shares of the
# square root of the map: 1 is usual.
ROUNDS, DISTANCE = 120, 1.6
# Colours of areas that differ in lightness too (Okabe & Ito 2008), each with a shape of its own beside.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#7A4A86", "#8C6D00", "#56748A", "#A03E5D", "#3C3C3C")


class Dot(msgspec.Struct, frozen=True):
    """A work function in the picture: its place in pixels, its colour, the number of its area, its label and group."""

    x: float
    y: float
    colour: str
    number: int
    label: str
    group: int


def render(report: SharedWork) -> str:
    """The page as HTML."""
    whole = report.overlap
    groups = whole.groups[:GROUPS]
    areas = list(dict.fromkeys(whole.nodes[item].area for group in groups for item in group.nodes))
    dots, lines = _picture(whole, areas)
    return (
        environment()
        .get_template("overlap.html")
        .render(
            language=language(),
            title=_("Work that several standards ask for"),
            overlap=whole,
            groups=[(number, group_title(whole, group), group) for number, group in enumerate(groups, 1)],
            areas=[(area, COLOURS[number % len(COLOURS)], number + 1) for number, area in enumerate(areas)],
            dots=dots,
            lines=lines,
            size=(WIDTH, HEIGHT),
            matrices=[
                (_("Areas of professional activity"), _cut(report.areas)),
                (_("Standards"), _cut(report.standards)),
            ],
            step=lambda value: sum(value >= limit for limit in STEPS),
        )
    )


def _cut(exchange: Exchange) -> Exchange:
    return msgspec.structs.replace(
        exchange,
        names=exchange.names[:NAMES],
        titles=exchange.titles[:NAMES],
        cells=tuple(row[:NAMES] for row in exchange.cells[:NAMES]),
    )


def _picture(whole: Overlap, areas: list[str]) -> tuple[list[Dot], list[tuple[float, float, float, float, float]]]:
    """The dots of the linked functions, placed by networkx (Fruchterman & Reingold 1991), and the lines between them.

    A line is (x, y) of both ends and the probability of the link.
    """
    import networkx

    group_of = {item: number for number, group in enumerate(whole.groups[:GROUPS], 1) for item in group.nodes}
    graph = networkx.Graph()
    graph.add_nodes_from(sorted(group_of))
    kept = [link for link in whole.links if link.one in group_of and group_of[link.one] == group_of.get(link.two)]
    graph.add_weighted_edges_from((link.one, link.two, link.probability) for link in kept)
    if not group_of:
        return [], []
    places = networkx.spring_layout(graph, seed=SEED, iterations=ROUNDS, k=DISTANCE / max(1, len(group_of)) ** 0.5)

    def at(node: int) -> tuple[float, float]:
        x, y = places[node]
        return round(WIDTH / 2 + float(x) * (WIDTH / 2 - MARGIN), 1), round(
            HEIGHT / 2 + float(y) * (HEIGHT / 2 - MARGIN), 1
        )

    dots = []
    for node, number in sorted(group_of.items()):
        entry = whole.nodes[node]
        area = areas.index(entry.area)
        label = f"{entry.standard} {entry.code} {entry.name} ({entry.title})"
        dots.append(Dot(*at(node), COLOURS[area % len(COLOURS)], area + 1, label, number))
    return dots, [(*at(link.one), *at(link.two), link.probability) for link in kept]


def group_title(overlap: Overlap, group: Group) -> str:
    """The title of a group: the name of the work function with the strongest links."""
    weight = dict.fromkeys(group.nodes, 0.0)
    for link in overlap.links:
        if link.one in weight and link.two in weight:
            weight[link.one] += link.probability
            weight[link.two] += link.probability
    return overlap.nodes[max(weight, key=lambda item: (weight[item], -item))].name
