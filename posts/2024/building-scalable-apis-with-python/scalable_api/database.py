"""PostgreSQL behind bounded pools: the tables, one query, and the plan that the server makes for it."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Engine,
    Executable,
    Identity,
    Index,
    Select,
    Text,
    create_engine,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

from scalable_api.fuse import Fuse, Unavailable, deadline

T = TypeVar("T")
PING_SECONDS = 0.5


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    city: Mapped[str]
    joined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    def public(self) -> dict[str, Any]:
        """What the API says of a user, in types that JSON has. A new column stays private until named."""
        record = {"id": self.id, "name": self.name, "city": self.city}
        return record | {"joined_at": self.joined_at.isoformat(), "version": self.version}


# Equality first, then the order: the server finds the city and reads it, newest first, without sorting.
CITY_INDEX = Index("users_city_joined", User.city, User.joined_at, User.id)


class Job(Base):
    """What has been promised, and how far it is. `jobs.py` has the rules."""

    __tablename__ = "jobs"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    owner: Mapped[int] = mapped_column(BigInteger)
    idempotency_key: Mapped[str | None]
    request_hash: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[datetime]
    result: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'dead')", name="jobs_state"),
        CheckConstraint("(state IN ('done', 'dead')) = (finished_at IS NOT NULL)", name="jobs_finished"),
        Index("jobs_due", "state", "due_at", postgresql_where=text("finished_at IS NULL")),
        Index("jobs_dead", "owner", "id", postgresql_where=text("state = 'dead'")),
        Index(
            "jobs_once",
            "owner",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
    )


class Connection(psycopg.Connection[Any]):
    """A connection that does not wait for ever for a server that has stopped answering.

    The server ends what takes too long, but not if it is stopped itself or out of reach; the client's kernel may
    then wait for a quarter of an hour (https://www.postgresql.org/docs/18/libpq-connect.html, tcp_user_timeout).
    """

    answer_seconds: float | None = None  # no limit

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        # The ping before use is in autocommit, the rest in a transaction; a living server answers a ping at once.
        limit = self.answer_seconds and (PING_SECONDS if self.autocommit else self.answer_seconds)
        try:
            return super().wait(gen, interval, timeout or limit)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # the answer is still to come
                self.close()
            raise


def make_engine(
    url: str,
    *,
    pool_size: int = 10,
    pool_seconds: float = 1.0,
    statement_seconds: float | None = 2.0,
    prepare: bool = True,
) -> Engine:
    """Return an engine that never has more than `pool_size` connections open in this process.

    `url` is libpq's. A request waits `pool_seconds` for a connection, then gets `sqlalchemy.exc.TimeoutError`. A
    transaction may take twice as long as a statement.
    """
    limits = {"statement_timeout": statement_seconds or 0, "transaction_timeout": 2 * (statement_seconds or 0)}
    options = " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items())

    def connect() -> Connection:
        threshold = 5 if prepare else None  # a statement is prepared when it has run so often
        connection = Connection.connect(url, connect_timeout=2, options=options, prepare_threshold=threshold)
        connection.answer_seconds = statement_seconds and statement_seconds + 0.5
        return connection

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=pool_size,
        max_overflow=0,  # the default of 10 would make the bound pool_size + 10
        pool_timeout=pool_seconds,
        pool_pre_ping=True,  # after a restart of the server, replace dead connections before use
    )


class Database:
    """One PostgreSQL server, the primary or the replica."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name, self.engine, self.sessions, self.fuse = (
            name,
            engine,
            sessionmaker(engine, expire_on_commit=False),
            Fuse(),
        )

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Run a transaction and commit it at the end; raises Unavailable where the server is away or too busy."""
        if not self.fuse.lets_through():
            raise Unavailable(f"the {self.name} is away")
        try:
            with self.sessions.begin() as session:
                yield session
                session.flush()  # what is written is locked, and held in the cache, which may take its time
                if time.monotonic() > deadline.get():
                    raise Unavailable("it takes too long")  # as the client has been told by now
        except PoolTimeout as error:  # it says nothing of the server
            raise Unavailable(f"all connections to the {self.name} are in use") from error
        except (OperationalError, InternalError) as error:
            # https://www.postgresql.org/docs/18/errcodes-appendix.html: none where no connection came about
            state = getattr(error.orig, "sqlstate", None) or "08"
            if state.startswith(("08", "57P")):
                self.fuse.blow()
                raise Unavailable(f"the {self.name} is away") from error
            self.fuse.mend()
            raise Unavailable(f"the {self.name} gave up: {state}") from error
        except BaseException:  # of the caller's
            self.fuse.mend()
            raise
        self.fuse.mend()


def log_position(primary: Database) -> str:
    """Return how far the primary's log is on disk: a replica that has come so far has all commits until now."""
    with primary.session() as session:
        return str(session.scalar(text("SELECT pg_current_wal_flush_lsn()")))


def has_reached(session: Session, at_least: str) -> bool:
    """Return whether the replica has come so far. What is read by the next statement is not older."""
    reached = text("SELECT pg_last_wal_replay_lsn() >= CAST(:at_least AS pg_lsn)")
    return bool(session.scalar(reached, {"at_least": at_least}))  # null from a primary


def read(work: Callable[[Session], T], first: Database, then: Database) -> T:
    """Return what `work` reads on one server or, where that is away, on the other."""
    try:
        with first.session() as session:
            return work(session)
    except Unavailable:
        if then is first:
            raise
        with then.session() as session:
            return work(session)


def newest_of_city(
    city: str, limit: int = 20, joined_after: datetime | None = None, before: tuple[datetime, int] | None = None
) -> Select[User]:
    """The users of a city, newest first; those who joined after a time, those before a place in this order.

    A page begins where the last one ended, not at an OFFSET, whose rows the server reads to throw them away.
    """
    newest_first = (User.joined_at.desc(), User.id.desc())
    users = select(User).where(User.city == city).order_by(*newest_first).limit(limit)
    if joined_after:
        users = users.where(User.joined_at > joined_after)
    if before:
        users = users.where(tuple_(User.joined_at, User.id) < before)
    return users


class Explain(Executable, ClauseElement):
    """`EXPLAIN ANALYZE` of a statement, with its parameters bound as they are in service."""

    inherit_cache = False

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement


@compiles(Explain, "postgresql")
def _explain(element: Explain, compiler: SQLCompiler, **kw: Any) -> str:
    options = "ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF"
    return f"EXPLAIN ({options}) {compiler.process(element.statement, **kw)}"


def plan_of(session: Session, statement: ClauseElement) -> str:
    """The plan as text. ANALYZE runs the statement: never hand it one whose effects you do not want."""
    return "\n".join(session.scalars(Explain(statement)))
