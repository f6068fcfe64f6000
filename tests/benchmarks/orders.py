"""What is read of the 15 real orders, and whether it stands there word for word."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from alignment.language.codes import fold_code
from alignment.settings import Settings
from alignment.standards import read_file

# Counted independently of our reader (list items of the tables in poppler's text, doubtful lines looked at in the PDF).
BY_HAND = {"06.005": 277, "40.003": 146, "40.007": 203, "40.037": 294, "40.034": 337, "40.035": 325}


def orders(folder: Path, settings: Settings) -> list[str]:
    """The table; "word for word" compares with the text that poppler's pdftotext gives."""
    lines = [
        "| order | ОТФ | ТФ | requirements | counted by hand | word for word in pdftotext's text |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for path in sorted(folder.glob("*.pdf")):
        if path.stem.startswith("scan"):
            continue
        (standard,) = read_file(path, settings)
        texts = [item.text for _, _, item in standard.requirements()]
        raw = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout
        layout = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        pages = [_page(text) for text in (raw, layout)]
        exact = sum(any(fold_code(text) in page for page in pages) for text in texts)
        functions = sum(len(general.functions) for general in standard.functions)
        hand = BY_HAND.get(path.stem, "")
        lines.append(
            f"| {path.stem} | {len(standard.functions)} | {functions} | {len(texts)} | {hand} | {exact / len(texts):.3f} |"
        )
    return lines


def _page(text: str) -> str:
    """Text without running titles, page numbers and line ends, folded."""
    lines = [line for line in text.replace("\f", "\n").split("\n") if not re.fullmatch(r"\s*\d{1,3}\s*", line)]
    lines = [line for line in lines if "ГАРАНТ" not in line and not line.startswith("Приказ Министерства")]
    return fold_code(" ".join(lines))
