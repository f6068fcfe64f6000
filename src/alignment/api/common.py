"""What the public functions share: the cache, the aligner under the settings, progress over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alignment.encoders import Cache, load_encoder
from alignment.errors import SettingsError
from alignment.model import Thresholds
from alignment.settings import Settings

if TYPE_CHECKING:
    from alignment.matching import Aligner

Progress = Callable[[str, int, int], None]


@contextmanager
def pages(progress: Progress | None) -> Iterator[None]:
    """Progress over the pages of PDFs, with the name of the file, and over those of a scan."""
    from alignment.documents import ocr, pdf_pages

    if not progress:
        yield
        return
    with (
        ocr.told(lambda done, total: progress("ocr", done, total)),
        pdf_pages.told(lambda name, done, total: progress(f"pages: {name}", done, total)),
    ):
        yield


@contextmanager
def aligner_of(settings: Settings, progress: Progress | None) -> Iterator[Aligner]:
    """An aligner under the settings: engine, model, profile, thresholds, cache."""
    from alignment.matching import Aligner
    from alignment.matching.profile import apply_profile, load_profile
    from alignment.matching.requirement import load_requirement_model
    from alignment.matching.verdict import load_model

    encoder = load_encoder(settings.engine, settings.data_path("models"))
    model = load_model(settings.data_path("models"), encoder.name)
    # A profile is fitted to labelled pairs: under it a requirement's verdict is that of its best pair.
    requirement_model = (
        None if settings.profile else load_requirement_model(settings.data_path("models"), encoder.name, model.version)
    )
    warnings: tuple[str, ...] = ()
    if settings.profile:
        profile = load_profile(settings.profile, settings.profiles_path())
        model, warning = apply_profile(profile, model, encoder.name, encoder.version)
        warnings = (warning,) if warning else ()
    own = (requirement_model or model).thresholds
    thresholds = Thresholds(
        covered=own.covered if settings.covered is None else settings.covered,
        partial=own.partial if settings.partial is None else settings.partial,
    )
    if thresholds.partial > thresholds.covered:
        raise SettingsError(
            f"the threshold `partial` ({thresholds.partial}) is above `covered` ({thresholds.covered}).",
            hint="Lower one or raise the other.",
        )
    with open_cache(settings) as cache:
        yield Aligner(
            encoder,
            cache,
            model,
            thresholds=thresholds,
            candidates=settings.candidates,
            evidence=settings.evidence,
            progress=progress,
            warnings=warnings,
            requirement_model=requirement_model,
        )


def open_cache(settings: Settings) -> Cache:
    """The user's cache, or one in memory when it is switched off."""
    return Cache(settings.cache_path() if settings.cache else None)
