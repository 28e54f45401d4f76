"""What a replica takes off the primary, and how the version of a record meets its lag."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psutil
import psycopg
from clients import ask
from pydantic import SecretStr
from scalable_api.database import Database, User, make_engine, newest_of_city, read
from scalable_api.redis_client import make_redis
from scalable_api.settings import Settings
from scalable_api.user_cache import UserCache, key_of, version_of
from scalable_api_testing import query, statements, wait_until

from services.postgres import Postgres

SEED = 20261127
WRITES = 0.05
"""The share of requests that write."""


def move(primary: Database, user_id: int, city: str) -> int:
    """Write a user; return the new version."""
    with primary.session() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        user.city, user.version = city, user.version + 1
    return user.version


def version_on(reader: Database, primary: Database, user_id: int) -> int:
    """Return the version of a user by `reader` or, were it away, by the primary."""
    return read(lambda session: session.get_one(User, user_id), reader, primary).version


def request(primary: Database, reader: Database, users: int) -> None:
    """One request of the mix: a move on the primary or, far more often, a list by `reader`, as the service makes it."""
    city = f"City {random.randint(1, 1000)}"
    if random.random() < WRITES:
        move(primary, random.randint(1, users), city)
    else:
        read(lambda session: session.scalars(newest_of_city(city)).all(), reader, primary)


def processor_seconds(server: Postgres) -> float:
    """Return the processor time that the living processes of a server have used, in nanoseconds' precision.

    By Linux's schedstat, since other clocks count in ticks of 10 ms, for each of a dozen processes.
    """
    main = psutil.Process(int((server.home / "data/postmaster.pid").read_text().split()[0]))
    processes = [main, *main.children(recursive=True)]
    nanoseconds = 0
    for one in processes:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
            nanoseconds += int(Path(f"/proc/{one.pid}/schedstat").read_text().split()[0])
    return nanoseconds / 1e9


@contextmanager
def databases(primary: Postgres, replica: Postgres) -> Iterator[tuple[Database, Database]]:
    """The two servers as the service sees them."""
    wait_until(lambda: caught_up(primary, replica), 60)
    both = Database("primary", make_engine(primary.url)), Database("replica", make_engine(replica.url))
    yield both
    for database in both:
        database.engine.dispose()


def caught_up(primary: Postgres, replica: Postgres) -> bool:
    """Return whether the replica has replayed what the primary has on disk by now."""
    position = query(primary, "SELECT pg_current_wal_flush_lsn()")
    return bool(query(replica, f"SELECT pg_last_wal_replay_lsn() >= '{position}'"))


def relief(
    primary: Postgres, replica: Postgres, users: int, *, clients: int = 8, seconds: float = 3.0, rounds: int = 3
) -> dict[str, Any]:
    """Measure the mix with all reads on the primary and with all on the replica."""
    seen: dict[str, list[tuple[float, float, float]]] = {"alone": [], "helped": []}
    with databases(primary, replica) as (writer, other):
        for reader in (writer, other):
            ask(partial(request, writer, reader, users), clients, seconds / 10)  # connects
        for _ in range(rounds):
            for name, reader in (("alone", writer), ("helped", other)):
                before = [processor_seconds(server) for server in (primary, replica)]
                rate = ask(partial(request, writer, reader, users), clients, seconds).per_second
                used = [processor_seconds(server) - was for server, was in zip((primary, replica), before, strict=True)]
                thousands = rate * seconds / 1000
                seen[name].append((rate, used[0] / thousands, used[1] / thousands))
    middles = {name: [median(column) for column in zip(*rows, strict=True)] for name, rows in seen.items()}
    rows = [
        {
            "reads": "primary" if name == "alone" else "replica",
            "per_second": round(rate),
            "primary_seconds": round(of_primary, 3),
            "replica_seconds": round(of_replica, 3),
        }
        for name, (rate, of_primary, of_replica) in middles.items()
    ]
    return {
        "rows": rows,
        "clients": clients,
        "writes_percent": round(WRITES * 100),
        "rate_ratio": round(middles["helped"][0] / middles["alone"][0], 2),
        "relief_percent": round(100 * (1 - middles["helped"][1] / middles["alone"][1])),
    }


@contextmanager
def replay_paused(replica: Postgres) -> Iterator[None]:
    """A replica that receives what the primary writes and does not show it."""
    with psycopg.connect(replica.url, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        wait_until(lambda: query(replica, "SELECT pg_get_wal_replay_pause_state()") == "paused")
        try:
            yield
        finally:
            connection.execute("SELECT pg_wal_replay_resume()")


@contextmanager
def cache_of(writer: Database, reader: Database, url: str) -> Iterator[UserCache]:
    """The service's cache over both servers, with nothing in it."""
    with make_redis(url) as redis:
        redis.flushall()
        yield UserCache(writer, reader, redis, Settings(secret=SecretStr("a secret of the run")))


