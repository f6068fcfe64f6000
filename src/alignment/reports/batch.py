"""The summary of ``align batch``: one workbook, and one page with a heat map of programs × standards."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean

import msgspec
from rich import box
from rich.table import Table

from alignment.batches import BatchResult, CheckedPair
from alignment.i18n import _, language, percent, plural
from alignment.reports.html_report import environment
from alignment.reports.sheets import CellValue, Sheet, workbook

# Coverages at which the shade of a cell changes: five shades that eyes tell apart, the first from nearly nothing on.
STEPS = (0.05, 0.2, 0.4, 0.6, 0.8)
# Columns of the terminal's matrix, and letters of their heads: what 200 characters hold. The files have all.
COLUMNS, HEAD = 14, 10


class CoverageMatrix(msgspec.Struct, frozen=True):
    """The pairs by row (program) and column (standard); a combination that was not checked has no cell."""

    rows: list[str]
    columns: list[str]
    titles: dict[str, str]
    cells: dict[tuple[str, str], CheckedPair]


def coverage_matrix(pairs: Sequence[CheckedPair]) -> CoverageMatrix:
    """The matrix of the pairs that could be checked."""
    good = [pair for pair in pairs if not pair.error]
    names = row_names(good)
    rows = list(dict.fromkeys(names[pair.path] for pair in good))
    columns = list(dict.fromkeys(pair.standard for pair in good))
    titles = {pair.standard: pair.standard_title for pair in good}
    return CoverageMatrix(rows, columns, titles, {(names[pair.path], pair.standard): pair for pair in good})


def row_names(pairs: Sequence[CheckedPair]) -> dict[str, str]:
    """By path, the name of each program's row. Programs with the same title and faculty also get their path."""
    plain = {pair.path: f"{pair.program} ({pair.faculty})" if pair.faculty else pair.program for pair in pairs}
    shared = {name for name, count in Counter(plain.values()).items() if count > 1}
    return {path: f"{name} – {path}" if name in shared else name for path, name in plain.items()}


def summary_line(result: BatchResult) -> str:
    """The numbers of pairs, of pairs reused from an earlier run, and of programs that could not be read."""
    return _("{pairs}, {reused} of them from an earlier run; programs that could not be read: {failed}").format(
        pairs=plural("{n} pair", "{n} pairs", len(result.pairs)), reused=result.reused, failed=result.failed
    )


def draw(pairs: Sequence[CheckedPair]) -> Table:
    """The heat map in the terminal."""
    matrix = coverage_matrix(pairs)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(_("Program"), overflow="fold", max_width=60)
    for name in matrix.columns[:COLUMNS]:
        table.add_column(name[:HEAD], justify="right", no_wrap=True)
    for row in matrix.rows:
        cells = [matrix.cells.get((row, column)) for column in matrix.columns[:COLUMNS]]
        table.add_row(row, *(_short(cell) if cell else "" for cell in cells))
    if note := unknown_line(pairs):
        table.caption, table.caption_justify = note, "left"
    return table


def _short(cell: CheckedPair) -> str:
    return percent(cell.coverage) if cell.enough else "–"


def unknown_line(pairs: Sequence[CheckedPair]) -> str:
    """What a dash in place of a percentage means; empty if there is no dash."""
    few = len({pair.path for pair in pairs if not pair.error and not pair.enough})
    return _("–: too little is known of the program for a percentage (programs: {n}).").format(n=few) if few else ""


def as_xlsx(pairs: Sequence[CheckedPair]) -> bytes:
    """A workbook with sheets: heat map, all pairs, work functions, faculties, years, failures."""
    matrix = coverage_matrix(pairs)
    good = [pair for pair in pairs if not pair.error]
    return workbook(
        [
            _heat(matrix),
            _pairs(good),
            _functions(good),
            _means(_("Faculties"), _("Faculty"), good, lambda pair: pair.faculty, matrix.columns),
            _means(
                _("Years"), _("Faculty, year"), good, lambda pair: f"{pair.faculty} {pair.year}".strip(), matrix.columns
            ),
            Sheet(
                name=_("Not checked"),
                heads=(_("File"), _("Why")),
                rows=sorted({(pair.path, pair.error) for pair in pairs if pair.error}),
                widths=(60, 100),
            ),
        ]
    )


