"""An engine: the encoder, reranker and models that turn texts into verdicts; the setting ``engine`` chooses one.

There are two engines, with the same encoder. ``default`` gives the best verdicts.
``fast`` leaves out the reranker and is meant for thousands of programs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from alignment.cache import Cache
from alignment.encoders import CachedEncoder, Encoder, load_encoder
from alignment.encoders.cross_encoder import CachedCrossEncoder, CrossEncoder
from alignment.errors import NotFoundError, SettingsError, choices
from alignment.i18n import Text, _
from alignment.matching.precedents import Precedents, load_precedents
from alignment.matching.profile import load_profile, version_warning
from alignment.matching.requirement_model import RequirementModel, load_requirement_model
from alignment.matching.verdict_model import VerdictModel, load_model
from alignment.model import Thresholds
from alignment.progress import Progress, counting
from alignment.settings import Settings

ENGINES = ("default", "fast")
REMOVED = ("adapted", "use", "e5", "e5-tuned", "minilm", "thorough", "accurate")
# Before a name or folder of a sentence-transformers model.
REMOVED_PREFIX = "st:"


@dataclass(frozen=True)
class Engine:
    """Everything that a check computes with: encoder, models, and the thresholds that the settings give.

    ``models`` is the folder that the models were loaded from. ``requirement_model`` is None under a profile that was
    fitted to labelled pairs. ``reranker`` is None in the engine ``fast``. ``warnings`` go into the result of a check.
    """

    name: str
    models: Path
    encoder: CachedEncoder
    verdict_model: VerdictModel
    requirement_model: RequirementModel | None
    reranker: CachedCrossEncoder | None
    precedents: Precedents
    thresholds: Thresholds
    warnings: tuple[Text, ...] = ()

    @property
    def version(self) -> str:
        """Versions of all parts and a digest of their files: engines with equal versions give equal verdicts."""
        parts = (self.encoder, self.verdict_model, self.requirement_model, self.reranker)
        digest = hashlib.blake2b(digest_size=8)
        for model in (self.verdict_model, self.requirement_model):
            digest.update(msgspec.json.encode(model))
        for network in (self.encoder, self.reranker):
            digest.update((network.digest if network else "-").encode())
        versions = (part.version if part else "-" for part in parts)
        return " ".join([self.name, self.encoder.name, *versions, digest.hexdigest()])


def check_name(name: str) -> None:
    """Check that there is an engine of that name.

    Raises:
        NotFoundError: there is none; the message lists the engines, or says that an old one was removed.
    """
    if name in ENGINES:
        return
    if name in REMOVED or name.startswith(REMOVED_PREFIX):
        hint = _("The engine {name} was removed in 0.2; use default or fast.").format(name=name)
    else:
        hint = _("Choose one:{choices}").format(choices=choices(f"--engine {item}" for item in ENGINES))
    raise NotFoundError(_("there is no engine '{name}'.").format(name=name), hint=hint)


def encoder_of(settings: Settings) -> Encoder:
    """The encoder alone, without the cache, for work that needs no verdicts.

    Raises:
        NotFoundError: there is no engine of the name in the setting ``engine``.
        SettingsError: the weights are missing or damaged.
    """
    check_name(settings.engine)
    return load_encoder(settings.data_path("models"))


def cached_encoder(settings: Settings, cache: Cache, progress: Progress | None = None) -> CachedEncoder:
    """The encoder with the cache; ``progress`` is called with "encode", the number of texts done and of all texts.

    Raises:
        As `encoder_of`.
    """
    return CachedEncoder(encoder_of(settings), cache, counting(progress, "encode"))


def load_engine(settings: Settings, cache: Cache, progress: Progress | None = None) -> Engine:
    """The engine of the settings, with their profile and thresholds.

    Args:
        settings: engine, profile, thresholds, folders.
        cache: where vectors and scores of the reranker are kept.
        progress: called with the stage, the number of steps done and of all steps.

    Raises:
        NotFoundError: there is no such engine or profile.
        SettingsError: impossible thresholds, a missing or damaged model, or a profile for another engine.
    """
    encoder = cached_encoder(settings, cache, progress)
    models = settings.data_path("models")
    model = load_model(models)
    of_requirements = load_requirement_model(models, settings.engine, model.version)
    requirement_model: RequirementModel | None = of_requirements
    warning: Text = ""
    if settings.profile:
        profile = load_profile(settings.profile, settings.profiles_path())
        if profile.unit == "requirement":
            warning = version_warning(profile, of_requirements.version, settings.engine, encoder.version)
            requirement_model = profile.applied_to_requirements(of_requirements)
        else:
            # Under a profile fitted to labelled pairs a requirement's verdict is that of its best pair.
            warning = version_warning(profile, model.version, settings.engine, encoder.version)
            model, requirement_model = profile.applied(model), None
    return Engine(
        name=settings.engine,
        models=models,
        encoder=encoder,
        verdict_model=model,
        requirement_model=requirement_model,
        reranker=_reranker(models, model, cache, progress) if settings.engine == "default" else None,
        precedents=_precedents(models, model, encoder),
        thresholds=_thresholds((requirement_model or model).thresholds, settings),
        warnings=(warning,) if warning else (),
    )


def _precedents(models: Path, model: VerdictModel, encoder: CachedEncoder) -> Precedents:
    """The graded pairs that the model of pairs was fitted with.

    Raises:
        SettingsError: their file is missing, damaged, or not the one that the model was fitted with.
    """
    precedents = load_precedents(models)
    if (precedents.version, precedents.encoder) != (model.precedents, encoder.name):
        raise SettingsError(
            _("the verdict model was fitted with the precedents {value}, not {version}.").format(
                value=model.precedents or "(none)", version=precedents.version
            ),
            file=str(models),
            hint=_("Install the package again."),
        )
    return precedents


def _reranker(models: Path, model: VerdictModel, cache: Cache, progress: Progress | None) -> CachedCrossEncoder:
    """The cross-encoder that the verdict model was fitted with, with the cache.

    Raises:
        SettingsError: its files are missing, damaged, or not those that the verdict model was fitted with.
    """
    reranker = CrossEncoder(models)
    fitted = model.second.reranker if model.second else ""
    if reranker.version != fitted:
        raise SettingsError(
            _("the verdict model was fitted with the reranker {value}, not {version}.").format(
                value=fitted or "(none)", version=reranker.version
            ),
            file=str(models),
            hint=_("Install the package again."),
        )
    return CachedCrossEncoder(reranker, cache, counting(progress, "pairs"))


def _thresholds(model_thresholds: Thresholds, settings: Settings) -> Thresholds:
    """The thresholds of the settings; those that the settings leave out come from the model.

    Raises:
        SettingsError: "partial" is above "covered", or a threshold (of a profile, say) is not between 0 and 1.
    """
    from_settings = {name: value for name in ("covered", "partial") if (value := getattr(settings, name)) is not None}
    result = msgspec.structs.replace(model_thresholds, **from_settings)
    if result.partial > result.covered:
        raise SettingsError(
            _("the threshold `partial` ({partial}) is above `covered` ({covered}).").format(
                partial=result.partial, covered=result.covered
            ),
            hint=_("Lower one or raise the other."),
        )
    if not 0 < result.partial <= result.covered < 1:
        raise SettingsError(
            _("the thresholds {partial} and {covered} are not between 0 and 1.").format(
                partial=result.partial, covered=result.covered
            ),
            hint=_("With 0 every requirement would be covered, with 1 none."),
        )
    return result
