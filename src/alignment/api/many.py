"""Many standards at once: an index, which fit a program, what they share; and what a program should change."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.api.common import aligner_of
from alignment.api.reading import all_standards, read_standards
from alignment.cache import open_cache
from alignment.engine import cached_encoder, encoder_of
from alignment.errors import InputError
from alignment.i18n import message as _
from alignment.model import Alignment, Program, Standard
from alignment.progress import Progress
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.analysis.improvement import ImprovementPlan
    from alignment.analysis.overlap import SharedWork
    from alignment.analysis.suggest import Suggestion
    from alignment.catalogue.index import BuildResult, Register
    from alignment.catalogue.index.register import Hit
    from alignment.encoders import Encoder


def suggest(
    program: Program,
    *,
    among: Sequence[str | PathLike[str]] | None = None,
    index: str | PathLike[str] | None = None,
    count: int = 8,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> list[Suggestion]:
    """The standards that fit a program best (`alignment.analysis.suggest`).

    Args:
        program: what is taught.
        among: files of standards; default: all at hand, the newest edition of each.
        index: folder of an index that `build_index` made, instead of ``among``.
        count: how many are checked in full after a first look at all.
        settings: default: those of the environment and alignment.toml.
        progress: told the stage, the steps done and their number.

    Raises:
        InputError: a file of ``among`` cannot be read.
        NotFoundError: there is no index in ``index``.
        DamagedIndexError: the index cannot be read, or is of another encoder.
    """
    from alignment.analysis.suggest import shortlist, suggestion

    settings = settings or load_settings()
    with aligner_of(settings, progress) as aligner:
        register = _register(settings, among, index, aligner.encoder)
        order, scores, named = shortlist(program, register, aligner.encoder, count)
        total = len(register.listed)
        suggestions = [
            suggestion(aligner.align(program, register.standard(number)), float(scores[number]), named[number], total)
            for number in order
        ]
    return sorted(suggestions, key=lambda item: -item.fit)


def _register(
    settings: Settings,
    among: Sequence[str | PathLike[str]] | None,
    index: str | PathLike[str] | None,
    encoder: Encoder,
    given: Sequence[Standard] | None = None,
) -> Register:
    """The standards to look at: an index, given ones, given files, or all at hand."""
    from alignment.catalogue.index import of_standards, open_index

    if index is not None:
        return open_index(Path(index), encoder.name, encoder.version)
    if given is not None:
        return of_standards(given, encoder)
    if among:
        return of_standards([item for path in among for item in read_standards(path, settings=settings)], encoder)
    return of_standards(all_standards(settings=settings), encoder)


def search(
    text: str, *, index: str | PathLike[str] | None = None, count: int = 10, settings: Settings | None = None
) -> list[Hit]:
    """The requirements of an index nearest in meaning to a text, best first; ``count`` of them.

    Raises:
        NotFoundError: there is no index.
        DamagedIndexError: the index cannot be read, or is of another encoder.
    """
    from alignment.catalogue.index import open_index
    from alignment.catalogue.index import search as nearest
    from alignment.catalogue.index.register import hit_at

    settings = settings or load_settings()
    encoder = encoder_of(settings)
    folder = Path(index) if index is not None else settings.index_path()
    register = open_index(folder, encoder.name, encoder.version)
    places, scores = nearest(register, encoder.encode([text]), min(count, len(register)))
    return [hit_at(register, int(row), float(score)) for row, score in zip(places[0], scores[0], strict=True)]


def build_index(
    *paths: str | PathLike[str],
    index: str | PathLike[str] | None = None,
    fresh: bool = False,
    graph: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Build or update the index of standards (`alignment.catalogue.index.builder`).

    Args:
        paths: files, folders and zips of standards; none: all at hand.
        index: its folder; default: that of the settings.
        fresh: take nothing from the index that is there.
        graph: make the approximate index below a million requirements too.
        settings: default: those of the environment and alignment.toml.
        progress: told the stage, the steps done and their number.

    Raises:
        InputError: one code stands for different contents, or nothing can be read.
        OutputError: the index cannot be written; the old one is as it was.
        DamagedIndexError: the old index cannot be read.
    """
    from alignment.catalogue.index import build

    settings = settings or load_settings()
    encoder = encoder_of(settings)
    folder = Path(index) if index is not None else settings.index_path()
    return build([Path(path) for path in paths], folder, encoder, settings, fresh=fresh, graph=graph, progress=progress)


def overlap(
    *paths: str | PathLike[str],
    index: str | PathLike[str] | None = None,
    least: float = 0.3,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> SharedWork:
    """Work that several standards ask for, and the exchange between areas and between standards.

    Args:
        paths: files, folders and zips of standards; none: all at hand.
        index: folder of an index instead.
        least: least probability of a link.
        settings: default: those of the environment and alignment.toml.
        progress: told the stage, the steps done and their number.

    Raises:
        InputError: a file cannot be read, or there are fewer than two standards.
        NotFoundError: there is no index in ``index``.
        DamagedIndexError: the index cannot be read, or is of another encoder.
    """
    from alignment.analysis import overlap as work
    from alignment.analysis.overlap.links import directions, nodes
    from alignment.catalogue.inputs import read_all

    settings = settings or load_settings()
    models = settings.data_path("models")
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache, progress)
        given = read_all([Path(path) for path in paths], settings) if paths else None
        register = _register(settings, None, index, encoder, given)
        if len(register.listed) < 2:
            raise InputError(_("two standards at least are needed."), hint=_("Give more files, or an index."))
        chance = work.load_chance(models, encoder.name)
        names = nodes(register)
        functions = directions(register, names, encoder)
        result = work.overlap(register, names, functions, chance, least=least, progress=progress)
        areas = work.exchange(register, functions, chance, by_area=True, progress=progress)
        each = work.exchange(register, functions, chance, by_area=False, progress=progress)
    return work.SharedWork(overlap=result, areas=areas, standards=each)


def plan(
    alignment: Alignment,
    target: float,
    *,
    share: float = 0.1,  # of a discipline's hours: a tenth, so that it stays what it is (docs/many.md)
    free_credits: float = 0.0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> ImprovementPlan:
    """The smallest set of changes that brings the coverage to ``target``, 0 to 1 (`alignment.analysis.improvement`).

    Raises:
        InputError: the program has no disciplines to change.
    """
    from alignment.analysis.improvement import improvement_plan as made

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        return made(
            alignment, cached_encoder(settings, cache, progress), target, share=share, free_credits=free_credits
        )