def misses(primary: Postgres, replica: Postgres, cache_url: str, users: int, *, reads: int = 2000) -> dict[str, Any]:
    """Read users by way of a cache that is empty at first, and move some just before; return who was asked."""
    asked = {"primary": 0, "replica": 0, "position": 0}
    chance = random.Random(SEED)
    with (
        databases(primary, replica) as (writer, reader),
        cache_of(writer, reader, cache_url) as cache,
        statements(writer.engine) as on_primary,
        statements(reader.engine) as on_replica,
    ):
        began = time.perf_counter()
        for _ in range(reads):
            user_id = chance.randint(1, users)
            if chance.random() < WRITES:
                move(writer, user_id, "Elsewhere")
            on_primary.clear()
            on_replica.clear()
            cache.get(user_id)
            asked["position"] += sum("wal" in statement for statement in on_primary)
            asked["primary"] += user_reads(on_primary)
            asked["replica"] += user_reads(on_replica)
        seconds = time.perf_counter() - began
    return {
        "reads": reads,
        "hits": reads - asked["primary"] - asked["replica"],
        "asked": asked,
        "replica_percent": round(100 * asked["replica"] / (asked["primary"] + asked["replica"]), 1),
        "seconds": round(seconds, 1),
    }


def user_reads(sent: list[str]) -> int:
    """Return how many of the statements read users."""
    return sum("FROM users" in statement for statement in sent)


def own_writes(primary: Postgres, replica: Postgres, cache_url: str, *, writes: int = 200) -> dict[str, Any]:
    """Let users write, then read themselves while the replica stands still and the cache has the old record, or nothing."""
    stale = {"replica": 0, "cache": 0, "version": 0}
    asked = {"primary": 0, "replica": 0}
    written: dict[int, int] = {}
    with (
        databases(primary, replica) as (writer, reader),
        replay_paused(replica),
        cache_of(writer, reader, cache_url) as cache,
    ):
        for user_id in range(1, writes + 1):
            old = json.dumps(cache.get(user_id))
            version = written[user_id] = move(writer, user_id, "Elsewhere")
            cache.redis.set(key_of(user_id), old)  # as a cache that has failed over to a copy may have it
            stale["replica"] += version_on(reader, writer, user_id) < version
            stale["cache"] += (cache.get(user_id) or {})["version"] < version
            with statements(writer.engine) as on_primary, statements(reader.engine) as on_replica:
                stale["version"] += (cache.get(user_id, version) or {})["version"] < version
            asked["primary"] += len(on_primary)
            asked["replica"] += len(on_replica)
        stale["emptied"], asked_emptied = emptied(cache, written)
    return {"writes": writes, "stale": stale, "asked": asked, "asked_emptied": asked_emptied}


def emptied(cache: UserCache, written: dict[int, int]) -> tuple[int, dict[str, int]]:
    """Empty the cache, then read users without a version; return how many are older than was written, and who was asked."""
    cache.redis.flushall()  # the position is gone as well
    with statements(cache.primary.engine) as on_primary, statements(cache.replica.engine) as on_replica:
        old = sum(version_of(cache.get(user_id)) < version for user_id, version in written.items())
    return old, {"primary": user_reads(on_primary), "replica": user_reads(on_replica)}


def lag(primary: Postgres, replica: Postgres, *, writes: int = 200) -> dict[str, Any]:
    """Write, and read from the replica at once and until it has the write; return how often that was late, and how late."""
    late: list[float] = []
    first = 0
    with databases(primary, replica) as (writer, reader):
        for user_id in range(1, writes + 1):
            version, reads = move(writer, user_id, "Nowhere"), 0
            began = time.perf_counter()
            while version_on(reader, writer, user_id) < version:
                reads += 1
            late.append((time.perf_counter() - began) * 1000)
            first += reads > 0
    late.sort()
    return {
        "writes": writes,
        "stale": first,
        "p50_ms": round(median(late), 1),
        "p99_ms": round(late[writes * 99 // 100], 1),
    }
