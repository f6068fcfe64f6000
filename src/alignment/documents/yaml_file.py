"""YAML that people write: safe, without aliases, every fault with the file and a way out."""

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
    """Safe YAML without aliases, which could expand without end."""

    def compose_node(self, parent: Any, index: int) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _AliasError
        return super().compose_node(parent, index)


def read_yaml_as(path: Path, settings: Settings, make: Callable[[Any], Made], hint: Text) -> Made:
    """What ``make`` makes of the mappings, lists, texts, numbers and dates of a YAML file.

    Raises:
        InputError: it is not YAML, has aliases, is nested too deep, or holds a value that nothing can be made of;
            ``hint`` says what to do. And what ``make`` raises.
    """
    text = decode(read_bytes(path, settings), str(path))
    try:
        return make(yaml.load(text, Loader=_Loader))
    except _AliasError as error:
        raise InputError(_("YAML aliases (*name) are refused."), file=str(path), hint=hint) from error
    # ValueError: a date that no calendar has, a number of 5,000 digits, which has no text.
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = _("it is nested too deep") if isinstance(error, RecursionError) else why(error)
        raise InputError(_("not readable as YAML: {error}.", error=reason), file=str(path), hint=hint) from error
