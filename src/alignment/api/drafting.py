"""Draft a program's link tables from professional standards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from alignment.analysis.declared import coded
from alignment.api.checking import check
from alignment.cache import open_cache
from alignment.engine import cached_encoder
from alignment.errors import AlignmentError, InputError
from alignment.i18n import message as _
from alignment.model import Alignment, Program, Standard
from alignment.progress import Progress
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.analysis.draft import Draft


def draft(
    program: Program,
    standards: Sequence[Standard],
    *,
    functions: Sequence[str] = (),
    levels: Sequence[int] = (),
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Draft:
    """Draft the tables that link a program to professional standards.

    The draft has the work functions that fit, competences and indicators worded from them, the disciplines that teach
    them, and where the program's declared links have drifted from the standards.

    Args:
        program: with its disciplines. Its declared links and competences are kept and compared.
        standards: the standards to draft from.
        functions: codes of the functions to take instead of proposed ones: work functions (D/03.6, 06.001:D/03.6) or
            generalized ones (D).
        levels: qualification levels to fit; default: the levels of the program's degree.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        InputError: no standard is given.
        NotFoundError: none of the standards has a code of ``functions``.
        (and the errors of `check`)
    """
    from alignment.analysis.draft.choice import asked_functions

    if not standards:
        raise InputError(_("no standard to draft from."), hint=_("Name one with --standard."))
    settings, standards = settings or load_settings(), [coded(item, program) for item in standards]
    asked = asked_functions(functions, standards) if functions else None
    alignments = [check(program, standard, settings=settings, progress=progress) for standard in standards]
    return draft_of(alignments, functions=asked, levels=levels, settings=settings, progress=progress)


def draft_of(
    alignments: Sequence[Alignment],
    *,
    functions: Collection[tuple[str, str]] | None = None,
    levels: Sequence[int] = (),
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Draft:
    """`draft`, from checks that are already made.

    Args:
        alignments: the checks of one program against each standard; at least one.
        functions: the functions to take, each as (code or title of the standard, code of the function); None: the
            proposed ones.
        levels: as in `draft`.
        settings: as in `draft`.
        progress: as in `draft`.
    """
    from alignment.analysis.draft import build_draft

    settings = settings or load_settings()
    program, standards = alignments[0].program, [item.standard for item in alignments]
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache, progress)
        editions = _named_editions(program, standards, settings)
        return build_draft(alignments, encoder, levels=levels, asked=functions, editions=editions)


def _named_editions(program: Program, standards: Sequence[Standard], settings: Settings) -> dict[str, Standard]:
    """By code, the older edition that the program itself names by its order, where that edition is at hand."""
    from alignment import catalogue

    editions = {}
    orders = {item.code: item.order for item in standards if item.code}
    for named in program.standards:
        if named.code in orders and named.order and named.order != orders[named.code]:
            with suppress(AlignmentError):  # not at hand: the drift is then computed from the edition in force alone
                editions[named.code] = catalogue.find(f"{named.code}@{named.order}", settings)
    return editions
