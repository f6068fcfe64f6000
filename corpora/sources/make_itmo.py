"""Write a real program of ITMO University as the documents that a university has.

python corpora/sources/make_itmo.py SHARED_DIR PROGRAM_ID OUT_DIR

The data are the four tables of SHARED_DIR/data/itmo_programs (MIT, TonikX/analytics_backend): the study plan becomes a
workbook in the layout of the widespread planning system, competences with indicators and declared standards become a
description of the program (ОПОП), each discipline with topics becomes a work programme. Every text stands as it is in
the data; only titles of documents, headings of tables, numbers of rows and indices of the plan are added. The same
data give the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

DEGREE = "бакалавр"
# The oldest date that a zip can tell stands for "no date", so that the same data give the same bytes.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
DATE = datetime(2018, 9, 1)
# Blocks of the plan, by the components that open a block of their own; all others are parts of block 1.
BLOCKS = {
    "Практика": ("Б2", "Блок 2. Практика"),
    "ГИА": ("Б3", "Блок 3. Государственная итоговая аттестация"),
    "Факультативные дисциплины": ("ФТД", "ФТД. Факультативные дисциплины"),
}
FIRST_BLOCK = "Блок 1. Дисциплины (модули)"
NAME_LENGTH = 70
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    HEAD + f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
RELATIONS = (
    HEAD + f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
OF_DOCUMENT = (
    HEAD + f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    HEAD + f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="24"/>'
    '<w:lang w:val="ru-RU"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>'
    '<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
    "<w:rPr><w:b/></w:rPr></w:style></w:styles>"
)
CORE = (
    HEAD + f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    f'<dcterms:created xsi:type="dcterms:W3CDTF">{DATE.isoformat()}Z</dcterms:created>'
    f'<dcterms:modified xsi:type="dcterms:W3CDTF">{DATE.isoformat()}Z</dcterms:modified></cp:coreProperties>'
)


@dataclass(frozen=True)
class Row:
    """A discipline of the plan; ``topics`` are those of its work programme."""

    index: str
    title: str
    component: str
    semesters: tuple[str, ...]
    credits: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """One row of the competence table: competence, indicator, standard, as they are written."""

    competence: str
    indicator: str
    standard: str


@dataclass(frozen=True)
class Source:
    """What the data say of one program."""

    id: str
    code: str
    direction: str
    profile: str
    year: str
    rows: tuple[Row, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def passport(self) -> tuple[str, ...]:
        """Lines of a title page."""
        return (
            f"Направление подготовки {self.code} {self.direction}",
            f"Направленность (профиль): «{self.profile}»",
            f"Квалификация: {DEGREE}",
            f"Год начала подготовки: {self.year}",
        )


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def read(folder: Path, wanted: str) -> Source:
    """The program ``wanted`` of the tables in ``folder``.

    Raises:
        SystemExit: there is no such program.
    """
    program = next((row for row in _table(folder, "programs.tsv") if row["program_id"] == wanted), None)
    if program is None:
        sys.exit(f"no program {wanted} in {folder / 'programs.tsv'}")
    topics: dict[str, list[str]] = defaultdict(list)
    for row in _table(folder, "topics.tsv"):
        topics[row["discipline"]].append(row["topic"])
    disciplines = [row for row in _table(folder, "disciplines.tsv") if row["program_id"] == wanted]
    return Source(
        id=wanted,
        code=program["direction_code"],
        direction=program["direction"],
        profile=program["program"],
        year=program["year"],
        rows=tuple(_indexed(disciplines, topics)),
        outcomes=tuple(
            Outcome(row["competence"], row["indicator"], row["declared_standard"])
            for row in _table(folder, "competences.tsv")
            if row["program_id"] == wanted
        ),
    )


def _indexed(disciplines: Sequence[dict[str, str]], topics: dict[str, list[str]]) -> Iterable[Row]:
    """The rows block by block and module by module, each with an index such as Б1.03.02."""
    modules = list(dict.fromkeys(row["component"] for row in disciplines))
    inner = [name for name in modules if name not in BLOCKS]
    for name in (*inner, *(name for name in BLOCKS if name in modules)):
        block = BLOCKS[name][0] if name in BLOCKS else f"Б1.{inner.index(name) + 1:02d}"
        for number, row in enumerate((row for row in disciplines if row["component"] == name), 1):
            yield Row(
                index=f"{block}.{number:02d}",
                title=row["discipline"],
                component=name,
                semesters=tuple(row["semesters"].split(",")),
                credits=row["credits"],
                topics=tuple(topics.get(row["discipline"].lower(), ())),
            )


def write_zip(path: Path, parts: Iterable[tuple[str, bytes]]) -> None:
    """A zip whose bytes depend on nothing but its parts."""
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts:
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, data)


def write_plan(source: Source, path: Path) -> None:
    """The study plan: sheets Титул and План, one column for each semester."""
    book = Workbook()
    front = book.active
    assert isinstance(front, Worksheet)
    front.title = "Титул"
    front.column_dimensions["A"].width = 100
    for line in ("Учебный план", *source.passport):
        front.append([line])
    sheet = book.create_sheet("План")
    last = max(int(number) for row in source.rows for number in row.semesters)
    sheet.append(["Индекс", "Наименование", "з.е.", "Распределение по семестрам"])
    sheet.append(["", "", "", *(f"Семестр {number}" for number in range(1, last + 1))])
    sheet.merge_cells(start_row=1, end_row=1, start_column=4, end_column=3 + last)
    block = module = ""
    for row in source.rows:
        new = BLOCKS[row.component][1] if row.component in BLOCKS else FIRST_BLOCK
        if new != block:
            sheet.append([new])
        if row.component != module and row.component not in BLOCKS:
            sheet.append([row.component])
        block, module = new, row.component
        # The data tell the sum of credits and the semesters, not what each semester has: 1 marks the semester.
        taught = (1 if str(number) in row.semesters else None for number in range(1, last + 1))
        sheet.append([row.index, row.title, int(row.credits), *taught])
    sheet.append([])
    sheet.append(["", "1 – дисциплина изучается в этом семестре"])
    _dress(sheet)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = DATE
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as package:
        parts = [(name, package.read(name)) for name in sorted(package.namelist())]
    # openpyxl writes the time of saving whatever the properties say.
    stamp = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    dated = [
        (name, stamp.sub(rb"\g<1>" + DATE.isoformat().encode() + b"Z", data) if name == "docProps/core.xml" else data)
        for name, data in parts
    ]
    write_zip(path, dated)


def _dress(sheet: Worksheet) -> None:
    """Borders, wrapped text, bold headings and group rows."""
    line = Side(style="thin")
    for letter, width in (("A", 12), ("B", 70), ("C", 6)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C3"
    for number, cells in enumerate(sheet.iter_rows(), 1):
        bold = number < 3 or (bool(cells[0].value) and not cells[1].value)
        for cell in cells:
            cell.font = Font(name="Times New Roman", size=11, bold=bold)
            if cells[0].value or number < 3:
                cell.border = Border(left=line, right=line, top=line, bottom=line)
            cell.alignment = Alignment(wrap_text=number > 2 and cell.column == 2, vertical="top")


def paragraph(text: str, *, style: str = "", centred: bool = False, bold: bool = False) -> str:
    """A paragraph of WordprocessingML."""
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + ('<w:jc w:val="center"/>' if centred else "")
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}"
        f'<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def table(head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str | None]]) -> str:
    """A table of WordprocessingML; widths in twentieths of a point; None goes on with the cell above."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = [[paragraph(text, bold=True) for text in head]]
    merges: list[list[str]] = [[""] * len(head)]
    body = list(rows)
    for number, row in enumerate(body):
        below = body[number + 1] if number + 1 < len(body) else [""] * len(row)
        lines.append(["<w:p/>" if text is None else paragraph(text) for text in row])
        merges.append(
            [
                "<w:vMerge/>" if text is None else ('<w:vMerge w:val="restart"/>' if under is None else "")
                for text, under in zip(row, below, strict=True)
            ]
        )
    cells = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}</w:tcPr>{text}</w:tc>'
            for width, merge, text in zip(widths, merged, line, strict=True)
        )
        + "</w:tr>"
        for line, merged in zip(lines, merges, strict=True)
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{sides}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{cells}</w:tbl>"
    )


