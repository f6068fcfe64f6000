"""A profile: calibration and thresholds refitted to a user's own labels, kept as JSON beside the shipped model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from alignment.errors import NotFoundError, SettingsError, choices, why
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.matching.requirement_model import RequirementModel
from alignment.matching.verdict_model import Logit, VerdictModel

# Format of a profile's file. Since 2 the shipped model has a second stage and no products of features.
FORMAT = 2
NAME = re.compile(r"[\w.-]{1,80}", re.UNICODE)


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """New log-odds = ``slope`` × shipped log-odds + ``offset``."""

    slope: float
    offset: float

    def apply(self, logit: Logit) -> Logit:
        """The regression recalibrated."""
        return logit.recalibrated(self.slope, self.offset)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What ``align tune`` writes and ``align check --profile`` applies.

    ``unit`` is what was labelled: it recalibrates the model of pairs, or that
    of requirements. ``engine`` and ``verdict`` name the engine and the version
    of the shipped model that it was fitted to; ``revision`` counts the fits under this name;
    ``figures`` are held-out figures before and after, by name.
    """

    format: int
    name: str
    revision: int
    engine: str
    engine_version: str
    verdict: str
    created: str
    aim: str
    labels: dict[str, int]
    covers: Calibration
    touches: Calibration
    covered: float
    partial: float
    figures: dict[str, dict[str, list[float]]] = {}
    unit: Literal["pair", "requirement"] = "pair"

    def applied_to_requirements(self, model: RequirementModel) -> RequirementModel:
        """The shipped model of requirements with this profile's calibration and thresholds."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=self.covers.apply(model.covers),
            touches=self.touches.apply(model.touches),
            covered=self.covered,
            partial=self.partial,
        )

    def applied(self, model: VerdictModel) -> VerdictModel:
        """The shipped model with this profile's calibration and thresholds."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=self.covers.apply(model.covers),
            touches=self.touches.apply(model.touches),
            second=model.second
            and msgspec.structs.replace(
                model.second,
                covers=self.covers.apply(model.second.covers),
                touches=self.touches.apply(model.second.touches),
            ),
            covered=self.covered,
            partial=self.partial,
        )


def profile_path(name: str, folder: Path) -> Path:
    """Where the profile of that name is kept; a name with a suffix .json is a path.

    Raises:
        SettingsError: the name holds characters that no file name should.
    """
    if name.endswith(".json"):
        return Path(name)
    if not NAME.fullmatch(name) or name.startswith("."):
        raise SettingsError(
            _("'{name}' is no name for a profile.", name=name),
            hint=_("Use letters, digits, dots and dashes, or a path ending in .json."),
        )
    return folder / f"{name}.json"


def load_profile(name: str, folder: Path) -> Profile:
    """The profile of that name or path.

    Raises:
        NotFoundError: there is none; the message lists those there are.
        SettingsError: the file is no profile of this version.
    """
    path = profile_path(name, folder)
    try:
        profile = msgspec.json.decode(path.read_bytes(), type=Profile)
    except FileNotFoundError as error:
        known = sorted(item.stem for item in folder.glob("*.json")) if folder.is_dir() else []
        hint = (
            _("Choose one:{choices}", choices=choices(f"--profile {item}" for item in known))
            if known
            else _("Make one with align tune.")
        )
        raise NotFoundError(_("there is no profile '{name}'.", name=name), hint=hint) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(
            _("it is no profile: {error}.", error=why(error)), file=str(path), hint=_("Make it again: align tune.")
        ) from error
    if profile.format != FORMAT:
        raise SettingsError(
            _("it was written by another version (format {format}).", format=profile.format),
            file=str(path),
            hint=_("Make it again: align tune."),
        )
    return profile


def version_warning(profile: Profile, version: str, engine: str, engine_version: str) -> Text:
    """A warning when the profile was fitted to other weights than those of the model of this ``version``, else "".

    Raises:
        SettingsError: the profile was made for another engine.
    """
    if profile.engine != engine:
        raise SettingsError(
            _(
                "the profile '{name}' was made for the engine {engine}, not {wanted}.",
                name=profile.name,
                engine=profile.engine,
                wanted=engine,
            ),
            hint=_("Tune again: align tune --engine {engine}.", engine=engine),
        )
    if (profile.verdict, profile.engine_version) == (version, engine_version):
        return ""
    return _(
        "the profile '{name}' was fitted to other weights (engine {engine_version}, model {verdict}); "
        "tune it again with align tune.",
        name=profile.name,
        engine_version=profile.engine_version,
        verdict=profile.verdict,
    )
