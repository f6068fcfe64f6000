"""The public names: read a program, read a standard, compare them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path

from alignment.encoders import Cache, load_encoder
from alignment.errors import SettingsError
from alignment.model import Alignment, Program, Standard, Thresholds
from alignment.settings import Settings, load_settings

Progress = Callable[[str, int, int], None]


def load_program(
    *paths: str | PathLike[str],
    program: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Program:
    """The training program that the files (or folders of files) describe together.

    Args:
        paths: study plans, work programmes, syllabi, competence matrices.
        program: which program of a workbook that holds several (code, number or part of its name).
        settings: default: those of the environment and alignment.toml.
        progress: told the stage, the steps done and their number.

    Raises:
        InputError: a file cannot be read or is no program.
        AmbiguousError: a workbook holds several programs and ``program`` does not choose one.
    """
    from alignment import programs

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        return programs.load([Path(path) for path in paths], settings, program=program, store=cache, progress=progress)


def load_standard(name: str | PathLike[str], *, settings: Settings | None = None) -> Standard:
    """The professional standard with that code, path, or unambiguous part of its title.

    Raises:
        NotFoundError: no such standard; the message suggests the nearest.
        AmbiguousError: several fit.
        InputError: the file cannot be read.
    """
    from alignment import standards

    return standards.find(str(name), settings or load_settings())


def prepare(standards: Iterable[Standard], *, settings: Settings | None = None) -> None:
    """Load the language models in a second process while the program is still being read.

    Optional: a check after it is the same, only sooner.
    """
    from alignment.matching.texts import load_ahead

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        load_ahead((item.text for standard in standards for _, _, item in standard.requirements()), cache)


def check(
    program: Program,
    standard: Standard,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Alignment:
    """Which requirements of the standard the program covers, covers in part, or leaves out.

    Raises:
        NotFoundError: unknown engine.
        SettingsError: impossible thresholds, or the model file is missing.
    """
    from alignment.matching import Aligner
    from alignment.matching.verdict import load_model

    settings = settings or load_settings()
    model = load_model(settings.data_path("models"), settings.engine)
    thresholds = Thresholds(
        covered=model.covered if settings.covered is None else settings.covered,
        partial=model.partial if settings.partial is None else settings.partial,
    )
    if thresholds.partial > thresholds.covered:
        raise SettingsError(
            f"the threshold `partial` ({thresholds.partial}) is above `covered` ({thresholds.covered}).",
            hint="Lower one or raise the other.",
        )
    with open_cache(settings) as cache:
        aligner = Aligner(
            load_encoder(settings.engine),
            cache,
            model,
            thresholds=thresholds,
            candidates=settings.candidates,
            evidence=settings.evidence,
            progress=progress,
        )
        return aligner.align(program, standard)


def open_cache(settings: Settings) -> Cache:
    """The user's cache, or one in memory when it is switched off."""
    return Cache(settings.cache_path() if settings.cache else None)
