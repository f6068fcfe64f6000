"""Good documents of every format with a run of one kind in them, as long as one wants."""

from __future__ import annotations

from pathlib import Path

import docx

from tests.hostile.kinds import COURSE
from tests.hostile.texts import RUNS, _csv, _html


def write(folder: Path, suffix: str, name: str, size: int) -> Path:
    """A file of that format with ``size`` letters of the run of that name: in a paragraph and in a cell of a table."""
    run = (RUNS[name] * size)[:size]
    path = folder / f"{size}{suffix}"
    if suffix == ".docx":
        document = docx.Document()
        document.add_heading("Рабочая программа дисциплины «Физика»", 1)
        document.add_paragraph("Знать:")
        document.add_paragraph(f"законы механики и методы измерений; {run}")
        table = document.add_table(2, 2)
        for number, text in enumerate(("Тема", "Содержание", "Механика", run)):
            table.cell(number // 2, number % 2).text = text
        document.save(str(path))
        return path
    made = {
        ".html": _html(
            f"<p>{run}</p><table><tr><td>Тема</td><td>Содержание</td></tr><tr><td>Механика</td><td>{run}</td></tr></table>"
        ),
        ".csv": _csv(run),
        ".yaml": 'code: "01.001"\ntitle: t\nfunctions:\n- code: A\n  name: n\n  functions:\n  - code: A/01.6\n    name: x\n    skills: ["'
        + run.replace("\\", "\\\\").replace('"', '\\"')
        + '"]\n',
    }
    path.write_text(made.get(suffix, f"{COURSE}{run}\n\n## Содержание\n\n- {run}\n"), encoding="utf-8")
    return path
