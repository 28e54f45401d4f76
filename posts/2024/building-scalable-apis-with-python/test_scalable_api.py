"""What "Building Scalable APIs with Python" promises, held against a real PostgreSQL and a real Redis."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from index_gain_and_cost import fill
from redis import Redis
from scalable_api.database import TEAM_INDEX, TRANSACTION_SECONDS, User, make_engine, newest_members, plan_of
from scalable_api.jobs import Job, JobQueue, work
from scalable_api.rate_limit import Decision, RateLimit
from scalable_api.user_cache import ABSENT_SECONDS, HOLD_SECONDS, TTL_SECONDS, UserCache
from sqlalchemy import Engine, Executable, NullPool, create_engine, delete, event, text, update
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

HERE = Path(__file__).parent


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collects the SQL that `engine` sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def in_python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    """Another process that can import the listings."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


# --- Database


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


def test_a_pool_never_has_more_connections_open_than_its_bound(postgres_url: str) -> None:
    pooled = make_engine(f"{postgres_url}&application_name=pooled", pool_size=4, pool_seconds=10)
    assert most_connections_seen(pooled, requests=24) == 4
    pooled.dispose()

    one_each = create_engine(f"{postgres_url}&application_name=one_each", poolclass=NullPool)
    assert most_connections_seen(one_each, requests=24) > 4


def test_a_request_that_finds_the_pool_empty_is_turned_away_in_time(postgres_url: str) -> None:
    engine = make_engine(postgres_url, pool_size=1, pool_seconds=0.1)
    with engine.connect():
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            engine.connect()
        assert 0.1 <= time.monotonic() - began < 5
    engine.dispose()


