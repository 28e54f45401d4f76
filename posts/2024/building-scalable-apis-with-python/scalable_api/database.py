"""PostgreSQL behind a bounded pool: the model, one query, and the plan that the server makes for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Engine, Executable, Index, Select, create_engine, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

STATEMENT_SECONDS = 2.0
TRANSACTION_SECONDS = 4.0


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    team_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    def public(self) -> dict[str, Any]:
        """What the API says of a user, in types that JSON has. A new column stays private until named."""
        return {"id": self.id, "name": self.name, "since": self.created_at.isoformat()}


# Equality first, then the order: the server finds the team and reads it, newest first, without sorting.
TEAM_INDEX = Index("users_team_created", User.team_id, User.created_at, User.id)


def make_engine(url: str, *, pool_size: int = 10, pool_seconds: float = 1.0) -> Engine:
    """An engine that never has more than `pool_size` connections open in this process.

    A request waits `pool_seconds` for one of them, then gets `sqlalchemy.exc.TimeoutError`.
    """
    limits = {"statement_timeout": STATEMENT_SECONDS, "transaction_timeout": TRANSACTION_SECONDS}
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,  # the default of 10 would make the bound pool_size + 10
        pool_timeout=pool_seconds,
        pool_pre_ping=True,  # after a restart of the server, replace dead connections before use
        connect_args={
            "connect_timeout": 2,
            "options": " ".join(f"-c {name}={seconds * 1000:.0f}" for name, seconds in limits.items()),
        },
    )


def newest_members(team_id: int, limit: int = 20) -> Select[User]:
    """The users who joined a team last, newest first."""
    newest_first = (User.created_at.desc(), User.id.desc())
    return select(User).where(User.team_id == team_id).order_by(*newest_first).limit(limit)


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
