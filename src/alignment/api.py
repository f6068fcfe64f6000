"""The public names: read a program, read a standard, compare them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alignment.encoders import Cache, load_encoder
from alignment.errors import InputError, SettingsError
from alignment.matching.changes import Entry, Row
from alignment.model import Alignment, Program, Qualification, Standard, Statement, Thresholds, Weighting
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.analysis.overlap import Exchange, Overlap
    from alignment.analysis.plan import Plan
    from alignment.analysis.register import Built, Register
    from alignment.analysis.suggest import Suggestion
    from alignment.encoders import Encoder
    from alignment.matching import Aligner
    from alignment.matching.explain import Explanation
    from alignment.matching.profile import Profile
    from alignment.programs.lint import LintFinding
    from alignment.tuning.tune import Aim, Interval, Tuned

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
    with open_cache(settings) as cache, _pages(progress):
        return programs.load([Path(path) for path in paths], settings, program=program, store=cache, progress=progress)


@contextmanager
def _pages(progress: Progress | None) -> Iterator[None]:
    """Progress over the pages of a scan."""
    from alignment.documents import ocr

    with ocr.told((lambda done, total: progress("ocr", done, total)) if progress else None):
        yield


def lint(
    *paths: str | PathLike[str],
    program: str | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[Program, list[LintFinding]]:
    """The program of the files, and where its documents disagree with each other (`alignment.programs.lint`).

    Raises:
        As `load_program`.
    """
    from alignment import standards
    from alignment.programs import loader
    from alignment.programs.join import join
    from alignment.programs.lint import lint as check_all

    settings = settings or load_settings()
    with open_cache(settings) as cache, _pages(progress):
        parts, files = loader.read(
            [Path(path) for path in paths], settings, program=program, store=cache, progress=progress
        )
    joined = join(parts, files)
    return joined, check_all(parts, joined, files, standards.editions(settings) if joined.standards else ())


def load_standard(name: str | PathLike[str], *, settings: Settings | None = None) -> Standard:
    """The professional standard with that code, path, or unambiguous part of its title.

    Raises:
        NotFoundError: no such standard; the message suggests the nearest.
        AmbiguousError: several fit.
        InputError: the file cannot be read.
    """
    from alignment import standards

    return standards.find(str(name), settings or load_settings())


def read_standards(path: str | PathLike[str], *, settings: Settings | None = None) -> list[Standard]:
    """All standards of a file, folder or zip; in a folder what cannot be read is passed over unless ``strict``.

    Raises:
        InputError: a file cannot be read.
        NotFoundError: there is no such path.
    """
    from alignment.analysis.register.inputs import read_all

    return read_all([Path(path)], settings or load_settings())


def all_standards(*, settings: Settings | None = None) -> list[Standard]:
    """The standards at hand, the newest edition of each."""
    from alignment import standards

    settings = settings or load_settings()
    codes = dict.fromkeys(item.code or item.title for item in standards.entries(settings) if item.readable)
    return [standards.find(code, settings) for code in codes]


def load_qualification(
    card: str | PathLike[str], *, standard: str = "", settings: Settings | None = None
) -> tuple[Qualification, Standard]:
    """A qualification's card, and the standard that it names.

    Args:
        card: the card as PDF or docx.
        standard: code or path of the standard; default: the one that the card names.
        settings: default: those of the environment and alignment.toml.

    Raises:
        InputError: the file is no card.
        NotFoundError: the standard is not at hand, or has none of the card's functions.
    """
    from alignment import standards

    settings = settings or load_settings()
    found = standards.read_card(Path(card), settings)
    whole = standards.find(standard, settings) if standard else standards.for_qualification(found, settings)
    standards.qualified(whole, found)  # raises now, before the program is read
    return found, whole


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
    qualification: Qualification | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Alignment:
    """Which requirements of the standard the program covers, covers in part, or leaves out.

    With a ``qualification`` the result is that of the functions that it needs;
    the verdicts are those of a check against the whole standard.

    Raises:
        NotFoundError: unknown engine or profile.
        SettingsError: impossible thresholds, the model file is missing, or the profile is for another engine.
    """
    settings = settings or load_settings()
    weighting = Weighting(kinds=settings.kind_weights, credits=settings.by_credits)
    with _aligner(settings, progress) as aligner:
        found = msgspec.structs.replace(aligner.align(program, standard), weighting=weighting)
    if qualification is None:
        return found
    from alignment import standards

    needed = standards.qualified(standard, qualification)
    codes = {function.code for general in needed.functions for function in general.functions}
    return msgspec.structs.replace(
        found,
        standard=needed,
        findings=tuple(finding for finding in found.findings if finding.function in codes),
        qualification=qualification,
    )


def explain(
    program: Program,
    standard: Standard,
    requirement: str,
    *,
    candidates: int = 8,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Why one requirement got its verdict: candidates, what each feature adds, what would change it.

    ``requirement`` is its id, or an unambiguous part of its text.

    Raises:
        NotFoundError: no such requirement; the message suggests the nearest.
        AmbiguousError: several fit.
        (and those of `check`)
    """
    from alignment.matching.explain import explanation

    with _aligner(settings or load_settings(), progress) as aligner:
        return explanation(aligner, program, standard, requirement, candidates)