def test_the_server_ends_a_statement_and_a_transaction_that_take_too_long(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scalable_api.database.STATEMENT_SECONDS", 0.3)
    monkeypatch.setattr("scalable_api.database.TRANSACTION_SECONDS", 0.6)
    engine = make_engine(postgres_url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(10)"))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        time.sleep(0.8)
        with pytest.raises(DBAPIError, match="transaction timeout"):
            connection.execute(text("SELECT 1"))
    engine.dispose()


def test_the_index_replaces_a_scan_and_a_sort_of_the_whole_table(engine: Engine) -> None:
    TEAM_INDEX.drop(engine)
    fill(engine, 1, 20_000, teams=500)
    with Session(engine) as session:
        session.execute(text("ANALYZE users"))
        before = plan_of(session, newest_members(team_id=7))
        TEAM_INDEX.create(session.connection())
        after = plan_of(session, newest_members(team_id=7))
        members = session.scalars(newest_members(team_id=7, limit=3)).all()

    assert "Seq Scan on users" in before
    assert "Sort" in before
    assert "Index Scan Backward using users_team_created" in after
    assert "Seq Scan" not in after
    assert "Sort" not in after
    assert [member.id for member in members] == [19507, 19007, 18507]


# --- Cache


@pytest.fixture
def cache(engine: Engine, redis: Redis) -> UserCache:
    """A cache over a table with one user, Ada, whose entry is not in Redis."""
    cache = UserCache(engine, redis)
    with cache.sessions.begin() as session:
        session.add(User(id=1, email="ada@example.com", name="Ada", team_id=1))
    redis.flushall()
    return cache


def rename(cache: UserCache, name: str) -> None:
    with cache.sessions.begin() as session:
        session.get_one(User, 1).name = name


def test_a_hit_does_not_touch_the_database(cache: UserCache, engine: Engine) -> None:
    with statements(engine) as sent:
        first = cache.get(1)
        assert len(sent) == 1
        assert cache.get(1) == first
        assert len(sent) == 1


def test_an_entry_is_json_under_its_key_and_expires_within_the_hour(cache: UserCache, redis: Redis) -> None:
    record = cache.get(1)
    assert record is not None
    assert record["name"] == "Ada"
    assert "email" not in record
    assert json.loads(str(redis.get("user:1"))) == record
    assert TTL_SECONDS == 3600
    assert 3590 < redis.ttl("user:1") <= 3600


def test_a_user_who_does_not_exist_is_none_and_is_remembered_briefly(
    cache: UserCache, engine: Engine, redis: Redis
) -> None:
    with statements(engine) as sent:
        assert cache.get(2) is None
        assert cache.get(2) is None
        assert len(sent) == 1
    assert 0 < redis.ttl("user:2") <= ABSENT_SECONDS <= 60


def test_a_read_after_a_write_is_fresh(cache: UserCache, redis: Redis) -> None:
    def name_of(user_id: int) -> Any:
        record = cache.get(user_id)
        return record["name"] if record else None

    assert name_of(1) == "Ada"
    rename(cache, "Ada Lovelace")
    assert name_of(1) == "Ada Lovelace"

    assert name_of(2) is None
    with cache.sessions.begin() as session:
        session.add(User(id=2, email="alan@example.com", name="Alan", team_id=1))
    assert name_of(2) == "Alan"

    redis.delete("user:2")  # as when its hold ends: the next read fills the cache
    assert name_of(2) == "Alan"
    with cache.sessions.begin() as session:
        session.delete(session.get_one(User, 2))
    assert name_of(2) is None


def test_a_reader_overtaken_by_a_write_does_not_put_the_old_value_back(
    cache: UserCache, engine: Engine, redis: Redis
) -> None:
    @event.listens_for(engine, "after_cursor_execute", once=True)
    def write_in_between(*_: object) -> None:
        rename(cache, "Ada Lovelace")

    overtaken = cache.get(1)  # reads "Ada"; the write commits before the value reaches Redis
    assert overtaken is not None
    assert overtaken["name"] == "Ada"

    current = cache.get(1)
    assert current is not None
    assert current["name"] == "Ada Lovelace"


def test_a_writer_that_dies_right_after_its_commit_leaves_no_stale_entry(cache: UserCache) -> None:
    cache.get(1)

    def die(_: Session) -> None:
        raise KeyboardInterrupt

    event.listen(cache.sessions, "after_commit", die)
    with pytest.raises(KeyboardInterrupt):
        rename(cache, "Ada Lovelace")
    record = cache.get(1)
    assert record is not None
    assert record["name"] == "Ada Lovelace"


@pytest.mark.parametrize("statement", [update(User).values(name="X"), delete(User)])
def test_a_write_that_would_pass_the_cache_by_is_refused(cache: UserCache, statement: Executable) -> None:
    with pytest.raises(RuntimeError, match="stale"), cache.sessions.begin() as session:
        session.execute(statement)
    assert cache.get(1)


def test_a_hold_outlasts_two_transactions_then_gives_way(cache: UserCache, redis: Redis) -> None:
    assert HOLD_SECONDS > 2 * TRANSACTION_SECONDS
    rename(cache, "Ada Lovelace")
    assert 0 < redis.ttl("user:1") <= HOLD_SECONDS
    redis.pexpire("user:1", 1)
    wait_until(lambda: not redis.exists("user:1"))
    assert cache.get(1) == json.loads(str(redis.get("user:1")))


# --- Queue


def test_a_job_is_delivered_once_and_leaves_the_queue(redis: Redis) -> None:
    queue = JobQueue(redis)
    done: list[Job] = []
    job_id = queue.enqueue("welcome_mail", user_id=1)
    assert work(queue, {"welcome_mail": done.append}, worker="a")
    assert done == [Job(job_id, "welcome_mail", {"user_id": 1})]
    assert queue.take("b", wait_seconds=0.01) is None
    assert redis.xlen("jobs") == 0
    assert redis.xpending("jobs", "workers")["pending"] == 0


def test_a_job_survives_a_worker_that_is_killed_in_the_middle_of_it(redis: Redis, redis_url: str) -> None:
    queue = JobQueue(redis, claim_seconds=0.2)
    job_id = queue.enqueue("report", month="2024-09")
    worker = in_python(
        "import sys, time\n"
        "from scalable_api.jobs import JobQueue, work\n"
        "from scalable_api.redis_client import make_redis\n"
        "def report(job):\n"
        "    print('started', flush=True)\n"
        "    time.sleep(60)\n"
        "work(JobQueue(make_redis(sys.argv[1], seconds=5)), {'report': report}, worker='doomed')\n",
        redis_url,
    )
    with worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "started\n"
        worker.send_signal(signal.SIGKILL)

    done: list[Job] = []
    wait_until(lambda: work(queue, {"report": done.append}, worker="heir"))
    assert [(job.id, job.arguments) for job in done] == [(job_id, {"month": "2024-09"})]
    assert redis.xlen("jobs") == 0


def test_a_job_in_good_hands_is_not_taken_away(redis: Redis) -> None:
    queue = JobQueue(redis)
    queue.enqueue("report")
    assert queue.take("a")
    assert queue.take("b", wait_seconds=0.01) is None


def test_an_abandoned_job_is_found_behind_one_in_good_hands(redis: Redis) -> None:
    queue = JobQueue(redis)
    queue.enqueue("report")
    abandoned = queue.enqueue("welcome_mail")
    assert queue.take("busy")
    assert queue.take("dead")
    redis.xclaim("jobs", "workers", "dead", 0, [abandoned], idle=3_600_000)  # last heard of an hour ago
    found = queue.take("heir")
    assert found is not None
    assert found.id == abandoned


def test_a_job_that_always_fails_is_set_aside_and_does_not_hold_up_the_others(redis: Redis) -> None:
    queue = JobQueue(redis, claim_seconds=0, deliveries=2)
    done: list[Job] = []

    def poison(job: Job) -> None:
        raise RuntimeError("it cannot be done")

    handlers = {"poison": poison, "report": done.append}
    queue.enqueue("poison")
    queue.enqueue("report")
    for _ in range(3):  # tried twice; at the third turn set aside, and the next job done
        assert work(queue, handlers, worker="a")
    assert [job.task for job in done] == ["report"]
    dead: Any = redis.xrange("jobs:dead")
    assert [fields["task"] for _, fields in dead] == ["poison"]
    assert redis.xlen("jobs") == 0


# --- Rate limit

SECOND = 1_000_000  # in the microseconds of a bucket
YES = Decision(allowed=True, retry_after=0)


def test_a_burst_is_allowed_then_refused_and_time_brings_tokens_back(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=5)
    burst = [limit.take("ada", now=1_000 * SECOND) for _ in range(6)]
    assert burst == [YES] * 5 + [Decision(allowed=False, retry_after=10)]

    assert limit.take("ada", now=1_010 * SECOND - 1) == Decision(allowed=False, retry_after=0.000001)
    assert limit.take("ada", now=1_010 * SECOND) == YES
    assert limit.take("ada", now=1_010 * SECOND) == Decision(allowed=False, retry_after=10)
    # However long the user stays away, the bucket holds no more than its capacity.
    assert [limit.take("ada", now=9_999 * SECOND).allowed for _ in range(6)] == [True] * 5 + [False]


def test_each_user_has_a_bucket_of_their_own(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=1)
    assert limit.take("ada", now=0).allowed
    assert not limit.take("ada", now=0).allowed
    assert limit.take("alan", now=0).allowed


@pytest.mark.parametrize("per_minute", [1, 7, 13, 59])
def test_whoever_waits_as_long_as_told_is_let_in_and_no_sooner(redis: Redis, per_minute: int) -> None:
    limit, now = RateLimit(redis, rate=per_minute / 60, capacity=1), 1_729_382_400 * SECOND
    for _ in range(20):
        assert limit.take("ada", now) == YES
        now += round(limit.take("ada", now).retry_after * SECOND)
        assert not limit.take("ada", now - 1).allowed


def test_a_clock_that_steps_back_gives_no_token_and_costs_at_most_a_bucket(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=2)
    assert limit.take("ada", now=1_000 * SECOND) == YES
    assert limit.take("ada", now=1_000 * SECOND) == YES
    assert limit.take("ada", now=500 * SECOND) == Decision(allowed=False, retry_after=10)


def test_the_clock_is_that_of_redis(redis: Redis) -> None:
    def clock() -> int:
        seconds, microseconds = redis.time()
        return seconds * SECOND + microseconds

    before = clock()
    assert RateLimit(redis, rate=0.1, capacity=1).take("ada").allowed
    full_again = int(str(redis.get("rate:ada")))
    assert before <= full_again - 10 * SECOND <= clock()


def test_a_full_bucket_takes_no_memory(redis: Redis) -> None:
    limit = RateLimit(redis, rate=20, capacity=2)
    assert limit.take("ada").allowed
    assert redis.pttl("rate:ada") <= 50
    wait_until(lambda: not redis.exists("rate:ada"))
    assert limit.take("ada").allowed


def test_the_limit_is_exact_across_processes(redis: Redis, redis_url: str) -> None:
    code = (
        "import sys\n"
        "from scalable_api.rate_limit import RateLimit\n"
        "from scalable_api.redis_client import make_redis\n"
        "redis = make_redis(sys.argv[1], seconds=20)\n"
        "limit = RateLimit(redis, rate=1 / 3600, capacity=100)\n"
        "redis.incr('ready')\n"
        "redis.brpop('go', timeout=15)\n"
        "print(sum(limit.take('ada').allowed for _ in range(80)))\n"
    )
    clients = [in_python(code, redis_url) for _ in range(4)]
    wait_until(lambda: int(redis.get("ready") or 0) == len(clients))
    redis.lpush("go", *["now" for _ in clients])
    assert sum(int(client.communicate()[0]) for client in clients) == 100
