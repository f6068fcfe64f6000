"""What the package imports is declared, and what is declared is imported."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Its wheel carries the models of slovnet and navec.
NOT_IMPORTED = {"natasha"}
ONLY_FOR_TESTS = ("openpyxl",)


def named(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[A-Za-z0-9_.-]+", item)[0]) for item in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> dict[str, set[str]]:
    """Top-level modules of others, each with the files that import it, anywhere in them."""
    result: dict[str, set[str]] = {}
    for path in Path(ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [item.name for item in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                top = name.partition(".")[0]
                if top not in sys.stdlib_module_names and top != "alignment":
                    result.setdefault(top, set()).add(path.name)
    return result


def test_every_import_is_declared() -> None:
    extras = PROJECT["optional-dependencies"]
    declared = named(
        [*PROJECT["dependencies"], *(item for name, own in extras.items() if name != "dev" for item in own)]
    )
    packages = packages_distributions()
    missing = {
        module: files
        for module, files in imported().items()
        if module in packages and not {normal(name) for name in packages[module]} & declared
    }
    assert not missing


def test_every_runtime_dependency_is_imported() -> None:
    packages = packages_distributions()
    used = {normal(name) for module in imported() for name in packages.get(module, ())}
    assert named(PROJECT["dependencies"]) - used <= NOT_IMPORTED
    assert not named(list(ONLY_FOR_TESTS)) & named(PROJECT["dependencies"])
