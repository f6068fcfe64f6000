"""Paths → the files to read: folders are searched and zips unpacked; files that are left out get a reason."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from alignment.documents.archive import MAX_ENTRIES, unpack
from alignment.documents.limits import is_regular
from alignment.documents.pooled import InputFile
from alignment.errors import InputError
from alignment.i18n import Message, Text
from alignment.i18n import message as _
from alignment.model import SourceFile
from alignment.programs.readers import READERS
from alignment.settings import Settings

# Files of operating systems, and notes, that lie beside the documents of a program.
IGNORED = ("readme.md", "thumbs.db", "desktop.ini")
LOCKS = ("~$", ".~lock")


class BundleFile(InputFile, frozen=True):
    """A file of a program; ``bundled``: it came with a folder or an archive."""

    bundled: bool = False


@dataclass
class Bundle:
    """The files of the given paths: those to read, and those that are left out, with the reason."""

    files: list[BundleFile] = field(default_factory=list)
    left_out: list[SourceFile] = field(default_factory=list)

    def add(self, path: Path, shown: str) -> None:
        """Add a file of a folder or archive; a type that cannot be read goes to ``left_out``."""
        if path.name.lower() in IGNORED or path.name.startswith((".", *LOCKS)):
            return
        if path.suffix.lower() in READERS.suffixes():
            self.files.append(BundleFile(path=path, shown=shown, bundled=True))
        else:
            kind = path.suffix or _("without a suffix")
            self.left_out.append(SourceFile(file=shown, error=_("files of type '{kind}' are not read", kind=kind)))


@contextmanager
def open_bundle(paths: Sequence[Path], settings: Settings) -> Iterator[Bundle]:
    """The files of the paths; unpacked archives are deleted at the end of the block.

    Raises:
        InputError: a folder has no files, or an archive cannot be unpacked.
    """
    bundle = Bundle()
    with ExitStack() as stack:
        for path in paths:
            # A shell's glob gives many paths: one that cannot be used is reported like a file of a folder.
            if path.is_dir() or path.suffix.lower() == ".zip":
                try:
                    _folder_or_archive(path, bundle, settings, stack)
                except InputError as error:
                    if len(paths) == 1 or settings.strict or not path.exists():
                        raise
                    bundle.left_out.append(SourceFile(file=str(path), error=error.text))
            else:
                bundle.files.append(BundleFile(path=path, shown=str(path), bundled=len(paths) > 1 and path.is_file()))
        odd = [number for number, file in enumerate(bundle.files) if readable(str(file.path)) != str(file.path)]
        if odd:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="align-")))
            for number in odd:
                bundle.files[number] = _linked(bundle.files[number], folder / str(number))
        bundle.left_out = [
            msgspec.structs.replace(item, file=readable(item.file), error=_readable_reason(item.reason))
            for item in bundle.left_out
        ]
        yield bundle


def _folder_or_archive(path: Path, bundle: Bundle, settings: Settings, stack: ExitStack) -> None:
    if path.is_dir():
        _walk(path, bundle)
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="align-")))
    _archive(path, folder, bundle, settings)


def readable(name: str) -> str:
    """The name as valid text: bytes that are not UTF-8 (a disk in another encoding) become replacement characters."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "replace")
    return name


def _readable_reason(text: Text) -> Text:
    """The reason, with file names among its values made valid text."""
    if not isinstance(text, Message):
        return readable(text)
    values = {key: readable(value) if isinstance(value, str) else value for key, value in text.values.items()}
    return msgspec.structs.replace(text, values=values)


def _linked(file: BundleFile, folder: Path) -> BundleFile:
    """The same file under a name that can be printed and stored in a report: a symbolic link in ``folder``."""
    folder.mkdir()
    name = readable(file.path.name)
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # the system's encoding of file names lacks some letters
        name = f"file{file.path.suffix}"
    (folder / name).symlink_to(file.path.absolute())
    return msgspec.structs.replace(file, path=folder / name, shown=readable(file.shown))


# How the names of folders begin that hold nothing of a program: those of tools, and what macOS puts into archives.
HIDDEN = (".", "__MACOSX")


def entries(folder: Path) -> list[tuple[Path, Text]]:
    """The files of a program's folder in order, each with why it must not be opened; "" if it may be."""
    root = folder.resolve()
    inside: list[Path] = []
    for here, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(HIDDEN)]
        inside += [Path(here) / name for name in names]
    return [(path, _refused(path, root)) for path in sorted(inside)]


def _walk(folder: Path, bundle: Bundle) -> None:
    before = len(bundle.files) + len(bundle.left_out)
    for path, reason in entries(folder):
        if reason:
            bundle.left_out.append(SourceFile(file=str(path), error=reason))
            continue
        bundle.add(path, str(path))
    if len(bundle.files) > MAX_ENTRIES:
        raise InputError(
            _("the folder has more than {max_files} files.", max_files=MAX_ENTRIES),
            file=str(folder),
            hint=_("Give the folder of one program."),
        )
    if len(bundle.files) + len(bundle.left_out) == before:
        raise InputError(
            _("the folder has no files."), file=str(folder), hint=_("Give a folder with the program's files.")
        )


def _refused(path: Path, root: Path) -> Text:
    """Why an entry of a folder must not be opened; "" if it may be."""
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return _("refused: the link leads out of the folder")
        return "" if is_regular(path) else _("refused: this is a device, a pipe or a socket, not a file")
    except FileNotFoundError:
        return _("refused: the link leads to no file")
    except (OSError, RuntimeError):  # Python before 3.13 raises RuntimeError on a loop of links
        return _("refused: the link cannot be followed")


def _archive(path: Path, folder: Path, bundle: Bundle, settings: Settings) -> None:
    files, refused = unpack(path, folder, settings)
    before = len(bundle.files)
    for file, name in sorted(files, key=lambda item: item[1]):
        bundle.add(file, f"{path}/{name}")
    bundle.left_out += [SourceFile(file=issue.location.file, error=issue.text) for issue in refused]
    if len(bundle.files) == before:
        raise InputError(
            _("the archive has no files that can be read."), file=str(path), hint=_("Put the program's files into it.")
        )
