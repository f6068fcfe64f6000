"""A framework as a tree: what `programs` and `standards` make of it is their affair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from alignment.model import Issue, Location


class CompetencyNode(msgspec.Struct, frozen=True, kw_only=True):
    """One competency with those below it."""

    identity: str
    code: str
    text: str
    note: str = ""
    level: str = ""
    location: Location = Location()
    children: tuple[CompetencyNode, ...] = ()

    def below(self) -> Iterator[CompetencyNode]:
        """The node and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.below()


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """A competency framework: its name and its highest competencies."""

    title: str
    code: str = ""
    version: str = ""
    nodes: tuple[CompetencyNode, ...] = ()
    warnings: tuple[Issue, ...] = ()


def grow(flat: Iterable[tuple[CompetencyNode, str]]) -> tuple[tuple[CompetencyNode, ...], list[str]]:
    """The tree of nodes given with their parents' identities, and the identities caught in a circle.

    A node whose parent is not there stands at the top.
    """
    items = list(flat)
    known = {node.identity for node, _ in items}
    children: dict[str, list[CompetencyNode]] = {}
    for node, parent in items:
        children.setdefault(parent if parent in known and parent != node.identity else "", []).append(node)
    seen: set[str] = set()

    def whole(node: CompetencyNode) -> CompetencyNode:
        seen.add(node.identity)
        below = tuple(whole(child) for child in children.get(node.identity, ()) if child.identity not in seen)
        return msgspec.structs.replace(node, children=below)

    top = tuple(whole(node) for node in children.get("", ()))
    return top, sorted(known - seen)
