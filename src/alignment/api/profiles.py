"""Save the profile that `tune` fitted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from alignment.errors import AlignmentError, OutputError, why
from alignment.i18n import message as _
from alignment.matching.profile import Profile, load_profile
from alignment.whole import whole_file


def save_profile(profile: Profile, target: Path) -> Profile:
    """Write the profile with the next revision number; the previous revision is kept as NAME.rN.json.

    Returns:
        The profile as it was written, with its revision and the time (ISO 8601, UTC).

    Raises:
        OutputError: the file or its folder cannot be written.
    """
    revision = 1
    try:
        if target.exists():
            revision = _revision(target) + 1
            target.with_suffix(f".r{revision - 1}.json").write_bytes(target.read_bytes())
        _make_folder(target)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        saved = msgspec.structs.replace(profile, revision=revision, created=created)
        with whole_file(target) as file:
            file.write(msgspec.json.format(msgspec.json.encode(saved), indent=2).decode() + "\n")
    except OSError as error:
        raise OutputError(
            _("it cannot be written ({reason}).", reason=why(error)),
            file=str(target),
            hint=_("Choose another place."),
        ) from error
    return saved


def _make_folder(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(_("its folder cannot be made ({reason}).", reason=why(error)), file=str(target)) from error


def _revision(path: Path) -> int:
    """The revision of the profile in that file; 0 if the file is no profile."""
    try:
        return load_profile(str(path), path.parent).revision
    except AlignmentError:
        return 0
