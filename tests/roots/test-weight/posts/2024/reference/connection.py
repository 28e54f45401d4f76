from collections.abc import Iterator

import pytest
from redis import Redis
from scalable_api.database import Base, make_engine
from scalable_api.redis_client import make_redis
from scalable_api_servers import postgres_server, redis_server
from sqlalchemy import Engine


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    """The listing's engine, on a database with empty tables."""
    engine = make_engine(postgres_url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """The listing's client, on an empty Redis."""
    with make_redis(redis_url, seconds=5) as client:
        client.flushall()
        yield client
