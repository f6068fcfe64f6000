"""The result of comparing standards with each other."""

from __future__ import annotations

from alignment.analysis.overlap.exchange import Exchange
from alignment.analysis.overlap.groups import Overlap
from alignment.model import Noun


class SharedWork(Noun, frozen=True, kw_only=True):
    """Links and groups of work functions, and the exchange matrices between areas and between standards."""

    overlap: Overlap
    areas: Exchange
    standards: Exchange
