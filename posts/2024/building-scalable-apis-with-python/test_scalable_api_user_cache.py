"""The cache: fast where it can be, never old, and no condition of an answer."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest
from redis import Redis
from scalable_api.database import Database, User, log_position
from scalable_api.fuse import Unavailable
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api.user_cache import POSITION
from scalable_api_testing import ADA, ALAN, paused, query, statements, wait_until
from sqlalchemy import Executable, delete, event, update
from sqlalchemy.orm import Session

from services.postgres import Postgres
from services.redis import Redis as RedisServer

NOBODY = 99


def name_of(service: Service, user_id: int) -> Any:
    record = service.users.get(user_id)
    return record["name"] if record else None


def rename(service: Service, name: str) -> None:
    with service.primary.session() as session:
        user = session.get_one(User, ADA, with_for_update=True)
        user.name, user.version = name, user.version + 1


@contextmanager
def reads(service: Service) -> Iterator[list[str]]:
    """Collects from which server users are read."""
    read: list[str] = []
    with ExitStack() as stack:
        for database in (service.primary, service.replica):
            stack.enter_context(after_read(database, partial(read.append, database.name)))
        yield read


@contextmanager
def after_read(database: Database, do: Callable[[], object]) -> Iterator[None]:
    """Calls `do` when a user has been read in the database."""

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM users" in statement:
            do()

    event.listen(database.engine, "after_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(database.engine, "after_cursor_execute", note)


@pytest.fixture
def up_to_date(service: Service, postgres_replica: Postgres) -> None:
    """The replica has what the primary has."""
    at = log_position(service.primary)
    wait_until(lambda: query(postgres_replica, f"SELECT pg_last_wal_replay_lsn() >= '{at}'"))


@pytest.fixture
def lagging(up_to_date: None, postgres_replica: Postgres) -> Iterator[None]:
    """From now on, the replica learns nothing new."""
    query(postgres_replica, "SELECT pg_wal_replay_pause()")
    yield
    query(postgres_replica, "SELECT pg_wal_replay_resume()")


def test_a_hit_does_not_touch_the_database(service: Service) -> None:
    with reads(service) as read:
        first = service.users.get(ADA)
        assert len(read) == 1
        assert service.users.get(ADA) == first
        assert len(read) == 1


@pytest.mark.usefixtures("up_to_date")
def test_a_miss_is_read_from_the_replica(service: Service) -> None:
    with reads(service) as read:
        assert [name_of(service, user_id) for user_id in (ADA, ALAN, ADA)] == ["Ada", "Alan", "Ada"]
    assert read == ["replica", "replica"]


@pytest.mark.usefixtures("up_to_date")
def test_the_primary_is_asked_how_far_it_is_once_for_many_misses(service: Service) -> None:
    with statements(service.primary.engine) as sent:
        for user_id in range(1, 20):
            service.users.get(user_id)
    assert len([statement for statement in sent if "wal" in statement]) == 1


@pytest.mark.usefixtures("lagging")
def test_a_replica_that_lags_puts_nothing_old_into_the_cache(service: Service, cache_redis: Redis) -> None:
    rename(service, "Ada Lovelace")
    cache_redis.flushall()
    with reads(service) as read:
        assert name_of(service, ADA) == "Ada Lovelace"
        assert name_of(service, ADA) == "Ada Lovelace"
    assert read == ["primary"]


@pytest.mark.usefixtures("lagging")
def test_how_far_the_replica_must_be_is_forgotten_with_all_else(service: Service, cache_redis: Redis) -> None:
    @event.listens_for(service.primary.engine, "after_cursor_execute", once=True)
    def write_and_forget(*_: object) -> None:  # when the primary has said how far it is
        rename(service, "Ada Lovelace")
        cache_redis.flushall()

    assert name_of(service, ADA) == "Ada Lovelace"
    assert not cache_redis.exists(POSITION)


@pytest.mark.usefixtures("lagging")
def test_what_a_client_has_seen_is_not_taken_back_by_the_replica(service: Service, cache_redis: Redis) -> None:
    known = log_position(service.primary)
    rename(service, "Ada Lovelace")
    cache_redis.delete("user:1")  # as when Redis needs the room
    cache_redis.set(POSITION, known)
    record = service.users.get(ADA, seen=2)
    assert record is not None
    assert record["version"] == 2


def test_an_entry_is_the_public_record_and_not_all_entries_expire_together(
    service: Service, cache_redis: Redis
) -> None:
    records = {user_id: service.users.get(user_id) for user_id in (ADA, ALAN, 3)}
    assert all(json.loads(str(cache_redis.get(f"user:{user_id}"))) == record for user_id, record in records.items())
    assert "email" not in (records[ADA] or {})
    left = [cache_redis.pttl(f"user:{user_id}") for user_id in records]
    assert all(3_200_000 < milliseconds <= 3_600_000 for milliseconds in left)
    assert len(set(left)) == 3


def test_a_user_who_does_not_exist_is_remembered_briefly(service: Service, cache_redis: Redis) -> None:
    with reads(service) as read:
        assert service.users.get(NOBODY) is None
        assert service.users.get(NOBODY) is None
        assert len(read) == 1
    assert 0 < cache_redis.ttl(f"user:{NOBODY}") <= service.settings.absent_seconds


def test_when_many_miss_at_once_one_asks_the_database(service: Service) -> None:
    with reads(service) as read, ExitStack() as slowly, ThreadPoolExecutor(20) as threads:
        for database in (service.primary, service.replica):
            slowly.enter_context(after_read(database, partial(time.sleep, 0.05)))
        names = set(threads.map(lambda _: name_of(service, ADA), range(20)))
    assert names == {"Ada"}
    assert len(read) == 1


def test_nobody_waits_long_for_a_reader_that_died_while_it_filled(service: Service, cache_redis: Redis) -> None:
    cache_redis.set("user:1", "fill:of-the-dead", px=400)
    began = time.monotonic()
    assert name_of(service, ADA) == "Ada"
    assert time.monotonic() - began < 0.4
    wait_until(lambda: not cache_redis.exists("user:1"))
    assert name_of(service, ADA) == "Ada"
    assert json.loads(str(cache_redis.get("user:1")))["name"] == "Ada"


def test_a_read_after_a_write_is_fresh_and_a_hit(service: Service) -> None:
    assert name_of(service, ADA) == "Ada"
    rename(service, "Ada Lovelace")
    with statements(service.primary.engine) as sent:
        assert name_of(service, ADA) == "Ada Lovelace"
        assert not sent

    assert name_of(service, NOBODY) is None
    with service.primary.session() as session:
        session.add(User(id=NOBODY, email="n@example.com", name="Somebody", city="Rome"))
    assert name_of(service, NOBODY) == "Somebody"
    with service.primary.session() as session:
        session.delete(session.get_one(User, NOBODY))
    assert name_of(service, NOBODY) is None


@pytest.mark.usefixtures("up_to_date")
def test_a_reader_overtaken_by_a_write_does_not_put_the_old_value_back(service: Service) -> None:
    with after_read(service.replica, partial(rename, service, "Ada Lovelace")):
        assert name_of(service, ADA) == "Ada"  # it had read that before the write
    assert name_of(service, ADA) == "Ada Lovelace"


def test_a_reader_does_not_fill_the_cache_between_the_write_and_its_commit(
    service: Service, cache_redis: Redis
) -> None:
    with service.primary.session() as session:
        session.get_one(User, ADA).name = "Ada Lovelace"
        session.flush()
        assert name_of(service, ADA) == "Ada"
        assert str(cache_redis.get("user:1")).startswith("hold:")
    assert name_of(service, ADA) == "Ada Lovelace"


def test_a_writer_that_dies_right_after_its_commit_leaves_no_stale_entry(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_of(service, ADA)

    def die(_: Session) -> None:
        raise KeyboardInterrupt

    event.listen(service.primary.sessions, "after_commit", die, insert=True, once=True)
    with pytest.raises(KeyboardInterrupt):
        rename(service, "Ada Lovelace")
    assert name_of(service, ADA) == "Ada Lovelace"


def test_of_two_writers_the_later_one_has_the_last_word(service: Service, cache_redis: Redis) -> None:
    @event.listens_for(service.primary.sessions, "after_commit", insert=True, once=True)
    def second_writer(_: Session) -> None:
        rename(service, "Countess")  # begins and ends between the commit of the first and its note of that

    rename(service, "Ada Lovelace")
    assert name_of(service, ADA) == "Countess"


def test_a_hold_that_redis_forgets_before_the_commit_leaves_no_stale_entry(
    service: Service, cache_redis: Redis
) -> None:
    with service.primary.session() as session:
        session.get_one(User, ADA).name = "Ada Lovelace"
        session.flush()
        cache_redis.flushall()  # as when it is killed and comes back
        assert name_of(service, ADA) == "Ada"  # not committed, so this is right, and stored
    assert name_of(service, ADA) == "Ada Lovelace"


def test_a_hold_gives_way_in_the_end(service: Service, cache_redis: Redis) -> None:
    cache_redis.set("user:1", "hold:of-the-dead", px=1)
    wait_until(lambda: not cache_redis.exists("user:1"))
    assert name_of(service, ADA) == "Ada"
    assert cache_redis.ttl("user:1") > 3000


@pytest.mark.parametrize(
    "wrong", [{"hold_seconds": 8}, {"statement_seconds": 3}, {"absent_seconds": 4}, {"cache_seconds": 4}]
)
def test_times_that_would_let_old_entries_in_are_refused(
    service: Service, make_settings: Callable[..., Settings], wrong: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match="must be more than"):
        Service.of(make_settings(**wrong))


@pytest.mark.parametrize("statement", [update(User).values(name="X"), delete(User)])
def test_a_write_that_would_pass_the_cache_by_is_refused(service: Service, statement: Executable) -> None:
    with pytest.raises(RuntimeError, match="stale"), service.primary.session() as session:
        session.execute(statement)
    assert name_of(service, ADA) == "Ada"


def test_without_the_cache_reads_and_writes_go_on_and_nothing_is_old_when_it_is_back(
    service: Service, cache_server: RedisServer
) -> None:
    assert name_of(service, ADA) == "Ada"
    cache_server.kill()
    try:
        assert name_of(service, ADA) == "Ada"
        rename(service, "Ada Lovelace")
        assert name_of(service, ADA) == "Ada Lovelace"
    finally:
        cache_server.start()
    assert name_of(service, ADA) == "Ada Lovelace"
    service.users.fuse.mend()
    assert name_of(service, ADA) == "Ada Lovelace"


def test_a_cache_that_hangs_holds_up_no_reader_and_a_write_is_refused_rather_than_left_stale(
    service: Service, cache_server: RedisServer
) -> None:
    assert name_of(service, ADA) == "Ada"
    with paused(cache_server):
        began = time.monotonic()
        assert {name_of(service, ADA) for _ in range(20)} == {"Ada"}
        assert time.monotonic() - began < 1.5  # the first waits, for the others the fuse is blown
        with pytest.raises(Unavailable):
            rename(service, "Ada Lovelace")
    service.users.fuse.mend()
    assert name_of(service, ADA) == "Ada"


def test_a_client_that_has_seen_a_version_gets_no_older_one_whatever_the_cache_has(
    service: Service, cache_redis: Redis
) -> None:
    old = service.users.get(ADA)
    rename(service, "Ada Lovelace")
    cache_redis.set("user:1", json.dumps(old))  # as after a fail-over of Redis to a copy that was behind
    record = service.users.get(ADA, seen=2)
    assert record is not None
    assert (record["name"], record["version"]) == ("Ada Lovelace", 2)
    assert name_of(service, ADA) == "Ada Lovelace"  # the old entry has been found out


def test_without_the_primary_cached_users_are_read_and_the_others_from_the_replica(
    service: Service, postgres: Postgres, postgres_replica: Postgres, cache_redis: Redis
) -> None:
    wait_until(lambda: query(postgres_replica, "SELECT count(*) FROM users") == 3)
    name_of(service, ADA)
    cache_redis.delete(POSITION)  # it is a second ago
    with paused(postgres):
        began = time.monotonic()
        assert name_of(service, ADA) == "Ada"
        assert time.monotonic() - began < 0.5
        assert name_of(service, ALAN) == "Alan"
        assert time.monotonic() - began < 4.5
        with pytest.raises(Unavailable):
            service.users.get(ALAN, seen=2)  # the replica has version 1, and who knows of a later one
    assert not cache_redis.exists("user:2") or str(cache_redis.get("user:2")).startswith("fill:")