def diff(old: Standard | Program, new: Standard | Program, *, settings: Settings | None = None) -> list[Row]:
    """What changed between two versions of a standard or of a program, by meaning (`alignment.matching.changes`)."""
    from alignment.encoders import CachedEncoder
    from alignment.matching.changes import changes

    settings = settings or load_settings()
    before, groups = _entries(old)
    after, others = _entries(new)
    with open_cache(settings) as cache:
        encoder = CachedEncoder(load_encoder(settings.engine, settings.data_path("models")), cache)
        names = [Entry(group=code, kind="", text=name) for code, name in groups.items()]
        against = [Entry(group=code, kind="", text=name) for code, name in others.items()]
        followed = changes(names, against, encoder, {})
        renamed = {row.old.group: row.new.group for row in followed if row.old and row.new and row.change != "split"}
        return changes(before, after, encoder, renamed)


def _entries(noun: Standard | Program) -> tuple[list[Entry], dict[str, str]]:
    """Texts in their groups, and the groups' names by code."""
    if isinstance(noun, Standard):
        found = [
            Entry(group=function.code, kind=item.kind.value, text=item.text)
            for _, function, item in noun.requirements()
        ]
        return found, {f.code: f.name for general in noun.functions for f in general.functions}
    found = [Entry(group=item.discipline, kind=item.kind.value, text=item.text) for item in noun.statements()]
    return found, {item.title: item.title for item in noun.disciplines}


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
        DamagedIndexError: the index cannot be read, or is of another engine.
    """
    from alignment.analysis.suggest import first_look, suggestion

    settings = settings or load_settings()
    with _aligner(settings, progress) as aligner:
        register = _register(settings, among, index, aligner.encoder)
        order, scores, named = first_look(program, register, aligner.encoder, count)
        found = [
            suggestion(aligner.align(program, register.standard(number)), float(scores[number]), named[number])
            for number in order
        ]
    return sorted(found, key=lambda item: -item.score)


def _register(
    settings: Settings,
    among: Sequence[str | PathLike[str]] | None,
    index: str | PathLike[str] | None,
    encoder: Encoder,
    given: Sequence[Standard] | None = None,
) -> Register:
    """The standards to look at: an index, given ones, given files, or all at hand."""
    from alignment.analysis.register import of_standards, open_index

    if index is not None:
        return open_index(Path(index), encoder.name, encoder.version)
    if given is not None:
        return of_standards(given, encoder)
    if among:
        return of_standards([item for path in among for item in read_standards(path, settings=settings)], encoder)
    return of_standards(all_standards(settings=settings), encoder)


def plan(
    alignment: Alignment,
    target: float,
    *,
    share: float = 0.1,
    free_credits: float = 0.0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The smallest set of changes that brings the coverage to ``target``, 0 to 1 (`alignment.analysis.plan`).

    Raises:
        InputError: the program has no disciplines to change.
    """
    from alignment.analysis.plan import plan as made
    from alignment.encoders import CachedEncoder

    settings = settings or load_settings()
    told = progress or (lambda stage, done, total: None)
    with open_cache(settings) as cache:
        encoder = CachedEncoder(
            load_encoder(settings.engine, settings.data_path("models")),
            cache,
            lambda done, total: told("encode", done, total),
        )
        return made(alignment, encoder, target, share=share, free_credits=free_credits)


