"""Load arrays from files of models/, without pickle, and with one error for every fault."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from alignment.errors import SettingsError, why
from alignment.i18n import Text
from alignment.i18n import message as _

HINT = _("Install the package again.")


@contextmanager
def stored_arrays(path: Path, what: Text, hint: Text = HINT) -> Iterator[Any]:
    """The arrays of an .npz file by name, open until the end of the block.

    Args:
        path: the file.
        what: what the file holds, for the error.
        hint: what the user can do, for the error.

    Raises:
        SettingsError: the file is missing or damaged, or lacks an array that the block asks for.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            yield stored
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise SettingsError(
            _("{what} cannot be read: {error}.", what=what, error=why(error)), file=str(path), hint=hint
        ) from error
