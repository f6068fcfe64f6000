"""The database under the review store: SQLite by default, PostgreSQL for a team."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from alignment.errors import OutputError, why
from alignment.i18n import Text, _

# Connections that are kept open, and more of them under load: together as many as threads of the server's pages (40).
KEPT_OPEN, MORE = 10, 30


class UnavailableError(OutputError):
    """The database is out of reach or cannot be written; what was being saved is not."""


class Base:
    """Connection, schema and transactions.

    Args:
        url: a SQLAlchemy URL; a file of SQLite is made where there is none.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, pool_pre_ping=True, pool_size=KEPT_OPEN, max_overflow=MORE)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _careful)
        # SQLite lets one write at a time, and whoever waits for it polls with growing pauses: here they queue instead.
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else nullcontext()

    def migrate(self) -> None:
        """Bring the schema to this version; a SQLite file is copied first.

        Raises:
            OutputError: the database cannot be reached or written.
        """
        from alignment.review.migrate import upgrade

        try:
            upgrade(self.engine)
        except SQLAlchemyError as error:
            raise OutputError(
                _("the review store cannot be opened: {error}.").format(error=_reason(error)),
                file=self.engine.url.render_as_string(hide_password=True),
                hint=_("Check the address, and that the database is running and may be written."),
            ) from error

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes from its first statement on."""
        with self._turn, self.session() as session:
            yield session

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on an error.

        Raises:
            UnavailableError: the disk is full, the file is locked or read-only, or the server is gone.
        """
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (OperationalError, InterfaceError) as error:
            raise UnavailableError(
                _("the review store cannot be used at the moment ({reason}); nothing was saved.").format(
                    reason=_reason(error)
                ),
                hint=_("Try again; if it stays so, tell whoever looks after the server."),
            ) from error


def _reason(error: SQLAlchemyError) -> Text:
    """What the driver says, in our words."""
    return why(error.__cause__ or error)


def _careful(connection: object, _record: object) -> None:
    """SQLite: a write-ahead log, every commit on the disk before it is acknowledged, foreign keys kept."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()
