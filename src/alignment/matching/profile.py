"""A profile: calibration and thresholds that were fitted to a user's labels, in a JSON file."""

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
        """The regression with this calibration (`Logit.recalibrated`)."""
        return logit.recalibrated(self.slope, self.offset)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A profile, which ``align tune`` writes and ``align check --profile`` applies.

    ``unit`` says what was labelled, and so whether the profile recalibrates the
    verdict model ("pair") or the requirement model. ``engine``,
    ``engine_version`` and ``verdict`` name the engine, the version of its encoder
    and that of the shipped model to which the profile was fitted. ``revision``
    counts the fits under this name. ``labels`` counts the labels, ``figures`` has
    held-out figures before and after, by name.
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
    at_least_partial: Calibration = msgspec.field(name="touches")
    covered: float
    partial: float
    figures: dict[str, dict[str, list[float]]] = {}
    unit: Literal["pair", "requirement"] = "pair"

    def applied_to_requirements(self, model: RequirementModel) -> RequirementModel:
        """The shipped requirement model with the calibration and thresholds of this profile."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=self.covers.apply(model.covers),
            at_least_partial=self.at_least_partial.apply(model.at_least_partial),
            covered=self.covered,
            partial=self.partial,
        )

    def applied(self, model: VerdictModel) -> VerdictModel:
        """The shipped verdict model with the calibration and thresholds of this profile."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=self.covers.apply(model.covers),
            at_least_partial=self.at_least_partial.apply(model.at_least_partial),
            second=model.second
            and msgspec.structs.replace(
                model.second,
                covers=self.covers.apply(model.second.covers),
                at_least_partial=self.at_least_partial.apply(model.second.at_least_partial),
            ),
            covered=self.covered,
            partial=self.partial,
        )


def profile_path(name: str, folder: Path) -> Path:
    """The file of the profile of that name in ``folder``; a name that ends in .json is a path itself.

    Raises:
        SettingsError: the name has characters that are not allowed.
    """
    if name.endswith(".json"):
        return Path(name)
    if not NAME.fullmatch(name) or name.startswith("."):
        raise SettingsError(
            _("'{name}' is not a valid name for a profile.", name=name),
            hint=_("Use letters, digits, dots and dashes, or a path ending in .json."),
        )
    return folder / f"{name}.json"


def load_profile(name: str, folder: Path) -> Profile:
    """The profile of that name or path.

    Raises:
        NotFoundError: there is none; the error lists the existing profiles.
        SettingsError: the file is not a profile of this version.
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
            _("the file is not a profile: {error}.", error=why(error)),
            file=str(path),
            hint=_("Make it again: align tune."),
        ) from error
    if profile.format != FORMAT:
        raise SettingsError(
            _("the profile was written by another version (format {format}).", format=profile.format),
            file=str(path),
            hint=_("Make it again: align tune."),
        )
    return profile


def version_warning(profile: Profile, version: str, engine: str, engine_version: str) -> Text:
    """A warning if the profile was fitted to another version of the model or encoder; else "".

    Args:
        profile: the profile.
        version: version of the model that the profile would recalibrate.
        engine: name of the engine.
        engine_version: version of the engine's encoder.

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
