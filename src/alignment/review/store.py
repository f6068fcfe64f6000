"""The review store: SQLite by default, PostgreSQL for a team; every write is one transaction."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import msgspec
from rapidfuzz import fuzz, process
from sqlalchemy import Engine, create_engine, event, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, defer, selectinload

from alignment.errors import AlignmentError, InputError, NotFoundError, OutputError
from alignment.model import Alignment, Finding, Verdict
from alignment.review.tables import Event, Item, Judgement, Review, Role, User, now

LOCAL = "local"
SIMILAR = 90


class ConflictError(AlignmentError):
    """Somebody else has judged the finding since it was shown."""


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of earlier decisions in a new review: kept, offered (position, earlier text), and without ground."""

    kept: int
    similar: tuple[tuple[int, str], ...]
    lost: tuple[str, ...]


def value_of(finding: Finding, alignment: Alignment) -> float:
    """How much an answer on a finding is worth, 0 to 1: how near its probability is to a threshold.

    Uncertainty sampling (Lewis & Gale 1994) with two borders.
    """
    limits = alignment.thresholds
    distance = min(abs(finding.probability - limits.covered), abs(finding.probability - limits.partial))
    return round(max(0.0, 1 - 2 * distance), 4)


class Store:
    """Reviews, findings and judgements.

    Args:
        url: a SQLAlchemy URL; a file of SQLite is made where there is none.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(url, pool_pre_ping=True)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _careful)

    def migrate(self) -> None:
        """Bring the schema to this version; a SQLite file is copied first.

        Raises:
            OutputError: the database cannot be reached or written.
        """
        from alignment.review.migrate import upgrade

        try:
            upgrade(self.engine)
        except SQLAlchemyError as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            raise OutputError(
                f"the review store cannot be opened: {reason}.",
                file=self.engine.url.render_as_string(hide_password=True),
                hint="Check the address, and that the database is running and may be written.",
            ) from error

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on an error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    # people

    def add_user(self, login: str, name: str, role: Role, password: str) -> None:
        """A new account; the password is kept as argon2 hash.

        Raises:
            InputError: the login is taken, or the password shorter than 10 characters.
        """
        from argon2 import PasswordHasher

        if len(password) < 10:
            raise InputError("the password has fewer than 10 characters.", hint="Choose a longer one.")
        with self.session() as session:
            if session.scalar(select(User).where(User.login == login)):
                raise InputError(f"there is a user '{login}' already.", hint="Choose another login.")
            session.add(User(login=login, name=name, role=role.value, password=PasswordHasher().hash(password)))
            session.add(Event(user=login, action="user", detail=role.value))

    def has_accounts(self) -> bool:
        """Whether anybody can log in."""
        with self.session() as session:
            return session.scalar(select(User.id).where(User.password != "")) is not None

    def local_user(self) -> User:
        """The one person of local mode."""
        with self.session() as session:
            found = session.scalar(select(User).where(User.login == LOCAL))
            if found is None:
                found = User(login=LOCAL, name=LOCAL, role=Role.HEAD.value)
                session.add(found)
                session.flush()
            return found

    def user(self, number: int) -> User | None:
        """The person of that number."""
        with self.session() as session:
            return session.get(User, number)

    def login(self, login: str, password: str) -> User | None:
        """The person, if the password is theirs."""
        from argon2 import PasswordHasher
        from argon2.exceptions import Argon2Error, InvalidHashError

        nobody = _nobody()
        with self.session() as session:
            found = session.scalar(select(User).where(User.login == login))
            # An unknown login takes as long as a wrong password.
            stored = found.password if found and found.password else nobody
            try:
                right = PasswordHasher().verify(stored, password) and found is not None and bool(found.password)
            except (Argon2Error, InvalidHashError):
                right = False
            session.add(Event(user=login[:80], action="login" if right else "login refused"))
            return found if right else None

    # reviews

    def add(self, alignment: Alignment, name: str, login: str) -> tuple[int, Carried]:
        """A new review; earlier decisions on the same standard and program go over to findings of the same text."""
        program = alignment.program.title
        standard = " ".join(part for part in (alignment.standard.code, alignment.standard.title) if part)
        with self.session() as session:
            before = session.scalar(
                select(Review)
                .where(Review.program == program, Review.standard == standard)
                .order_by(Review.id.desc())
                .limit(1)
            )
            review = Review(
                name=name,
                program=program,
                standard=standard,
                data=zlib.compress(msgspec.json.encode(alignment)),
            )
            for position, finding in enumerate(alignment.findings):
                review.items.append(
                    Item(
                        position=position,
                        function=finding.function,
                        requirement=finding.requirement.text,
                        verdict=finding.verdict.value,
                        probability=finding.probability,
                        value=value_of(finding, alignment),
                    )
                )
            session.add(review)
            session.flush()
            carried = _carry(before, review) if before else Carried(kept=0, similar=(), lost=())
            session.add(Event(user=login, action="import", detail=f"{review.id}: {name}"))
            return review.id, carried

    def reviews(self) -> list[tuple[Review, int, int]]:
        """Each review with the number of its findings and of those that somebody judged."""
        with self.session() as session:
            found = session.scalars(
                select(Review)
                # The list needs counts, not the reports themselves.
                .options(defer(Review.data), selectinload(Review.items).selectinload(Item.judgements))
                .order_by(Review.id)
            )
            return [(item, len(item.items), sum(bool(row.judgements) for row in item.items)) for item in found]

    def review(self, number: int) -> Review:
        """A review with its findings and judgements.

        Raises:
            NotFoundError: there is none of that number.
        """
        with self.session() as session:
            found = session.scalar(
                select(Review)
                .where(Review.id == number)
                .options(
                    selectinload(Review.items).selectinload(Item.judgements).selectinload(Judgement.user),
                )
            )
            if found is None:
                raise NotFoundError(f"there is no review {number}.", hint="`align review list` names all.")
            return found

    def judge(
        self,
        item: int,
        user: User,
        verdict: Verdict,
        *,
        evidence: Sequence[str] = (),
        comment: str = "",
        version: int,
        settles: bool = False,
    ) -> None:
        """Add a judgement.

        Raises:
            ConflictError: the finding has been judged since ``version`` was shown.
            InputError: the review is locked, or the person may not judge.
            NotFoundError: there is no such finding.
        """
        if user.role == Role.VIEWER or (settles and user.role != Role.HEAD):
            raise InputError("this account may not do that.", hint="Ask the head of the review.")
        with self.session() as session:
            found = session.get(Item, item)
            if found is None:
                raise NotFoundError(f"there is no finding {item}.")
            if found.review.locked:
                raise InputError(
                    "the review is locked.", hint="A signed review is not changed; import the result anew."
                )
            changed = session.execute(
                update(Item).where(Item.id == item, Item.version == version).values(version=version + 1)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
                raise ConflictError("somebody has judged this finding since you opened it.", hint="Look at it again.")
            session.add(
                Judgement(
                    item_id=item,
                    user_id=user.id,
                    verdict=verdict.value,
                    evidence="\n".join(evidence),
                    comment=comment,
                    settles=settles,
                )
            )
            session.add(Event(user=user.login, action="judge", detail=f"{item}: {verdict.value}"))

    def lock(self, number: int, user: User) -> None:
        """Close a review: nothing in it changes any more.

        Raises:
            InputError: the person is not a head, or findings wait for a judgement or a settlement.
        """
        from alignment.review.agreement import decided, disputed

        if user.role != Role.HEAD:
            raise InputError("only a head may sign a review.", hint="Ask the head of the review.")
        review = self.review(number)
        waiting = [item for item in review.items if decided(item) is None]
        if waiting:
            open_ones = sum(disputed(item) for item in waiting)
            raise InputError(
                f"{len(waiting)} findings have no settled decision ({open_ones} of them are disputed).",
                hint="Judge and settle them first.",
            )
        with self.session() as session:
            session.execute(update(Review).where(Review.id == number).values(locked=now(), locked_by=user.id))
            session.add(Event(user=user.login, action="lock", detail=str(number)))

    def events(self, limit: int = 200) -> list[Event]:
        """The newest lines of the audit log."""
        with self.session() as session:
            return list(session.scalars(select(Event).order_by(Event.id.desc()).limit(limit)))


def alignment_of(review: Review) -> Alignment:
    """The alignment under review."""
    return msgspec.json.decode(zlib.decompress(review.data), type=Alignment, strict=False)


def read_result(path: Path) -> list[Alignment]:
    """Alignments of a JSON report of ``align check``.

    Raises:
        InputError: it is no such report.
    """
    try:
        data = path.read_bytes()
        many = data.lstrip()[:1] == b"["
        if many:
            return msgspec.json.decode(data, type=list[Alignment])
        return [msgspec.json.decode(data, type=Alignment)]
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror}).", file=str(path)) from error
    except msgspec.MsgspecError as error:
        raise InputError(
            f"this is not a result of align check: {error}.",
            file=str(path),
            hint="Make it with: align check PROGRAM -s STANDARD --format json --output result.json.",
        ) from error


def _carry(before: Review, review: Review) -> Carried:
    """Last judgements of each person go over where function and text are the same; similar texts are offered."""
    by_text = {(item.function, item.requirement): item for item in review.items}
    texts = [item.requirement for item in review.items]
    kept, similar, lost = 0, [], []
    for old in before.items:
        latest = {judgement.user_id: judgement for judgement in old.judgements}
        if not latest:
            continue
        same = by_text.get((old.function, old.requirement))
        if same is not None:
            for judgement in latest.values():
                same.judgements.append(
                    Judgement(
                        user_id=judgement.user_id,
                        verdict=judgement.verdict,
                        evidence=judgement.evidence,
                        comment=judgement.comment,
                        settles=judgement.settles,
                        carried=True,
                        at=judgement.at,
                    )
                )
                same.version += 1
            kept += 1
            continue
        near = process.extractOne(old.requirement, texts, scorer=fuzz.token_sort_ratio, score_cutoff=SIMILAR)
        if near:
            similar.append((int(near[2]), old.requirement))
        else:
            lost.append(old.requirement)
    return Carried(kept=kept, similar=tuple(similar), lost=tuple(lost))


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password has, made once: what a login that does not exist is compared with."""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(secrets.token_urlsafe(32))


def _careful(connection: object, _record: object) -> None:
    """SQLite: a write-ahead log, every commit on the disk before it is acknowledged, foreign keys kept."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()
