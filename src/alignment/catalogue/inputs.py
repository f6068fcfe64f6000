"""Paths → files of standards: folders are searched and zips unpacked; no paths mean all available standards."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from alignment.catalogue.editions import OUT_OF_FORCE
from alignment.documents.archive import unpack
from alignment.documents.pooled import InputFile
from alignment.errors import InputError, NotFoundError, shown_as
from alignment.i18n import message as _
from alignment.isolated import kept_processes
from alignment.model import Issue, Location, Standard
from alignment.settings import Settings
from alignment.standards.readers import READERS, read_file

log = logging.getLogger(__name__)


@contextmanager
def input_files(paths: Sequence[Path], settings: Settings) -> Iterator[list[InputFile]]:
    """The files of the paths; files from a zip exist until the end of the block.

    Raises:
        NotFoundError: a path does not exist.
    """
    own_folder = settings.standards_path()
    wanted = list(paths) or [
        settings.data_path("corpora") / "standards",
        *([own_folder] if own_folder.is_dir() else []),
    ]
    with ExitStack() as stack:
        result: list[InputFile] = []
        for path in wanted:
            if not path.exists():
                raise NotFoundError(_("it does not exist."), file=str(path))
            if path.is_dir():
                result += [InputFile(item, str(item)) for item in sorted(path.rglob("*")) if _wanted(item)]
            elif path.suffix.lower() == ".zip":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="align-index-")))
                files, _refused = unpack(path, folder, settings)
                result += [InputFile(item, f"{path}/{name}") for item, name in files if _wanted(item)]
            else:
                result.append(InputFile(path, str(path)))
        yield result


def _wanted(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in READERS.suffixes() and path.name != OUT_OF_FORCE


def read_all(paths: Sequence[Path], settings: Settings) -> list[Standard]:
    """All standards of files, folders and zips; a file that cannot be read is skipped with a logged warning.

    Raises:
        InputError: a file cannot be read, and it is the only one or the setting ``strict`` is on.
        NotFoundError: a path does not exist.
    """
    result: list[Standard] = []
    with input_files(paths, settings) as files, kept_processes():
        for item in files:
            try:
                with shown_as(item.path, item.shown):
                    result += read_file(item.path, settings)
            except InputError as error:
                if settings.strict or len(files) == 1:
                    raise
                log.warning(
                    _("not taken: {issue}", issue=Issue(message=error.text, location=Location(file=item.shown)))
                )
    return result
