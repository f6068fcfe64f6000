"""Read JSON files under the limits of all files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError, why
from alignment.i18n import message as _
from alignment.settings import Settings


def read(path: Path, settings: Settings) -> Any:
    """The value in a JSON file.

    Raises:
        InputError: the file cannot be read or is not JSON.
    """
    text = decode(read_bytes(path, settings), str(path)).lstrip("\ufeff")
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            _("not valid JSON: {error}.", error=why(error)), file=str(path), hint=_("Export it again.")
        ) from error
