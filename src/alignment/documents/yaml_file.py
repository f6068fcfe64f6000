"""Read YAML files that people write by hand, with the safe loader and without aliases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from alignment.documents.limits import read_bytes
from alignment.documents.textfile import decode
from alignment.errors import InputError, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.settings import Settings

Made = TypeVar("Made")


class _AliasError(yaml.YAMLError):
    """The YAML has an alias."""


class _Loader(yaml.SafeLoader):
    """The safe loader without aliases, which could expand to any size."""

    def compose_node(self, parent: Any, index: int) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _AliasError
        return super().compose_node(parent, index)


def read_yaml_as(path: Path, settings: Settings, make: Callable[[Any], Made], hint: Text) -> Made:
    """The content of a YAML file, converted by ``make``.

    Args:
        path: the file.
        settings: limits on files.
        make: converts the mappings, lists, texts, numbers and dates of the file; its errors are passed on.
        hint: what the user can do if the file is not valid, for the error.

    Raises:
        InputError: the file is not YAML, has aliases, is nested too deep, or has an impossible date or number.
    """
    text = decode(read_bytes(path, settings), str(path))
    try:
        return make(yaml.load(text, Loader=_Loader))
    except _AliasError as error:
        raise InputError(_("YAML aliases (*name) are refused."), file=str(path), hint=hint) from error
    # ValueError: an impossible date, or a number with too many digits for Python's int.
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = _("it is nested too deep") if isinstance(error, RecursionError) else why(error)
        raise InputError(_("not readable as YAML: {error}.", error=reason), file=str(path), hint=hint) from error
