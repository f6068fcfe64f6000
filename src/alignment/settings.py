"""Settings, from defaults, files, environment and options; a later source overrides an earlier one.

The file is ``alignment.toml`` in the user's config folder or in the working
folder; environment variables are ``ALIGN_<NAME>``. The working folder may come
from somebody else, so its file may only set what `PROJECT` lists.
``Settings.folder_file`` records that such a file is in force, and every command says so.
"""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from alignment.errors import SettingsError, choices, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.model import Kind
from alignment.model.base import KIND_WORDS

APP = "profstandart-align"
SETTINGS_FILE = "alignment.toml"
# A threshold of 0 would call everything covered, one of 1 nothing.
Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
# The settings that the file of a working folder may set: how a check judges and what it reads. It may not set where
# the user's files are kept, which models are used, or the limits on memory and time for untrusted files.
PROJECT = frozenset(
    (
        "engine",
        "profile",
        "covered",
        "partial",
        "candidates",
        "kind_weights",
        "by_credits",
        "evidence",
        "cache",
        "standards_dir",
        "strict",
        "ocr",
        "sections",
        "ui_lang",
    )
)
# Fields that no source may set.
DERIVED = ("folder_file",)
# Environment variables that are no settings: of the review store, of its server, of secrets, of tests and installers.
OTHER_VARIABLES = frozenset(
    f"ALIGN_{name}"
    for name in ("DATABASE", "SECRET", "PASSWORD", "JUDGE_KEY", "TRACE", "ENVIRONMENT", "SHOTS", "PICTURES")
)
# Where in a file tomllib says that an error is.
TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings with their defaults; docs/settings.md explains each.

    ``engine`` is ``default`` or ``fast`` (`alignment.engine`).
    ``covered`` and ``partial`` are thresholds on the calibrated probability
    that a requirement is covered (see models/verdict.card.md);
    ``candidates`` is how many statements per requirement are scored.
    ``sections`` overrides the classifier of section headings: a part of the
    heading's text → outcomes, content or skip. ``strict`` makes an unreadable
    file of a folder an error. ``ocr`` says which pages are recognised from
    their picture (extra ``[ocr]``): "auto" those without text, "off" none,
    "always" all. ``read_seconds`` (processor time) and ``read_memory_mb`` bound
    the process that reads a file (`alignment.isolated`); with 0 seconds files
    are read in this process without either limit. ``upload_seconds`` and
    ``upload_memory_mb`` bound the child process that reads files uploaded to
    ``align serve``. ``judge`` is the address of a language model's server and
    ``judge_model`` the model's name (`alignment.judge`); while ``judge`` is
    empty, nothing is sent. The server's key is read from the environment only.
    ``folder_file`` cannot be set: it names the alignment.toml of the working
    folder and the settings in it.
    """

    engine: str = "default"
    profile: str = ""
    covered: Share | None = None
    partial: Share | None = None
    # Models are fitted under it (models/verdict.card.md): fewer lose evidence, more take time and win nothing, as the
    # best five are reranked and eight summed up.
    candidates: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 24
    kind_weights: dict[Kind, Annotated[float, msgspec.Meta(ge=0, le=100)]] = {}
    by_credits: bool = False
    evidence: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3  # what a report can show of a requirement; verdicts stay
    cache: bool = True
    cache_dir: str = ""
    standards_dir: str = ""
    profiles_dir: str = ""
    data_dir: str = ""
    index_dir: str = ""
    strict: bool = False
    ocr: Literal["auto", "off", "always"] = "auto"
    sections: dict[str, Literal["outcomes", "content", "skip"]] = {}
    ui_lang: str = ""
    # Several times what the largest bundle and the longest document at hand have; larger ones are damage or attacks.
    max_file_mb: Annotated[int, msgspec.Meta(ge=1)] = 100
    max_unpacked_mb: Annotated[int, msgspec.Meta(ge=1)] = 400  # what fits into read_memory_mb with room to work
    max_pages: Annotated[int, msgspec.Meta(ge=1)] = 1000  # a description with all work programmes in one file has half
    read_seconds: Annotated[int, msgspec.Meta(ge=0)] = 60
    read_memory_mb: Annotated[int, msgspec.Meta(ge=100)] = 2048
    upload_seconds: Annotated[int, msgspec.Meta(ge=1)] = 300
    upload_memory_mb: Annotated[int, msgspec.Meta(ge=500)] = 8000
    judge: str = ""
    judge_model: str = ""
    judge_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    judge_anyway: bool = False
    judge_candidates: Annotated[int, msgspec.Meta(ge=1, le=50)] = 8  # as many as `explain` lists (docs/judge.md)
    judge_calls: Annotated[int, msgspec.Meta(ge=1)] = 2000  # more than any standard has requirements
    judge_tokens: Annotated[int, msgspec.Meta(ge=1000)] = 10_000_000  # 5,000 for each of those calls
    judge_parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = (
        4  # small servers work on few; more would only wait there
    )
    judge_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120  # seven times a slow server's mean (docs/judge.md)
    folder_file: str = ""

    def __post_init__(self) -> None:
        """Check the values, which a caller in Python may give without `load_settings`.

        Raises:
            SettingsError: a value is impossible, or two contradict each other.
        """
        for name, kind in _types().items():
            try:
                msgspec.convert(getattr(self, name), kind)
            except msgspec.ValidationError as error:
                raise SettingsError(
                    _("the setting `{name}`: {error}.", name=name, error=why(error)),
                    hint=_("docs/settings.md says which values are possible."),
                ) from error
        if self.covered is not None and self.partial is not None and self.partial > self.covered:
            raise SettingsError(
                _("the threshold `partial` is above `covered`."), hint=_("Lower one or raise the other.")
            )
        if all(self.kind_weights.get(kind) == 0 for kind in KIND_WORDS):
            raise SettingsError(_("all weights in `kind_weights` are 0: nothing would count."))

    def cache_path(self) -> Path:
        """Folder of the user's cache."""
        return Path(self.cache_dir) if self.cache_dir else Path(platformdirs.user_cache_dir(APP))

    def standards_path(self) -> Path:
        """Folder where the user keeps standards of their own."""
        return Path(self.standards_dir) if self.standards_dir else default_standards_path()

    def profiles_path(self) -> Path:
        """Folder of the profiles that ``align tune`` writes."""
        return Path(self.profiles_dir) if self.profiles_dir else Path(platformdirs.user_data_dir(APP)) / "profiles"

    def review_path(self) -> Path:
        """The SQLite file of the review store."""
        return Path(platformdirs.user_data_dir(APP)) / "review.db"

    def index_path(self) -> Path:
        """Folder of the index of standards."""
        return Path(self.index_dir) if self.index_dir else Path(platformdirs.user_data_dir(APP)) / "index"

    def data_path(self, name: str) -> Path:
        """The folder ``models`` or ``corpora``: in ``data_dir``, inside the wheel, or in the checkout.

        Raises:
            SettingsError: there is no such folder.
        """
        here = Path(__file__).resolve().parent
        roots = [Path(self.data_dir)] if self.data_dir else [here / "_data", here.parent.parent]
        for root in roots:
            if (root / name).is_dir():
                return root / name
        raise SettingsError(
            _("the folder {name}/ is missing.", name=name),
            hint=_("Install the package again, or point ALIGN_DATA_DIR at a folder that has it."),
        )


