"""From files of labels (judged pairs or corrected reports) to a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from alignment.cache import Cache
from alignment.engine import Engine, check_name, load_engine
from alignment.errors import InputError
from alignment.evaluation import tune as tuning
from alignment.evaluation.corrected import Correction, corrections, is_report
from alignment.evaluation.gold import JudgedPair, pairs_of
from alignment.evaluation.label_table import read_label_table
from alignment.evaluation.measure import judged_log_odds
from alignment.evaluation.tune import Aim, Interval, Tuned
from alignment.i18n import message as _
from alignment.matching.profile import FORMAT, Profile
from alignment.matching.requirement_model import RequirementModel
from alignment.progress import Progress
from alignment.settings import Settings


def read_labels(paths: Sequence[Path]) -> tuple[list[JudgedPair], list[Correction]]:
    """The judged pairs and the corrected verdicts of files; one of the two lists is empty.

    Raises:
        InputError: a file cannot be read, or some files are reports and others judged pairs.
    """
    pairs: list[JudgedPair] = []
    corrected: list[Correction] = []
    for path in paths:
        names, rows = read_label_table(path)
        if is_report(names):
            corrected += corrections(names, rows, path)
        else:
            pairs += pairs_of(names, rows, path)
    if pairs and corrected:
        raise InputError(
            _("some files are reports with corrected verdicts and some are judged pairs."),
            file=_source(paths),
            hint=_("Tune with files of one kind: verdicts judge requirements, pairs judge single statements."),
        )
    return pairs, corrected


def refit(
    paths: Sequence[Path], name: str, aim: Aim, settings: Settings, cache: Cache, progress: Progress | None = None
) -> tuple[Tuned, Profile]:
    """Fit a profile to labels; arguments, result and errors as in `alignment.api.tune`."""
    pairs, corrected = read_labels(paths)
    source = _source(paths)
    if corrected:
        settings = msgspec.structs.replace(settings, engine=_engine_of(corrected, source))
    engine = load_engine(msgspec.structs.replace(settings, profile="", covered=None, partial=None), cache, progress)
    tuned = _on_reports(corrected, source, aim, engine) if corrected else _on_pairs(pairs, source, aim, engine)
    profile = Profile(
        format=FORMAT,
        name=name,
        revision=0,
        unit="requirement" if corrected else "pair",
        engine=engine.name,
        engine_version=engine.encoder.version,
        verdict=_model_of(engine).version if corrected else engine.verdict_model.version,
        created="",
        aim=str(aim),
        labels=tuned.counts,
        covers=tuned.fit.covers,
        at_least_partial=tuned.fit.at_least_partial,
        covered=tuned.fit.thresholds.covered,
        partial=tuned.fit.thresholds.partial,
        figures={
            key: {"before": _triple(tuned.before[key]), "after": _triple(tuned.after[key])} for key in tuned.before
        },
    )
    return tuned, profile


def _engine_of(corrected: Sequence[Correction], source: str) -> str:
    """The engine that made the reports.

    Raises:
        InputError: several engines made them.
        NotFoundError: there is no engine of that name.
    """
    made_by = sorted({item.engine for item in corrected})
    if len(made_by) > 1:
        raise InputError(
            _("the reports were made by several engines: {names}.", names=", ".join(made_by)),
            file=source,
            hint=_("Tune with reports of one engine."),
        )
    check_name(made_by[0])
    return made_by[0]


def _model_of(engine: Engine) -> RequirementModel:
    # An engine that is loaded without a profile always has a requirement model.
    assert engine.requirement_model is not None
    return engine.requirement_model


def _on_reports(corrected: Sequence[Correction], source: str, aim: Aim, engine: Engine) -> Tuned:
    model = _model_of(engine)
    others = sorted({item.model for item in corrected} - {model.version})
    if others:
        raise InputError(
            _(
                "the report was made with the model {names}; this version has {version}.",
                names=", ".join(others),
                version=model.version,
            ),
            file=source,
            hint=_("Make the report again, without a profile: align check --format csv."),
        )
    labelled = tuning.distinct_labels(corrected, source)
    if any(item.label != item.computed for item in labelled):
        tuning.check_enough(labelled, source)
    return tuning.fit_and_measure(labelled, tuning.log_odds_of(labelled), model.thresholds, aim)


def _on_pairs(pairs: Sequence[JudgedPair], source: str, aim: Aim, engine: Engine) -> Tuned:
    labelled = tuning.distinct_labels(pairs, source)
    tuning.check_enough(labelled, source)
    model = engine.verdict_model
    log_odds = judged_log_odds(
        labelled, engine.encoder, engine.encoder.cache, model, engine.precedents, engine.reranker
    )
    return tuning.fit_and_measure(labelled, log_odds, model.thresholds, aim)


def _source(paths: Sequence[Path]) -> str:
    return ", ".join(map(str, paths))


def _triple(interval: Interval) -> list[float]:
    return [interval.value, interval.low, interval.high]
