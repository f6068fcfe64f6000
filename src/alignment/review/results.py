"""Read results of ``align check`` for a review, with limits; impossible values are refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import msgspec

from alignment.documents.limits import read_bytes, refuse_odd
from alignment.errors import InputError, LimitError, why
from alignment.i18n import _
from alignment.isolated import call, packed
from alignment.model import Alignment, Finding
from alignment.settings import Settings, load_settings

# The largest standard has 1,500 requirements; more than ten times as many are no result.
MAX_FINDINGS = 20_000
MAX_RESULTS = 200  # checks of one file: more than a program has standards


def read_result(path: Path, settings: Settings | None = None) -> list[Alignment]:
    """The alignments of a JSON report of ``align check``.

    Raises:
        InputError: the file is no such report, or has an impossible probability, threshold or spread.
        LimitError: the file has too many findings or results, or reading it takes too long.
    """
    settings = settings or load_settings()
    refuse_odd(path)
    data = call(_packed, path, settings, file=str(path), settings=settings)
    return msgspec.msgpack.decode(data, type=list[Alignment])


def _packed(path: Path, settings: Settings) -> bytes:
    name = str(path)
    data = read_bytes(path, settings)
    try:
        if data.lstrip()[:1] == b"[":
            alignments = msgspec.json.decode(data, type=list[Alignment])
        else:
            alignments = [msgspec.json.decode(data, type=Alignment)]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise InputError(
            _("this is not a result of align check: {error}.").format(error=why(error)),
            file=name,
            hint=_("Make it with: align check PROGRAM -s STANDARD --format json --output result.json."),
        ) from error
    count = sum(len(alignment.findings) for alignment in alignments)
    if count > MAX_FINDINGS or len(alignments) > MAX_RESULTS:
        raise LimitError(
            _("{results} results with {n} findings; the limits are {most_results} and {most}.").format(
                results=len(alignments), n=count, most_results=MAX_RESULTS, most=MAX_FINDINGS
            ),
            file=name,
            hint=_("Import fewer at a time."),
        )
    for alignment in alignments:
        _check(alignment, name)
    return packed(alignments)


def _check(alignment: Alignment, name: str) -> None:
    """Refuse impossible probabilities, thresholds and spreads.

    Raises:
        InputError: there is one; the message names the finding.
    """
    limits = alignment.thresholds
    if not 0 < limits.partial <= limits.covered < 1:
        raise InputError(
            _("the thresholds {covered} and {partial} are impossible: 0 < partial ≤ covered < 1 must hold.").format(
                covered=limits.covered, partial=limits.partial
            ),
            file=name,
        )
    if not (math.isfinite(alignment.spread) and alignment.spread >= 0):
        raise InputError(
            _("the spread {value} is impossible: it must be 0 or more.").format(value=alignment.spread), file=name
        )
    for finding in alignment.findings:
        for value in _shares(finding):
            if not 0 <= value <= 1:
                raise InputError(
                    _("{value} is no probability: a probability lies between 0 and 1.").format(value=value),
                    file=name,
                    place=finding.requirement.id,
                )


def _shares(finding: Finding) -> Iterator[float]:
    yield from (finding.probability, finding.covers, finding.at_least_partial)
    above = (finding.above.evidence,) if finding.above else ()
    for item in (*finding.candidates, *above):
        yield from (item.probability, item.covers, item.at_least_partial)
