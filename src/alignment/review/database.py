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
    """The database cannot be reached or written; the transaction was rolled back."""


class Database:
    """Connection, schema and transactions.

    Args:
        url: a SQLAlchemy URL; a SQLite file that does not exist is made.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.sql_engine: Engine = create_engine(url, pool_pre_ping=True, pool_size=KEPT_OPEN, max_overflow=MORE)
        if self.sql_engine.dialect.name == "sqlite":
            event.listen(self.sql_engine, "connect", _careful)
        # SQLite allows one writer at a time, and the others poll with growing pauses. A lock makes them queue instead.
        self._turn = Lock() if self.sql_engine.dialect.name == "sqlite" else nullcontext()

    def migrate(self) -> None:
        """Migrate the schema to this version; a SQLite file is copied first.

        Raises:
            OutputError: the database cannot be reached or written.
        """
        from alignment.review.migrate import upgrade

        try:
            upgrade(self.sql_engine)
        except SQLAlchemyError as error:
            raise OutputError(
                _("the review store cannot be opened: {error}.").format(error=_reason(error)),
                file=self.sql_engine.url.render_as_string(hide_password=True),
                hint=_("Check the address, and that the database is running and may be written."),
            ) from error

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes; in SQLite it waits for other writers first."""
        with self._turn, self.session() as session:
            yield session

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction, which is committed at the end and rolled back on an error.

        Raises:
            UnavailableError: the disk is full, the file is locked or read-only, or the server is gone.
        """
        try:
            with Session(self.sql_engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (OperationalError, InterfaceError) as error:
            raise UnavailableError(
                _("the review store cannot be used at the moment ({reason}); nothing was saved.").format(
                    reason=_reason(error)
                ),
                hint=_("Try again; if it happens again, tell the administrator of the server."),
            ) from error


def _reason(error: SQLAlchemyError) -> Text:
    """The error of the driver, in the words of `errors.why`."""
    return why(error.__cause__ or error)


def _careful(connection: object, _record: object) -> None:
    """Set up a SQLite connection: write-ahead log, commits synced to the disk, foreign keys enforced."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()
