"""How much of what stands in a document is read, by layout: ``python -m tests.benchmarks.extraction``.

Expected statements are the content from which the samples were made
(tests/data/sources), the shipped XML for orders, and for cards and plans counts
made by hand. Writes docs/extraction.md.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import yaml

from alignment.catalogue import find
from alignment.language.codes import fold_code
from alignment.model import Kind, Program, Standard
from alignment.programs import description, load
from alignment.programs.statement_text import clean
from alignment.settings import Settings
from alignment.standards import read_card, read_file
from tests.benchmarks.page import made, publish
from tests.conftest import ROOT, SHARED
from tests.helpers.makers import work_programme
from tests.helpers.render_order import as_docx, as_html

SAMPLE = ROOT / "tests" / "data" / "programs" / "11.03.03"
KINDS = (Kind.KNOWLEDGE, Kind.SKILL, Kind.EXPERIENCE)
MANY = 60


def score(wanted: Iterable[str], found: Iterable[str]) -> tuple[float, float, int]:
    """Precision and recall of texts (folded), and how many were wanted."""
    one, two = {fold_code(text) for text in wanted}, {fold_code(text) for text in found}
    hits = len(one & two)
    return hits / max(1, len(two)), hits / max(1, len(one)), len(one)


def _outcomes(program: Program) -> list[str]:
    return [item.text for item in program.statements() if item.kind in KINDS]


def work_programmes(settings: Settings) -> list[tuple[str, float, float, int]]:
    """The sample's work programmes by layout: lists, tables, Markdown; docx and PDF."""
    items = yaml.safe_load((ROOT / "tests" / "data" / "sources" / "11.03.03.yaml").read_text(encoding="utf-8"))
    groups: dict[str, tuple[list[str], list[str]]] = {}
    for number, item in enumerate(items, 1):
        stem = f"{number:02d} {item['title'].replace(',', '')}"
        path = next(SAMPLE.glob(f"{stem}.*"))
        columns = path.suffix != ".md" and (number % 2 == 1) == (path.suffix == ".docx")
        layout = f"work programme, {'table' if columns else 'lists'}, {path.suffix[1:]}"
        wanted, result = groups.setdefault(layout, ([], []))
        for texts in (item["know"], item["can"], item["master"]):
            wanted += [_bare(text) for text in texts]
        result += _outcomes(load([path], settings))
    return [(layout, *score(wanted, result)) for layout, (wanted, result) in sorted(groups.items())]


def _bare(text: str) -> str:
    from alignment.language import strip_lead

    return clean(strip_lead(text)[0])


def descriptions(settings: Settings) -> list[tuple[str, float, float, int]]:
    """Competences and declared links of the program description, as docx and PDF."""
    from alignment.documents import read_document

    items = yaml.safe_load((ROOT / "tests" / "data" / "sources" / "11.03.03.yaml").read_text(encoding="utf-8"))
    wanted = {code: text for item in items for code, text in item["competences"]}.values()
    rows = []
    for path in (SAMPLE / "14 Описание ОПОП.docx", ROOT / "tests" / "data" / "description.pdf"):
        program = description.read(read_document(path, settings))
        result = [item.text for item in program.competences if item.code.count(".") == 0 and item.code != "ПК-7"]
        rows.append((f"program description, competences, {path.suffix[1:]}", *score(wanted, result)))
    return rows


def orders(settings: Settings, folder: Path) -> list[tuple[str, float, float, int]]:
    """Three shipped standards written in the official layout and read back."""
    rows = []
    for name, render in (("docx", as_docx), ("html", as_html)):
        wanted: list[str] = []
        result: list[str] = []
        for code in ("06.005", "40.035", "06.001"):
            standard = find(code, settings)
            wanted += _requirements(standard)
            result += _requirements(read_file(render(standard, folder / f"{code}.{name}"), settings)[0])
        rows.append((f"order, {name}", *score(wanted, result)))
    return rows


def _requirements(standard: Standard) -> list[str]:
    return [f"{function.code} {item.kind} {item.text}" for _, function, item in standard.requirements()]


def cards(settings: Settings) -> tuple[int, int, int]:
    """Cards read, of them with functions, functions in all."""
    result = [read_card(path, settings) for path in sorted((SHARED / "qualifications").iterdir())]
    return len(result), sum(bool(item.functions) for item in result), sum(len(item.functions) for item in result)


def speed(settings: Settings, folder: Path) -> float:
    """Seconds for a folder of 60 work programmes (docx), nothing cached."""
    root = folder / "many"
    root.mkdir()
    for number in range(MANY):
        know = tuple(f"методы расчета узла {number} и прибора {n}" for n in range(12))
        work_programme(root / f"{number:02d}.docx", f"Дисциплина номер {number}", know=know)
    began = time.perf_counter()
    load([root], settings)
    return time.perf_counter() - began


def main() -> None:
    """Measure and write docs/extraction.md."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*work_programmes(settings), *descriptions(settings), *orders(settings, folder)]
        seconds = speed(settings, folder)
    lines = [
        "# What is read of each layout",
        "",
        f"{made('extraction')}. Documents of the first two groups were made for "
        "the project in common layouts, orders were rendered from the shipped XML: real ones are messier "
        "(docs/benchmarks.md has 15 real orders).",
        "",
        "| layout | precision | recall | texts |",
        "|---|---:|---:|---:|",
        *(f"| {layout} | {precision:.3f} | {recall:.3f} | {count} |" for layout, precision, recall, count in rows),
        "",
    ]
    if SHARED.is_dir():
        read, functional, functions = cards(settings)
        lines.append(f"Real qualification cards: {read} read, {functional} with work functions, {functions} functions.")
        lines.append("")
    lines.append(f"{MANY} work programmes (docx) read in {seconds:.1f} s, nothing cached.")
    publish("extraction", lines)


if __name__ == "__main__":
    main()
