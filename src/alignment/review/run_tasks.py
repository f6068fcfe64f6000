"""Tasks of the child process on a check that was started in the browser (`alignment.review.runs`)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from alignment import api, reports
from alignment.analysis.general import real_disciplines
from alignment.errors import AlignmentError, AmbiguousError, InputError
from alignment.i18n import _, language
from alignment.model import Alignment, Issue, Program, Standard
from alignment.review import drafts
from alignment.review.runs import (
    CheckedStandard,
    LeftOutFile,
    Proposal,
    ReadSummary,
    Run,
    Step,
    inputs,
    read_struct,
    restart,
    write_file,
)
from alignment.review.unused import unused_files
from alignment.settings import load_settings

# Standards that are proposed; the right one is among the first five in 70 % (docs/suggest.md).
PROPOSED = 6
# Work functions that are named as a proposal's reason: what fits its line.
REASONS = 2
# Stages that are shown while standards are looked for, and from how many texts on.
LONG = ("analyse", "encode")
MANY = 100  # fewer are done before anybody could read the line
# Seconds between two notes on the progress of one stage: as fast as eyes follow.
PAUSE = 0.3


class ProgressFile:
    """Writes the progress of the work to a file, which the page reads.

    ``standard`` is the standard that is being compared; the page names it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "progress.json"
        self._last, self._stage = 0.0, ""
        self.standard = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that ``done`` of ``total`` steps of a stage are done. "STAGE: DETAIL" also names the file."""
        moment = time.monotonic()
        if stage == self._stage and moment - self._last < PAUSE and done < total:
            return
        self._last, self._stage = moment, stage
        name, _colon, detail = stage.partition(": ")
        step = Step(stage=name, detail=detail or self.standard, done=done, total=total)
        write_file(self._path, msgspec.json.encode(step))


def read_program(folder: Path) -> None:
    """Read the program, write a summary of it, then propose standards unless some are chosen already.

    Raises:
        AmbiguousError: a workbook holds several programs; ``choices.json`` then names them.
        AlignmentError: nothing could be read.
    """
    restart(folder)
    progress = ProgressFile(folder)
    program = _program(folder, progress)
    seen = _seen(program, folder)
    write_file(folder / "program.json", msgspec.json.encode(seen))
    if _run(folder).wanted:
        return  # standards were chosen meanwhile, so nobody needs proposals
    settings = api.ranking_settings(load_settings())
    progress("suggest", 0, 0)

    def long_stages(stage: str, done: int, total: int) -> None:
        """Show only the long stages; the bar of each single comparison would run once for every proposal."""
        if stage in LONG and total >= MANY:
            progress(stage, done, total)
        else:
            progress("suggest", 0, 0)

    suggestions = api.suggest(program, count=PROPOSED, settings=settings, progress=long_stages)
    proposals = tuple(
        Proposal(
            code=item.code,
            title=item.title,
            declared=item.declared,
            reasons=tuple(f"{reason.function} {reason.name}" for reason in item.reasons[:REASONS]),
        )
        for item in sorted(suggestions, key=lambda item: not item.declared)
    )
    write_file(folder / "program.json", msgspec.json.encode(msgspec.structs.replace(seen, proposals=proposals)))


def check(folder: Path) -> None:
    """Compare the program with the chosen standards and save the result.

    Raises:
        AlignmentError: a standard or the program cannot be read.
    """
    progress = ProgressFile(folder)
    run = _run(folder)
    standards: list[Standard] = [api.load_standard(code) for code in run.standards]
    for name in run.own:
        try:
            standards += api.read_standards(folder / "standards" / name)
        except AlignmentError as error:
            error.file = name
            raise
    if not standards:
        raise InputError(
            _("no standard was chosen."), hint=_("Choose at least one standard, or give a file of your own.")
        )
    api.prepare(standards)
    program = _program(folder, progress)
    alignments = []
    for standard in standards:
        progress.standard = " ".join(part for part in (standard.code, standard.title) if part)
        alignments.append(api.check(program, standard, progress=progress))
    write_file(folder / "result.json", _without(msgspec.json.encode(alignments), folder))
    write_file(folder / "results.json", msgspec.json.encode([result_of(item) for item in alignments]))


def report(folder: Path, form: str) -> None:
    """Write the report of the result in one format, in the language of this process."""
    alignments = msgspec.json.decode((folder / "result.json").read_bytes(), type=list[Alignment])
    text = reports.render(alignments, form)
    write_file(folder / "reports" / f"{language()}.{form}", text if isinstance(text, bytes) else text.encode())


def result_of(alignment: Alignment) -> CheckedStandard:
    """The counts of verdicts for one standard, for the list of checks."""
    counts: dict[str, int] = {}
    for finding in alignment.findings:
        counts[finding.verdict.value] = counts.get(finding.verdict.value, 0) + 1
    standard = alignment.standard
    return CheckedStandard(standard=standard.code or standard.title, title=standard.title, counts=counts)


def _run(folder: Path) -> Run:
    result = read_struct(folder / "run.json", Run)
    if result is None:
        raise InputError(_("the check has been deleted."))
    return result


def _program(folder: Path, progress: ProgressFile) -> Program:
    run = _run(folder)
    try:
        program = api.load_program(*inputs(folder), program=run.choice or None, progress=progress)
        program = msgspec.structs.replace(program, warnings=(*program.warnings, *_unused(program, folder)))
        if program.title == "files":  # no document has a title, so the loader took the name of our own folder
            program = msgspec.structs.replace(program, title=run.title)
        return program
    except AmbiguousError as error:
        write_file(folder / "choices.json", msgspec.json.encode(error.choices))
        raise


def _unused(program: Program, folder: Path) -> tuple[Issue, ...]:
    """Warnings of `unused_files`; zips are unpacked, and what they hold is named by itself."""
    paths = sorted(path for path in (folder / "files").rglob("*") if path.is_file() and path.suffix.lower() != ".zip")
    shown = msgspec.structs.replace(
        program, files=tuple(msgspec.structs.replace(item, file=_name(item.file, folder)) for item in program.files)
    )
    return unused_files(shown, (_name(str(path), folder) for path in paths))


def _seen(program: Program, folder: Path) -> ReadSummary:
    real = real_disciplines(program)
    return ReadSummary(
        title=program.title,
        code=program.code,
        profile=program.profile,
        files=len(program.files),
        disciplines=len(real),
        title_only=sum(item.title_only for item in real),
        promise_only=sum(item.promise_only for item in real),
        statements=sum(not item.title_only for item in program.statements()),
        left=tuple(
            LeftOutFile(file=_name(item.file, folder), reason=_name(str(item.reason), folder))
            for item in program.unread
        ),
        unused=tuple(item.location.file for item in _unused(program, folder) if item.location is not None),
    )


def _prefixes(folder: Path) -> list[str]:
    """Paths on this machine that texts must not show, longest first."""
    paths = [*inputs(folder), folder / "files", folder / "standards"]
    return sorted({f"{path}{os.sep}" for path in paths}, key=len, reverse=True)


def _name(text: str, folder: Path) -> str:
    for prefix in _prefixes(folder):
        text = text.replace(prefix, "")
    return text


def _without(data: bytes, folder: Path) -> bytes:
    for prefix in _prefixes(folder):
        data = data.replace(msgspec.json.encode(prefix)[1:-1], b"")
    return data


TASKS: dict[str, Callable[..., None]] = {
    "reading": read_program,
    "checking": check,
    "report": report,
    "draft": drafts.make,
}


def run_task(task: str, folder: Path, *arguments: str) -> None:
    """Do one task of `TASKS`.

    Raises:
        AlignmentError: the error of the task, with file names as people sent them, without paths of this machine.
    """
    try:
        TASKS[task](folder, *arguments)
    except AlignmentError as error:
        error.file = _name(error.file, folder) if error.file else None
        text = _name(error.message, folder)
        error.text = text if error.file else text[:1].upper() + text[1:]
        raise
