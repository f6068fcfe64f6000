"""doc, rtf and odt → Document: LibreOffice converts the file to docx, which is then read."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import msgspec

from alignment.documents import docx
from alignment.documents.blocks import AnyBlock, Document, Table
from alignment.documents.limits import read_bytes
from alignment.errors import InputError, MissingExtraError, shown_as
from alignment.i18n import message as _
from alignment.isolated import inside, lifted
from alignment.model import Location
from alignment.settings import Settings

# Seconds of the clock for one document: LibreOffice needs a few, and twenty times as
# many on a busy machine are waited for (docs/security.md).
TIMEOUT = 120
PROGRAMS = ("soffice", "libreoffice")


def libreoffice_path() -> str | None:
    """Path of LibreOffice, if there is one."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def read(path: Path, settings: Settings) -> Document:
    """The document's blocks, with locations in the original file.

    Raises:
        MissingExtraError: LibreOffice is not installed.
        InputError: it cannot convert the file.
    """
    read_bytes(path, settings)
    office = libreoffice_path()
    if office is None:
        raise MissingExtraError(
            _("files of type '{suffix}' are converted by LibreOffice, which is not installed.", suffix=path.suffix),
            file=str(path),
            hint=_("Install it (Debian: apt install libreoffice-writer), or save the file as docx."),
        )
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        # The copy has a fixed name, so that the file's name cannot act as an option or a path.
        source = Path(folder) / f"source{path.suffix.lower()}"
        shutil.copyfile(path, source)
        result = _convert(office, source, path)
        with shown_as(result, str(path)):
            document = docx.read(result, settings)
    return msgspec.structs.replace(
        document,
        file=str(path),
        blocks=tuple(_renamed(block, path.name) for block in document.blocks),
        warnings=tuple(
            msgspec.structs.replace(issue, location=_place(issue.location, path.name)) for issue in document.warnings
        ),
    )


def _convert(office: str, source: Path, path: Path) -> Path:
    """The file beside ``source`` as docx; ``path`` is how users know it.

    Raises:
        InputError: LibreOffice cannot convert it, or takes too long.
    """
    folder = source.parent
    command = [
        office,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "docx",
        "--outdir",
        str(folder / "out"),
        str(source),
    ]
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            timeout=TIMEOUT,
            env={**os.environ, "HOME": str(folder)},
            # It maps more memory than a reader may have; time bounds it.
            preexec_fn=lifted if os.name == "posix" and inside() else None,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(
            _("LibreOffice did not convert it within {timeout} seconds.", timeout=TIMEOUT),
            file=str(path),
            hint=_("Open it yourself and save it as docx."),
        ) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise InputError(_("LibreOffice cannot convert it."), file=str(path), hint=_("Save it as docx.")) from error
    result = folder / "out" / f"{source.stem}.docx"
    if not result.is_file():
        raise InputError(_("LibreOffice cannot convert it."), file=str(path), hint=_("Save it as docx."))
    return result


def _place(location: Location, name: str) -> Location:
    return msgspec.structs.replace(location, file=name)


def _renamed(block: AnyBlock, name: str) -> AnyBlock:
    place = _place(block.location, name)
    if not isinstance(block, Table):
        return msgspec.structs.replace(block, location=place)
    rows = tuple(
        tuple(msgspec.structs.replace(cell, location=_place(cell.location, name)) for cell in row) for row in block.rows
    )
    return msgspec.structs.replace(block, rows=rows, location=place)
