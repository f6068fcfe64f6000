"""What comes into the store from files: results of a check, and the PDF files of a program that go beside one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec

from alignment.errors import InputError, LimitError
from alignment.i18n import _
from alignment.model import Alignment, Finding

# The largest standard has about a thousand requirements; a review of more findings than this is nobody's work.
MOST_FINDINGS = 20_000


def read_result(path: Path) -> list[Alignment]:
    """Alignments of a JSON report of ``align check``.

    Raises:
        InputError: it is no such report, or its numbers are none that a check gives.
        LimitError: it has more findings than a review can have.
    """
    try:
        data = path.read_bytes()
        many = data.lstrip()[:1] == b"["
        found = msgspec.json.decode(data, type=list[Alignment]) if many else [msgspec.json.decode(data, type=Alignment)]
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror}).", file=str(path)) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(
            _("this is not a result of align check: {error}.").format(error=error),
            file=str(path),
            hint=_("Make it with: align check PROGRAM -s STANDARD --format json --output result.json."),
        ) from error
    for alignment in found:
        _believable(alignment, str(path))
    return found


def _believable(alignment: Alignment, file: str) -> None:
    count = len(alignment.findings)
    if count > MOST_FINDINGS:
        raise LimitError(
            _("it has {n} findings, at most {most} are taken.").format(n=count, most=MOST_FINDINGS), file=file
        )
    limits = alignment.thresholds
    if not 0 < limits.partial <= limits.covered < 1 or not (math.isfinite(alignment.spread) and alignment.spread >= 0):
        raise InputError(_("its thresholds are not between 0 and 1."), file=file)
    for number, finding in enumerate(alignment.findings):
        if not all(0 <= chance <= 1 for chance in _chances(finding)):
            raise InputError(
                _("a probability is not between 0 and 1."),
                file=file,
                place=_("finding {number}").format(number=number),
                hint=_("Make it with: align check PROGRAM -s STANDARD --format json --output result.json."),
            )


def _chances(finding: Finding) -> list[float]:
    own = [finding.probability, finding.covers, finding.touches]
    return own + [chance for entry in finding.candidates for chance in (entry.probability, entry.covers, entry.touches)]


def read_sources(alignment: Alignment, given: Sequence[Path]) -> dict[str, bytes]:
    """The PDF files from which statements were read, by the name that stands in their places.

    Only files of ``given`` are opened. The paths that stand inside a result are
    never followed: whoever made it may have named any file of this machine.

    Raises:
        InputError: a file of ``given`` does not exist or cannot be read.
    """
    named = {item.location.file for item in alignment.program.statements() if item.location.page is not None}
    found = {}
    for path in given:
        if not path.exists():
            raise InputError("it does not exist.", file=str(path))
        files = sorted(path.rglob("*.pdf")) if path.is_dir() else [path]
        try:
            found.update({item.name: item.read_bytes() for item in files if _wanted(item, named)})
        except OSError as error:
            raise InputError(f"it cannot be read ({error.strerror}).", file=str(path)) from error
    return found


def _wanted(path: Path, named: set[str]) -> bool:
    return path.suffix.lower() == ".pdf" and path.name in named


def title_of(alignment: Alignment) -> str:
    """What a review is called when nobody says."""
    program, standard = alignment.program, alignment.standard
    return f"{program.code or program.title} – {standard.code or standard.title}".strip(" –")[:300]
