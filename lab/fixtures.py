"""The servers as fixtures for the tests of posts, each started once a run, when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import postgres as pg
from lab import redis as rd


@pytest.fixture(scope="session")
def postgres() -> Iterator[pg.Postgres]:
    """Return a PostgreSQL; its `url` is for psycopg."""
    with pg.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_replica(postgres: pg.Postgres) -> Iterator[pg.Postgres]:
    """Return a replica that streams from `postgres`."""
    with pg.replica_of(postgres) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[rd.Redis]:
    """Return an empty Redis; its `url` is for redis-py."""
    with rd.redis() as server:
        yield server
