"""Each claim of the post, at a small scale on real servers."""

from collections.abc import Iterator

import pytest
from crowds import crowds_by_read, crowds_by_threads, crowds_of_processes
from hits import hit_and_read, hits_by_memory, lru_hits, time_ways, zipf
from interleavings import overtake, side_by_side, stale_after
from measuring import make_users
from outages import outages
from redis import Redis

from services.postgres import Postgres
from services.redis import Redis as RedisServer

USERS = 20_000


@pytest.fixture(scope="module")
def urls(postgres: Postgres, redis_server: RedisServer) -> tuple[str, str]:
    make_users(postgres.url, USERS)
    return postgres.url, redis_server.url


@pytest.fixture(autouse=True)
def empty_cache(urls: tuple[str, str]) -> Iterator[None]:
    with Redis.from_url(urls[1]) as redis:
        redis.flushall()
        yield
        redis.config_set("maxmemory", 0)


def test_a_hit_is_faster_than_a_read_and_a_miss_is_slower(urls: tuple[str, str]) -> None:
    found = hit_and_read(time_ways(*urls, USERS, each=50, rounds=3))
    assert found["read_to_hit"] > 1
    assert found["miss_to_read"] > 1
    assert found["list_to_hit"] > 1


def test_more_memory_brings_more_hits(urls: tuple[str, str]) -> None:
    small, large = hits_by_memory(*urls, USERS, warm=20_000, requests=500, rounds=1, sizes=[2, 8])
    assert small["entries"] < large["entries"]
    assert small["hits"] < large["hits"]


def test_an_exact_lru_forgets_what_was_asked_for_longest_ago() -> None:
    assert lru_hits([1, 2, 1, 3, 1, 2], room=2, warm=0) == 2 / 6
    assert zipf(2) == [pytest.approx(2 / 3), 1]


def test_of_a_crowd_one_reader_with_the_lease_reaches_the_database(urls: tuple[str, str]) -> None:
    (row,) = crowds_by_read(*urls, threads=20, rounds=2, seconds=[0.05])
    assert row["lease_most"] == 1
    assert row["naive"] > 1
    (row,) = crowds_by_threads(*urls, sizes=[10], rounds=1)
    assert row["lease"] == 1


def test_a_read_longer_than_the_wait_lets_the_crowd_through(urls: tuple[str, str]) -> None:
    (row,) = crowds_by_read(*urls, threads=10, rounds=1, seconds=[0.5])
    assert row["lease"] == 10


def test_the_lease_holds_across_processes(urls: tuple[str, str]) -> None:
    row = crowds_of_processes(*urls, processes=2, threads=5, rounds=2)
    assert row["lease_most"] == 1


def test_the_stale_set_happens_each_time_without_the_hold_and_never_with_it(urls: tuple[str, str]) -> None:
    assert stale_after(*urls, overtake, rounds=5) == {"rounds": 5, "naive": 5, "service": 0}
    assert stale_after(*urls, side_by_side, rounds=20)["service"] == 0


def test_the_fuse_keeps_readers_going_while_redis_hangs(urls: tuple[str, str], redis_server: RedisServer) -> None:
    found = {str(row["case"]): row for row in outages(urls[0], redis_server, 0.8, users=20, writes=1, rounds=1)}
    assert found["paused, with the fuse"]["per_second"] > found["paused, without"]["per_second"]
    assert {row["errors"] for row in found.values()} == {0}
    assert [row["refused"] for row in found.values()] == [0, 0, 0, 1, 1]
