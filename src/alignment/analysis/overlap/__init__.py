"""Work that several standards share: links between work functions, groups of them, exchange between areas."""

from __future__ import annotations

from alignment.analysis.overlap.chance import Chance, load_chance
from alignment.analysis.overlap.exchange import Exchange, exchange
from alignment.analysis.overlap.groups import Group, Overlap, find_overlap
from alignment.analysis.overlap.links import FunctionNode, Link, links
from alignment.analysis.overlap.shared import SharedWork

__all__ = [
    "Chance",
    "Exchange",
    "FunctionNode",
    "Group",
    "Link",
    "Overlap",
    "SharedWork",
    "exchange",
    "find_overlap",
    "links",
    "load_chance",
]