def write_docx(path: Path, blocks: Sequence[str]) -> None:
    """A Word document of paragraphs and tables: without the themes of a template it is a twentieth of its size."""
    end = '<w:p/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="850" w:bottom="1134" '
    end += 'w:left="1134" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    document = f"{HEAD}<w:document {W}><w:body>{''.join(blocks)}{end}</w:body></w:document>"
    parts = (
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("docProps/core.xml", CORE),
        ("word/document.xml", document),
        ("word/_rels/document.xml.rels", OF_DOCUMENT),
        ("word/styles.xml", STYLES),
    )
    write_zip(path, ((name, text.encode("utf-8")) for name, text in parts))


def write_description(source: Source, path: Path) -> None:
    """The description of the program: its competences, their indicators and the standards that it declares."""
    rows: list[tuple[str | None, ...]] = []
    before = ""
    for outcome in source.outcomes:
        rows.append((None if outcome.competence == before else outcome.competence, outcome.indicator, outcome.standard))
        before = outcome.competence
    head = (
        "Код и наименование компетенции",
        "Код и наименование индикатора достижения компетенции",
        "Профессиональный стандарт",
    )
    front = ("Описание основной профессиональной образовательной программы", *source.passport)
    write_docx(
        path,
        [
            *(paragraph(line, centred=True) for line in front),
            paragraph("Компетенции выпускников и индикаторы их достижения", style="Heading1"),
            table(head, (3400, 3900, 2600), rows),
        ],
    )