def _heat(matrix: CoverageMatrix) -> Sheet:
    count = len(matrix.columns)
    return Sheet(
        name=_("Coverage"),
        heads=(_("Program"), *matrix.columns),
        rows=[
            (
                row,
                *(
                    _known(matrix.cells[row, column], "coverage") if (row, column) in matrix.cells else None
                    for column in matrix.columns
                ),
            )
            for row in matrix.rows
        ],
        widths=(60, *[9] * count),
        percents=tuple(range(1, count + 1)),
        heat=(1, count),
        notes=[
            *filter(None, [unknown_line(list(matrix.cells.values()))]),
            *(f"{name}: {title}" for name, title in matrix.titles.items() if name != title),
        ],
    )


def _known(pair: CheckedPair, name: str) -> CellValue:
    """A share (0 to 1) of a pair, or a dash if too little is known of the program for a percentage."""
    share: float = getattr(pair, name)
    return share if pair.enough else "–"


def _pairs(good: Sequence[CheckedPair]) -> Sheet:
    # Heading, value, width of each column.
    columns: tuple[tuple[str, Callable[[CheckedPair], CellValue], int], ...] = (
        (_("Faculty"), lambda pair: pair.faculty, 16),
        (_("Program"), lambda pair: pair.program, 50),
        (_("Year"), lambda pair: pair.year, 8),
        (_("Standard"), lambda pair: pair.standard, 10),
        (_("Title"), lambda pair: pair.standard_title, 50),
        (_("Coverage"), lambda pair: _known(pair, "coverage"), 10),
        (_("Expected"), lambda pair: _known(pair, "expected"), 10),
        (_("from"), lambda pair: _known(pair, "low"), 8),
        (_("to"), lambda pair: _known(pair, "high"), 8),
        (_("covered"), lambda pair: pair.covered, 9),
        (_("partial"), lambda pair: pair.partial, 9),
        (_("gap"), lambda pair: pair.gap, 9),
        (_("unknown"), lambda pair: pair.unknown, 10),
        (_("declared"), lambda pair: _("yes") if pair.declared else "", 10),
        (_("File"), lambda pair: pair.path, 50),
    )
    return Sheet(
        name=_("All pairs"),
        heads=tuple(head for head, _value, _width in columns),
        rows=[tuple(value(pair) for _head, value, _width in columns) for pair in good],
        widths=tuple(width for _head, _value, width in columns),
        percents=(5, 6, 7, 8),
        heat=(5, 5),
    )


def _functions(good: Sequence[CheckedPair]) -> Sheet:
    names = row_names(good)
    heads = (_("Program"), _("Standard"), _("Code"), _("Work function"), _("Level"), _("Coverage"), _("Expected"))
    return Sheet(
        name=_("Work functions"),
        heads=heads,
        rows=[
            (
                *(names[pair.path], pair.standard, part.code, part.name, part.level),
                *((part.coverage, part.expected) if pair.enough else ("–", "–")),
            )
            for pair in good
            for part in pair.functions
        ],
        widths=(50, 10, 10, 70, 7, 10, 10),
        percents=(5, 6),
        heat=(5, 5),
    )


def _means(
    name: str, head: str, pairs: Sequence[CheckedPair], of: Callable[[CheckedPair], str], columns: Sequence[str]
) -> Sheet:
    """Mean coverage of groups of programs by standard, with the number of programs."""
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    programs: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        if pair.enough:
            groups[of(pair)][pair.standard].append(pair.coverage)
        programs[of(pair)].add(pair.path)
    rows: list[tuple[CellValue, ...]] = [
        (group, len(programs[group]), *(fmean(members[column]) if members.get(column) else None for column in columns))
        for group, members in sorted((group, groups[group]) for group in programs)
    ]
    last = len(columns) + 1
    return Sheet(
        name=name,
        heads=(head, _("Programs"), *columns),
        rows=rows,
        widths=(40, 11, *[9] * len(columns)),
        percents=tuple(range(2, last + 1)),
        heat=(2, last),
    )


def as_html(pairs: Sequence[CheckedPair]) -> str:
    """One self-contained page."""
    matrix = coverage_matrix(pairs)
    return (
        environment()
        .get_template("batch.html")
        .render(
            language=language(),
            title=_("Programs and standards"),
            matrix=matrix,
            few=unknown_line(pairs),
            failures=sorted({(pair.path, pair.error) for pair in pairs if pair.error}),
            step=lambda value: sum(value >= limit for limit in STEPS),
        )
    )
