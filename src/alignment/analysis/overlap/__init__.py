"""Work that several standards share: links between work functions, groups of them, exchange between areas."""

from __future__ import annotations

from alignment.analysis.overlap.chance import Chance, load_chance
from alignment.analysis.overlap.exchange import Exchange, exchange
from alignment.analysis.overlap.groups import Group, Overlap, overlap
from alignment.analysis.overlap.links import Link, Node, links
from alignment.analysis.overlap.shared import SharedWork

__all__ = [
    "Chance",
    "Exchange",
    "Group",
    "Link",
    "Node",
    "Overlap",
    "SharedWork",
    "exchange",
    "links",
    "load_chance",
    "overlap",
]
