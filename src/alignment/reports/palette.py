"""Colours of all reports and charts: one for each verdict, one scale for shares.

review/static/review.css repeats the colours of verdicts for the review pages; a test compares them.
"""

from __future__ import annotations

from typing import NamedTuple

from alignment.model import Verdict


class Colour(NamedTuple):
    """Fill, text on the fill (contrast at least 7 : 1) and edge (3 : 1 on white), each as #RRGGBB."""

    back: str
    text: str
    edge: str


VERDICTS = {
    Verdict.COVERED: Colour("#D9F0D3", "#1B4D1B", "#2E7D4F"),
    Verdict.PARTIAL: Colour("#FFF2CC", "#5C4400", "#B7860B"),
    Verdict.GAP: Colour("#F8D7DA", "#6B1018", "#B02A37"),
    Verdict.UNKNOWN: Colour("#E3E5E8", "#3F4650", "#7D8794"),
}
# Shares by fifths, from low to high: fill and text on it (contrast at least 4.5 : 1).
SHARES = (
    ("#E3ECF7", "#1C2430"),
    ("#BCD3EC", "#1C2430"),
    ("#86AFDC", "#1C2430"),
    ("#2F6DB3", "#FFFFFF"),
    ("#163F73", "#FFFFFF"),
)


def fifth(share: float) -> int:
    """The place in `SHARES` for a share from 0 to 1."""
    return min(len(SHARES) - 1, int(share * len(SHARES)))
