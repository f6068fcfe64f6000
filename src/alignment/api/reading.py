"""Public functions that read: a program, standards, a qualification; and `lint`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from alignment.api.common import pages
from alignment.api.results import LintResult, QualificationResult
from alignment.cache import open_cache
from alignment.errors import InputError, NotFoundError, SettingsError
from alignment.i18n import message as _
from alignment.model import Program, Qualification, Standard
from alignment.progress import Progress
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.catalogue import Entry


def load_program(
    *paths: str | PathLike[str],
    program: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Program:
    """The training program that the files together describe.

    Args:
        paths: files, folders or zips with study plans, work programmes, syllabi, competence matrices.
        program: for a workbook that holds several programs: the code, number or part of the name of the one to read.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        InputError: a file cannot be read or is not part of a program.
        AmbiguousError: a workbook holds several programs and ``program`` does not name exactly one of them.
    """
    from alignment import programs

    settings = settings or load_settings()
    with open_cache(settings) as cache, pages(progress):
        return programs.load(given_paths(paths), settings, program=program, store=cache, progress=progress)


def given_paths(paths: Sequence[str | PathLike[str]]) -> list[Path]:
    """The paths that a caller gives.

    Raises:
        InputError: one is empty, which would stand for the working folder.
    """
    if any(not os.fspath(path) for path in paths):
        raise InputError(_("a path is empty."), hint=_("Give . if you mean the folder in which you are."))
    return [Path(path) for path in paths]


def lint(
    *paths: str | PathLike[str],
    program: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> LintResult:
    """The program of the files, and where its documents disagree with each other (`alignment.programs.lint`).

    Raises:
        As `load_program`.
    """
    from alignment import catalogue
    from alignment.programs import loader
    from alignment.programs.join import join
    from alignment.programs.lint import run_checks as check_all
    from alignment.programs.lint_links import unknown_functions

    settings = settings or load_settings()
    given = given_paths(paths)
    with open_cache(settings) as cache, pages(progress):
        parts, files = loader.read(given, settings, program=program, store=cache, progress=progress)
    joined = loader.with_title(join(parts, files), given)
    remarks = check_all(parts, joined, files, catalogue.editions(settings) if joined.standards else ())
    return LintResult(joined, [*unknown_functions(joined, _declared_standards(joined, settings)), *remarks])


def _declared_standards(program: Program, settings: Settings) -> list[Standard]:
    """The standards at hand, in the edition in force, that the program's declared links name by code."""
    from alignment import catalogue

    known = {item.code for item in catalogue.editions(settings)} if program.declared else set()
    codes = dict.fromkeys(link.standard for link in program.declared if link.standard in known)
    return [catalogue.find(code, settings) for code in codes]


def load_standard(name: str | PathLike[str], *, settings: Settings | None = None) -> Standard:
    """The professional standard with that code, that path, or that unambiguous part of its title.

    Raises:
        NotFoundError: there is no such standard; the message suggests the nearest.
        AmbiguousError: several standards fit.
        InputError: the file cannot be read.
    """
    from alignment import catalogue

    if not str(name).strip():
        raise NotFoundError(_("the name of a standard is empty."), hint=_("`align standards` lists all."))
    return catalogue.find(str(name), settings or load_settings())


def read_standards(path: str | PathLike[str], *, settings: Settings | None = None) -> list[Standard]:
    """All standards of a file, folder or zip.

    In a folder or zip, files that cannot be read are skipped unless `Settings.strict` is set.

    Raises:
        InputError: a file cannot be read.
        NotFoundError: there is no such path.
    """
    from alignment.catalogue.inputs import read_all

    return read_all(given_paths([path]), settings or load_settings())


def all_standards(*, settings: Settings | None = None) -> list[Standard]:
    """The newest edition of each standard at hand: shipped ones and those in the user's folder."""
    from alignment import catalogue

    settings = settings or load_settings()
    codes = dict.fromkeys(item.code or item.title for item in catalogue.entries(settings) if item.readable)
    return [catalogue.find(code, settings) for code in codes]


def load_standards(names: Sequence[str], *, settings: Settings | None = None) -> list[Standard]:
    """All standards with these names (a code, a part of a title, or a path); without names, all that are available.

    Raises:
        SettingsError: one standard is named twice.
        (and those of `load_standard` and `read_standards`)
    """
    settings = settings or load_settings()
    result: list[Standard] = []
    for name in names:
        if name and Path(name).exists():
            result += read_standards(name, settings=settings)
        else:
            result.append(load_standard(name, settings=settings))
    result = result or all_standards(settings=settings)
    counts = Counter(item.code or item.title for item in result)
    twice = sorted(code for code, count in counts.items() if count > 1)
    if twice:
        raise SettingsError(_("standards are given twice: {names}.", names=", ".join(twice)), hint=_("Give each once."))
    return result


