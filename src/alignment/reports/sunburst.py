"""The standard as rings: generalized functions inside, work functions outside, coloured by coverage, as SVG."""

from __future__ import annotations

import math
from html import escape

from alignment.analysis import Coverage, Part, Tally
from alignment.i18n import _, percent

SIZE = 460.0
RINGS = ((70.0, 130.0), (134.0, 215.0))
# From low to high coverage; white or black text with a contrast of at least 4.5 : 1 on each.
SCALE = (
    (0.2, "#8C2D19", "#FFFFFF"),
    (0.4, "#B5442D", "#FFFFFF"),
    (0.6, "#F2C078", "#000000"),
    (0.8, "#A8CFA0", "#000000"),
    (1.01, "#2E7D4F", "#FFFFFF"),
)
UNKNOWN = ("#C9CED4", "#000000")
NARROW = 0.12
GAP = 0.006


def colours(share: float) -> tuple[str, str]:
    """Background and text colour for a coverage."""
    return next((back, text) for limit, back, text in SCALE if share < limit)


def _shown(tally: Tally, enough: bool) -> tuple[tuple[str, str], str]:
    """Colours and words of a part: grey where too little, or less than half of it, is known."""
    if not enough or 2 * tally.unknown > tally.total:
        return UNKNOWN, _("unknown")
    return colours(tally.coverage), percent(tally.coverage)


def draw(found: Coverage, title: str) -> str:
    """The SVG; each piece has its code, its share and a title for screen readers."""
    whole = sum(part.tally.total for part in found.parts) or 1
    pieces: list[str] = []
    angle = 0.0
    for general in found.parts:
        width = 2 * math.pi * general.tally.total / whole
        if general.tally.total:
            pieces.append(_piece(general, angle, angle + width, RINGS[0], found.enough))
        inner = angle
        for function in general.parts:
            span = 2 * math.pi * function.tally.total / whole
            if function.tally.total:
                pieces.append(_piece(function, inner, inner + span, RINGS[1], found.enough))
            inner += span
        angle += width
    half = SIZE / 2
    share = percent(found.total.coverage) if found.enough else "?"
    return (
        f'<svg viewBox="0 0 {SIZE:g} {SIZE:g}" role="img" aria-label="{escape(title)}" class="sunburst">'
        f'<g transform="translate({half:g} {half:g})">{"".join(pieces)}'
        f'<text text-anchor="middle" dy="0.35em" font-size="34" font-weight="700">{escape(share)}</text></g></svg>'
    )


def _piece(part: Part, start: float, end: float, ring: tuple[float, float], enough: bool) -> str:
    inner, outer = ring
    start, end = start + GAP, max(start + 2 * GAP, end - GAP)
    # A whole turn has no beginning: it is cut a little short.
    end = min(end, start + 2 * math.pi - 0.01)
    large = int(end - start > math.pi)
    points = [_point(outer, start), _point(outer, end), _point(inner, end), _point(inner, start)]
    path = (
        f"M{points[0]}A{outer:g} {outer:g} 0 {large} 1 {points[1]}L{points[2]}"
        f"A{inner:g} {inner:g} 0 {large} 0 {points[3]}Z"
    )
    (back, front), share = _shown(part.tally, enough)
    label = f"{part.code} {part.name}: {share}"
    text = ""
    if end - start > NARROW:
        middle = (start + end) / 2
        x, y = _xy((inner + outer) / 2, middle)
        text = (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{front}" font-size="12">'
            f'<tspan x="{x:.1f}">{escape(part.code)}</tspan>'
            f'<tspan x="{x:.1f}" dy="1.1em">{escape(share)}</tspan></text>'
        )
    return f'<g><title>{escape(label)}</title><path d="{path}" fill="{back}"/>{text}</g>'


def _xy(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _point(radius: float, angle: float) -> str:
    x, y = _xy(radius, angle)
    return f"{x:.2f} {y:.2f}"
