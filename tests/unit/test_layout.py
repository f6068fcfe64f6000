"""tests/unit mirrors the package: one folder for each room; and what several test files use stands in tests/helpers."""

import ast
import re
from pathlib import Path

from tests import mutation
from tests.conftest import ROOT

TESTS = ROOT / "tests"
UNIT = TESTS / "unit"


def rooms(folder: Path) -> set[str]:
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, and every name it takes out of one: ``from a import b`` gives a and a.b."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(modules: set[str], package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in modules)


def test_every_room_has_its_folder_and_every_folder_is_a_room() -> None:
    assert rooms(UNIT) == rooms(ROOT / "src" / "alignment") | {"recipe"}
    assert (ROOT / "models" / "recipe" / "__init__.py").is_file()
    strays = [path for path in UNIT.rglob("test_*.py") if not (path.parent / "__init__.py").is_file()]
    assert not strays


def test_a_test_file_stands_in_a_room_that_it_tests() -> None:
    packages = {room: f"alignment.{room}" for room in rooms(UNIT)} | {"recipe": "models.recipe"}
    strays = [
        path.relative_to(UNIT)
        for room, package in packages.items()
        for path in (UNIT / room).glob("*.py")
        if path.name != "__init__.py" and not within(imported(path), package)
    ]
    assert not strays


def test_helpers_stand_in_one_place() -> None:
    """Folders of unit tests hold tests only, and no file imports a test file."""
    others = [
        path.relative_to(UNIT)
        for path in UNIT.rglob("*.py")
        if not path.name.startswith("test_") and path.name not in ("__init__.py", "conftest.py")
    ]
    assert not others
    takers = [
        f"{path.relative_to(TESTS)}: {name}"
        for path in TESTS.rglob("*.py")
        for name in sorted(imported(path))
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split(".")[:-1])
    ]
    assert not takers


def test_every_test_file_that_is_named_is_there() -> None:
    """Pages, scripts and docstrings name test files by path or by name alone."""
    files = {path.relative_to(ROOT).as_posix() for path in TESTS.rglob("*.py")}
    known = files | {Path(name).name for name in files}
    pages = [ROOT / "justfile", *(ROOT / ".ci").glob("*"), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages += [path for folder in ("src", "models", "tests") for path in (ROOT / folder).rglob("*.py")]
    named = re.compile(r"(?<![\w/])(?:tests/[\w/]+|test_\w+)\.py\b")
    missing = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in pages
        if page.is_file()
        for name in named.findall(page.read_text(encoding="utf-8", errors="ignore"))
        if name not in known
    }
    missing |= {name for name in [*mutation.TESTS, *mutation.SLOW] if name.partition("::")[0] not in files}
    assert not missing
