"""A Word document to edit and hand in: headings, table of contents, landscape tables, places for signatures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from alignment.analysis import Coverage, Part, coverage, declared, degree_level, surplus
from alignment.errors import OutputError
from alignment.i18n import _, percent
from alignment.model import Alignment, Verdict
from alignment.reports.docx_contents import contents, field
from alignment.reports.judge_words import judge_lines
from alignment.reports.palette import VERDICTS
from alignment.reports.rows import MARKS, FindingRow, facts, finding_rows, quality, report_date
from alignment.reports.words import (
    below_headline,
    front_lines,
    given_by,
    headline,
    known_line,
    left_out,
    level_note,
    level_of,
    program_name,
    share_of,
    standard_name,
    status,
    verdict,
)

FONT = "Times New Roman"
# The earliest time of a zip entry: a report of the same data is the same file.
EPOCH = (1980, 1, 1, 0, 0, 0)
# First and last year of a zip entry.
ZIP_YEARS = (1980, 2107)
LEVELS = 3  # of headings: report, part, work function


def render(alignments: Sequence[Alignment]) -> bytes:
    """The report as docx, with one chapter for each standard."""
    document = document_of(_("Coverage of a professional standard"))
    place = _title(document, alignments)
    for alignment in alignments:
        _standard(document, alignment)
    _signatures(document)
    contents(document, place)
    return saved(document)


def document_of(title: str) -> Any:
    """An empty landscape document with our fonts, page numbers and properties."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    for level in range(1, LEVELS + 1):
        heading = document.styles[f"Heading {level}"]
        heading.font.name = FONT
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            heading.element.rPr.rFonts.attrib.pop(_qn(attribute), None)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.8)
    _page_numbers(section)
    properties = document.core_properties
    properties.created = properties.modified = datetime.combine(report_date(), time())
    properties.author, properties.title = "profstandart-align", title
    return document


def saved(document: Any) -> bytes:
    """The document as bytes; the same content always gives the same bytes.

    Raises:
        OutputError: the clock of this machine shows a year that a zip archive cannot hold.
    """
    out = io.BytesIO()
    try:
        document.save(out)
    except ValueError as error:
        if not ZIP_YEARS[0] <= date.today().year <= ZIP_YEARS[1]:
            raise OutputError(
                _("a docx file cannot hold the year {year} that the clock of this machine shows.").format(
                    year=date.today().year
                ),
                hint=_("Set the clock, or choose another format."),
            ) from error
        raise
    return _same_bytes(out.getvalue())


