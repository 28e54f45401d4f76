"""What the post claims, at a tiny scale: counts exactly, times only as faster than."""

from collections.abc import Iterator
from pathlib import Path

import latency
import pressure
import pytest
import repeated
import stage
import survival
from scalable_api.settings import Settings

from services.postgres import Postgres
from services.redis import Redis, redis

TINY = stage.Scale(
    users=20_000,
    rounds=1,
    calls=3,
    lease=2,
    kills=1,
    flushed=5,
    without_relay=1,
    keys=2,
    repeats=1,
    produced=1,
    rate=20,
    pressure_smtp=0.3,
    most_waiting=2,
)


@pytest.fixture(scope="module")
def settings(postgres: Postgres, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with redis() as cache:
        made = stage.settings_for(postgres, cache, redis_server, tmp_path_factory.mktemp("home"))
        stage.add_users(made, TINY.users)
        yield made


def test_to_accept_a_job_is_faster_than_to_do_it(settings: Settings, tmp_path: Path) -> None:
    report, mail = latency.latency(settings, tmp_path, TINY)
    assert report["ratio_p50"] > 1
    assert mail["inline_p50"] >= TINY.smtp * 1000
    assert mail["ratio_p50"] > 2
    assert mail["http_ratio_p50"] > 1


def test_a_killed_worker_costs_a_second_start_and_no_second_effect_in_the_database(
    settings: Settings, tmp_path: Path
) -> None:
    imports, mails = survival.killed(settings, tmp_path, TINY)
    counts = ("killed", "started", "finished", "effects", "imported")
    assert [imports[name] for name in counts] == [1, 2, 1, 1, 1]
    assert [mails[name] for name in counts[:4]] == [1, 2, 1, 2]
    assert mails["message_ids"] == 1


def test_an_emptied_redis_loses_no_job(settings: Settings, tmp_path: Path) -> None:
    result = survival.emptied(settings, tmp_path, TINY)
    assert (result["messages"], result["done_without_relay"], result["lost"]) == (5, 0, 0)
    assert result["started"] == 5


def test_the_same_order_at_once_is_one_job(settings: Settings, tmp_path: Path) -> None:
    result = repeated.repeated(settings, tmp_path, TINY)
    assert result["with_index"] == {"requests": 16, "accepted": 16, "ids": 2, "jobs": 2}
    assert result["without_index"]["jobs"] >= 2


def test_a_bound_refuses_some_and_loses_none(settings: Settings) -> None:
    result = pressure.pressure(settings, TINY)
    small, none = result["small"], result["none"]
    assert small["refused"] > 0 == none["refused"]
    assert small["accepted"] == small["done"] == small["mails"]
    assert none["accepted"] == none["done"] == none["requests"]
    assert small["other"] == none["other"] == 0
    assert small["wait_p50"] <= none["wait_p50"]
    assert len(result["seconds"]) == TINY.produced
