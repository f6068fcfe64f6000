"""The link tables of a check: which functions were ticked, and the tables made from them, kept in the check's folder.

``draft/choice.json`` holds the ticks as pairs of standard and function; until somebody ticks there is none, and the
proposed functions stand. ``draft/draft.json`` is the `Draft` of a choice, ``draft/<language>.<form>`` the file of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from alignment import api
from alignment.analysis.draft import Draft
from alignment.errors import InputError
from alignment.i18n import _, language
from alignment.model import Alignment
from alignment.reports import DRAFT
from alignment.review.runs import read_struct, write_file
from alignment.settings import load_settings

FORMS = tuple(report.name for report in DRAFT.own)
FunctionKey = tuple[str, str]


def chosen(draft: Draft) -> frozenset[FunctionKey]:
    """The functions that a draft is made of, as (standard, function)."""
    return frozenset((item.standard, item.function) for item in draft.functions if item.chosen)


def keep_choice(folder: Path, choice: Iterable[FunctionKey]) -> None:
    """Keep the ticks of a check."""
    (folder / "draft").mkdir(exist_ok=True)
    write_file(folder / "draft" / "choice.json", msgspec.json.encode(sorted(choice)))


def forget_choice(folder: Path) -> None:
    """Go back to the proposed functions."""
    for name in ("choice.json", "draft.json"):
        (folder / "draft" / name).unlink(missing_ok=True)


def kept_choice(folder: Path) -> frozenset[FunctionKey] | None:
    """The ticks of a check; None while nobody has ticked."""
    result = read_struct(folder / "draft" / "choice.json", list[FunctionKey])
    return None if result is None else frozenset(result)


def last_draft(folder: Path) -> Draft | None:
    """The tables that were made last, maybe of other ticks than those of now."""
    return read_struct(folder / "draft" / "draft.json", Draft)


def kept_draft(folder: Path) -> Draft | None:
    """The tables of the ticks as they are now; None where they have not been made yet."""
    draft = last_draft(folder)
    if draft is None:
        return None
    choice = kept_choice(folder)
    if choice is None:
        choice = frozenset((item.standard, item.function) for item in draft.functions if item.proposed)
    return draft if choice == chosen(draft) else None


def make(folder: Path, form: str) -> None:
    """Make the tables of the ticks, and their file in one form, in the language of this process (in the child).

    Args:
        folder: of the check.
        form: one of `FORMS`, or empty for the tables alone.

    Raises:
        InputError: the check has no result.
    """
    draft = kept_draft(folder)
    if draft is None:
        draft = api.draft_of(_result(folder), functions=kept_choice(folder), settings=load_settings())
        (folder / "draft").mkdir(exist_ok=True)
        write_file(folder / "draft" / "draft.json", msgspec.json.encode(draft))
    if form:
        write_file(path_of(folder, draft, form), _rendered(draft, form))


def path_of(folder: Path, draft: Draft, form: str) -> Path:
    """Where the file of a draft lies; another choice has another name, so that no old file is taken for it."""
    from zlib import crc32

    mark = crc32(msgspec.json.encode(sorted(chosen(draft))))
    return folder / "draft" / f"{mark:08x}.{language()}.{form}"


def _result(folder: Path) -> list[Alignment]:
    result = read_struct(folder / "result.json", list[Alignment])
    if not result:
        raise InputError(
            _("the result of this check cannot be read."), hint=_("Run the check again with the same files.")
        )
    return result


def _rendered(draft: Draft, form: str) -> bytes:
    made = DRAFT.render(draft, form)
    return made if isinstance(made, bytes) else made.encode()
