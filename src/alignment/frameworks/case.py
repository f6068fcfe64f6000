"""IMS / 1EdTech CASE 1.0: a CFPackage as JSON (CFDocument, CFItems, CFAssociations)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alignment.documents import json_file
from alignment.errors import InputError
from alignment.frameworks.tree import CompetencyNode, Framework, grow
from alignment.i18n import message as _
from alignment.model import Issue, Location
from alignment.settings import Settings

CHILD = "isChildOf"
HINT = _("A CASE file is the JSON of /ims/case/v1p0/CFPackages/{id}: CFDocument, CFItems, CFAssociations.")


def fits(data: Any) -> bool:
    """Whether a JSON value is a CASE package."""
    return isinstance(data, dict) and "CFDocument" in data and "CFItems" in data


def read(path: Path, settings: Settings) -> Framework:
    """The framework of a package.

    Raises:
        InputError: the file is not JSON or not a CASE package, or an item has no identifier or statement.
    """
    return framework(json_file.read(path, settings), path)


def framework(data: Any, path: Path) -> Framework:
    """The framework in a JSON value; ``path`` is its file, for titles and errors.

    Raises:
        InputError: the value is not a CASE package, or an item has no identifier or statement.
    """
    if not fits(data) or not isinstance(data["CFDocument"], dict) or not isinstance(data["CFItems"], list):
        raise InputError(_("this is not a CASE package."), file=str(path), hint=HINT)
    parents: dict[str, tuple[float, str]] = {}
    for link in data.get("CFAssociations") or []:
        if isinstance(link, dict) and link.get("associationType") == CHILD:
            origin, target = _uri(link.get("originNodeURI")), _uri(link.get("destinationNodeURI"))
            if origin and target:
                order = link.get("sequenceNumber")
                parents[origin] = (float(order) if isinstance(order, int | float) else 0.0, target)
    items: list[tuple[float, CompetencyNode, str]] = []
    for number, item in enumerate(data["CFItems"], 1):
        place = f"CFItems[{number}]"
        if not isinstance(item, dict) or not item.get("identifier") or not item.get("fullStatement"):
            raise InputError(_("an item needs identifier and fullStatement."), file=str(path), place=place, hint=HINT)
        levels = item.get("educationLevel")
        node = CompetencyNode(
            identity=str(item["identifier"]),
            code=str(item.get("humanCodingScheme") or ""),
            text=" ".join(str(item["fullStatement"]).split()),
            note=str(item.get("CFItemType") or ""),
            level=str(levels[-1]) if isinstance(levels, list) and levels else "",
            location=Location(file=path.name, section=place),
        )
        order, parent = parents.get(node.identity, (0.0, ""))
        items.append((order, node, parent))
    items.sort(key=lambda entry: entry[0])
    nodes, circles = grow((node, parent) for _, node, parent in items)
    document = data["CFDocument"]
    warnings = tuple(
        Issue(
            message=_("item {identity} is its own ancestor and is left out", identity=identity),
            location=Location(file=path.name),
        )
        for identity in circles
    )
    return Framework(
        title=str(document.get("title") or path.stem),
        code=str(document.get("identifier") or ""),
        version=str(document.get("version") or ""),
        nodes=nodes,
        warnings=warnings,
    )


def _uri(value: Any) -> str:
    """The identifier of a node in a link, which is an object with identifier and uri, or the URI itself."""
    if isinstance(value, dict):
        return str(value.get("identifier") or str(value.get("uri") or "").rstrip("/").rpartition("/")[2])
    return str(value or "").rstrip("/").rpartition("/")[2]
