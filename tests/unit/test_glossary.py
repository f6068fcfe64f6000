"""The glossary and the code say the same words."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import alignment.matching
from tests.conftest import ROOT

ROW = re.compile(r"^\|[^|]+\|[^|]+\|[^|]+\| `(?P<name>alignment[\w.]*)` \|$", re.MULTILINE)


def named() -> set[str]:
    """Names in the column "In code"."""
    return set(ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    for name in named():
        module, _dot, last = name.rpartition(".")
        try:
            found = importlib.import_module(name)
        except ModuleNotFoundError:
            found = getattr(importlib.import_module(module), last, None)
        assert found is not None, name


def test_every_public_class_of_matching_is_in_the_glossary() -> None:
    names = named()
    for item in pkgutil.iter_modules(alignment.matching.__path__, "alignment.matching."):
        module = importlib.import_module(item.name)
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == item.name and not name.startswith("_"):
                assert f"{item.name}.{name}" in names, f"{item.name}.{name} has no line in docs/glossary.md"
