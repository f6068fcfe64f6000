"""Groups of linked work functions: what their standards share, and what only one of them asks for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from alignment.analysis.overlap.chance import Chance
from alignment.analysis.overlap.links import FunctionNode, Link, links
from alignment.catalogue.index import Register
from alignment.encoders import Vectors
from alignment.model import Noun
from alignment.progress import Progress

# Chance from which two requirements of a group are of its shared core: more likely the same than not.
LEAST = 0.5
# Of the search for communities, which starts at random: any, but the same in each run.
SEED = 20261125
# Links of a requirement within a group: it is small, and a core has one requirement of each function.
NEAREST_INSIDE = 3
# Groups whose requirements are compared with each other, the largest first; the rest is listed with its functions only.
# More than anybody reads; each takes a part of a second.
DETAILED = 200


class Shared(Noun, frozen=True, kw_only=True):
    """One requirement that several standards of a group share: one text of each, and the number of standards."""

    texts: tuple[str, ...]
    standards: int


class Group(Noun, frozen=True, kw_only=True):
    """Work functions that ask for the same work.

    ``nodes`` are their places in `Overlap.nodes`. ``probability`` is the mean of
    the group's links. ``core`` is what at least two of its standards ask for,
    ``rest`` has by standard the texts that only it asks for.
    """

    nodes: tuple[int, ...]
    standards: tuple[str, ...]
    areas: tuple[str, ...]
    probability: float
    core: tuple[Shared, ...] = ()
    rest: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Overlap(Noun, frozen=True, kw_only=True):
    """All work functions, their links, and the groups that span several standards, largest first.

    ``least`` is the lowest probability of a link that was kept.
    """

    nodes: tuple[FunctionNode, ...]
    links: tuple[Link, ...]
    groups: tuple[Group, ...]
    least: float
    engine: str


def find_overlap(
    register: Register,
    names: Sequence[FunctionNode],
    vectors: Vectors,
    chance: Chance,
    *,
    least: float = LEAST,
    progress: Progress | None = None,
) -> Overlap:
    """Links and groups of all work functions of the register.

    Args:
        register: the standards with the vectors of their requirements.
        names: its work functions (`links.nodes`).
        vectors: unit vectors of the work functions (`links.directions`), shape (functions, dimension).
        chance: from nearness to probability.
        least: the lowest probability of a link.
        progress: called with the stage, the steps done and the steps in all.
    """
    edges = links(vectors, register.belongs, chance, least=least, progress=progress)
    groups = [_group(members, edges, names) for members in communities(len(names), edges)]
    groups = [group for group in groups if len(group.standards) > 1]
    groups.sort(key=lambda group: (-len(group.areas), -len(group.standards), -group.probability, group.nodes))
    detailed = [_detailed(group, register, chance) for group in groups[:DETAILED]]
    return Overlap(
        nodes=tuple(names),
        links=tuple(edges),
        groups=(*detailed, *groups[DETAILED:]),
        least=least,
        engine=register.engine,
    )


def communities(count: int, edges: Sequence[Link]) -> list[list[int]]:
    """Communities of the graph of links (Louvain, Blondel et al. 2008, by networkx), sorted by their first node."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(sorted({node for link in edges for node in (link.one, link.two)}))
    graph.add_weighted_edges_from((link.one, link.two, link.probability) for link in edges)
    if not any(link.probability > 0 for link in edges):
        return [[node] for node in sorted(graph)]
    parts = networkx.community.louvain_communities(graph, seed=SEED)
    return sorted(sorted(members) for members in parts)


def _group(members: Sequence[int], edges: Sequence[Link], names: Sequence[FunctionNode]) -> Group:
    """The group of these nodes, without its core (`_detailed` adds it)."""
    inside = set(members)
    chances = [link.probability for link in edges if link.one in inside and link.two in inside]
    return Group(
        nodes=tuple(members),
        standards=tuple(dict.fromkeys(names[item].standard for item in members)),
        areas=tuple(dict.fromkeys(names[item].area for item in members)),
        probability=round(float(np.mean(chances)) if chances else 0.0, 4),
    )


def _detailed(group: Group, register: Register, chance: Chance) -> Group:
    """The group with its core and the rest of each standard."""
    ends = np.cumsum(register.counts)
    rows: list[int] = []
    texts: list[str] = []
    whose: list[int] = []
    for node in group.nodes:
        number = int(register.belongs[node])
        first = int(ends[node] - register.counts[node])
        functions = [function for general in register.standard(number).functions for function in general.functions]
        requirements = functions[node - register.listed[number].first_function].requirements
        rows += range(first, first + len(requirements))
        texts += [item.text for item in requirements]
        whose += [number] * len(requirements)
    if len(set(whose)) < 2:
        return group
    owner = np.asarray(whose)
    vectors = np.asarray(register.vectors[rows], dtype=np.float32)
    inner = links(vectors, owner, chance, least=LEAST, nearest=NEAREST_INSIDE)
    together = communities(len(rows), inner)
    core = []
    used: set[int] = set()
    for members in together:
        standards = {whose[item] for item in members}
        if len(standards) > 1:
            used |= set(members)
            one_each = {whose[item]: texts[item] for item in reversed(members)}
            core.append(Shared(texts=tuple(one_each[number] for number in sorted(one_each)), standards=len(standards)))
    rest: dict[str, tuple[str, ...]] = {}
    for number in dict.fromkeys(whose):
        line = register.listed[number]
        left = [text for item, text in enumerate(texts) if whose[item] == number and item not in used]
        rest[line.code or line.title] = tuple(dict.fromkeys(left))
    core.sort(key=lambda item: (-item.standards, item.texts))
    return Group(
        nodes=group.nodes,
        standards=group.standards,
        areas=group.areas,
        probability=group.probability,
        core=tuple(core),
        rest=rest,
    )
