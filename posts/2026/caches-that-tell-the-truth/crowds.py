"""How many readers of one missing key reach the database."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from statistics import median
from typing import Any

from measuring import Row, cache_of
from naive_cache import naive_get
from scalable_api.fuse import Unavailable
from scalable_api.user_cache import UserCache, key_of
from sqlalchemy import event

USER = 1
START_SECONDS = 60  # until a process that does not come is a mistake of ours


def crowd(
    cache: UserCache, kind: str, threads: int, at: float, read_seconds: float = 0, user_id: int = USER
) -> tuple[int, int, float]:
    """Let `threads` readers ask for one user at the time `at`; return database reads, readers without an answer, seconds.

    A read takes `read_seconds` longer than this one would, as if it were a bigger query.
    """
    reads: list[float] = []

    def note(_connection: object, cursor: Any, *_: object) -> None:
        reads.append(time.time())
        if read_seconds:
            cursor.execute("SELECT pg_sleep(%s)", [read_seconds])

    def read(_: int) -> bool:
        time.sleep(max(0, at - time.time()))
        try:
            cache.get(user_id) if kind == "lease" else naive_get(cache.primary, cache.redis, user_id)
        except Unavailable:
            return False
        return True

    event.listen(cache.primary.engine, "before_cursor_execute", note)
    try:
        with ThreadPoolExecutor(threads) as pool:
            answered = sum(pool.map(read, range(threads)))
    finally:
        event.remove(cache.primary.engine, "before_cursor_execute", note)
    return len(reads), threads - answered, time.time() - at


def connect(cache: UserCache, connections: int = 10) -> None:
    """Fill the pool, so that nobody has to connect later."""
    with ExitStack() as stack:
        for _ in range(connections):
            stack.enter_context(cache.primary.engine.connect())


def one_process(
    postgres_url: str, redis_url: str, threads: int, rounds: int, read_seconds: float = 0
) -> dict[str, float | int]:
    """Return database reads, readers without an answer and seconds of crowds in this process, medians of the rounds."""
    seen: dict[str, list[tuple[int, int, float]]] = {"naive": [], "lease": []}
    with cache_of(postgres_url, redis_url) as cache:
        connect(cache)
        for _ in range(rounds):
            for kind, crowds in seen.items():
                cache.redis.delete(key_of(USER))
                crowds.append(crowd(cache, kind, threads, time.time() + 0.02, read_seconds))
    return {
        **{kind: round(median(reads for reads, _, _ in crowds)) for kind, crowds in seen.items()},
        **{f"{kind}_most": max(reads for reads, _, _ in crowds) for kind, crowds in seen.items()},
        **{f"{kind}_errors": round(median(errors for _, errors, _ in crowds)) for kind, crowds in seen.items()},
        **{f"{kind}_ms": round(1000 * median(seconds for _, _, seconds in crowds)) for kind, crowds in seen.items()},
    }


def crowds_by_threads(postgres_url: str, redis_url: str, sizes: Sequence[int], rounds: int) -> list[Row]:
    return [{"threads": size, **one_process(postgres_url, redis_url, size, rounds)} for size in sizes]


def crowds_by_read(postgres_url: str, redis_url: str, threads: int, rounds: int, seconds: Sequence[float]) -> list[Row]:
    return [
        {"read_ms": round(1000 * slow), **one_process(postgres_url, redis_url, threads, rounds, slow)}
        for slow in seconds
    ]


def reads_of_process(
    postgres_url: str, redis_url: str, kinds: Sequence[str], threads: int, together: threading.Barrier
) -> list[int]:
    """Return the reads of this process's part in crowds of several, one for each of `kinds`, each of a user of its own."""
    with cache_of(postgres_url, redis_url) as cache:
        connect(cache)
        reads = []
        for user_id, kind in enumerate(kinds, USER + 1):
            together.wait(START_SECONDS)
            reads.append(crowd(cache, kind, threads, time.time() + 0.02, user_id=user_id)[0])
        return reads


def crowds_of_processes(postgres_url: str, redis_url: str, processes: int, threads: int, rounds: int) -> dict[str, int]:
    """Return database reads of crowds of `processes` times `threads` readers, medians of the rounds."""
    kinds = ["naive", "lease"] * rounds
    context = get_context("spawn")
    with cache_of(postgres_url, redis_url) as cache:
        cache.redis.delete(*(key_of(USER + number) for number in range(1, len(kinds) + 1)))
    with context.Manager() as manager, ProcessPoolExecutor(processes, mp_context=context) as pool:
        together = manager.Barrier(processes)
        parts = [
            pool.submit(reads_of_process, postgres_url, redis_url, kinds, threads, together) for _ in range(processes)
        ]
        reads = [sum(part) for part in zip(*(part.result() for part in parts), strict=True)]
    return {
        "processes": processes,
        "readers": processes * threads,
        "rounds": rounds,
        "naive": round(median(reads[0::2])),
        "lease": round(median(reads[1::2])),
        "lease_most": max(reads[1::2]),
    }
