"""Word documents and archives: spans without end, parts that are missing, bombs, entries that point elsewhere."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import docx

from tests.hostile.kinds import COURSE, add
from tests.hostile.workbooks import zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
GOOD = "<w:p><w:r><w:t>Рабочая программа дисциплины «Физика»</w:t></w:r></w:p><w:p><w:r><w:t>Знать:</w:t></w:r></w:p><w:p><w:r><w:t>законы механики и методы измерений; основы теории цепей</w:t></w:r></w:p>"


@lru_cache(maxsize=1)
def _parts() -> dict[str, bytes]:
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _with(
    name: str, said: str = "", *, exit: int = 2, body: str = GOOD, without: tuple[str, ...] = (), **changed: bytes | str
) -> None:
    where = {
        "document": "word/document.xml",
        "styles": "word/styles.xml",
        "rels": "word/_rels/document.xml.rels",
        "core": "docProps/core.xml",
        "types": "[Content_Types].xml",
        "package": "_rels/.rels",
        "macro": "word/vbaProject.bin",
    }

    def make(path: Path) -> None:
        parts = {key: value for key, value in _parts().items() if key not in without}
        if "document" not in changed:
            parts["word/document.xml"] = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
        for key, value in changed.items():
            parts[where[key]] = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        zipped(path, {key: value for key, value in parts.items() if key not in without})

    add(f"docx: {name}", ".docx", make, said, exit=exit)


def _table(rows: str) -> str:
    return GOOD + f"<w:tbl>{rows}</w:tbl>"


def _tc(text: str = "x", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{_p(text)}</w:tc>"


MERGED = '<w:vMerge w:val="continue"/>'
_with(
    "a span of 300,000,000",
    exit=0,
    body=_table("<w:tr>" + _tc(properties='<w:gridSpan w:val="300000000"/>') + "</w:tr>"),
)
_with(
    "a span in an inner table",
    exit=0,
    body=_table(
        "<w:tr><w:tc><w:tbl><w:tr>"
        + _tc(properties='<w:gridSpan w:val="300000000"/>')
        + "</w:tr></w:tbl><w:p/></w:tc></w:tr>"
    ),
)
_with("a span below zero", exit=0, body=_table("<w:tr>" + _tc(properties='<w:gridSpan w:val="-3"/>') + "</w:tr>"))
_with(
    "a span that is no number",
    body=_table("<w:tr>" + _tc(properties='<w:gridSpan w:val="many"/>') + "</w:tr>"),
    said="damaged",
)
_with(
    "cells before the row of 2^31",
    exit=0,
    body=_table('<w:tr><w:trPr><w:gridBefore w:val="2147483647"/></w:trPr>' + _tc() + "</w:tr>"),
)
_with(
    "5,000 merged rows",
    exit=0,
    body=_table("<w:tr>" + _tc() + "</w:tr>" + ("<w:tr>" + _tc(properties=MERGED) + "</w:tr>") * 5000),
)
_with("a merged cell in the first row", exit=0, body=_table("<w:tr>" + _tc(properties=MERGED) + "</w:tr>"))
_with(
    "30,000 rows of spans of 100",
    "cells",
    body=_table(("<w:tr>" + _tc(properties='<w:gridSpan w:val="100"/>') + "</w:tr>") * 30_000),
)
_with("an empty table", exit=0, body=_table(""))
_with("rows without cells", exit=0, body=_table("<w:tr/>" * 1000))
_with("200 tables deep", "", body=GOOD + "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60, exit=0)
_with("elements 5,000 deep", "Word", body=GOOD + "<w:sdt>" * 5000 + "</w:sdt>" * 5000)
_with("no styles", "Word", without=("word/styles.xml",))
_with(
    "a style that is not there",
    exit=0,
    body=GOOD + '<w:p><w:pPr><w:pStyle w:val="None"/></w:pPr><w:r><w:t>измерять токи</w:t></w:r></w:p>',
)
_with("styles that are no styles", exit=0, styles=f"<w:nothing {W}/>")
_with(
    "10,000 styles and 10,000 paragraphs",
    exit=0,
    styles=f"<w:styles {W}>"
    + "".join(f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/></w:style>' for n in range(10_000))
    + "</w:styles>",
    body=GOOD
    + "".join(f'<w:p><w:pPr><w:pStyle w:val="s{n}"/></w:pPr><w:r><w:t>{n}</w:t></w:r></w:p>' for n in range(10_000)),
)
_with("another root", "Word|damaged", document="<nothing/>")
_with("no body", "Word|damaged|nothing|statement|text", document=f"<w:document {W}/>")
_with("no document", "Word", without=("word/document.xml",))
_with("no types", "Word", without=("[Content_Types].xml",))
_with("no links of the package", "Word", without=("_rels/.rels",))
_with("no links of the document", exit=0, without=("word/_rels/document.xml.rels",))
_with(
    "broken properties",
    exit=0,
    core="<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties'/>",
)
_with("properties that are no XML", "Word|damaged", core="<<<")
_with(
    "an entity of another file",
    "",
    document=f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{GOOD}{_p("&e;")}</w:body></w:document>',
    exit=0,
)
_with(
    "laughing entities",
    "Word|damaged",
    document="<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + f"]><w:document {W}><w:body>{_p('&a11;')}</w:body></w:document>",
)
_with("a run of 100,000 digits", exit=0, body=GOOD + _p("1" * 100_000))
_with("a run of 100,000 dashes", exit=0, body=GOOD + _p("-" * 100_000))
_with("30,000 runs in a paragraph", exit=0, body=GOOD + "<w:p>" + "<w:r><w:t>а</w:t></w:r>" * 30_000 + "</w:p>")
_with("macros", exit=0, macro=b"evil")
_with(
    "a template elsewhere",
    exit=0,
    rels=_parts()["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/></Relationships>',
    ),
)
_with(
    "a link to itself",
    "",
    rels=_parts()["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId98" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/subDocument" Target="document.xml"/></Relationships>',
    ),
    exit=0,
)
add(
    "docx: a bomb",
    ".docx",
    lambda path: zipped(path, {**_parts(), "word/document.xml": b"<a>" + b" " * (60 << 20)}),
    "bomb",
)
add(
    "docx: half a file",
    ".docx",
    lambda path: (zipped(path, _parts()), path.write_bytes(path.read_bytes()[:3000]))[0],
    "corrupt",
)
add("docx: an old Word file", ".docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "password|old")
add("docx: an html page", ".docx", "<html><body>Знать законы</body></html>", "corrupt")
add(
    "docx: a workbook",
    ".docx",
    lambda path: zipped(path, {"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<Types/>"}),
    "Word",
)

GOOD_FILE = {"физика.md": COURSE.encode()}


def _zip(name: str, fill: Callable[[zipfile.ZipFile], object], said: str = "", *, exit: int = 0) -> None:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("физика.md", COURSE)
            fill(archive)

    add(f"zip: {name}", ".zip", make, said, exit=exit)


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("link.md")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


_zip("an entry above", lambda archive: archive.writestr("../../evil.md", COURSE), "outside")
_zip("an entry from the root", lambda archive: archive.writestr("/etc/evil.md", COURSE), "outside")
_zip("an entry on another drive", lambda archive: archive.writestr("C:\\evil.md", COURSE), "outside")
_zip("an entry with back slashes", lambda archive: archive.writestr("..\\..\\evil.md", COURSE), "outside")
_zip("a link", _link, "link")
_zip("an archive inside", lambda archive: archive.writestr("more.zip", b"PK"), "itself an archive")
_zip("names with escapes", lambda archive: archive.writestr("a\x1b[31mb.md", COURSE))
_zip("names that turn around", lambda archive: archive.writestr("a\u202edm.md", COURSE))
_zip(
    "a name of 60,000 letters", lambda archive: archive.writestr("a" * 60_000 + ".md", COURSE), "unpacked|long", exit=2
)


def _twice(archive: zipfile.ZipFile) -> None:
    with warnings.catch_warnings(action="ignore"):
        for _ in range(2):
            archive.writestr("a.md", COURSE)


_zip("two entries of one name", _twice)
_zip("a folder named like a file", lambda archive: archive.writestr("a.md/", b""))
_zip("an empty name", lambda archive: archive.writestr(zipfile.ZipInfo("."), COURSE))
_zip("6,000 entries", lambda archive: [archive.writestr(f"{n}.md", b"x") for n in range(6000)], "6001 files", exit=2)
_zip("a bomb", lambda archive: archive.writestr("a.txt", b"0" * (300 << 20)), "bomb", exit=2)
_zip("a file that is broken", lambda archive: archive.writestr("a.docx", b"PK broken"), "corrupt")
add("zip: nothing in it", ".zip", lambda path: zipped(path, {}), "no files")
add(
    "zip: half a file",
    ".zip",
    lambda path: (zipped(path, GOOD_FILE), path.write_bytes(path.read_bytes()[:-40]))[0],
    "corrupt",
)
add("zip: no zip", ".zip", b"x" * 4000, "corrupt")
add(
    "zip: a list of 65,535 entries that are not there",
    ".zip",
    struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, 1 << 30, 0, 0),
    "corrupt",
)
