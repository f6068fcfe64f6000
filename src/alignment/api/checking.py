"""Public functions on what is already loaded: check, explain, diff, shifts, similar, tune."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from alignment.analysis.declared import coded
from alignment.api.common import aligner_of, require_count
from alignment.api.reading import given_paths, load_program, with_requirements
from alignment.api.results import TuneResult
from alignment.cache import open_cache
from alignment.engine import cached_encoder
from alignment.errors import InputError, NotFoundError
from alignment.i18n import message as _
from alignment.matching.changes import TextChange, VersionedText
from alignment.model import Alignment, Finding, Program, Qualification, Standard, Statement, Weighting
from alignment.progress import Progress
from alignment.settings import Settings, load_settings

if TYPE_CHECKING:
    from alignment.analysis.coverage_change import CoverageChange
    from alignment.evaluation.tune import Aim
    from alignment.matching.explain import Explanation


def check(
    program: Program,
    standard: Standard,
    *,
    qualification: Qualification | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Alignment:
    """Which requirements of the standard the program covers, covers in part, or leaves out.

    Args:
        program: as `load_program` gives it.
        standard: as `load_standard` gives it.
        qualification: keep only the work functions that this qualification needs. Their verdicts are the same as in a
            check against the whole standard.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Returns:
        One finding for each requirement, in the order of the standard.

    Raises:
        InputError: the standard has no requirements.
        NotFoundError: unknown engine or profile.
        SettingsError: impossible thresholds, the model file is missing, or the profile is for another engine.
    """
    settings, standard = settings or load_settings(), coded(with_requirements(standard), program)
    weighting = Weighting(kinds=settings.kind_weights, credits=settings.by_credits)
    with aligner_of(settings, progress) as aligner:
        alignment = msgspec.structs.replace(
            aligner.align(program, standard), engine=settings.engine, weighting=weighting
        )
    if qualification is None:
        return alignment
    from alignment import standards

    needed = standards.qualified(standard, qualification)
    codes = {function.code for general in needed.functions for function in general.functions}
    return msgspec.structs.replace(
        alignment,
        standard=needed,
        findings=tuple(finding for finding in alignment.findings if finding.function in codes),
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
    """Why one requirement got its verdict: the candidates, what each feature adds, what would change the verdict.

    Args:
        program: as for `check`.
        standard: as for `check`.
        requirement: its id, or an unambiguous part of its text.
        candidates: how many candidates are listed, best first.
        settings: as for `check`.
        progress: as for `check`.

    Raises:
        SettingsError: ``candidates`` is less than 1.
        NotFoundError: there is no such requirement; the message suggests the nearest.
        AmbiguousError: several requirements fit.
        (and the errors of `check`)
    """
    from alignment.analysis import discipline_to_extend, main_disciplines_of
    from alignment.matching.explain import explanation

    require_count("candidates", candidates)

    def where(finding: Finding, findings: Sequence[Finding]) -> str:
        return discipline_to_extend(finding, main_disciplines_of(findings))

    with aligner_of(settings or load_settings(), progress) as aligner:
        return explanation(aligner, program, standard, requirement, candidates, where)


def diff(old: Standard | Program, new: Standard | Program, *, settings: Settings | None = None) -> list[TextChange]:
    """What changed between two versions of a standard or of a program, compared by meaning.

    Work functions (or disciplines) are matched by name first, then their texts (`alignment.matching.changes`).
    A discipline whose content only one version of a program has is left out: where a work programme is missing,
    nothing is known of its texts (`alignment.analysis.program_change` names these disciplines).
    """
    from alignment.analysis.program_change import program_change
    from alignment.matching.changes import changes

    settings = settings or load_settings()
    before, groups = _entries(old)
    after, others = _entries(new)
    if isinstance(old, Program) and isinstance(new, Program):
        change = program_change(old, new)
        untold = {*change.lost, *change.told}
        before, after = ([item for item in side if item.group not in untold] for side in (before, after))
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache)
        names = [VersionedText(group=code, kind="", text=name) for code, name in groups.items()]
        against = [VersionedText(group=code, kind="", text=name) for code, name in others.items()]
        groups_matched = changes(names, against, encoder, {})
        renamed = {
            row.old.group: row.new.group for row in groups_matched if row.old and row.new and row.change != "split"
        }
        return changes(before, after, encoder, renamed)


def shifts(
    paths: Sequence[str | PathLike[str]],
    old: Standard,
    new: Standard,
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> list[CoverageChange]:
    """How a new version of a standard changes the coverage of each program; the largest loss comes first.

    Args:
        paths: each is one program (a file, a folder or a zip), or a folder that holds nothing but programs.
        old: the older version of the standard.
        new: the newer version.
        settings: default: what the environment and alignment.toml set.
        progress: called with the stage, the steps done and the steps in all.

    Raises:
        NotFoundError: a path does not exist. (A program that cannot be read is no error: its entry has `error`.)
    """
    from alignment.analysis.coverage_change import CoverageChange, coverage_change

    settings = settings or load_settings()
    changes = []
    for path in _programs(given_paths(paths)):
        try:
            program = load_program(path, settings=settings, progress=progress)
            sides = [check(program, side, settings=settings, progress=progress) for side in (old, new)]
            changes.append(coverage_change(sides[0], sides[1], str(path)))
        except InputError as error:  # the other programs are still checked
            changes.append(CoverageChange(program=path.name, path=str(path), error=error.message))
    return sorted(changes, key=lambda item: item.after - item.before)


def _programs(paths: Sequence[Path]) -> list[Path]:
    """One path for each program. A folder that holds nothing but folders and zips stands for as many programs."""
    result = []
    for path in paths:
        if not path.exists():
            raise NotFoundError(_("it does not exist."), file=str(path))
        inner = sorted(item for item in path.iterdir() if not item.name.startswith(".")) if path.is_dir() else []
        many = bool(inner) and all(item.is_dir() or item.suffix.lower() == ".zip" for item in inner)
        result += inner if many else [path]
    return result


def _entries(noun: Standard | Program) -> tuple[list[VersionedText], dict[str, str]]:
    """The texts to compare, each with its group (work function or discipline), and the name of each group by code."""
    if isinstance(noun, Standard):
        texts = [
            VersionedText(group=function.code, kind=item.kind.value, text=item.text, id=item.id)
            for _, function, item in noun.requirements()
        ]
        return texts, {function.code: function.name for general in noun.functions for function in general.functions}
    texts = [VersionedText(group=item.discipline, kind=item.kind.value, text=item.text) for item in noun.statements()]
    return texts, {item.title: item.title for item in noun.disciplines}


def similar(program: Program, text: str, *, count: int = 12, settings: Settings | None = None) -> list[Statement]:
    """The ``count`` statements of the program that are nearest in meaning to a text, by cosine, best first.

    Statements that are only a title are left out. An empty text has no nearest statements.

    Raises:
        SettingsError: ``count`` is less than 1.
    """
    require_count("count", count)
    settings = settings or load_settings()
    statements = [item for item in program.statements() if not item.title_only]
    if not statements or not text.strip():
        return []
    with open_cache(settings) as cache:
        encoder = cached_encoder(settings, cache)
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
) -> TuneResult:
    """Fit calibration and thresholds to labels. The profile is returned, not saved (`save_profile`).

    Args:
        labels: files of judged pairs, or csv reports of `check` whose verdicts an expert corrected. A report is
            compared with the engine that made it, whatever the settings say.
        name: name of the profile.
        aim: how thresholds are chosen; default: by `Aim()`.
        settings: as for `check`.
        progress: as for `check`.

    Returns:
        Figures before and after, and the profile. `Tuned.improves` says whether the profile is worth saving.

    Raises:
        InputError: the labels cannot be read, contradict each other, are too few, are all of one class, or mix pairs
            with reports; or a report was made by another version or under a profile.
    """
    from alignment.evaluation.labels import refit
    from alignment.evaluation.tune import Aim

    settings = settings or load_settings()
    with open_cache(settings) as cache:
        return TuneResult(*refit(given_paths(labels), name, aim or Aim(), settings, cache, progress))
