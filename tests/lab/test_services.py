"""The servers that the posts' listings run against: real, and gone when they are no longer needed."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis as client

from lab.postgres import Postgres, postgres, replica_of
from lab.redis import Redis, redis
from lab.server import Server
from testing.sites import ROOT


@pytest.fixture(scope="module")
def primary() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture
def queue() -> Iterator[Redis]:
    with redis() as server:
        yield server


def one(server: Postgres) -> int:
    with psycopg.connect(server.url, connect_timeout=2) as connection:
        row = connection.execute("SELECT 1").fetchone()
    return int(row[0]) if row else 0


def test_a_replica_has_what_its_primary_has(primary: Postgres) -> None:
    with replica_of(primary) as replica, psycopg.connect(primary.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE copied AS SELECT 7 AS n")
        deadline = time.monotonic() + 20
        while True:
            with psycopg.connect(replica.url) as reader:
                found = reader.execute("SELECT to_regclass('copied')").fetchone()
            if found and found[0]:
                return
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_a_killed_server_can_be_started_again(primary: Postgres) -> None:
    primary.kill()
    with pytest.raises(psycopg.OperationalError):
        one(primary)
    primary.start()
    assert one(primary) == 1


def test_a_paused_server_does_not_answer_and_goes_on(queue: Redis) -> None:
    with client.Redis.from_url(queue.url, socket_timeout=0.2) as connection:
        connection.set("a", "b")
        queue.pause()
        with pytest.raises(client.TimeoutError):
            connection.get("a")
        queue.resume()
        assert connection.get("a") == b"b"


def test_a_server_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match=r"(?s)Redis .* ended; it said:.*no-such-setting"),
        redis({"no-such-setting": "1"}),
    ):
        pass


def test_a_server_ends_when_who_has_started_it_is_killed() -> None:
    code = "from lab.redis import redis\nwith redis() as r:\n    print(r._processes()[0].pid, flush=True)\n    input()"
    starter = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    server = psutil.Process(int(starter.stdout.readline()))
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    server.wait(20)
    assert not server.is_running()


def test_a_server_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    Server("Nothing 1.0", ["true"], tmp_path, lambda: None, OSError).stop()
