"""What the post claims, at a small scale: counts exactly, times only by their direction."""

from collections.abc import Callable

import indexes
import pools
import psycopg
import pytest
import replicas
from clients import Seen, ask, middle
from scalable_api.database import Database, make_engine
from scalable_api.fuse import Unavailable
from sqlalchemy import Engine, event

from services.postgres import Postgres
from services.redis import Redis

USERS = 2_000


@pytest.fixture
def users(postgres: Postgres) -> int:
    pools.prepare(postgres.url, USERS)
    return USERS


def test_clients_ask_until_their_time_is_over_and_count_refusals() -> None:
    asked: list[int] = []

    def request() -> None:
        asked.append(len(asked))
        if asked[-1] < 3:
            raise Unavailable("full")

    seen = ask(request, clients=1, seconds=0.05)
    assert seen.refused == 3
    assert 0 < seen.per_second * 0.05 <= len(asked) - 3
    assert seen.p50 <= seen.p99 <= seen.longest
    assert middle([Seen(1, 5, 9, 9, 0), Seen(2, 6, 7, 8, 2), Seen(3, 4, 8, 8, 0)]) == Seen(2, 5, 8, 9, 2)


@pytest.mark.parametrize(("make", "connections"), [(make_engine, 1), (pools.connecting, 20)])
def test_without_a_pool_each_request_connects(
    postgres: Postgres, users: int, make: Callable[[str], Engine], connections: int
) -> None:
    engine, made = make(postgres.url), []
    event.listen(engine, "connect", lambda connection, _: made.append(connection))
    database = Database("one", engine)
    for _ in range(20):
        pools.read_user(database, users)
    assert len(made) == connections
    engine.dispose()


def test_a_pool_answers_more_requests_than_a_connection_for_each(users: int) -> None:
    with pools.password_server({}) as server:
        pools.prepare(server.socket, users)
        for row in pools.pool_against_connecting(server, users, clients=(1, 4), seconds=0.3, rounds=1):
            assert row["pooled"] > row["cheaply"] > row["connecting"]
            assert row["pooled_p50"] < row["connecting_p50"]


def test_over_tcp_nobody_connects_without_the_password(users: int) -> None:
    with pools.password_server({}) as server:
        psycopg.connect(server.tcp).close()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.tcp.replace("secret", "guess"))


def test_requests_that_wait_in_the_server_pass_a_small_pool_one_by_one(postgres: Postgres, users: int) -> None:
    one, four = pools.pool_sizes(postgres.url, users, sizes=(1, 4), wait=0.01, seconds=0.4, rounds=1)
    assert one["wait"] <= 100  # Little's law: one connection, 10 ms each
    assert 100 < four["wait"] <= 400


def test_who_asks_again_at_once_overtakes_those_who_wait(postgres: Postgres, users: int) -> None:
    result = pools.overtaking(postgres.url, size=1, clients=8, wait=0.01, seconds=0.5, rounds=1)
    assert result["paused"]["p99"] < result["at_once"]["longest"]


def test_the_index_touches_fewer_buffers_the_more_users_there_are(postgres: Postgres) -> None:
    few, many = indexes.gain(postgres.url, sizes=(1_000, 50_000), rounds=1)
    assert many["scan_buffers"] > 20 * few["scan_buffers"]
    assert many["index_buffers"] <= 23
    assert many["scan_ms"] > many["index_ms"]


def test_each_index_adds_to_the_log_unless_an_update_leaves_it_alone(postgres: Postgres) -> None:
    two, three, six = indexes.cost(postgres.url, counts=(2, 3, 6), users=10_000, rounds=1)
    for name in ("insert_bytes", "city_bytes"):
        assert two[name] < three[name] < six[name]
    assert three["city_bytes"] / two["city_bytes"] > three["insert_bytes"] / two["insert_bytes"]
    assert six["version_bytes"] < six["city_bytes"] / 2


def test_the_primary_works_less_when_a_replica_reads(
    postgres: Postgres, postgres_replica: Postgres, users: int
) -> None:
    result = replicas.relief(postgres, postgres_replica, users, clients=2, seconds=1.5, rounds=1)
    alone, helped = result["rows"]
    assert helped["primary_seconds"] < alone["primary_seconds"]
    assert helped["replica_seconds"] > alone["replica_seconds"]


def test_a_replica_takes_the_misses_of_the_cache(
    postgres: Postgres, postgres_replica: Postgres, redis_server: Redis, users: int
) -> None:
    result = replicas.misses(postgres, postgres_replica, redis_server.url, users, reads=300)
    assert result["asked"]["replica"] > 9 * result["asked"]["primary"]
    assert result["asked"]["position"] <= 1 + result["seconds"]
    assert 0 < result["hits"] < 100


def test_by_its_version_a_write_is_read_from_the_primary(
    postgres: Postgres, postgres_replica: Postgres, redis_server: Redis, users: int
) -> None:
    result = replicas.own_writes(postgres, postgres_replica, redis_server.url, writes=5)
    assert result["stale"] == {"replica": 5, "cache": 5, "version": 0, "emptied": 0}
    assert result["asked"] == result["asked_emptied"] == {"primary": 5, "replica": 0}


def test_a_replica_shows_each_write_in_the_end(postgres: Postgres, postgres_replica: Postgres, users: int) -> None:
    result = replicas.lag(postgres, postgres_replica, writes=5)
    assert result["writes"] == 5
    assert 0 <= result["stale"] <= 5
