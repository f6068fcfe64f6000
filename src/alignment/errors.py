"""Every error a user can see: what is wrong, where, and the way out."""

from __future__ import annotations

from alignment.shown import escaped, line


class AlignmentError(Exception):
    """Base of all errors shown to a user without a traceback.

    Args:
        message: what is wrong, one sentence.
        file: the file or argument at fault.
        place: where in it (page, row, line), if known.
        hint: what the user can do about it.
    """

    exit_code = 2

    def __init__(
        self, message: str, *, file: str | None = None, place: str | None = None, hint: str | None = None
    ) -> None:
        self.message, self.file, self.place, self.hint = message, file, place, hint
        super().__init__(message)

    def __str__(self) -> str:
        where = ", ".join(line(part) for part in (self.file, self.place) if part)
        text = escaped(f"{where}: {self.message}" if where else self.message)
        return f"{text} {escaped(self.hint)}" if self.hint else text


class InputError(AlignmentError):
    """A file cannot be read as what it was given for."""


class LimitError(InputError):
    """An input exceeds a safety limit (size, ratio, pages)."""


class NotFoundError(AlignmentError):
    """A standard, program or file that was named does not exist."""


class AmbiguousError(AlignmentError):
    """A name fits several things; the message lists them, and ``choices`` has them one by one where it is known."""

    choices: tuple[str, ...] = ()


class OutputError(AlignmentError):
    """The result cannot be written where the user asked."""


class SettingsError(AlignmentError):
    """A setting has an unknown name or an impossible value."""


class MissingExtraError(AlignmentError):
    """An optional dependency is needed and not installed."""
