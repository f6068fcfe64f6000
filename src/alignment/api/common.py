"""What the public functions share: the aligner that the settings describe, and progress over pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alignment.cache import open_cache
from alignment.errors import SettingsError
from alignment.i18n import Text
from alignment.i18n import message as _
from alignment.progress import Progress
from alignment.settings import Settings

if TYPE_CHECKING:
    from alignment.matching import Aligner


def require_count(name: str, value: int) -> None:
    """Check that an argument counts something.

    Raises:
        SettingsError: it is less than 1.
    """
    if value < 1:
        raise SettingsError(_("the argument `{name}` is {value}; it must be 1 at least.", name=name, value=value))


def require_share(name: str, value: float) -> None:
    """Check that an argument is a share.

    Raises:
        SettingsError: it is not from 0 to 1.
    """
    if not 0 <= value <= 1:
        raise SettingsError(
            _("the argument `{name}` is {value}; it must be from 0 to 1.", name=name, value=value),
            hint=_("Eighty per cent is 0.8."),
        )


@contextmanager
def pages(progress: Progress | None) -> Iterator[None]:
    """While this context is open, ``progress`` is also called for each page of a PDF and each page of a scan."""
    from alignment.documents import ocr, pdf_pages

    if not progress:
        yield
        return
    with (
        ocr.ocr_progress_to(lambda done, total: progress("ocr", done, total)),
        pdf_pages.page_progress_to(lambda name, done, total: progress(f"pages: {name}", done, total)),
    ):
        yield


@contextmanager
def aligner_of(settings: Settings, progress: Progress | None) -> Iterator[Aligner]:
    """An aligner with the engine that the settings name.

    Raises:
        As `alignment.engine.load_engine`.
    """
    from alignment.engine import load_engine
    from alignment.matching import Aligner

    with open_cache(settings) as cache:
        engine = load_engine(settings, cache, progress)
        yield Aligner(
            engine.encoder.inner,
            cache,
            engine.verdict_model,
            thresholds=engine.thresholds,
            candidates=settings.candidates,
            evidence=settings.evidence,
            progress=progress,
            warnings=(*_of_folder(settings), *engine.warnings),
            requirement_model=engine.requirement_model,
            reranker=engine.reranker,
            precedents=engine.precedents,
        )


def _of_folder(settings: Settings) -> tuple[Text, ...]:
    """A warning for the result when settings came from the working folder: somebody else may have written them."""
    if not settings.folder_file:
        return ()
    return (_("settings of the working folder were in force: {file}", file=settings.folder_file),)
