"""Every number of the product code has its reason beside it, or a form that says what it is (tests/helpers/constants.py)."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.helpers.constants import bare_numbers

FOLDERS = (ROOT / "src" / "alignment", ROOT / "models" / "recipe")


def test_every_number_has_its_reason_beside_it() -> None:
    files = sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))
    assert len(files) > 300
    bare = [
        f"{path.relative_to(ROOT)}:{item.line}: {item.what} without a reason: {item.text}"
        for path in files
        for item in bare_numbers(path)
    ]
    assert not bare, "\n" + "\n".join(bare)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("REACH = 2.2\n", "constant"),
        ("REACH = 2.2  # metres\n", "constant"),  # a unit is no reason
        ("REACH = 2.2  # set by hand in 2026\n", "constant"),  # nor is that
        ("\n\ndef cost(home: float) -> float:\n    return 0.05 * home\n", "number"),
        ("# The reason of the line below it alone.\nFIRST = 3\nBLIND = 0.1\n", "constant"),
        ("# A reason that stands apart says nothing.\n\nBLIND = 0.1\n", "constant"),
        ("SHARES = {'one': (0.4, 0.6)}\n", "constant"),
        ("COUNT = 1\n", "constant"),
        ("class Job:\n    rate: float = 3e-4\n", "field"),
        ("def ask(retries: int = 7) -> None: ...\n", "parameter"),
        ("def head(lines: list[str]) -> list[str]:\n    return lines[:12]\n", "number"),
        ("def scale(value: float) -> float:\n    return round(value * 0.7, 4)\n", "number"),
        ("def fits(text: str) -> bool:\n    return len(text) < 300\n", "number"),
    ],
)
def test_a_number_without_a_reason_is_found(tmp_path: Path, source: str, what: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert [item.what for item in bare_numbers(path)][:1] == [what]


@pytest.mark.parametrize(
    "source",
    [
        "# Twice as far loses three of ten texts (docs/method.md).\nREACH = 2.2\n",
        "REACH = 2.2  # metres, the longest arm that was measured\n",
        'class Job:\n    """``rate`` falls to nothing."""\n\n    rate: float = 3e-4\n',
        'def head(lines: list[str]) -> list[str]:\n    """The first 12 lines: a page."""\n    return lines[:12]\n',
        "def third(row: list[str]) -> str:\n    return row[3]\n",
        "def shown(value: float) -> float:\n    return round(value, 4)\n",
        "def answer() -> Response:\n    return Response(status_code=404)\n",
        "def size(data: bytes) -> bool:\n    return len(data) > 1 << 20\n",
        "def half(value: float) -> float:\n    return 0.5 * value\n",
        "def whole(row: list[str]) -> bool:\n    return len(row) == 11\n",
    ],
)
def test_a_reason_or_a_plain_form_is_enough(tmp_path: Path, source: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert not bare_numbers(path)
