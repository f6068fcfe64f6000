"""Every setting, from defaults, file, environment or option (later wins).

The file is ``alignment.toml`` in the working folder or in the user's config
folder; environment variables are ``ALIGN_<NAME>``.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs

from alignment.errors import SettingsError, choices, why
from alignment.i18n import message as _
from alignment.model import Kind

APP = "profstandart-align"
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings; the defaults are the shipped behaviour.

    ``engine`` is ``default`` or ``fast`` (`alignment.engine`).
    ``covered`` and ``partial`` are thresholds on the calibrated probability
    that a requirement is covered (see models/verdict.card.md);
    ``candidates`` is how many statements per requirement are scored.
    ``sections`` overrules what the section classifier makes of a heading: a
    part of its text → outcomes, content or skip. ``strict`` makes an
    unreadable file of a folder an error. ``ocr`` says when pictures of pages
    are read (extra ``[ocr]``): where a page has no text, never, or always.
    ``upload_seconds`` and ``upload_memory_mb`` bound the child process that
    reads what people give to ``align serve``. ``judge`` is the address of a
    language model's server and ``judge_model`` its model (`alignment.judge`);
    nothing is sent while it is empty. The key stands in the environment alone.
    """

    engine: str = "default"
    profile: str = ""
    covered: Share | None = None
    partial: Share | None = None
    candidates: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 24
    kind_weights: dict[Kind, Annotated[float, msgspec.Meta(ge=0, le=100)]] = {}
    by_credits: bool = False
    evidence: Annotated[int, msgspec.Meta(ge=1, le=50)] = 3
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
    max_file_mb: Annotated[int, msgspec.Meta(ge=1)] = 100
    max_unpacked_mb: Annotated[int, msgspec.Meta(ge=1)] = 400
    max_pages: Annotated[int, msgspec.Meta(ge=1)] = 1000
    upload_seconds: Annotated[int, msgspec.Meta(ge=1)] = 300
    upload_memory_mb: Annotated[int, msgspec.Meta(ge=500)] = 8000
    judge: str = ""
    judge_model: str = ""
    judge_share: Share = 1.0
    judge_anyway: bool = False
    judge_candidates: Annotated[int, msgspec.Meta(ge=1, le=50)] = 8
    judge_calls: Annotated[int, msgspec.Meta(ge=1)] = 2000
    judge_tokens: Annotated[int, msgspec.Meta(ge=1000)] = 10_000_000
    judge_parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    judge_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120

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
        """Folder ``models`` or ``corpora``: configured, inside the wheel, or of the checkout."""
        here = Path(__file__).resolve().parent
        roots = [Path(self.data_dir)] if self.data_dir else [here / "_data", here.parent.parent]
        for root in roots:
            if (root / name).is_dir():
                return root / name
        raise SettingsError(
            _("the folder {name}/ is missing.", name=name),
            hint=_("Install the package again, or point ALIGN_DATA_DIR at a folder that has it."),
        )


def default_standards_path() -> Path:
    """Where ``align standards`` looks for the user's own files."""
    return Path(platformdirs.user_data_dir(APP)) / "standards"


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(_("not valid TOML: {error}.", error=why(error)), file=str(path)) from error


def load_settings(**options: Any) -> Settings:
    """Settings from files, environment and ``options`` (None means not given).

    Raises:
        SettingsError: unknown name or impossible value, naming its source.
    """
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for path in (Path(platformdirs.user_config_dir(APP)) / "alignment.toml", Path("alignment.toml")):
        if path.is_file():
            for key, value in _from_file(path).items():
                values[key], sources[key] = value, str(path)
    for field in Settings.__struct_fields__:
        name = f"ALIGN_{field.upper()}"
        if os.environ.get(name):
            values[field], sources[field] = os.environ[name], str(_("environment variable {name}", name=name))
    for key, value in options.items():
        if value is not None:
            option = "--" + key.replace("_", "-").removesuffix("s" if key == "kind_weights" else "")
            values[key], sources[key] = value, str(_("option {option}", option=option))
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        bad = next((key for key in values if f"`{key}`" in str(error) or f"$.{key}" in str(error)), "")
        known = bad in Settings.__struct_fields__
        hint = (
            _("docs/settings.md says which values are possible.")
            if known
            else _("Known settings:{choices}", choices=choices(Settings.__struct_fields__))
        )
        raise SettingsError(_("{error}.", error=why(error)), file=sources.get(bad), hint=hint) from error
    if settings.covered is not None and settings.partial is not None and settings.partial > settings.covered:
        raise SettingsError(_("the threshold `partial` is above `covered`."), hint=_("Lower one or raise the other."))
    return settings
