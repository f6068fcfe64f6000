"""How fast PDFs are read, and in how much memory, beside peers: `python -m tests.benchmarks.reading_speed [PDF...]`.

Each reader runs alone in a fresh process (the clock includes its start and
imports); memory is the sum of the proportional set sizes of all its processes,
sampled. On a busy machine look at the seconds of all cores together. Without arguments: the ten documents of
../shared/data/programs_pdf/sfu.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import SHARED

SAMPLE = 0.1  # seconds between two looks at the memory


def ours(paths: list[Path], *, pooled: bool) -> int:
    """Blocks with tables, as `align` reads them."""

    from alignment.documents.pooled import read_pooled
    from alignment.programs.bundle import BundleFile
    from alignment.settings import Settings

    files = [BundleFile(path=path, shown=path.name) for path in paths]
    settings = Settings(ocr="off")
    result = read_pooled(_blocks, files, settings) if pooled else (_blocks(file, settings) for file in files)
    return sum(map(int, result))  # type: ignore[arg-type]


def _blocks(file: object, settings: object) -> bytes:
    from alignment.documents import read_document

    return b"%d" % len(read_document(file.path, settings).blocks)  # type: ignore[attr-defined]


def pdfium(paths: list[Path]) -> int:
    """Plain text, no tables."""
    import pypdfium2

    total = 0
    for path in paths:
        document = pypdfium2.PdfDocument(path)
        for page in document:
            text = page.get_textpage()
            total += len(text.get_text_range())
            text.close()
            page.close()
        document.close()
    return total


def plumber(paths: list[Path]) -> int:
    """Lines and tables."""
    import pdfplumber

    total = 0
    for path in paths:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                total += len(page.extract_text_lines()) + len(page.extract_tables())
                page.close()
    return total


def mupdf(paths: list[Path], *, tables: bool) -> int:
    """Text in blocks; with ``tables`` also its table finder."""
    import pymupdf

    total = 0
    for path in paths:
        with pymupdf.open(path) as document:
            for page in document:
                total += len(page.get_text("blocks"))
                total += len(page.find_tables().tables) if tables else 0
    return total


READERS: dict[str, tuple[Callable[[list[Path]], int], str]] = {
    "align, all cores": (lambda paths: ours(paths, pooled=True), "pypdfium2"),
    "align, one process": (lambda paths: ours(paths, pooled=False), "pypdfium2"),
    "PDFium, plain text": (pdfium, "pypdfium2"),
    "PyMuPDF, text blocks": (lambda paths: mupdf(paths, tables=False), "pymupdf"),
    "PyMuPDF, blocks and tables": (lambda paths: mupdf(paths, tables=True), "pymupdf"),
    "pdfplumber, lines and tables": (plumber, "pdfplumber"),
}


def run(name: str, paths: list[Path]) -> tuple[float, float, float]:
    """Seconds, seconds of all cores together, and peak megabytes of a reader in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.reading_speed", "--only", name, *map(str, paths)],
        stdout=subprocess.DEVNULL,
    )
    peak = 0.0
    while child.poll() is None:
        peak = max(peak, sum(_memory(number) for number in _family(child.pid)))
        time.sleep(SAMPLE)
    if child.returncode:
        raise SystemExit(f"{name} failed with {child.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, busy, peak


def _family(number: int) -> list[int]:
    """A process and those it started."""
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    except OSError:
        return []
    return [number, *(other for child in children for other in _family(int(child)))]


def _memory(number: int) -> float:
    """Megabytes of a process, what it shares with others counted in shares."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main(arguments: list[str]) -> None:
    """Print the table, or run one reader where ``--only`` names it."""
    if arguments[:1] == ["--only"]:
        READERS[arguments[1]][0]([Path(name) for name in arguments[2:]])
        return
    import pypdfium2

    paths = [Path(name) for name in arguments] or sorted((SHARED / "programs_pdf" / "sfu").glob("*.pdf"))
    pages = sum(len(pypdfium2.PdfDocument(path)) for path in paths)
    print(f"{len(paths)} documents, {pages} pages\n")
    print("| reader | seconds | pages/s | core seconds | peak MB |\n|---|---|---|---|---|")
    for name, (_, module) in READERS.items():
        if not find_spec(module):
            print(f"| {name} | not installed | | | |")
            continue
        seconds, busy, peak = run(name, paths)
        print(f"| {name} | {seconds:.1f} | {pages / seconds:.0f} | {busy:.1f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