def write_programme(source: Source, row: Row, path: Path) -> None:
    """The work programme of one discipline or practice: its topics in a table."""
    what = "практики" if row.component == "Практика" else "дисциплины"
    write_docx(
        path,
        [
            *(paragraph(line, centred=True) for line in (f"Рабочая программа {what} «{row.title}»", *source.passport)),
            paragraph(f"Содержание {what}", style="Heading1"),
            table(
                ("№", "Наименование темы"),
                (700, 9200),
                ((str(number), topic) for number, topic in enumerate(row.topics, 1)),
            ),
        ],
    )


def card(source: Source) -> str:
    """The card of the sample: source, licence, what is verbatim, what is layout."""
    given = [row for row in source.rows if row.topics]
    competences = len({outcome.competence for outcome in source.outcomes})
    return f"""# Card: program {source.code} "{source.profile}", {source.year}

A real bachelor program of ITMO University: direction {source.code} "{source.direction}", profile
"{source.profile}", admission of {source.year} (program {source.id} of the data).

Source: TonikX/analytics_backend, MIT, copyright (c) 2020 Anton Govorov; the licence stands in
`corpora/programs/LICENSE.md`. Made by `corpora/sources/make_itmo.py` from tables of its programs, disciplines,
topics and competences.

- `Учебный план.xlsx`: {len(source.rows)} disciplines with their modules, credits and semesters.
- `Описание ОПОП.docx`: {competences} competences, {len(source.outcomes)} indicators, and the professional standard
  that the program declares for each.
- `Рабочие программы/`: {len(given)} work programmes with {sum(len(row.topics) for row in given)} topics; of the other
  {len(source.rows) - len(given)} disciplines the data know no topics.

**Verbatim:** direction, profile, year, modules, titles, credits, semesters, topics, competences, indicators, standards,
with the slips of the source ("ПК- 7.", "ПК-8. 1", a title without a capital). Topics belong to disciplines by title, as
the source has them; a discipline that several programs share has the same topics in each.

**Layout, not data:** the kinds of documents, headings, numbers of rows, the indices of the plan (Б1.03.02), the blocks,
"{DEGREE}" (all programs of the data are of this degree), and the mark 1 in a semester: the data do not divide credits
between semesters. Which discipline forms which competence is not in the data and is not guessed; nor are outcomes
(знать, уметь, владеть) of the disciplines.
"""


def _file_name(title: str) -> str:
    """A title as the name of a file: without quotes and slashes, cut between words."""
    name = re.sub(r"[^\w ()+,-]", "", title)
    return (name if len(name) <= NAME_LENGTH else name[:NAME_LENGTH].rpartition(" ")[0]).rstrip(" ,-(")


def write(source: Source, out: Path) -> None:
    """All documents of the program in the folder ``out``, which is emptied first."""
    shutil.rmtree(out, ignore_errors=True)
    programmes = out / "Рабочие программы"
    programmes.mkdir(parents=True)
    write_plan(source, out / "Учебный план.xlsx")
    write_description(source, out / "Описание ОПОП.docx")
    for row in source.rows:
        if row.topics:
            write_programme(source, row, programmes / f"{row.index} {_file_name(row.title)}.docx")
    (out / "README.md").write_text(card(source), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    write(read(Path(sys.argv[1]) / "data" / "itmo_programs", sys.argv[2]), Path(sys.argv[3]))
