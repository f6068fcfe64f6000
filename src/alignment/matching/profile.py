"""A profile: calibration and thresholds refitted to a user's own labels, kept as JSON beside the shipped model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from alignment.errors import NotFoundError, SettingsError
from alignment.matching.requirement import Regression, RequirementModel
from alignment.matching.verdict import Logit, Second, VerdictModel

FORMAT = 1
NAME = re.compile(r"[\w.-]{1,80}", re.UNICODE)


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """New log-odds = ``slope`` × shipped log-odds + ``offset``."""

    slope: float
    offset: float


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
    covers: Shift
    touches: Shift
    covered: float
    partial: float
    figures: dict[str, dict[str, list[float]]] = {}
    unit: Literal["pair", "requirement"] = "pair"

    def applied_to_requirements(self, model: RequirementModel) -> RequirementModel:
        """The shipped model of requirements with this profile's calibration and thresholds."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=_shifted_regression(model.covers, self.covers),
            touches=_shifted_regression(model.touches, self.touches),
            covered=self.covered,
            partial=self.partial,
        )

    def applied(self, model: VerdictModel) -> VerdictModel:
        """The shipped model with this profile's calibration and thresholds."""
        return msgspec.structs.replace(
            model,
            version=f"{model.version}+{self.name}.{self.revision}",
            covers=shifted(model.covers, self.covers),
            touches=shifted(model.touches, self.touches),
            second=model.second and shifted_second(model.second, (self.covers, self.touches)),
            covered=self.covered,
            partial=self.partial,
        )


def _shifted_regression(side: Regression, shift: Shift) -> Regression:
    return Regression(
        weights=[weight * shift.slope for weight in side.weights], bias=side.bias * shift.slope + shift.offset
    )


def shifted(logit: Logit, shift: Shift) -> Logit:
    """The logit recalibrated."""
    return msgspec.structs.replace(
        logit, slope=logit.slope * shift.slope, offset=logit.offset * shift.slope + shift.offset
    )


def shifted_second(second: Second, shifts: tuple[Shift, Shift]) -> Second:
    """The second stage recalibrated, for features whose log-odds are `shifted` already."""
    slopes, offsets = (np.asarray([getattr(shift, name) for shift in shifts]) for name in ("slope", "offset"))
    first = np.asarray(second.first) * slopes[:, None] / slopes
    read = np.asarray(second.read) * slopes[:, None]
    offset = np.asarray(second.offset) * slopes + offsets - first @ offsets
    return msgspec.structs.replace(
        second, first=_square(first), read=_square(read), offset=(float(offset[0]), float(offset[1]))
    )


def _square(rows: NDArray[np.float64]) -> tuple[tuple[float, float], tuple[float, float]]:
    (one, two), (three, four) = rows.tolist()
    return (one, two), (three, four)


def profile_path(name: str, folder: Path) -> Path:
    """Where the profile of that name is kept; a name with a suffix .json is a path.

    Raises:
        SettingsError: the name holds characters that no file name should.
    """
    if name.endswith(".json"):
        return Path(name)
    if not NAME.fullmatch(name) or name.startswith("."):
        raise SettingsError(
            f"'{name}' is no name for a profile.",
            hint="Use letters, digits, dots and dashes, or a path ending in .json.",
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
        hint = f"Known profiles: {', '.join(known)}." if known else "Make one with align tune."
        raise NotFoundError(f"there is no profile '{name}'.", hint=hint) from error
    except (OSError, msgspec.MsgspecError) as error:
        raise SettingsError(f"it is no profile: {error}.", file=str(path), hint="Make it again: align tune.") from error
    if profile.format != FORMAT:
        raise SettingsError(
            f"it was written by another version (format {profile.format}).",
            file=str(path),
            hint="Make it again: align tune.",
        )
    return profile


def fits(profile: Profile, version: str, engine: str, engine_version: str) -> str:
    """A warning when the profile was fitted to other weights than those of the model of this ``version``, else "".

    Raises:
        SettingsError: the profile was made for another engine.
    """
    if profile.engine != engine:
        raise SettingsError(
            f"the profile '{profile.name}' was made for the engine {profile.engine}, not {engine}.",
            hint=f"Tune again: align tune --engine {engine}.",
        )
    if (profile.verdict, profile.engine_version) == (version, engine_version):
        return ""
    return (
        f"the profile '{profile.name}' was fitted to other weights (engine {profile.engine_version}, "
        f"model {profile.verdict}); tune it again with align tune."
    )
