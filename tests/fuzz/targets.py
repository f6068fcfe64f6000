"""What is fuzzed: bytes → a reader. Anything but an `AlignmentError` is a fault.

Formats that are zips get the bytes as the part inside that matters, so that mutations reach the reader and not only
zlib.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from alignment.documents import read_document
from alignment.errors import AlignmentError
from alignment.programs import load
from alignment.review.results import read_result
from alignment.settings import Settings
from alignment.standards.readers import read_file

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
SETTINGS = Settings(cache=False, ocr="off", max_file_mb=5, max_unpacked_mb=20, max_pages=20)
# No reader may stay so long over one small input, in seconds.
LONGEST = 20.0
Target = Callable[[bytes], None]


def _file(suffix: str, read: Callable[[Path], object]) -> Target:
    def run(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"f{suffix}"
            path.write_bytes(data)
            try:
                read(path)
            except AlignmentError as error:
                assert str(error).strip()

    return run


def _inside(template: Path, part: str, suffix: str) -> Target:
    """The bytes as one part of an otherwise good file."""
    with zipfile.ZipFile(template) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    plain = _file(suffix, lambda path: read_document(path, SETTINGS))

    def run(data: bytes) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, data if name == part else content)
        plain(out.getvalue())

    return run


def _document(path: Path) -> object:
    return read_document(path, SETTINGS)


def _standard(path: Path) -> object:
    return read_file(path, SETTINGS)


def _program(path: Path) -> object:
    return load([path], SETTINGS)


DOCX = next(SAMPLE.glob("01*.docx"))
XLSX = next(SAMPLE.glob("00*.xlsx"))
TARGETS: dict[str, Callable[[], Target]] = {
    "html": lambda: _file(".html", _document),
    "markdown": lambda: _file(".md", _program),
    "text": lambda: _file(".txt", _document),
    "csv": lambda: _file(".csv", _document),
    "pdf": lambda: _file(".pdf", _document),
    "docx": lambda: _file(".docx", _document),
    "docx-inside": lambda: _inside(DOCX, "word/document.xml", ".docx"),
    "xlsx": lambda: _file(".xlsx", _document),
    "xlsx-inside": lambda: _inside(XLSX, "xl/worksheets/sheet1.xml", ".xlsx"),
    "xls": lambda: _file(".xls", _document),
    "plx": lambda: _file(".plx", _program),
    "zip": lambda: _file(".zip", _program),
    "program-json": lambda: _file(".json", _program),
    "standard-xml": lambda: _file(".xml", _standard),
    "standard-yaml": lambda: _file(".yaml", _standard),
    "standard-csv": lambda: _file(".csv", _standard),
    "standard-json": lambda: _file(".json", _standard),
    "result": lambda: _file(".json", read_result),
}


def seeds(name: str) -> list[bytes]:
    """Good inputs to begin with."""
    if name == "docx-inside":
        return [zipfile.ZipFile(DOCX).read("word/document.xml")[:20_000]]
    if name == "xlsx-inside":
        return [zipfile.ZipFile(XLSX).read("xl/worksheets/sheet1.xml")[:20_000]]
    standards = ROOT / "corpora" / "standards"
    files = {
        "pdf": sorted(SAMPLE.glob("*.pdf"))[:1],
        "docx": [DOCX],
        "xlsx": [XLSX],
        "markdown": sorted(SAMPLE.glob("*.md"))[:1],
        "text": sorted(SAMPLE.glob("*.md"))[:1],
        "standard-xml": [standards / "40.003.xml"],
    }
    texts = {
        "html": [b"<html><body><h1>T</h1><table><tr><td rowspan=2>a<td>b<tr><td>c</table><ul><li>x</ul>"],
        "csv": ["Код;Наименование;З.е.\nБ1.О.01;Физика;3\n".encode()],
        "plx": [
            b'<?xml version="1.0"?><Document><diffgr><dsMMISDB><PlanyStroki Discipline="x"/></dsMMISDB></diffgr></Document>'
        ],
        "standard-yaml": [b"code: '01.001'\ntitle: t\nfunctions:\n- code: A\n  name: n\n  functions: []\n"],
        "standard-csv": [b"code,title,general,function,kind,text\n01.001,t,A,A/01.6,skill,x\n"],
        "standard-json": [b'{"CFDocument": {"title": "t"}, "CFItems": [], "CFAssociations": []}'],
        "program-json": [b'{"@context": "https://schema.org", "@type": "Course", "name": "x", "teaches": ["a"]}'],
        "result": [b'{"program": {"title": "t"}, "standard": {"code": "", "title": ""}, "findings": []}'],
        "zip": [_zip({"a.md": "# T\n\n- уметь\n".encode(), "папка/план.csv": b"x;y\n"})],
    }
    return [path.read_bytes() for path in files.get(name, [])] or texts.get(name, [b""])


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
