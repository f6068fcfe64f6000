"""The output of ``align doctor``."""

from __future__ import annotations

from typing import Any

from alignment.api.diagnosis import Diagnosis, label
from alignment.i18n import _


def lines(diagnosis: Diagnosis) -> list[str]:
    """The lines to print: Python, the packages, and one line for each part."""
    result = [f"Python {diagnosis.python}, {diagnosis.system}"]
    absent = "– " + _("not installed")
    result += [f"  {name} {version or absent}" for name, version in diagnosis.packages.items()]
    for name, part in diagnosis.parts.items():
        said = part.found if part.works else _("does not work") + f" – {part.found}"
        result.append(f"{label(name)}: {said}")
    return result


def as_data(diagnosis: Diagnosis) -> dict[str, Any]:
    """The same as JSON values; each part has its name as the key."""
    return {"python": diagnosis.python, "packages": diagnosis.packages, **diagnosis.parts}
