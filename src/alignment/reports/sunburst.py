"""A sunburst chart of the standard as SVG.

The inner ring shows generalized functions, the outer ring work functions; each piece is divided by verdicts.
"""

from __future__ import annotations

import math
from html import escape

from alignment.analysis import Coverage, Part
from alignment.model import Verdict
from alignment.reports.palette import VERDICTS
from alignment.reports.words import share_of, verdict

# Of the picture, in points: half a page of print.
SIZE = 460.0
# Below the rings stands the legend.
HEIGHT = SIZE + 34.0
# Inner and outer radius of the ring of generalized functions and of that of functions.
RINGS = ((70.0, 130.0), (134.0, 215.0))
INK = "#1C2430"
# Radians below which a piece has no text.
NARROW = 0.17
# Radians between two pieces: a point at the outer edge.
GAP = 0.006
# The legend, in points: from its left edge, below the rings, and where its text stands beside and within the square.
LEFT, BELOW, SQUARE, BESIDE, BASELINE = 8, 10, 14, 20, 21.5


def draw(summary: Coverage, title: str) -> str:
    """The SVG with its legend; each piece has the code, the coverage, and a title for screen readers."""
    whole = sum(part.tally.total for part in summary.parts) or 1
    pieces: list[str] = []
    angle = 0.0
    for general in summary.parts:
        width = 2 * math.pi * general.tally.total / whole
        if general.tally.total:
            pieces.append(_piece(general, angle, angle + width, RINGS[0], summary))
        inner = angle
        for function in general.parts:
            span = 2 * math.pi * function.tally.total / whole
            if function.tally.total:
                pieces.append(_piece(function, inner, inner + span, RINGS[1], summary))
            inner += span
        angle += width
    half = SIZE / 2
    share = share_of(summary.total, summary)
    return (
        f'<svg viewBox="0 0 {SIZE:g} {HEIGHT:g}" role="img" aria-label="{escape(title)}" class="sunburst">'
        f'<g transform="translate({half:g} {half:g})">{"".join(pieces)}'
        f'<text text-anchor="middle" dy="0.35em" font-size="34" font-weight="700" fill="{INK}">{escape(share)}</text>'
        f"</g>{_legend()}</svg>"
    )


def _legend() -> str:
    """A swatch and a word for each verdict, as SVG."""
    step = SIZE / len(Verdict)
    parts = []
    for number, (value, colour) in enumerate(VERDICTS.items()):
        x = step * number + LEFT
        parts.append(
            f'<rect x="{x:g}" y="{SIZE + BELOW:g}" width="{SQUARE}" height="{SQUARE}" '
            f'fill="{colour.back}" stroke="{colour.edge}"/>'
            f'<text x="{x + BESIDE:g}" y="{SIZE + BASELINE:g}" font-size="13" fill="{INK}">'
            f"{escape(verdict(value))}</text>"
        )
    return "".join(parts)


def _piece(part: Part, start: float, end: float, ring: tuple[float, float], summary: Coverage) -> str:
    """The piece of one function as SVG, from the angle ``start`` to ``end`` (radians).

    It has one arc for each verdict, as long as the number of requirements with that verdict.
    """
    start, end = start + GAP, max(start + 2 * GAP, end - GAP)
    # SVG draws nothing for an arc whose ends coincide, so a full circle is cut a little short.
    end = min(end, start + 2 * math.pi - 0.01)
    paths, angle = [], start
    for value, count in part.tally.counts:
        if count:
            after = angle + (end - start) * count / part.tally.total
            colour = VERDICTS[value]
            paths.append(f'<path d="{_arc(angle, after, ring)}" fill="{colour.back}" stroke="{colour.edge}"/>')
            angle = after
    share = share_of(part.tally, summary)
    counts = ", ".join(f"{verdict(value)} {count}" for value, count in part.tally.counts if count)
    text = ""
    if end - start > NARROW:
        x, y = _xy(sum(ring) / 2, (start + end) / 2)
        text = (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{INK}" font-size="12">'
            f'<tspan x="{x:.1f}">{escape(part.code)}</tspan>'
            f'<tspan x="{x:.1f}" dy="1.1em">{escape(share)}</tspan></text>'
        )
    return f"<g><title>{escape(f'{part.code} {part.name}: {share} ({counts})')}</title>{''.join(paths)}{text}</g>"


def _arc(start: float, end: float, ring: tuple[float, float]) -> str:
    inner, outer = ring
    large = int(end - start > math.pi)
    points = [_point(outer, start), _point(outer, end), _point(inner, end), _point(inner, start)]
    return (
        f"M{points[0]}A{outer:g} {outer:g} 0 {large} 1 {points[1]}L{points[2]}"
        f"A{inner:g} {inner:g} 0 {large} 0 {points[3]}Z"
    )


def _xy(radius: float, angle: float) -> tuple[float, float]:
    return radius * math.sin(angle), -radius * math.cos(angle)


def _point(radius: float, angle: float) -> str:
    x, y = _xy(radius, angle)
    return f"{x:.2f} {y:.2f}"
