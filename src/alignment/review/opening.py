"""Open the review store at an address, or the user's own; a missing extra ``[web]`` is an error with a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignment.errors import MissingExtraError, OutputError, SettingsError, why
from alignment.i18n import _
from alignment.settings import Settings

if TYPE_CHECKING:
    from alignment.review.store import ReviewStore


def open_store(address: str, settings: Settings) -> ReviewStore:
    """The review store, with its database migrated to this version's schema.

    Args:
        address: a SQLAlchemy URL; empty: the SQLite file of the user.
        settings: they say where that file is.

    Raises:
        MissingExtraError: the extra ``[web]`` is not installed.
        SettingsError: ``address`` is not the URL of a database, or its driver is not installed.
        OutputError: the folder of the user's file cannot be made.
    """
    try:
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError

        from alignment.review.store import ReviewStore
    except ImportError as error:
        raise MissingExtraError(
            _("reviews need an extra."), hint=_("Install it: pip install 'profstandart-align[web]'.")
        ) from error
    if not address:
        path = settings.review_path()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                _("it cannot be made ({reason}).").format(reason=why(error)),
                file=str(path.parent),
                hint=_("Choose another place."),
            ) from error
        address = f"sqlite:///{path}"
    try:
        store = ReviewStore(address)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise SettingsError(
            _("the review store cannot be opened: {error}.").format(error=why(error)),
            file=_("option {option}").format(option="--database"),
            hint=_("For example sqlite:///review.db or postgresql+psycopg://user@host/name (extra [postgres])."),
        ) from error
    store.migrate()
    return store