def _qn(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _same_bytes(data: bytes) -> bytes:
    """The archive with a fixed time for each entry, so that the same input gives the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _page_numbers(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field(paragraph, "PAGE", "1")


def _title(document: Any, alignments: Sequence[Alignment]) -> Any:
    """Write the first page; returns the paragraph before which the table of contents goes."""
    document.add_heading(_("Coverage of a professional standard"), 0)
    for alignment in alignments[:1]:
        document.add_paragraph(f"{_('Program')}: {program_name(alignment.program)}")
    for alignment in alignments:
        document.add_paragraph(f"{_('Standard')}: {standard_name(alignment.standard)}")
    document.add_paragraph(f"{_('Date')}: {report_date().strftime('%d.%m.%Y')}")
    for alignment in alignments:
        for line in judge_lines(alignment.judge)[:1]:
            document.add_paragraph(line).runs[0].bold = True
    document.add_paragraph(_("The verdicts were computed and support an expert's judgement; they do not replace it."))
    document.add_paragraph(_("Contents")).runs[0].bold = True
    return document.add_paragraph()


def _standard(document: Any, alignment: Alignment) -> None:
    summary = coverage(alignment)
    total = summary.total
    document.add_heading(standard_name(alignment.standard), 1)
    for line in front_lines(alignment):
        document.add_paragraph(line).runs[0].bold = True
    document.add_heading(_("Summary"), 2)
    document.add_paragraph(known_line(summary.sight))
    document.add_paragraph(headline(summary)).runs[0].bold = True
    document.add_paragraph(", ".join(f"{MARKS[value]} {verdict(value)} {count}" for value, count in total.counts))
    for line in below_headline(alignment, summary):
        document.add_paragraph(line)
    if summary.sight.unread:
        document.add_paragraph(left_out(summary.sight)).runs[0].bold = True
    names = (_("Code"), _("Work function"), _("Level"), *(verdict(value) for value in Verdict), _("Coverage"))
    degree = degree_level(alignment.program)
    if note := level_note(summary, degree):
        document.add_paragraph(note).runs[0].bold = True
    lines = []
    for general in summary.parts:
        lines += [
            (_part(general, summary, degree), None, True),
            *((_part(function, summary, degree), None, False) for function in general.parts),
        ]
    add_table(document, names, (1.8, 9.2, 2.1, 2.3, 2.4, 2.0, 2.9, 2.6), lines)
    _promised(document, alignment)
    _gaps(document, alignment)
    _declared(document, alignment)
    _surplus(document, alignment)
    document.add_heading(_("Data quality"), 2)
    issues = quality(alignment)
    for line in issues:
        document.add_paragraph(line, style="List Bullet")
    if not issues:
        document.add_paragraph(_("Nothing was lost."))
    document.add_heading(_("Settings and versions"), 2)
    add_table(document, (_("Name"), _("Value")), (9, 16), [(line, None, False) for line in facts(alignment, summary)])


def _part(part: Part, summary: Coverage, degree: int | None) -> tuple[str, ...]:
    tally = part.tally
    share = share_of(tally, summary)
    return part.code, part.name, level_of(part, degree), *(str(count) for _value, count in tally.counts), share


def add_table(
    document: Any,
    names: Sequence[str],
    widths: Sequence[float],
    lines: Iterable[tuple[Sequence[str], Verdict | None, bool]],
    *,
    cut: bool = False,
) -> None:
    """Add a table whose head is repeated on each page.

    Args:
        document: where to.
        names: heads of the columns.
        widths: of the columns, in centimetres.
        lines: for each row its texts, the verdict whose colour marks it (or None), and whether it is bold.
        cut: whether a page break may divide a row.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    result = list(lines)
    grid = document.add_table(rows=1 + len(result), cols=len(names))
    grid.style = "Table Grid"
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for row, (texts, value, bold) in zip(grid.rows, [(names, None, True), *result], strict=True):
        properties = row._tr.get_or_add_trPr()
        if not cut or texts is names:
            properties.append(OxmlElement("w:cantSplit"))
        if texts is names:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(9), bold or None
            if value is not None and text.startswith(MARKS[value]):
                shade = OxmlElement("w:shd")
                shade.set(_qn("w:val"), "clear")
                shade.set(_qn("w:fill"), VERDICTS[value].back.lstrip("#"))
                cell._tc.get_or_add_tcPr().append(shade)


def _gaps(document: Any, alignment: Alignment) -> None:
    document.add_heading(_("Gaps and partial coverage"), 2)
    names = (
        _("Id"),
        _("Requirement"),
        _("Verdict"),
        _("Score"),
        _("Basis"),
        _("Evidence or nearest miss"),
        _("Where to add"),
    )
    # Centimetres of 26.1 between the margins, by how long the texts are.
    widths = (2.6, 6.6, 2.4, 1.6, 2.7, 7.0, 3.2)
    chosen = [row for row in finding_rows(alignment) if row.verdict is not Verdict.COVERED]
    for code in dict.fromkeys(row.function for row in chosen):
        function_rows = [row for row in chosen if row.function == code]
        document.add_heading(f"{code} {function_rows[0].function_name}", LEVELS)
        lines = [
            (
                (
                    row.id,
                    f"{row.kind}: {row.requirement}",
                    row.word,
                    row.score,
                    row.basis,
                    _evidence(row),
                    row.advice,
                ),
                row.verdict,
                False,
            )
            for row in function_rows
        ]
        add_table(document, names, widths, lines)


def _evidence(row: FindingRow) -> str:
    """Each statement with its place."""
    lines = [f"{item.line} [{item.place}]" if item.place else item.line for item in row.shown]
    evidence = "\n+ ".join(lines) if lines else row.statement
    return "\n".join(filter(None, (evidence, row.judge)))


def _promised(document: Any, alignment: Alignment) -> None:
    """The section on requirements that competences promise and no discipline teaches."""
    chosen = [row for row in finding_rows(alignment) if row.promise_only]
    if not chosen:
        return
    document.add_heading(_("Promised, taught nowhere") + f" ({len(chosen)})", 2)
    document.add_paragraph(_("A competence or an indicator answers them, no outcome or topic of a discipline does."))
    names = (_("Id"), _("Requirement"), _("Verdict"), _("Score"), _("What promises it"))
    lines = [((row.id, row.requirement, row.word, row.score, _evidence(row)), row.verdict, False) for row in chosen]
    add_table(document, names, (2.8, 9.6, 2.4, 1.4, 9.8), lines)


def _declared(document: Any, alignment: Alignment) -> None:
    links = declared(alignment)
    if not (links.rows or links.unknown or links.ignored):
        return
    document.add_heading(_("Declared links"), 2)
    lines: list[tuple[Sequence[str], Verdict | None, bool]] = [
        (
            (
                status(row.status),
                row.competence,
                f"{row.function} {row.name}",
                given_by(row),
                percent(row.share),
                "–" if row.own_share is None else percent(row.own_share),
            ),
            None,
            False,
        )
        for row in links.rows
    ]
    for link in links.unknown:
        what = link.function or link.general_function
        lines.append(((_("not in the standard"), link.competence, what, str(link.location), "", ""), None, False))
    for item in links.ignored:
        lines.append(((_("named by the FGOS only"), "", f"{item.code} {item.title}", "", "", ""), None, False))
    names = (_("Declared"), _("Competence"), _("Work function"), _("Disciplines"), _("Found"), _("by its own"))
    add_table(document, names, (4, 2.6, 8.2, 7.2, 2, 2), lines)


def _surplus(document: Any, alignment: Alignment) -> None:
    by_discipline = surplus(alignment)
    document.add_heading(_("What the program teaches beyond the standard"), 2)
    for discipline, statements in by_discipline.items():
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{discipline}: ").bold = True
        paragraph.add_run("; ".join(item.text for item in statements) + ".")
    if not by_discipline:
        document.add_paragraph(_("Nothing: each statement answers a requirement at least in part."))


def _signatures(document: Any) -> None:
    document.add_heading(_("Signatures"), 1)
    names = (_("Role"), _("Name"), _("Signature"), _("Date"))
    people = (_("Head of the commission"), _("Expert"), _("Expert"))
    add_table(document, names, (7, 8, 6, 4), [((person, "", "", ""), None, False) for person in people])
