"""What all measurements share: the service's cache on given servers, and times made into figures."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from statistics import median, quantiles

from pydantic import SecretStr
from scalable_api.database import Base, Database, make_engine
from scalable_api.fill import fill
from scalable_api.redis_client import make_redis
from scalable_api.settings import Settings
from scalable_api.user_cache import UserCache

Times = list[float]
Row = dict[str, float | int | str]


@contextmanager
def database_of(url: str) -> Iterator[Database]:
    """A database as the service has it, with its pool of 10 connections; no cache is told of what is written there."""
    database = Database("primary", make_engine(url))
    yield database
    database.engine.dispose()


@contextmanager
def cache_of(postgres_url: str, redis_url: str) -> Iterator[UserCache]:
    """The service's cache, with its default settings and no replica."""
    with database_of(postgres_url) as database, make_redis(redis_url) as redis:
        yield UserCache(database, database, redis, Settings(secret=SecretStr("a secret of the measurements")))


def make_users(url: str, users: int) -> None:
    """Make the tables of the service, and users with the ids 1 to `users`."""
    engine = make_engine(url, statement_seconds=None)
    Base.metadata.create_all(engine)
    fill(engine, users)
    engine.dispose()


def timed(work: Callable[[int], object], ids: Iterable[int]) -> Times:
    """Return the seconds that `work` takes for each of `ids`, one after the other."""
    times = []
    for user_id in ids:
        began = time.perf_counter()
        work(user_id)
        times.append(time.perf_counter() - began)
    return times


def p99(times: Times) -> float:
    return quantiles(times, n=100)[98]


def milliseconds(rounds: Iterable[float]) -> float:
    """Return the median of the seconds that rounds have given, in milliseconds, for display."""
    return round(median(rounds) * 1000, 2)


def ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """Return the median of the ratios in each round, for display."""
    return round(median(a / b for a, b in zip(above, below, strict=True)), 1)
