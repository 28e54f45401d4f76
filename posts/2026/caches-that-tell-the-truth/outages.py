"""What get() and a write do while Redis is dead, and while it hangs."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median
from typing import Any

from measuring import Row, cache_of, milliseconds, p99, timed
from naive_cache import rename
from scalable_api.fuse import Fuse, Unavailable
from scalable_api.user_cache import UserCache
from scalable_api_testing import paused

from services.redis import Redis as RedisServer

THREADS = 10


@contextmanager
def killed(server: RedisServer) -> Iterator[None]:
    server.kill()
    try:
        yield
    finally:
        server.start()


@contextmanager
def untouched(_: RedisServer) -> Iterator[None]:
    yield


CASES: dict[str, tuple[Callable[[RedisServer], Any], float]] = {
    "alive": (untouched, 1),
    "killed, with the fuse": (killed, 1),
    "killed, without": (killed, 0),  # a fuse that is blown for 0 seconds
    "paused, with the fuse": (paused, 1),
    "paused, without": (paused, 0),
}


def read_for(cache: UserCache, seconds: float, users: int) -> tuple[list[float], int]:
    """Let the threads read for some seconds; return how long each get() took and how many failed."""
    end = time.monotonic() + seconds

    def read(first: int) -> tuple[list[float], int]:
        times, errors, user_id = [], 0, first
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                cache.get(1 + user_id % users)
            except Unavailable:
                errors += 1
            times.append(time.perf_counter() - began)
            user_id += THREADS
        return times, errors

    with ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(read, range(THREADS)))
    return [seconds for times, _ in parts for seconds in times], sum(errors for _, errors in parts)


def write_refused(cache: UserCache, writes: int) -> tuple[list[float], int]:
    """Return how long each write took and how many were refused."""
    refused = 0

    def write(user_id: int) -> None:
        nonlocal refused
        try:
            rename(cache.primary, user_id)
        except Unavailable:
            refused += 1

    return timed(write, range(1, writes + 1)), refused


def outage(postgres_url: str, server: RedisServer, case: str, seconds: float, users: int, writes: int) -> Row:
    """Measure one case, beginning with a full cache and the pools' connections open."""
    away, fuse_seconds = CASES[case]
    with cache_of(postgres_url, server.url) as cache:
        cache.fuse = Fuse(fuse_seconds)
        timed(cache.get, range(1, users + 1))
        read_for(cache, 0.3, users)
        with away(server):
            times, errors = read_for(cache, seconds, users)
            writing, refused = write_refused(cache, writes)
        return {
            "case": case,
            "per_second": len(times) / seconds,
            "median": median(times),
            "p99": p99(times),
            "worst": max(times),
            "errors": errors,
            "write": median(writing),
            "refused": refused,
        }


def outages(postgres_url: str, server: RedisServer, seconds: float, users: int, writes: int, rounds: int) -> list[Row]:
    """Return a row for each case, medians of the rounds; times in milliseconds."""
    rows = [outage(postgres_url, server, case, seconds, users, writes) for _ in range(rounds) for case in CASES]
    by_case = [[row for row in rows if row["case"] == case] for case in CASES]
    return [
        {
            "case": case,
            "per_second": round(median(row["per_second"] for row in of_case)),
            **{name: milliseconds(row[name] for row in of_case) for name in ("median", "p99", "worst", "write")},
            "errors": sum(row["errors"] for row in of_case),
            "writes": writes * rounds,
            "refused": sum(row["refused"] for row in of_case),
        }
        for case, of_case in zip(CASES, by_case, strict=True)
    ]