def list_standards(
    paths: Sequence[str] = (), *, settings: Settings | None = None
) -> tuple[list[Entry], list[InputError]]:
    """The standards of ``paths`` or, without them, of the standards folders; and an error for each file left out.

    Each entry says whether it is the edition in force.

    Raises:
        InputError: the only path cannot be read, or a path does not exist.
    """
    from alignment.catalogue import Entry, entries, marked
    from alignment.standards import read_file

    settings = settings or load_settings()
    listed: list[Entry] = []
    errors: list[InputError] = []
    for path in paths:
        try:
            loaded = read_file(Path(path), settings)
        except InputError as error:
            # As in a folder: a file that is no standard is reported, and the others are still listed.
            if len(paths) == 1 or not Path(path).exists():
                raise
            errors.append(error)
            continue
        listed += [
            Entry(code=item.code, title=item.title, order=item.order, date=item.date, path=path, origin="path")
            for item in loaded
        ]
    # To know which edition is in force, the listed ones are compared with all that are available.
    every = marked([*listed, *entries(settings)], settings)
    return every[: len(listed)] if paths else every, errors


def load_targets(
    names: Sequence[str], cards: Sequence[str | PathLike[str]] = (), *, settings: Settings | None = None
) -> list[tuple[Standard, Qualification | None]]:
    """The standards to check a program against: those named, or with ``cards`` the standard of each qualification.

    Raises:
        SettingsError: with ``cards`` several standards are named: each card has one.
        InputError: a standard has no requirements (and as `load_standard` and `load_qualification`).
    """
    settings = settings or load_settings()
    if cards and len(names) > 1:
        raise SettingsError(
            _("a qualification belongs to one standard, and {n} are named.", n=len(names)),
            hint=_("Name one standard, or none: the card says which it is."),
        )
    if not cards:
        return [(with_requirements(load_standard(name, settings=settings)), None) for name in names]
    results = [load_qualification(card, standard=names[0] if names else "", settings=settings) for card in cards]
    return [(whole, qualification) for qualification, whole in results]


def with_requirements(standard: Standard) -> Standard:
    """The standard, if it has requirements: without any, every coverage of it would mean nothing.

    Raises:
        InputError: it has none, as some occupations of O*NET, of which no tasks are known.
    """
    if next(standard.requirements(), None) is None:
        raise InputError(
            _("the standard has no requirements: {name}.", name=f"{standard.code} {standard.title}".strip()),
            file=standard.source,
            hint=_("Choose another standard, or write its requirements by hand (docs/standards.md)."),
        )
    return standard


def load_any(
    *names: str, program: str | None = None, settings: Settings | None = None, progress: Progress | None = None
) -> Program | Standard | Qualification:
    """Load what is named: a qualification's card, a standard (a file or a code), or the files of a program.

    Raises:
        As `load_program` and `load_standard`.
    """
    from alignment import standards

    settings = settings or load_settings()
    if len(names) == 1 and names[0]:
        card = standards.card_of(names[0], settings)
        if card is not None:
            return card
        if standards.is_standard(names[0], settings):
            return load_standard(names[0], settings=settings)
    return load_program(*names, program=program, settings=settings, progress=progress)


def load_qualification(
    card: str | PathLike[str], *, standard: str = "", settings: Settings | None = None
) -> QualificationResult:
    """A qualification card, and the whole standard that it names.

    Args:
        card: the card, a PDF or docx file.
        standard: code or path of the standard; default: the standard that the card names.
        settings: default: what the environment and alignment.toml set.

    Raises:
        InputError: the file is not a qualification card.
        NotFoundError: the standard is not at hand, or has none of the work functions on the card.
    """
    from alignment import catalogue, standards

    settings = settings or load_settings()
    qualification = standards.read_card(Path(card), settings)
    whole = catalogue.find(standard, settings) if standard else catalogue.for_qualification(qualification, settings)
    standards.qualified(whole, qualification)  # fails now rather than after the program was read
    return QualificationResult(qualification, whole)


def prepare(standards: Iterable[Standard], *, settings: Settings | None = None) -> None:
    """Load the language models in a second process while the program is still being read.

    This is optional. It makes a later check of these standards faster and changes nothing else.
    """
    from alignment.matching.contextual_text import preload_language_models

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        preload_language_models((item.text for standard in standards for _, _, item in standard.requirements()), cache)
