"""Public functions on many standards (suggest, search, build_index, overlap), and the improvement plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alignment.api.common import aligner_of, require_count, require_share
from alignment.api.reading import all_standards, given_paths, read_standards
from alignment.cache import open_cache
from alignment.engine import cached_encoder, encoder_of
from alignment.errors import InputError, SettingsError
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

# The engine that checks what is only to be chosen from.
RANKED_BY = "fast"


def ranking_settings(settings: Settings) -> Settings:
    """The settings for ranking standards: with the engine ``fast``, unless a profile is set, which fits one engine.

    The reranker would take most of the time of eight checks, and their coverage does not order the list.
    """
    return settings if settings.profile else msgspec.structs.replace(settings, engine=RANKED_BY)


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

    A full check serves to show why a standard is proposed, so the engine ``fast`` does (`ranking_settings`).

    Args:
        program: as `load_program` gives it.
        among: files of standards; default: the newest edition of each standard at hand.
        index: folder of an index that `build_index` made; it replaces ``among``.
        count: how many standards are checked in full, after all of them are ranked by vectors.
        settings: default: what the environment and alignment.toml set, by `ranking_settings`.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        SettingsError: ``count`` is less than 1.
        InputError: a file of ``among`` cannot be read.
        NotFoundError: there is no index in ``index``.
        DamagedIndexError: the index cannot be read, or was made with another encoder.
    """
    from alignment.analysis.suggest import shortlist, suggestion

    require_count("count", count)

    settings = settings or ranking_settings(load_settings())
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
    loaded: Sequence[Standard] | None = None,
) -> Register:
    """The standards with their vectors: from an index, else loaded ones, else files, else all at hand."""
    from alignment.catalogue.index import of_standards, open_index

    if index is not None:
        return open_index(Path(index), encoder.name, encoder.version)
    if loaded is not None:
        return of_standards(loaded, encoder)
    if among:
        return of_standards([item for path in among for item in read_standards(path, settings=settings)], encoder)
    return of_standards(all_standards(settings=settings), encoder)


def search(
    text: str, *, index: str | PathLike[str] | None = None, count: int = 10, settings: Settings | None = None
) -> list[Hit]:
    """The requirements of an index that are nearest in meaning to a text, by cosine, best first; ``count`` of them.

    Raises:
        SettingsError: ``count`` is less than 1.
        NotFoundError: there is no index.
        DamagedIndexError: the index cannot be read, or was made with another encoder.
    """
    require_count("count", count)
    from alignment.catalogue.index import nearest_rows as nearest
    from alignment.catalogue.index import open_index
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
        paths: files, folders and zips of standards; default: all at hand.
        index: the folder of the index; default: the folder that the settings name.
        fresh: build from nothing, and do not reuse the index that is there.
        graph: also make the index for approximate search. Above a million requirements it is always made.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        InputError: two files have the same code and different contents, or no file can be read.
        OutputError: the index cannot be written; the old index stays as it was.
        DamagedIndexError: the old index cannot be read.
    """
    from alignment.catalogue.index import build

    settings = settings or load_settings()
    encoder = encoder_of(settings)
    folder = Path(index) if index is not None else settings.index_path()
    return build(given_paths(paths), folder, encoder, settings, fresh=fresh, graph=graph, progress=progress)


def overlap(
    *paths: str | PathLike[str],
    index: str | PathLike[str] | None = None,
    least: float = 0.3,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> SharedWork:
    """The work functions that several standards share, and how much areas and standards share with each other.

    Args:
        paths: files, folders and zips of standards; default: all at hand.
        index: folder of an index that `build_index` made; it replaces ``paths``.
        least: the lowest probability (0 to 1) from which two functions count as shared.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        SettingsError: ``least`` is not from 0 to 1.
        InputError: a file cannot be read, or there are fewer than two standards.
        NotFoundError: there is no index in ``index``.
        DamagedIndexError: the index cannot be read, or was made with another encoder.
    """
    require_share("least", least)
    from alignment.analysis import overlap as work
    from alignment.analysis.overlap.links import directions, nodes
    from alignment.catalogue.inputs import read_all

    settings = settings or load_settings()
    models = settings.data_path("models")
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache, progress)
        loaded = read_all(given_paths(paths), settings) if paths else None
        register = _register(settings, None, index, encoder, loaded)
        if len(register.listed) < 2:
            raise InputError(_("two standards at least are needed."), hint=_("Give more files, or an index."))
        chance = work.load_chance(models, encoder.name)
        names = nodes(register)
        functions = directions(register, names, encoder)
        result = work.find_overlap(register, names, functions, chance, least=least, progress=progress)
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
    """The smallest set of changes that brings the coverage to a target (`alignment.analysis.improvement`).

    Args:
        alignment: as `check` gives it.
        target: the coverage to reach, 0 to 1.
        share: the share (0 to 1) of a discipline's hours that may become new content.
        free_credits: credits that are free for a new discipline.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        SettingsError: ``target`` or ``share`` is not from 0 to 1, or ``free_credits`` is no number from 0.
        InputError: the program has no disciplines to change.
    """
    require_share("target", target)
    require_share("share", share)
    if not 0 <= free_credits < math.inf:
        raise SettingsError(
            _("the argument `{name}` is {value}; it must be a number from 0.", name="free_credits", value=free_credits)
        )
    from alignment.analysis.improvement import improvement_plan

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache, progress)
        return improvement_plan(alignment, encoder, target, share=share, free_credits=free_credits)
