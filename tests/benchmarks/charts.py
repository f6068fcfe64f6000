"""Charts of the figures in docs/*.md: ``python -m tests.benchmarks.charts``; the bench commands make them too.

They are drawn from the tables as they stand on the pages, so that a chart and
its table cannot say different things.
"""

from __future__ import annotations

import re
from pathlib import Path

import altair
import vl_convert

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
COLOURS = {
    "default": "#1a237e",
    "fast": "#3f51b5",
    "adapted": "#3f51b5",
    "minilm": "#ef6c00",
    "char TF-IDF": "#9e9e9e",
}


def table(page: Path, first: str) -> list[dict[str, str]]:
    """The rows of the table on ``page`` whose first heading is ``first``."""
    lines = page.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in _until_blank(lines[start:])]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def _until_blank(lines: list[str]) -> list[str]:
    end = next((number for number, line in enumerate(lines) if not line.startswith("|")), len(lines))
    return lines[:end]


def bars(rows: list[dict[str, object]], title: str, value: str, group: str, order: list[str]) -> str:
    """Horizontal bars of each engine in each group, as SVG."""
    engines = [name for name in COLOURS if any(row["engine"] == name for row in rows)]
    chart = (
        altair.Chart(altair.Data(values=rows), title=title, width=420)
        .mark_bar()
        .encode(
            y=altair.Y("engine:N", sort=engines, title=None, axis=altair.Axis(ticks=False)),
            x=altair.X(f"{value}:Q", title=value, scale=altair.Scale(domain=[0, 1])),
            color=altair.Color(
                "engine:N",
                sort=engines,
                scale=altair.Scale(domain=engines, range=[COLOURS[name] for name in engines]),
                legend=None,
            ),
            row=altair.Row(f"{group}:N", sort=order, title=None, header=altair.Header(labelAngle=0, labelAlign="left")),
        )
        .configure_view(stroke=None)
        .configure_facet(spacing=4)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def retrieval() -> str:
    """MRR of the encoder on every retrieval set, beside others."""
    rows = table(DOCS / "benchmarks.md", "set")
    values: list[dict[str, object]] = [
        {"set": row["set"].replace(" (held out)", ""), "engine": row["engine"], "MRR": float(row["MRR"])}
        for row in rows
        if row["engine"] in COLOURS
    ]
    order = list(dict.fromkeys(str(row["set"]) for row in values))
    return bars(values, "Mean reciprocal rank on sets that training never saw", "MRR", "set", order)


def graded() -> str:
    """AUC of the engines between each two labels of graded_ru."""
    rows = table(DOCS / "benchmarks.md", "engine")
    names = {"covered/none": "AUC covered/none", "covered/partial": "covered/partial", "partial/none": "partial/none"}
    values: list[dict[str, object]] = [
        {"labels": label, "engine": row["engine"], "AUC": float(row[column])}
        for row in rows
        if row["engine"] in COLOURS
        for label, column in names.items()
    ]
    return bars(values, "graded_ru: how well two labels are told apart", "AUC", "labels", list(names))


def seconds() -> str:
    """Seconds of the two jobs, beside the peer's."""
    values: list[dict[str, object]] = [
        {
            "job": re.sub(r" \(.*", "", row["job (requirements × statements)"]),
            "run": row["run"],
            "seconds": float(row["seconds"]),
        }
        for row in table(DOCS / "benchmarks.md", "job (requirements × statements)")
    ]
    chart = (
        altair.Chart(altair.Data(values=values), title="Whole process, 2 cores", width=420)
        .mark_bar()
        .encode(
            y=altair.Y("run:N", sort=["warm", "cold", "peer, cold"], title=None),
            x=altair.X("seconds:Q"),
            color=altair.condition("datum.run == 'peer, cold'", altair.value("#ef6c00"), altair.value("#3f51b5")),
            row=altair.Row("job:N", title=None, header=altair.Header(labelAngle=0, labelAlign="left")),
        )
        .configure_view(stroke=None)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def main() -> None:
    """Write docs/pictures/*.svg."""
    PICTURES.mkdir(exist_ok=True)
    for draw in (retrieval, graded, seconds):
        (PICTURES / f"{draw.__name__}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
