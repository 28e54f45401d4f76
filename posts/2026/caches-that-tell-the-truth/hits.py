"""What a hit saves, and how many hits a megabyte buys."""

import json
import random
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import accumulate
from statistics import mean, median
from typing import Any

import psycopg
from measuring import Row, Times, cache_of, milliseconds, p99, ratio, timed
from prometheus_client import REGISTRY
from redis import Redis
from scalable_api.database import Database, User, newest_of_city
from scalable_api.user_cache import UserCache, key_of, read_from
from sqlalchemy import select

SEED = 20261127
LEAD = 30  # calls before the timed ones
WARM = "for i, key in ipairs(KEYS) do redis.call('SET', key, ARGV[i], 'EX', 3600) end"


def ways(cache: UserCache, connection: psycopg.Connection[Any]) -> dict[str, Callable[[int], object]]:
    """The ways to an answer, each called with a user's id; all but a miss expect the cache to be full."""
    statement = "SELECT id, name, city, joined_at, version FROM users WHERE id = %s"
    return {
        "Redis GET alone": lambda user_id: cache.redis.get(key_of(user_id)),
        "get(), hit": cache.get,
        "SELECT alone": lambda user_id: connection.execute(statement, [user_id]).fetchone(),
        "database read of get()": lambda user_id: read_from(cache.primary, user_id),
        "get(), miss": cache.get,
        "list of 20 users": lambda user_id: newest(cache.primary, f"City {1 + user_id % 1000}"),
    }


def newest(database: Database, city: str) -> list[dict[str, Any]]:
    with database.session() as session:
        return [user.public() for user in session.scalars(newest_of_city(city))]


def time_ways(postgres_url: str, redis_url: str, users: int, each: int, rounds: int) -> dict[str, list[Times]]:
    """Return the seconds of `each` calls of every way in every round, of ids by chance.

    The order of the ways is drawn anew in each round, and each begins with calls that are not timed: a way must not gain or
    lose by what ran just before it.
    """
    chance = random.Random(SEED)
    with cache_of(postgres_url, redis_url) as cache, psycopg.connect(postgres_url, autocommit=True) as connection:
        all_ways = ways(cache, connection)
        found: dict[str, list[Times]] = {name: [] for name in all_ways}
        for _ in range(rounds):
            for name in chance.sample(list(all_ways), len(all_ways)):
                ids = chance.sample(range(1, users + 1), each + LEAD)
                cache.redis.delete(*map(key_of, ids))
                if not name.endswith("miss"):
                    timed(cache.get, ids)
                found[name].append(timed(all_ways[name], ids)[LEAD:])
    return found


def hit_and_read(found: dict[str, list[Times]]) -> dict[str, Any]:
    medians = {name: [median(times) for times in rounds] for name, rounds in found.items()}
    tails = {name: [p99([one for times in rounds for one in times])] for name, rounds in found.items()}
    hit, read = "get(), hit", "database read of get()"
    return {
        "ways": [
            {
                "way": name,
                "ratio": ratio(medians[name], medians[hit]),
                "median": milliseconds(medians[name]),
                "p99": milliseconds(tails[name]),
            }
            for name in found
        ],
        "read_to_hit": ratio(medians[read], medians[hit]),
        "read_to_hit_p99": ratio(tails[read], tails[hit]),
        "read_to_select": ratio(medians[read], medians["SELECT alone"]),
        "hit_to_redis": ratio(medians[hit], medians["Redis GET alone"]),
        "select_to_redis": ratio(medians["SELECT alone"], medians["Redis GET alone"]),
        "miss_to_read": ratio(medians["get(), miss"], medians[read]),
        "miss_to_hit": ratio(medians["get(), miss"], medians[hit]),
        "list_to_hit": ratio(medians["list of 20 users"], medians[hit]),
    }


def zipf(users: int) -> list[float]:
    """Return the cumulative share of the requests that the first 1, 2, … users get: the n-th, 1/n of what the first gets."""
    sums = list(accumulate(1 / rank for rank in range(1, users + 1)))
    return [part / sums[-1] for part in sums]


def by_rank(users: int) -> list[int]:
    """Return the ids, the most wanted user first: by chance, but the same each time."""
    return random.Random(SEED).sample(range(1, users + 1), users)