@lru_cache
def _types() -> dict[str, Any]:
    """The type of each setting with its limits."""
    return {field.name: field.type for field in msgspec.structs.fields(Settings)}


def default_standards_path() -> Path:
    """Where ``align standards`` looks for the user's own files."""
    return Path(platformdirs.user_data_dir(APP)) / "standards"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Notepad begins a file with a byte order mark
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        found = TOML_PLACE.search(text)
        place: Text | None = _("its end") if found else None
        if found and found[1]:
            place = _("line {line}, column {column}", line=found[1], column=found[2])
        raise SettingsError(
            _("not valid TOML: {error}.", error=TOML_PLACE.sub("", text)),
            file=str(path),
            place=place,
            hint=_("A line is NAME = VALUE; a text stands in quotes."),
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(_("not valid TOML: {error}.", error=why(error)), file=str(path)) from error
    except OSError as error:
        raise SettingsError(_("cannot be read: {reason}.", reason=why(error)), file=str(path)) from error


def _from_environment() -> dict[str, Any]:
    """The settings in variables ``ALIGN_<NAME>``; a mapping is written as in JSON or as NAME=VALUE, NAME=VALUE.

    Raises:
        SettingsError: a variable ``ALIGN_…`` names no setting, or a mapping is badly written.
    """
    known = {f"ALIGN_{field.upper()}": field for field in Settings.__struct_fields__}
    unknown = sorted(
        name for name in os.environ if name.startswith("ALIGN_") and name not in known and name not in OTHER_VARIABLES
    )
    if unknown:
        near = get_close_matches(unknown[0], known, n=1)
        raise SettingsError(
            _("there is no such setting."),
            file=str(_("environment variable {name}", name=unknown[0])),
            hint=_("Did you mean {name}?", name=near[0]) if near else _("docs/settings.md lists all settings."),
        )
    values: dict[str, Any] = {}
    for name, field in known.items():
        if text := os.environ.get(name):
            values[field] = _mapping(text, name) if isinstance(getattr(Settings(), field), dict) else text
    return values


def _mapping(text: str, name: str) -> dict[str, Any]:
    try:
        if text.lstrip().startswith("{"):
            return msgspec.json.decode(text, type=dict[str, Any])
        pairs = [part.rpartition("=") for part in re.split("[,;]", text) if part.strip()]
        if all(sign and key.strip() for key, sign, _value in pairs):
            return {key.strip(): value.strip() for key, _sign, value in pairs}
    except msgspec.MsgspecError:
        pass
    raise SettingsError(
        _("'{value}' is not NAME=VALUE.", value=text),
        file=str(_("environment variable {name}", name=name)),
        hint=_("For example action=2, skill=1."),
    )


def _of_folder(path: Path) -> dict[str, Any]:
    """The settings in the file of the working folder.

    Raises:
        SettingsError: the file is not TOML, or has a setting that `PROJECT` does not list.
    """
    values = _from_file(path)
    for key in values:
        if key in Settings.__struct_fields__ and key not in PROJECT:
            raise SettingsError(
                _(
                    "the setting `{key}` cannot be set in the file of a working folder, "
                    "because that file may come from somebody else.",
                    key=key,
                ),
                file=str(path),
                hint=_("Put it into {file}, or set {name}.", file=user_file(), name="ALIGN_" + key.upper()),
            )
    return values


def user_file() -> Path:
    """The user's own settings file."""
    return Path(platformdirs.user_config_dir(APP)) / SETTINGS_FILE


def load_settings(**options: Any) -> Settings:
    """Settings from files, environment and ``options``; an option of None is ignored.

    Raises:
        SettingsError: a name is unknown or a value impossible; the error names the source of the value.
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    folder_file = ""
    own_file, folder = user_file(), Path(SETTINGS_FILE)
    if own_file.is_file():
        values.update(_from_file(own_file))
        sources.update(dict.fromkeys(values, str(own_file)))
    if folder.is_file() and not (own_file.is_file() and folder.samefile(own_file)):
        folder_values = _of_folder(folder)
        values.update(folder_values)
        sources.update(dict.fromkeys(folder_values, str(folder)))
        folder_file = f"{folder.absolute()}: {', '.join(folder_values)}" if folder_values else ""
    for field, value in _from_environment().items():
        values[field], sources[field] = value, str(_("environment variable {name}", name=f"ALIGN_{field.upper()}"))
    for key, value in options.items():
        if value is not None:
            option = "--" + key.replace("_", "-").removesuffix("s" if key == "kind_weights" else "")
            values[key], sources[key] = value, str(_("option {option}", option=option))
    for key in DERIVED:
        if key in values:
            raise SettingsError(_("`{key}` cannot be set.", key=key), file=sources[key])
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        bad = next((key for key in values if f"`{key}`" in str(error) or f"$.{key}" in str(error)), "")
        known = bad in Settings.__struct_fields__
        every = [name for name in Settings.__struct_fields__ if name not in DERIVED]
        hint = (
            _("docs/settings.md says which values are possible.")
            if known
            else _("Known settings:{choices}", choices=choices(every))
        )
        raise SettingsError(_("{error}.", error=why(error)), file=sources.get(bad), hint=hint) from error
    return msgspec.structs.replace(settings, folder_file=folder_file)