def overlap(
    *paths: str | PathLike[str],
    index: str | PathLike[str] | None = None,
    least: float = 0.3,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[Overlap, Exchange, Exchange]:
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
        DamagedIndexError: the index cannot be read, or is of another engine.
    """
    from alignment.analysis import overlap as work
    from alignment.analysis.overlap.links import directions, nodes
    from alignment.analysis.register.inputs import read_all
    from alignment.encoders import CachedEncoder

    settings = settings or load_settings()
    told = progress or (lambda stage, done, total: None)
    models = settings.data_path("models")
    with open_cache(settings) as cache:
        encoder = CachedEncoder(
            load_encoder(settings.engine, models), cache, lambda done, total: told("encode", done, total)
        )
        given = read_all([Path(path) for path in paths], settings) if paths else None
        register = _register(settings, None, index, encoder, given)
        if len(register.listed) < 2:
            raise InputError("two standards at least are needed.", hint="Give more files, or an index.")
        chance = work.load_chance(models, settings.engine)
        found = work.overlap(register, encoder, chance, least=least, progress=progress)
        functions = directions(register, nodes(register), encoder)
        areas = work.exchange(register, functions, chance, by_area=True, progress=progress)
        each = work.exchange(register, functions, chance, by_area=False, progress=progress)
    return found, areas, each


def build_index(
    *paths: str | PathLike[str],
    index: str | PathLike[str] | None = None,
    fresh: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Built:
    """Build or update the index of standards (`alignment.analysis.register.build`).

    Args:
        paths: files, folders and zips of standards; none: all at hand.
        index: its folder; default: that of the settings.
        fresh: take nothing from the index that is there.
        settings: default: those of the environment and alignment.toml.
        progress: told the stage, the steps done and their number.

    Raises:
        InputError: one code stands for different contents, or nothing can be read.
        OutputError: the index cannot be written; the old one is as it was.
        DamagedIndexError: the old index cannot be read.
    """
    from alignment.analysis.register import build

    settings = settings or load_settings()
    encoder = load_encoder(settings.engine, settings.data_path("models"))
    folder = Path(index) if index is not None else settings.index_path()
    return build([Path(path) for path in paths], folder, encoder, settings, fresh=fresh, progress=progress)


def similar(program: Program, text: str, *, count: int = 12, settings: Settings | None = None) -> list[Statement]:
    """The program's statements nearest in meaning to a text, best first."""
    from alignment.encoders import CachedEncoder

    settings = settings or load_settings()
    statements = [item for item in program.statements() if not item.title_only]
    if not statements or not text.strip():
        return []
    with open_cache(settings) as cache:
        encoder = CachedEncoder(load_encoder(settings.engine, settings.data_path("models")), cache)
        vectors = encoder.encode([text, *(item.text for item in statements)])
    scores = vectors[1:] @ vectors[0]
    return [statements[int(index)] for index in (-scores).argsort()[:count]]


def tune(
    labels: Sequence[str | PathLike[str]],
    *,
    name: str = "default",
    aim: Aim | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[Tuned, Profile]:
    """Calibration and thresholds refitted to judged pairs; the profile is returned, not saved.

    Raises:
        InputError: the labels cannot be read, contradict each other, are too few or of one class.
    """
    from alignment.matching.profile import FORMAT, Profile
    from alignment.tuning import tune as tuning
    from alignment.tuning.gold import read_pairs
    from alignment.tuning.measure import judged_log_odds

    settings = settings or load_settings()
    source = ", ".join(str(path) for path in labels)
    pairs = tuning.checked([pair for path in labels for pair in read_pairs(Path(path))], source)
    wanted = aim or tuning.Aim()
    with _aligner(msgspec.structs.replace(settings, profile=""), progress) as aligner:
        log_odds = judged_log_odds(pairs, aligner.encoder, aligner.cache, aligner.model)
        tuned = tuning.tune(pairs, log_odds, aligner.model.thresholds, wanted)
        profile = Profile(
            format=FORMAT,
            name=name,
            revision=0,
            engine=aligner.encoder.name,
            engine_version=aligner.encoder.version,
            verdict=aligner.model.version,
            created="",
            aim=str(wanted),
            labels=tuned.counts,
            covers=tuned.fit.covers,
            touches=tuned.fit.touches,
            covered=tuned.fit.thresholds.covered,
            partial=tuned.fit.thresholds.partial,
            figures={
                key: {"before": _triple(tuned.before[key]), "after": _triple(tuned.after[key])} for key in tuned.before
            },
        )
    return tuned, profile


def _triple(interval: Interval) -> list[float]:
    return [interval.value, interval.low, interval.high]


@contextmanager
def _aligner(settings: Settings, progress: Progress | None) -> Iterator[Aligner]:
    """An aligner under the settings: engine, model, profile, thresholds, cache."""
    from alignment.matching import Aligner
    from alignment.matching.profile import apply_profile, load_profile
    from alignment.matching.verdict import load_model

    encoder = load_encoder(settings.engine, settings.data_path("models"))
    model = load_model(settings.data_path("models"), encoder.name)
    warnings: tuple[str, ...] = ()
    if settings.profile:
        profile = load_profile(settings.profile, settings.profiles_path())
        model, warning = apply_profile(profile, model, encoder.name, encoder.version)
        warnings = (warning,) if warning else ()
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
        yield Aligner(
            encoder,
            cache,
            model,
            thresholds=thresholds,
            candidates=settings.candidates,
            evidence=settings.evidence,
            progress=progress,
            warnings=warnings,
        )


def open_cache(settings: Settings) -> Cache:
    """The user's cache, or one in memory when it is switched off."""
    return Cache(settings.cache_path() if settings.cache else None)
