"""What the post claims, in direction, on a real Redis."""

from collections.abc import Iterator

import pytest
from measure import LIMIT, calls, costs, decided, let_through, memory, race, races, throughput
from redis import Redis
from scalable_api.redis_client import make_redis
from traffic import most_within

from services.redis import Redis as RedisServer


@pytest.fixture
def redis(redis_server: RedisServer) -> Iterator[Redis]:
    with make_redis(redis_server.url, seconds=5) as client:
        client.flushall()
        yield client


def test_an_interval_has_its_beginning_and_not_its_end() -> None:
    assert most_within([0, 5, 10], 10) == 2
    assert most_within([0, 5, 9, 30], 10) == 3
    assert most_within([], 10) == 0


def test_only_the_log_and_half_a_bucket_keep_to_the_limit_in_any_window(redis: Redis) -> None:
    passed = let_through(redis, windows=9)
    worst = passed["worst"]
    assert worst["log"]["window"] == 1
    assert worst["half"]["window"] <= 1
    assert worst["fixed"]["window"] == 2
    assert 1.9 <= worst["weighted"]["window"] <= 2
    assert 1.9 <= worst["bucket"]["window"] <= 2
    # In a tenth of a window, only the fixed one lets two bursts through.
    assert worst["fixed"]["tenth"] == 2
    assert all(worst[name]["tenth"] <= 1.15 for name in ("log", "weighted", "bucket", "half"))
    steady = passed["share"][0]
    assert [steady[name] for name in ("fixed", "log", "weighted", "bucket")] == [100] * 4
    assert steady["half"] < 80


def test_memory_of_all_but_the_log_does_not_depend_on_the_limit(redis: Redis) -> None:
    few, many = memory(redis, LIMIT), memory(redis, 200)
    assert all(many[name] <= few[name] + 8 for name in ("fixed", "weighted", "bucket", "half"))
    assert many["log"] > 5 * few["log"]
    assert few["bucket"] < few["weighted"] < few["log"]


def test_what_is_one_step_in_redis_is_exact_with_eight_processes(redis_server: RedisServer) -> None:
    allowed = {name: race(redis_server.url, name, 8, 400, 50) for name in ("naive", "look", "adding", "script")}
    assert allowed["script"] == allowed["adding"] == 50
    assert 50 <= allowed["look"] <= 57  # each of the others may have looked before the last was counted
    assert allowed["naive"] > 60


def test_one_process_alone_is_always_exact(redis_server: RedisServer) -> None:
    assert [race(redis_server.url, name, 1, 60, 50) for name in ("naive", "look", "adding", "script")] == [50] * 4


def test_races_are_told_with_their_spread(redis_server: RedisServer) -> None:
    found = races(redis_server.url, 80, 20, 1, sizes=(1, 2))
    assert found["spread"]["script"] == {"least": 20, "most": 20}
    assert [row["script"] for row in found["rows"]] == [20] * 2


def test_a_decision_costs_more_than_a_get(redis: Redis) -> None:
    assert set(calls(redis)) == {"get", "nothing", "take", "naive"}
    cost = costs(redis, times=100, rounds=9)
    assert cost["ratio"]["take"] > 1
    assert cost["server"]["take"] > cost["server"]["nothing"]


def test_processes_share_one_redis(redis_server: RedisServer) -> None:
    assert decided(redis_server.url, "take", 2, 0.1) > 0
    assert [row["processes"] for row in throughput(redis_server.url, 0.1, 1, sizes=(1, 2))["rows"]] == [1, 2]
