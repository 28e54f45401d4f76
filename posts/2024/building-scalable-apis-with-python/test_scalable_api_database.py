"""PostgreSQL: bounded in connections and in time, and asked for as little as possible."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from scalable_api.database import CITY_INDEX, Base, Database, make_engine, newest_of_city, plan_of
from scalable_api.fill import fill
from scalable_api.fuse import Fuse, Unavailable
from scalable_api.settings import Settings
from scalable_api_testing import paused, wait_until
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from services.postgres import Postgres


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """An engine without limits in time, on tables without users."""
    engine = make_engine(settings.primary_url, statement_seconds=None)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE users"))
    yield engine
    engine.dispose()


def most_connections_seen(engine: Engine, requests: int) -> int:
    """Lets `requests` requests in at once; each asks the server how many connections this engine has."""
    start = threading.Barrier(requests)

    def request(_: int) -> int:
        start.wait()
        with engine.connect() as connection:
            mine = "application_name = current_setting('application_name')"
            count = connection.scalar(text(f"SELECT count(*) FROM pg_stat_activity WHERE {mine}"))
            connection.execute(text("SELECT pg_sleep(0.05)"))  # long enough to overlap with the others
            return int(count or 0)

    with ThreadPoolExecutor(requests) as threads:
        return max(threads.map(request, range(requests)))


def test_a_pool_never_has_more_connections_open_than_its_bound(settings: Settings) -> None:
    url = f"{settings.primary_url}&application_name="
    pooled = make_engine(f"{url}pooled", pool_size=4, pool_seconds=10)
    assert most_connections_seen(pooled, requests=24) == 4
    pooled.dispose()

    one_each = create_engine(f"{url}one_each".replace("://", "+psycopg://"), poolclass=NullPool)
    assert most_connections_seen(one_each, requests=24) > 4


def test_a_request_that_finds_the_pool_empty_is_turned_away_in_time(settings: Settings) -> None:
    engine = make_engine(settings.primary_url, pool_size=1, pool_seconds=0.1)
    with engine.connect():
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            engine.connect()
        with pytest.raises(Unavailable, match="in use"), Database("primary", engine).session() as session:
            session.execute(text("SELECT 1"))
        assert 0.2 <= time.monotonic() - began < 2
    engine.dispose()


def test_the_server_ends_a_statement_and_a_transaction_that_take_too_long(settings: Settings) -> None:
    engine = make_engine(settings.primary_url, statement_seconds=0.3)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(10)"))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        time.sleep(0.8)
        with pytest.raises(DBAPIError, match="transaction timeout"):
            connection.execute(text("SELECT 1"))
    engine.dispose()


def test_a_server_that_stops_answering_holds_nobody_for_long_and_is_left_alone_for_a_moment(
    settings: Settings, postgres: Postgres
) -> None:
    primary = Database("primary", make_engine(settings.primary_url, statement_seconds=0.5))

    def ask() -> None:
        with primary.session() as session:
            session.execute(text("SELECT 1"))

    ask()
    with primary.sessions() as session:
        session.execute(text("SELECT 1"))
        with paused(postgres):
            began = time.monotonic()
            with pytest.raises(DBAPIError):
                session.execute(text("SELECT 2"))  # in mid-transaction
            assert 0.5 < time.monotonic() - began < 2
            with pytest.raises(Unavailable, match="away"):
                ask()  # ping and connection
            began = time.monotonic()
            with pytest.raises(Unavailable, match="away"):
                ask()  # not even asked
            assert time.monotonic() - began < 0.1
    primary.fuse.mend()
    ask()
    primary.engine.dispose()


def test_a_fuse_lets_one_at_a_time_through_until_somebody_succeeds() -> None:
    fuse = Fuse(seconds=0.05)
    assert fuse.lets_through()
    fuse.blow()
    assert not fuse.lets_through()
    wait_until(fuse.lets_through)
    assert not fuse.lets_through()
    fuse.mend()
    assert all(fuse.lets_through() for _ in range(3))


def test_the_index_replaces_a_scan_and_a_sort_of_the_whole_table(engine: Engine) -> None:
    fill(engine, 20_000)
    with Session(engine) as session:
        CITY_INDEX.drop(session.connection())  # undone at the end of the transaction
        before = plan_of(session, newest_of_city("City 7"))
    with Session(engine) as session:
        after = plan_of(session, newest_of_city("City 7"))
        users = session.scalars(newest_of_city("City 7", limit=3)).all()
    assert "Seq Scan on users" in before
    assert "Sort" in before
    assert "Index Scan Backward using users_city_joined" in after
    assert "Seq Scan" not in after
    assert "Sort" not in after
    assert users == sorted(users, key=lambda user: user.joined_at, reverse=True)


def test_a_later_page_costs_what_the_first_one_does(engine: Engine) -> None:
    fill(engine, 20_000)
    with Session(engine) as session:
        *_, last = session.scalars(newest_of_city("City 1", limit=1000)).all()
        plan = plan_of(session, newest_of_city("City 1", before=(last.joined_at, last.id)))
    assert "Index Scan Backward using users_city_joined" in plan
    assert "Rows Removed" not in plan
    assert max(map(int, re.findall(r"Buffers: shared hit=(\d+)", plan))) < 40  # pages of 8 kB, for 20 users


def test_the_migrations_make_the_tables_that_the_code_expects(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_users_made_up_are_the_same_each_time_and_a_few_cities_have_most(engine: Engine) -> None:
    digest = text("SELECT md5(string_agg(users::text, '|' ORDER BY id)) FROM users")
    fill(engine, 1_000)
    fill(engine, 3_000)
    with engine.connect() as connection:
        in_steps = connection.scalar(digest)
        largest = connection.scalar(text("SELECT count(*) FROM users WHERE city = 'City 1'"))
        years = connection.scalar(text("SELECT count(DISTINCT date_part('year', joined_at)) FROM users"))
    assert largest == pytest.approx(300, rel=0.05)  # log 2 / log 1001 of them
    assert years == 8
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE users"))
    fill(engine, 3_000)
    with engine.connect() as connection:
        assert connection.scalar(digest) == in_steps
