"""A competency framework as a tree, from which `programs` makes a program and `standards` a standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from alignment.model import Issue, Location


class CompetencyNode(msgspec.Struct, frozen=True, kw_only=True):
    """One competency with the competencies below it.

    ``identity`` is its identifier in the file, ``code`` its code for people, ``note`` a type or description.
    """

    identity: str
    code: str
    text: str
    note: str = ""
    level: str = ""
    location: Location = Location()
    children: tuple[CompetencyNode, ...] = ()

    def below(self) -> Iterator[CompetencyNode]:
        """The node and all nodes below it, in order."""
        yield self
        for child in self.children:
            yield from child.below()


class Framework(msgspec.Struct, frozen=True, kw_only=True):
    """A competency framework; ``nodes`` are its top-level competencies."""

    title: str
    code: str = ""
    version: str = ""
    nodes: tuple[CompetencyNode, ...] = ()
    warnings: tuple[Issue, ...] = ()


def grow(flat: Iterable[tuple[CompetencyNode, str]]) -> tuple[tuple[CompetencyNode, ...], list[str]]:
    """The tree of (node, identity of its parent), and the identities of nodes that are their own ancestors.

    A node whose parent is missing becomes a top-level node.
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
