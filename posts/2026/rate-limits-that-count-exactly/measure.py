"""Measures what limiters let through, what they keep for a user, and what a decision costs.

It runs by `make refresh POST=posts/2026/rate-limits-that-count-exactly`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import Any

from limiters import (
    take_after_a_look,
    take_by_adding,
    take_in_fixed_window,
    take_in_log,
    take_in_weighted_windows,
    take_naively,
)
from redis import Redis
from scalable_api.rate_limit import SINCE, RateLimit
from scalable_api.redis_client import make_redis
from traffic import BEGIN, TRAFFIC, WINDOW, most_within, record

from services.redis import redis as run_redis
from services.results import save

LIMIT = 20
PROCESSES = (1, 2, 4, 8)
TITLES = {
    "fixed": "fixed window",
    "log": "log",
    "weighted": "weighted windows",
    "bucket": "bucket",
    "half": "half a bucket",
}
CALLS = {
    "get": "GET",
    "nothing": "script that does nothing",
    "take": "take",
    "naive": "naive limiter",
}
MINUTE = 60_000_000
FORK = get_context("fork")
Take = Callable[[], object]
Row = dict[str, Any]


def empty(redis: Redis) -> None:
    """Forget all users, as a Redis that has known the limits for long: their buckets are full."""
    redis.flushall()
    redis.set(SINCE, 1)


def limiters(redis: Redis, limit: int, window: int) -> dict[str, Callable[[str, int], bool]]:
    """Return each limiter as a function of a user and the time; the buckets fill `limit` and half of it in a window."""
    rate = limit * 1_000_000 / window
    bucket, half = RateLimit(redis, rate, limit), RateLimit(redis, rate / 2, limit // 2)
    windows = {"fixed": take_in_fixed_window, "log": take_in_log, "weighted": take_in_weighted_windows}
    return {
        **{name: partial(take, redis, limit=limit, window=window) for name, take in windows.items()},
        "bucket": lambda user, now: bucket.take(user, now).allowed,
        "half": lambda user, now: half.take(user, now).allowed,
    }


def replay(redis: Redis, limiter: str, times: Iterable[int]) -> list[int]:
    """Return which of the requests at *times* the limiter of that name allows."""
    empty(redis)
    take = limiters(redis, LIMIT, WINDOW)[limiter]
    return [now for now in times if take("ada", now)]


def let_through(redis: Redis, windows: int) -> Row:
    """Replay all traffic against all limiters: how many times the limit lies in the worst window and in its worst tenth."""
    names = list(limiters(redis, LIMIT, WINDOW))
    traces = {traffic: record(traffic, windows) for traffic in TRAFFIC}
    allowed = {name: {traffic: replay(redis, name, times) for traffic, times in traces.items()} for name in names}

    def table(value: Callable[[list[int], list[int]], float]) -> list[Row]:
        return [
            {
                "traffic": traffic,
                "requests": len(times),
                **{name: value(allowed[name][traffic], times) for name in names},
            }
            for traffic, times in traces.items()
        ]

    windows_of = table(lambda passed, _: round(most_within(passed, WINDOW) / LIMIT, 2))
    tenths = table(lambda passed, _: round(most_within(passed, WINDOW // 10) / LIMIT, 2))
    shares = table(lambda passed, times: round(100 * len(passed) / len(times)))
    worst = {
        name: {
            "limiter": TITLES[name],
            "window": max(row[name] for row in windows_of),
            "tenth": max(row[name] for row in tenths),
        }
        for name in names
    }
    return {"window": windows_of, "share": shares, "worst": worst, "limiters": list(worst.values())}


def memory(redis: Redis, limit: int) -> Row:
    """Return the bytes that each limiter keeps for a user who has used up *limit* requests per minute, in two windows."""
    row: Row = {"limit": limit}
    for name, take in limiters(redis, limit, MINUTE).items():
        empty(redis)
        for now in (BEGIN + MINUTE - 1, BEGIN + 2 * MINUTE - 1):
            for _ in range(limit):
                take("ada", now)
        row[name] = sum(redis.memory_usage(key) or 0 for key in redis.scan_iter("*ada*"))
    return row


def together(url: str, processes: int, work: Callable[[Redis], int]) -> int:
    """Run *work* in as many processes at the same time, each with its own connection; return the sum of what they count."""
    start, counts = FORK.Barrier(processes), FORK.SimpleQueue()

    def run() -> None:
        with make_redis(url, seconds=5) as redis:
            redis.ping()
            start.wait(30)
            counts.put(work(redis))

    workers = [FORK.Process(target=run) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process has failed")
    return sum(counts.get() for _ in workers)


def racers(redis: Redis, capacity: int) -> dict[str, Take]:
    """Return limiters that allow *capacity* requests, and then one in 1,000 seconds or none."""
    limit = RateLimit(redis, 0.001, capacity)
    return {
        "naive": lambda: take_naively(redis, "ada", time.time_ns() // 1000, limit.interval, capacity),
        "look": lambda: take_after_a_look(redis, "ada", capacity),
        "adding": lambda: take_by_adding(redis, "ada", capacity),
        "script": lambda: limit.take("ada").allowed,
    }


def race(url: str, name: str, processes: int, requests: int, capacity: int) -> int:
    """Return how many of *requests*, shared out to *processes* at once, the racer of that name allows."""
    with make_redis(url) as redis:
        empty(redis)

    def work(redis: Redis) -> int:
        take = racers(redis, capacity)[name]
        return sum(bool(take()) for _ in range(requests // processes))

    return together(url, processes, work)


def races(url: str, requests: int, capacity: int, rounds: int, sizes: Sequence[int] = PROCESSES) -> Row:
    """Let all racers run with all numbers of processes, in alternating rounds; medians, and the spread of the last number."""
    names = ("naive", "look", "adding", "script")
    counts: dict[tuple[int, str], list[int]] = {(size, name): [] for size in sizes for name in names}
    for _ in range(rounds):
        for (size, name), found in counts.items():
            found.append(race(url, name, size, requests, capacity))
    last = {name: counts[sizes[-1], name] for name in names}
    return {
        "requests": requests,
        "capacity": capacity,
        "rounds": rounds,
        "rows": [{"processes": size, **{name: round(median(counts[size, name])) for name in names}} for size in sizes],
        "spread": {name: {"least": min(found), "most": max(found)} for name, found in last.items()},
        "ratio": round(median(last["naive"]) / capacity, 1),
        "look_over": round(median(last["look"])) - capacity,
    }


def calls(redis: Redis) -> dict[str, Take]:
    """Return what is timed: a command, a script that does nothing with the same arguments, and decisions."""
    limit = RateLimit(redis, 1_000_000, 1_000_000)
    nothing = redis.register_script("return {0, 0}")
    return {
        "get": lambda: redis.get("rate:ada"),
        "nothing": lambda: nothing(keys=["rate:ada", SINCE], args=[1, 1_000_000, ""]),
        "take": lambda: limit.take("ada"),
        "naive": lambda: take_naively(redis, "ada", time.time_ns() // 1000, limit.interval, limit.capacity),
    }


def seconds_of(call: Take, times: int) -> float:
    """Return the seconds that *times* calls take, one after the other."""
    began = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - began


def in_server(redis: Redis, call: Take, times: int) -> float:
    """Return the microseconds that the server itself counts for a script which *call* runs."""
    redis.config_resetstat()
    seconds_of(call, times)
    return float(redis.info("commandstats")["cmdstat_evalsha"]["usec_per_call"])


def costs(redis: Redis, times: int, rounds: int) -> Row:
    """Time each call in alternating rounds; medians in microseconds, and as multiples of a GET."""
    empty(redis)
    timed = calls(redis)
    found: dict[str, list[float]] = {name: [] for name in timed}
    seconds_of(timed["take"], times // 4)  # warm
    for _ in range(rounds):
        for name, call in timed.items():
            found[name].append(seconds_of(call, times) / times * 1_000_000)
    client = {name: median(values) for name, values in found.items()}
    server = {name: median(in_server(redis, timed[name], times) for _ in range(rounds)) for name in ("nothing", "take")}
    return {
        "rows": [
            {"call": CALLS[name], "ratio": round(value / client["get"], 1), "microseconds": round(value)}
            for name, value in client.items()
        ],
        "microseconds": {name: round(value) for name, value in client.items()},
        "ratio": {name: round(value / client["get"], 1) for name, value in client.items()},
        "server": {name: round(value, 1) for name, value in server.items()},
        "server_share": round(100 * server["take"] / client["take"]),
        "server_bound": round(1_000_000 / server["take"] / 1000) * 1000,
    }


def decided(url: str, name: str, processes: int, seconds: float) -> float:
    """Return how many calls of that name per second *processes* make together."""

    def work(redis: Redis) -> int:
        call, count, end = calls(redis)[name], 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            call()
            count += 1
        return count

    return together(url, processes, work) / seconds


def throughput(url: str, seconds: float, rounds: int, sizes: Sequence[int] = PROCESSES) -> Row:
    """Measure calls per second with all numbers of processes, in alternating rounds; medians, and GETs for one decision."""
    found: dict[tuple[int, str], list[float]] = {(size, name): [] for size in sizes for name in ("get", "take")}
    for _ in range(rounds):
        for (size, name), rates in found.items():
            rates.append(decided(url, name, size, seconds))
    rows: list[Row] = []
    for size in sizes:
        get, take = median(found[size, "get"]), median(found[size, "take"])
        rows.append(
            {
                "processes": size,
                "ratio": round(get / take, 1),
                "take": round(take / 100) * 100,
                "get": round(get / 100) * 100,
            }
        )
    most = max(rows, key=lambda row: row["take"])
    return {
        "rows": rows,
        "most": most["take"],
        "at": most["processes"],
        "gain": round(most["take"] / rows[0]["take"], 1),
    }


def main(scale: float = 1.0) -> None:
    """Measure all on one Redis and save it."""
    with run_redis() as server, make_redis(server.url, seconds=5) as redis:
        rounds = max(1, round(7 * scale))
        results = {
            "limit": LIMIT,
            "window": WINDOW // 1_000_000,
            "passed": let_through(redis, round(60 * scale)),
            "memory": [memory(redis, limit) for limit in (20, 100, 128, 129, 1000)],
            "race": races(server.url, 800, 100, rounds),
            "cost": costs(redis, round(3000 * scale), rounds),
            "throughput": throughput(server.url, 1.0 * scale, max(1, round(5 * scale))),
        }
    save(__file__, results, servers=[server.title], packages=["redis"])


if __name__ == "__main__":
    main()
