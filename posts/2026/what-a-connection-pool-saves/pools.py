"""What a pool saves against a connection for each request, and what its size does."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from clients import Seen, ask, in_turns
from local_services import free_ports
from scalable_api.database import Base, Connection, Database, User, make_engine
from scalable_api.fill import fill
from sqlalchemy import Engine, NullPool, create_engine, text

from services.postgres import postgres
from services.server import folder

COUNTS = (1, 2, 4, 8, 16)
# As PostgreSQL's packages and images have it: whoever comes over the network says a password.
HBA = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class PasswordServer:
    """A PostgreSQL, and two ways to connect: over TCP with a password, by a Unix socket without one."""

    title: str
    tcp: str
    socket: str


@contextmanager
def password_server(settings: Mapping[str, str]) -> Iterator[PasswordServer]:
    """Run a server with *settings* of postgresql.conf."""
    (port,) = free_ports(1)
    with folder("hba-") as home:
        home.chmod(0o755)  # PostgreSQL is another user
        (home / "pg_hba.conf").write_text(HBA)
        with postgres({**settings, "hba_file": str(home / "pg_hba.conf")}, port) as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("ALTER ROLE postgres PASSWORD 'secret'")
            yield PasswordServer(server.title, f"postgresql://postgres:secret@127.0.0.1:{port}/postgres", server.url)


def prepare(url: str, users: int) -> None:
    """Make the service's tables anew, with `users` users."""
    engine = make_engine(url, statement_seconds=None)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    fill(engine, users)
    engine.dispose()


def connecting(url: str) -> Engine:
    """Return an engine that connects for each request and disconnects after it."""
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: Connection.connect(url, connect_timeout=2),
        poolclass=NullPool,
    )


def read_user(database: Database, users: int) -> User | None:
    """A request: one of `users` users by primary key, in a transaction."""
    with database.session() as session:
        return session.get(User, random.randint(1, users))


def wait_in_server(database: Database, seconds: float) -> None:
    """A request that holds its connection while the server waits, as it does for a disk or a lock."""
    with database.session() as session:
        session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})


def pool_against_connecting(
    server: PasswordServer, users: int, *, clients: Sequence[int] = COUNTS, seconds: float = 1.0, rounds: int = 3
) -> list[dict[str, Any]]:
    """Measure the service's pool and two ways to connect for each request, by the number of clients."""
    databases = {
        "pooled": Database("pooled", make_engine(server.tcp)),
        "connecting": Database("each", connecting(server.tcp)),
        "cheaply": Database("each by socket", connecting(server.socket)),
    }
    for database in databases.values():
        read_user(database, users)  # the first connection of an engine asks the server what it is
    ways = {
        (count, name): partial(ask, partial(read_user, database, users), count, seconds)
        for count in clients
        for name, database in databases.items()
    }
    seen = in_turns(ways, rounds)
    for database in databases.values():
        database.engine.dispose()
    return [row_of(count, *(seen[count, name] for name in databases)) for count in clients]


def row_of(clients: int, pooled: Seen, each: Seen, cheaply: Seen) -> dict[str, Any]:
    return {
        "clients": clients,
        "ratio": round(pooled.per_second / each.per_second, 1),
        "cheap_ratio": round(pooled.per_second / cheaply.per_second, 1),
        "pooled": round(pooled.per_second),
        "connecting": round(each.per_second),
        "cheaply": round(cheaply.per_second),
        "pooled_p50": round(pooled.p50, 1),
        "connecting_p50": round(each.p50, 1),
        "pooled_longest": round(pooled.longest),
        "refused": round(pooled.refused),
    }


def pool_sizes(
    url: str,
    users: int,
    *,
    sizes: Sequence[int] = COUNTS,
    clients: int = 16,
    wait: float = 0.005,
    seconds: float = 0.8,
    rounds: int = 3,
) -> list[dict[str, Any]]:
    """Measure two kinds of requests by pool size: one keeps the processors busy, the other waits for `wait` seconds."""
    # Longer than the service waits, to see how long the wait becomes instead of turning a client away.
    databases = {size: Database("sized", make_engine(url, pool_size=size, pool_seconds=60)) for size in sizes}
    requests = {"read": partial(read_user, users=users), "wait": partial(wait_in_server, seconds=wait)}
    ways = {
        (size, name): partial(ask, partial(request, database), clients, seconds)
        for size, database in databases.items()
        for name, request in requests.items()
    }
    seen = in_turns(ways, rounds)
    for database in databases.values():
        database.engine.dispose()
    rows = []
    for size in sizes:
        read, waited = seen[size, "read"], seen[size, "wait"]
        rows.append(
            {
                "size": size,
                "read": round(read.per_second),
                "read_p99": round(read.p99),
                "read_longest": round(read.longest),
                "wait": round(waited.per_second),
                "wait_p99": round(waited.p99),
                "wait_longest": round(waited.longest),
            }
        )
    return rows


def overtaking(
    url: str, *, size: int = 4, clients: int = 16, wait: float = 0.005, seconds: float = 0.8, rounds: int = 3
) -> dict[str, Any]:
    """Measure how long the unluckiest client waits for a pool where each asks again at once, and where each pauses."""
    database = Database("sized", make_engine(url, pool_size=size, pool_seconds=60))
    pauses = {"at_once": None, "paused": wait}
    request = partial(wait_in_server, database, wait)
    seen = in_turns({name: partial(ask, request, clients, seconds, pause) for name, pause in pauses.items()}, rounds)
    database.engine.dispose()
    result: dict[str, Any] = {
        "size": size,
        "clients": clients,
        "pause_ms": round(wait * 1000),
        "run_ms": round(seconds * 1000),
    }
    for name, one in seen.items():
        result[name] = {"per_second": round(one.per_second), "p99": round(one.p99), "longest": round(one.longest)}
    return result
