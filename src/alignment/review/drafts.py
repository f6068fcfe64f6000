"""The link tables of a check: the functions that were ticked, and the tables made from them, in the check's folder.

``draft/choice.json`` holds the ticked functions as pairs (standard, function). It does not exist until somebody ticks;
then the proposed functions count. ``draft/draft.json`` is the `Draft` of a choice, ``draft/<mark>.<language>.<form>``
its file in one format.
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
    """The functions from which a draft is made, as (standard, function)."""
    return frozenset((item.standard, item.function) for item in draft.functions if item.chosen)


def keep_choice(folder: Path, choice: Iterable[FunctionKey]) -> None:
    """Save the ticked functions of a check."""
    (folder / "draft").mkdir(exist_ok=True)
    write_file(folder / "draft" / "choice.json", msgspec.json.encode(sorted(choice)))


def forget_choice(folder: Path) -> None:
    """Drop the ticked functions, so that the proposed ones count again."""
    for name in ("choice.json", "draft.json"):
        (folder / "draft" / name).unlink(missing_ok=True)


def kept_choice(folder: Path) -> frozenset[FunctionKey] | None:
    """The ticked functions of a check; None if nobody has ticked yet."""
    result = read_struct(folder / "draft" / "choice.json", list[FunctionKey])
    return None if result is None else frozenset(result)


def last_draft(folder: Path) -> Draft | None:
    """The tables that were made last, perhaps from another choice than the present one."""
    return read_struct(folder / "draft" / "draft.json", Draft)


def kept_draft(folder: Path) -> Draft | None:
    """The tables of the present choice; None if they have not been made yet."""
    draft = last_draft(folder)
    if draft is None:
        return None
    choice = kept_choice(folder)
    if choice is None:
        choice = frozenset((item.standard, item.function) for item in draft.functions if item.proposed)
    return draft if choice == chosen(draft) else None


def make(folder: Path, form: str) -> None:
    """Make the tables of the present choice, and their file in one format, in the language of this (child) process.

    Args:
        folder: the folder of the check.
        form: one of `FORMS`; empty: only the tables.

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
    """The path of a draft's file. Its name depends on the choice, so that an old file is never taken for a new one."""
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
    rendered = DRAFT.render(draft, form)
    return rendered if isinstance(rendered, bytes) else rendered.encode()
