"""Charts of a report as files (extra ``[charts]``): the sunburst of coverage and the heat map, as svg and png."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from alignment.analysis import coverage
from alignment.errors import MissingExtraError
from alignment.i18n import _
from alignment.model import Alignment
from alignment.reports import html_report, sunburst
from alignment.reports.palette import SHARES, fifth
from alignment.reports.words import standard_name

SCALE = 2  # points of a png for one of the svg, so that print is sharp
LONGEST_NAME = 40  # letters of a file's name
CELL = 48  # points of a column of the heat map, for a code
FONTS = ".sunburst { font-family: 'DejaVu Sans', sans-serif; }"
# Without a background of its own, a picture would have dark words on the dark page of some viewers.
GROUND = "white"
# What words are measured in and shown in: where a viewer lacks the first of them, the others are no wider.
FAMILY = "DejaVu Sans, Arial, sans-serif"


def require_charts() -> None:
    """Fail before the work begins if charts cannot be made.

    Raises:
        MissingExtraError: altair or vl-convert is not installed.
    """
    try:
        import altair  # noqa: F401
        import vl_convert  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            _("charts need an extra."), hint=_("Install it: pip install 'profstandart-align[charts]'.")
        ) from error


def files(alignments: Sequence[Alignment]) -> dict[str, bytes]:
    """The contents of the files by name: coverage-CODE.svg, coverage-CODE.png, heatmap-CODE.svg, heatmap-CODE.png."""
    import vl_convert

    charts: dict[str, bytes] = {}
    for alignment in alignments:
        name = re.sub(r"[^\w.-]+", "-", alignment.standard.code or alignment.standard.title)[:LONGEST_NAME].strip("-")
        rings = sunburst.draw(coverage(alignment), standard_name(alignment.standard))
        size = f'<svg xmlns="http://www.w3.org/2000/svg" width="{sunburst.SIZE:g}" height="{sunburst.HEIGHT:g}"'
        ground = f'<style>{FONTS}</style><rect width="100%" height="100%" fill="{GROUND}"/>'
        rings = rings.replace("<svg", size, 1).replace("<g", f"{ground}<g", 1)
        charts[f"coverage-{name}.svg"] = rings.encode()
        charts[f"coverage-{name}.png"] = vl_convert.svg_to_png(rings, scale=SCALE)
        spec = _heat(alignment)
        if spec is not None:
            charts[f"heatmap-{name}.svg"] = vl_convert.vegalite_to_svg(spec).encode()
            charts[f"heatmap-{name}.png"] = vl_convert.vegalite_to_png(spec, scale=SCALE)
    return charts


def _heat(alignment: Alignment) -> dict[str, Any] | None:
    import altair

    heat = html_report.heat(alignment)
    rows = [
        {
            "discipline": title,
            "function": code,
            "count": count,
            "share": share,
            "dark": SHARES[fifth(share)][1] == SHARES[-1][1],
        }
        for title, line in heat["lines"]
        for code, count, share, _shade in line
        if count
    ]
    if not rows:
        return None
    order = [title for title, _line in heat["lines"]]
    base = altair.Chart(altair.Data(values=rows)).encode(
        x=altair.X("function:N", title=_("Work function"), sort=[code for code, _name in heat["functions"]]),
        y=altair.Y("discipline:N", title=None, sort=order, axis=altair.Axis(labelLimit=420)),
    )
    cells = base.mark_rect().encode(
        color=altair.Color(
            "share:Q",
            title=_("Share of the function's requirements"),
            scale=altair.Scale(
                type="threshold",
                domain=[number / len(SHARES) for number in range(1, len(SHARES))],
                range=[back for back, _text in SHARES],
            ),
            legend=altair.Legend(format=".0%", orient="bottom", titleLimit=0),
        )
    )
    words = base.mark_text().encode(
        text="count:Q",
        color=altair.condition("datum.dark", altair.value(SHARES[-1][1]), altair.value(SHARES[0][1])),
    )
    chart = (cells + words).properties(
        title=standard_name(alignment.standard), width=altair.Step(CELL), background=GROUND
    )
    chart = chart.configure(font=FAMILY)
    specification: dict[str, Any] = chart.to_dict()
    return specification
