"""A table of contents for a Word document: one line for each heading, with a link and a field for the page number."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

# Heading levels that the contents name.
LEVELS = {"Heading 1": 1, "Heading 2": 2, "Heading 3": 3}
INDENT = 0.8  # centimetres by which each level stands in from the one above
LOWEST = 3  # the level that is set smaller: work functions are many
# From the left margin to the page numbers.
WIDTH = Cm(25.5)


def contents(document: Any, place: Any) -> None:
    """Put a line for each heading before the paragraph ``place``, which then ends the page.

    Word and LibreOffice compute the page numbers when they open the document.
    Other programs show the titles and links without numbers.
    """
    heads = [paragraph for paragraph in document.paragraphs if paragraph.style.name in LEVELS]
    for number, heading in enumerate(heads, 1):
        level, name = LEVELS[heading.style.name], f"_Toc{number:06d}"
        _mark(heading, number, name)
        line = place.insert_paragraph_before()
        line.paragraph_format.left_indent = Cm(INDENT * (level - 1))
        line.paragraph_format.space_after = Pt(0 if level > 1 else 2)
        line.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), name)
        link.set(qn("w:history"), "1")
        run = line.add_run(heading.text)
        run.bold, run.font.size = level == 1 or None, Pt(11 if level < LOWEST else 9.5)
        link.append(run._r)
        line._p.append(link)
        line.add_run("\t")
        field(line, f"PAGEREF {name} \\h")
    place.add_run().add_break(WD_BREAK.PAGE)


def _mark(heading: Any, number: int, name: str) -> None:
    """Put a bookmark around the text of a heading."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    properties = heading._p.pPr
    properties.addnext(start)
    heading._p.append(end)


def field(paragraph: Any, code: str, text: str = "") -> None:
    """Add a field that Word computes, such as a page number; ``text`` is shown until then."""
    for kind, content in (("begin", ""), ("", code), ("separate", ""), ("text", text), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            if kind == "begin":
                mark.set(qn("w:dirty"), "true")
            run._r.append(mark)
        elif kind == "text":
            run.text = content
        else:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = content
            run._r.append(instruction)
