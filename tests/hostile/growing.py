"""Good documents of every format with a run of one kind in them, as long as one wants."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import docx
import openpyxl

from alignment.model import GeneralizedFunction, Kind, Requirement, Standard, WorkFunction
from alignment.programs.link_tables import FORMAT
from tests.helpers.cards import card
from tests.helpers.render_order import as_docx, as_html, pieces
from tests.hostile.kinds import COURSE
from tests.hostile.pdfs import pdf, stream
from tests.hostile.plans import _STANDARD, _hours, _plx, _yaml
from tests.hostile.texts import RUNS, _csv, _html

KNOWN = "законы механики и методы измерений"
# Letters of a line and lines of a page of a PDF.
LINE, LINES = 90, 50


def _text(path: Path, run: str) -> None:
    path.write_text(f"{COURSE}{run}\n\n## Содержание\n\n- {run}\n", encoding="utf-8")


def _page(path: Path, run: str) -> None:
    rows = f"<tr><td>Тема</td><td>Содержание</td></tr><tr><td>Механика</td><td>{run}</td></tr>"
    path.write_text(_html(f"<p>{run}</p><table>{rows}</table>"), encoding="utf-8")


def _comma(path: Path, run: str) -> None:
    path.write_text(_csv(run), encoding="utf-8")


def _word(path: Path, run: str) -> None:
    document = docx.Document()
    document.add_heading("Рабочая программа дисциплины «Физика»", 1)
    document.add_paragraph("Знать:")
    document.add_paragraph(f"{KNOWN}; {run}")
    table = document.add_table(2, 2)
    for number, text in enumerate(("Тема", "Содержание", "Механика", run)):
        table.cell(number // 2, number % 2).text = text
    document.save(str(path))


def _book(path: Path, run: str) -> None:
    book = openpyxl.Workbook()
    # A formula would be left out, a cell has 32,767 letters at most.
    cells = [f"а {run[start : start + 30_000]}" for start in range(0, len(run), 30_000)]
    for row in (("Дисциплина", "Знать", "Уметь"), *(("Физика", KNOWN, cell) for cell in cells)):
        book.active.append(row)
    book.save(path)


def _print(path: Path, run: str) -> None:
    _printed(path, f"Рабочая программа дисциплины «Физика»\nРезультаты обучения\nЗнать:\n– {KNOWN};\n– {run}")


def _printed(path: Path, text: str) -> None:
    """A PDF of text whose letters have the codes of a table of its own."""
    lines = [line[start : start + LINE] for line in text.split("\n") for start in range(0, max(len(line), 1), LINE)]
    letters = {letter: code for code, letter in enumerate(sorted(set(text)), 33)}
    pairs = "".join(f"<{code:02x}> <{ord(letter):04x}>\n" for letter, code in letters.items())
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{len(letters)} beginbfchar\n{pairs}endbfchar\nendcmap end end"
    )
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 4 0 R>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages), font]
    objects.append(stream(table.encode()))
    for number, page in enumerate(pages):
        shown = "".join(
            f"BT /F 10 Tf 40 {800 - 15 * line} Td <{''.join(f'{letters[letter]:02x}' for letter in words)}> Tj ET\n"
            for line, words in enumerate(page)
        )
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 900 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"
            % (6 + 2 * number)
        )
        objects.append(stream(shown.encode()))
    path.write_bytes(pdf(*objects))


def _plan(path: Path, run: str) -> None:
    made = _plx(rows=f"ДисциплинаКод={quoteattr(run)}", hours=_hours("1"))
    path.write_text(made.replace('"Физика"', quoteattr("Физика " + run)), encoding="utf-8")


def _course(path: Path, run: str) -> None:
    course = {"@context": "https://schema.org", "@type": "Course", "name": "Физика", "teaches": [KNOWN, run]}
    path.write_text(json.dumps(course), encoding="utf-8")


def _case(path: Path, run: str) -> None:
    items = [{"identifier": str(number), "fullStatement": text} for number, text in enumerate((KNOWN, run))]
    path.write_text(json.dumps({"CFDocument": {"title": "t", "identifier": "d"}, "CFItems": items}), encoding="utf-8")


def _by_hand(path: Path, run: str) -> None:
    path.write_text(_yaml(json.dumps([run], ensure_ascii=False)), encoding="utf-8")


def _links(path: Path, run: str) -> None:
    kept = json.dumps(run, ensure_ascii=False)
    path.write_text(
        f"format: {FORMAT}\ncompetences:\n- code: ПК-1\n  text: {kept}\n  indicators:\n  - code: ПК-1.1\n    text: {kept}\n",
        encoding="utf-8",
    )


def _registry(path: Path, run: str) -> None:
    safe = run.replace("&", "&amp;").replace("<", "&lt;")
    made = _STANDARD
    for name in ("NecessaryKnowledge", "NameOTF", "NameProfessionalStandart"):
        made = made.replace(f"<{name}>", f"<{name}>{safe} ", 1)
    path.write_text(made, encoding="utf-8")


def _rows(path: Path, run: str) -> None:
    quoted = run.replace('"', '""')
    path.write_text(f'function_code;kind;text\nA/01.6;skill;"{quoted}"\n', encoding="utf-8")


def _standard(run: str) -> Standard:
    """A standard of one work function with the run in a requirement of two kinds."""
    items = tuple(
        Requirement(id=kind.value, text=f"{KNOWN} {run if kind is not Kind.ACTION else ''}", kind=kind)
        for kind in (Kind.ACTION, Kind.SKILL, Kind.KNOWLEDGE)
    )
    function = WorkFunction(code="A/01.6", name="Измерение", level="6", requirements=items)
    general = GeneralizedFunction(code="A", name="Измерения", level="6", functions=(function,))
    named = {"order": "1н", "date": "01.03.2020", "activity": KNOWN, "purpose": KNOWN}
    return Standard(code="01.001", title="Физик", functions=(general,), **named)


def _order(path: Path, run: str) -> None:
    as_docx(_standard(run), path)


def _order_page(path: Path, run: str) -> None:
    as_html(_standard(run), path)


def _order_print(path: Path, run: str) -> None:
    result = pieces(_standard(run))
    rows = (line for item in result for line in ([item] if isinstance(item, str) else [" ".join(row) for row in item]))
    _printed(path, "\n".join(rows))


def _card(path: Path, run: str) -> None:
    card(path, title=f"Физик (6 уровень квалификации) {run}", codes=("A/01.6", run))


# What is read: its role, suffix and maker.
FORMATS: dict[str, tuple[str, str, Callable[[Path, str], None]]] = {
    "txt": ("program", ".txt", _text),
    "md": ("program", ".md", _text),
    "html": ("program", ".html", _page),
    "csv": ("program", ".csv", _comma),
    "docx": ("program", ".docx", _word),
    "xlsx": ("program", ".xlsx", _book),
    "pdf": ("program", ".pdf", _print),
    "plx": ("program", ".plx", _plan),
    "course": ("program", ".jsonld", _course),
    "case": ("program", ".json", _case),
    "links": ("program", ".yaml", _links),
    "standard yaml": ("standard", ".yaml", _by_hand),
    "standard csv": ("standard", ".csv", _rows),
    "standard xml": ("standard", ".xml", _registry),
    "standard json": ("standard", ".json", _case),
    "order docx": ("standard", ".docx", _order),
    "order pdf": ("standard", ".pdf", _order_print),
    "order html": ("standard", ".html", _order_page),
    "card": ("card", ".docx", _card),
}


def write(folder: Path, kind: str, name: str, size: int) -> Path:
    """A file of that kind with ``size`` letters of the run of that name: in a paragraph and in a cell of a table."""
    path = folder / f"{kind.replace(' ', '-')}-{size}{FORMATS[kind][1]}"
    FORMATS[kind][2](path, (RUNS[name] * size)[:size])
    return path
