import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from local_services import Program, free_ports
from pydantic import SecretStr
from redis import Redis
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api_testing import ADA, HERE, api, client_of, environment

from services.postgres import Postgres
from services.redis import Redis as RedisServer
from services.redis import redis as run_redis

USERS = """
TRUNCATE users, jobs RESTART IDENTITY;
INSERT INTO users (email, name, city, joined_at) VALUES
    ('ada@example.com', 'Ada', 'London', '2024-01-01Z'),
    ('alan@example.com', 'Alan', 'London', '2024-01-02Z'),
    ('grace@example.com', 'Grace', 'New York', '2024-01-03Z')
"""


@pytest.fixture(scope="session")
def cache_server() -> Iterator[RedisServer]:
    with run_redis() as server:
        yield server


@pytest.fixture(scope="session")
def make_settings(
    postgres: Postgres,
    postgres_replica: Postgres,
    redis_server: RedisServer,
    cache_server: RedisServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Settings]:
    """Settings for the servers of the tests, with tables in them; nobody reaches the limit of requests."""

    reports, (smtp_port,) = tmp_path_factory.mktemp("reports"), free_ports(1)

    def make(**others: object) -> Settings:
        ours: dict[str, Any] = {
            "primary_url": postgres.url,
            "replica_url": postgres_replica.url,
            "cache_url": cache_server.url,
            "queue_url": redis_server.url,
            "secret": SecretStr("a secret of the tests"),
            "rate_per_second": 1000,
            "rate_burst": 10_000,
            "smtp_port": smtp_port,
            "reports": reports,
        }
        return Settings(**ours | others)

    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    done = subprocess.run(migrate, cwd=HERE, env=environment(make()), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return make


@pytest.fixture
def redis(redis_server: RedisServer, cache_server: RedisServer) -> Iterator[Redis]:
    """The queue's Redis, as empty as the cache's. It has known the limits for long: all buckets are full."""
    with Redis.from_url(cache_server.url) as cache:
        cache.flushall()
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        client.flushall()
        client.set("rate:since", 1)
        yield client


@pytest.fixture
def cache_redis(cache_server: RedisServer, redis: Redis) -> Iterator[Redis]:
    with Redis.from_url(cache_server.url, decode_responses=True) as client:
        yield client


@pytest.fixture
def settings(make_settings: Callable[..., Settings], postgres: Postgres, redis: Redis) -> Settings:
    """Settings for servers that know three users and nothing else."""
    with psycopg.connect(postgres.url) as connection:
        connection.execute(USERS)
    return make_settings()


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    service = Service.of(settings)
    yield service
    service.close()


@pytest.fixture(scope="session")
def api_process(
    make_settings: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Program, str]]:
    """One process of the API for all tests, and its address."""
    program, url = api(make_settings(), tmp_path_factory.mktemp("processes") / "api")
    with program:
        yield program, url


@pytest.fixture
def ada(api_process: tuple[Program, str], settings: Settings) -> Iterator[httpx.Client]:
    """A client of the API that is user 1."""
    with client_of(api_process[1], ADA, settings) as client:
        yield client
