"""Files of models/: arrays without pickle, and one error for all that cannot be read."""

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
    """The arrays of an .npz file by name, for as long as the block lasts.

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
