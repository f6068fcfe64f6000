"""What two versions of a program's documents differ in before any text is compared."""

from __future__ import annotations

from pathlib import PurePath

from alignment.model import Noun, Program


class ProgramChange(Noun, frozen=True, kw_only=True):
    """Documents that one version has and the other has not, and disciplines whose content only one tells.

    Attributes:
        gone: names of files of the older version alone.
        new: names of files of the newer version alone.
        lost: titles of disciplines whose content the older version tells; the newer one has their title.
        told: titles of disciplines whose content the newer version tells; the older one has their title.
    """

    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def program_change(old: Program, new: Program) -> ProgramChange:
    """What documents and contents of disciplines the two do not share."""
    before, after = _files(old), _files(new)
    known, known_now = _known(old), _known(new)
    return ProgramChange(
        gone=tuple(name for name in before if name not in after),
        new=tuple(name for name in after if name not in before),
        lost=tuple(title for title, told in known.items() if told and known_now.get(title) is False),
        told=tuple(title for title, told in known_now.items() if told and known.get(title) is False),
    )


def _files(program: Program) -> dict[str, None]:
    """Names of the files that were read, in order; folders may be called otherwise in another version."""
    return {PurePath(item.file).name: None for item in program.files if not item.error}


def _known(program: Program) -> dict[str, bool]:
    """Whether more than its title is known, by the title of each discipline."""
    return {item.title: not item.title_only for item in program.disciplines}
