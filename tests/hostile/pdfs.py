"""PDFs: streams packed many times, trees and forms that go round, operators without end, pages of five metres."""

from __future__ import annotations

import zlib

from tests.hostile.kinds import add

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
LINES = (
    b"Syllabus of the course Physics",
    b"1. Learning outcomes",
    b"- know the laws of mechanics and thermodynamics;",
    b"- measure currents with instruments and devices;",
)
WORDS = b"".join(b"BT /F1 12 Tf 50 %d Td (%s) Tj ET\n" % (700 - 40 * number, line) for number, line in enumerate(LINES))


def pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A file of the given objects, numbered from 1, with a right table of places."""
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj" % number + item + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    return data + b"trailer<</Size %d/Root %d 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        root,
        trailer,
        start,
    )


def stream(data: bytes, head: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n" % (len(data), head) + data + b"\nendstream "


def page(content: bytes, *more: bytes, box: bytes = b"0 0 595 842", head: bytes = b"", resources: bytes = b"") -> bytes:
    """One page; ``more`` are objects from number 6 on."""
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox["
        + box
        + b"]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>"
        + resources
        + b">>>>",
        stream(content, head),
        FONT,
        *more,
    )


def _packed(data: bytes, times: int) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


FLATE = b"/Filter[" + b"/FlateDecode" * 4 + b"]"
ANY = ""
add("pdf: packed four times", ".pdf", page(_packed(WORDS, 4), head=FLATE), exit=0)
add(
    "pdf: 400 MB packed twice",
    ".pdf",
    page(_packed(b" " * (400 << 20), 2), head=b"/Filter[/FlateDecode/FlateDecode]"),
    ANY,
)
add(
    "pdf: packed a hundred times",
    ".pdf",
    page(_packed(WORDS, 100), head=b"/Filter[" + b"/FlateDecode" * 100 + b"]"),
    exit=0,
)
add("pdf: a million operators", ".pdf", page(WORDS + b"q Q " * 1_000_000), exit=0)
add("pdf: a million saved states", ".pdf", page(WORDS + b"q " * 1_000_000), exit=0)
add("pdf: a million lines", ".pdf", page(WORDS + b"0 0 m 9 9 l S " * 1_000_000), ANY, exit=0)
add(
    "pdf: 300,000 rectangles",
    ".pdf",
    page(WORDS + b"".join(b"%d %d 4 5 re S " % (n % 590, n % 830) for n in range(300_000))),
    ANY,
    exit=0,
)
add("pdf: 200,000 letters at one place", ".pdf", page(b"BT /F1 12 Tf 50 700 Td (" + b"a" * 200_000 + b") Tj ET"), ANY)
add(
    "pdf: a grid of 300 by 300",
    ".pdf",
    page(WORDS + b"".join(b"%d 0 m %d 842 l S 0 %d m 595 %d l S " % (n, n, 2 * n, 2 * n) for n in range(1, 400))),
    ANY,
    exit=0,
)
add(
    "pdf: letters one by one",
    ".pdf",
    page(
        b"BT /F1 8 Tf " + b"".join(b"1 0 0 1 %d %d Tm (a) Tj " % (n % 590, n * 7 % 830) for n in range(60_000)) + b"ET"
    ),
    ANY,
)
add(
    "pdf: a form in itself",
    ".pdf",
    page(
        WORDS + b"/X Do",
        stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    exit=0,
)
add(
    "pdf: two forms in each other",
    ".pdf",
    page(
        WORDS + b"/X Do",
        stream(b"/Y Do /Y Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</Y 7 0 R>>>>"),
        stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    "memory|seconds",
)
add(
    "pdf: forms that double 26 times",
    ".pdf",
    page(
        WORDS + b"/X Do",
        *(
            stream(
                b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (n + 1)
            )
            for n in range(6, 32)
        ),
        stream(WORDS, b"/Type/XObject/Subtype/Form/BBox[0 0 900 900]/Resources<</Font<</F1 5 0 R>>>>"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    "seconds|memory|damaged|text layer|nothing|no ",
)
add(
    "pdf: a tree of pages that goes round",
    ".pdf",
    pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 900>>"),
    ANY,
)
add(
    "pdf: a tree of pages with its parent",
    ".pdf",
    pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 2>>",
        b"<</Type/Pages/Kids[2 0 R]/Count 2/Parent 2 0 R>>",
    ),
    ANY,
)
add(
    "pdf: a million pages that are said",
    ".pdf",
    pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 1000000>>"),
    "pages|damaged|readable|seconds",
)
add("pdf: pages below zero", ".pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count -5>>"), ANY)
add(
    "pdf: 1,500 pages",
    ".pdf",
    pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b"3 0 R " * 1500 + b"]/Count 1500>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ),
    "pages",
)
add("pdf: a page of 14,400 points", ".pdf", page(WORDS, box=b"0 0 14400 14400"), exit=0)
add("pdf: a page of 10^9 points", ".pdf", page(WORDS, box=b"0 0 1000000000 1000000000"), exit=0)
add("pdf: a page without size", ".pdf", page(WORDS, box=b"0 0 0 0"), ANY, exit=0)
add("pdf: a page turned inside out", ".pdf", page(WORDS, box=b"595 842 0 0"), ANY, exit=0)
add("pdf: an endless number", ".pdf", page(b"1" * 1_000_000 + b" w " + WORDS), ANY, exit=0)
add("pdf: lists 100,000 deep", ".pdf", page(b"[" * 100_000 + WORDS), ANY)
add("pdf: dictionaries 100,000 deep", ".pdf", pdf(b"<</Type/Catalog/Pages 2 0 R/X " + b"<</A" * 100_000 + b">>"), ANY)
add("pdf: an object that refers to itself", ".pdf", pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"2 0 R"), "PDF")
add(
    "pdf: a length that refers to itself",
    ".pdf",
    page(WORDS).replace(b"/Length %d" % len(WORDS), b"/Length 4 0 R"),
    ANY,
    exit=0,
)
add("pdf: tables of places that go round", ".pdf", page(WORDS).replace(b"trailer<<", b"trailer<</Prev 9 "), ANY, exit=0)
add(
    "pdf: a page that is only a picture",
    ".pdf",
    page(
        b"q 595 0 0 842 0 0 cm /X Do Q",
        stream(b"\0" * 100, b"/Type/XObject/Subtype/Image/Width 10/Height 10/BitsPerComponent 8/ColorSpace/DeviceGray"),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    "text layer|scan",
)
add(
    "pdf: a picture of 10^5 by 10^5",
    ".pdf",
    page(
        WORDS + b"q 595 0 0 842 0 0 cm /X Do Q",
        stream(
            b"\0" * 100,
            b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8/ColorSpace/DeviceRGB",
        ),
        resources=b"/XObject<</X 6 0 R>>",
    ),
    exit=0,
)
add(
    "pdf: JavaScript",
    ".pdf",
    page(WORDS).replace(b"/Catalog/", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/"),
    exit=0,
)
add(
    "pdf: a file to launch",
    ".pdf",
    page(WORDS).replace(b"/Catalog/", b"/Catalog/OpenAction<</S/Launch/F(/bin/sh)>>/"),
    exit=0,
)
add(
    "pdf: controls in its words",
    ".pdf",
    page(b"BT /F1 12 Tf 50 700 Td (Students know \\033[31m the laws \\000 of mechanics) Tj ET"),
    ANY,
)
add("pdf: half a file", ".pdf", page(WORDS)[:200], "PDF")
add("pdf: a head alone", ".pdf", b"%PDF-1.7\n", "PDF")
add("pdf: text under this name", ".pdf", "Знать законы механики", "PDF")
add("pdf: a zip under this name", ".pdf", b"PK\x03\x04" + bytes(900), "PDF")