def asked_for_before(users: int, chance: random.Random) -> list[int]:
    """Return all ids in the order of their last use, as if requests had come for ever: who is wanted n times as often has
    been asked for n times as recently, on average, and the times since then are exponential."""
    idle = {user_id: chance.expovariate(1 / rank) for rank, user_id in enumerate(by_rank(users), 1)}
    return sorted(idle, key=idle.__getitem__, reverse=True)


def draw(users: int, requests: int, chance: random.Random) -> list[int]:
    """Return the ids that so many requests ask for."""
    return chance.choices(by_rank(users), cum_weights=zipf(users), k=requests)


def lru_hits(ids: Sequence[int], room: int, warm: int) -> float:
    """Return the hit ratio of an exact LRU with `room` entries, for the requests after the first `warm`."""
    kept: OrderedDict[int, None] = OrderedDict()
    hits = 0
    for number, user_id in enumerate(ids):
        if user_id in kept:
            hits += number >= warm
        kept[user_id] = None
        kept.move_to_end(user_id)
        if len(kept) > room:
            kept.popitem(last=False)
    return hits / (len(ids) - warm)


def records(database: Database, users: int) -> dict[int, str]:
    """Return what the cache stores of each user; in parts, since the server ends a transaction after 4 seconds."""
    stored = {}
    for first in range(1, users + 1, 5000):
        with database.session() as session:
            part = session.scalars(select(User).where(User.id.between(first, min(first + 4999, users))))
            stored |= {user.id: json.dumps(user.public()) for user in part}
    return stored


def warm_up(redis: Redis, ids: Sequence[int], stored: dict[int, str]) -> None:
    """Leave the cache as if it had been asked for `ids`, in this order, and had stored each that it did not have."""
    for start in range(0, len(ids), 200):
        part = ids[start : start + 200]
        redis.eval(WARM, len(part), *map(key_of, part), *(stored[user_id] for user_id in part))


def limit_memory(redis: Redis, megabytes: int) -> None:
    redis.flushall()
    redis.config_set("maxmemory-policy", "allkeys-lru")
    redis.config_set("maxmemory", f"{megabytes}mb")


def hits_so_far() -> float:
    """What the service's own metric says."""
    return REGISTRY.get_sample_value("cache_lookups_total", {"outcome": "hit"}) or 0


def with_memory(cache: UserCache, megabytes: int, ids: Sequence[int], warm: int, stored: dict[int, str]) -> Row:
    """Ask for `ids`, the first `warm` of them unmeasured, with so much memory."""
    limit_memory(cache.redis, megabytes)
    warm_up(cache.redis, ids[:warm], stored)
    entries, before = cache.redis.dbsize(), hits_so_far()
    times = timed(cache.get, ids[warm:])
    hits = (hits_so_far() - before) / len(times)
    return {
        "megabytes": megabytes,
        "entries": entries,
        "hits": hits,
        "lru": lru_hits(ids, entries, warm),
        "mean": mean(times),
        "median": median(times),
        "p99": p99(times),
    }


def hits_by_memory(
    postgres_url: str, redis_url: str, users: int, warm: int, requests: int, rounds: int, sizes: Sequence[int]
) -> list[Row]:
    """Return a row for each of `sizes` (MB), medians of the rounds; shares in per cent, times in milliseconds."""
    chance, rows, shares = random.Random(SEED), [], zipf(users)
    with cache_of(postgres_url, redis_url) as cache:
        stored = records(cache.primary, users)
        for _ in range(rounds):
            ids = asked_for_before(users, chance) + draw(users, warm + requests, chance)
            rows += [with_memory(cache, size, ids, users + warm, stored) for size in sizes]
    by_size = [[row for row in rows if row["megabytes"] == size] for size in sizes]
    return [
        {
            "megabytes": size,
            "entries": round(median(row["entries"] for row in of_size)),
            "hits": round(100 * median(row["hits"] for row in of_size), 1),
            "lru": round(100 * median(row["lru"] for row in of_size), 1),
            "best": round(100 * shares[round(median(row["entries"] for row in of_size)) - 1], 1),
            **{name: milliseconds(row[name] for row in of_size) for name in ("mean", "median", "p99")},
        }
        for size, of_size in zip(sizes, by_size, strict=True)
    ]
