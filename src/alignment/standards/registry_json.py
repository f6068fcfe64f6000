"""A card of the national registry as JSON, with the XML's names as keys."""

from __future__ import annotations

import re
from pathlib import Path

from alignment.documents import FunctionReader
from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Standard
from alignment.settings import Settings
from alignment.standards.card_tree import tree_of_json, walk
from alignment.standards.labels import put_right
from alignment.standards.registry_card import GENERAL, TITLE, standards_of

NAMED = re.compile(r"professional\W{0,3}standar[td]|generalized\W{0,3}work\W{0,3}function", re.IGNORECASE)


def fits(path: Path, settings: Settings) -> bool:
    """Whether a JSON file is a registry card.

    Raises:
        InputError: the file names professional standards and is not JSON.
    """
    # Most JSON files are not cards, and parsing a file with its line numbers takes ten times as long as this search.
    if not NAMED.search(decode(read_bytes(path, settings), str(path))):
        return False
    return any(node.tag in TITLE or node.tag in GENERAL for node in walk(tree_of_json(path, settings)))


def read(path: Path, settings: Settings) -> list[Standard]:
    """All standards in a registry card.

    Raises:
        InputError: the file is not JSON (the error names line and column), or not a card.
    """
    standards = standards_of(tree_of_json(path, settings), path.name)
    if not standards:
        raise InputError(
            _('the JSON has no "ProfessionalStandart".'),
            file=str(path),
            hint=_("A registry card has the names of the registry's XML as keys (docs/standards.md)."),
        )
    return [put_right(standard) for standard in standards]


READER = FunctionReader(
    frozenset({".json"}), lambda file: read(file.path, file.settings), lambda file: fits(file.path, file.settings)
)
