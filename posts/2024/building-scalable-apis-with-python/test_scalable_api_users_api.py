"""Users by HTTP."""

import base64
import json
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from redis import Redis
from scalable_api.identity import token_for, user_of
from scalable_api.settings import Settings
from scalable_api_testing import ADA, ALAN, GRACE, paused, query, wait_until

from services.postgres import Postgres

ADA_RECORD = {"id": 1, "name": "Ada", "city": "London", "joined_at": "2024-01-01T00:00:00Z", "version": 1}
CHANGE = {"name": "Ada Lovelace", "city": "Paris"}


@pytest.fixture
def replay_paused(settings: Settings, postgres_replica: Postgres) -> Iterator[None]:
    """A replica that has the three users, and gets to know nothing more."""
    wait_until(lambda: query(postgres_replica, "SELECT count(*) FROM users") == 3)
    query(postgres_replica, "SELECT pg_wal_replay_pause()")
    wait_until(lambda: query(postgres_replica, "SELECT pg_get_wal_replay_pause_state()") == "paused")
    yield
    query(postgres_replica, "SELECT pg_wal_replay_resume()")


def test_a_user_is_shown_without_the_address_and_with_a_version(ada: httpx.Client) -> None:
    answer = ada.get(f"/users/{ADA}")
    assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, ADA_RECORD, '"1"')
    assert ada.get(f"/users/{ADA}", headers={"If-None-Match": '"7", "1"'}).status_code == 304
    assert ada.get(f"/users/{ADA}", headers={"If-None-Match": 'W/"1", "2"'}).status_code == 200
    assert ada.get("/users/99").status_code == 404


def test_who_writes_reads_what_was_written_although_the_replica_is_behind(
    ada: httpx.Client, replay_paused: None, postgres_replica: Postgres, cache_redis: Redis
) -> None:
    assert ada.get(f"/users/{ADA}").json()["version"] == 1
    written = ada.put(f"/users/{ADA}", json=CHANGE).json()
    assert written == ADA_RECORD | CHANGE | {"version": 2}
    assert ada.get(f"/users/{ADA}", headers={"Seen-Version": "2"}).json() == written
    cache_redis.flushall()  # as when it had no room
    assert ada.get(f"/users/{ADA}", headers={"Seen-Version": "2"}).json() == written
    cache_redis.flushall()
    assert ada.get(f"/users/{ADA}").json() == written
    assert query(postgres_replica, "SELECT version FROM users WHERE id = 1") == 1


def test_a_list_shows_the_state_of_the_replica(ada: httpx.Client, replay_paused: None) -> None:
    ada.put(f"/users/{ADA}", json=CHANGE)
    assert [user["name"] for user in ada.get("/users", params={"city": "London"}).json()["users"]] == ["Alan", "Ada"]


def test_without_the_replica_lists_come_from_the_primary(ada: httpx.Client, postgres_replica: Postgres) -> None:
    with paused(postgres_replica):
        answer = ada.get("/users", params={"city": "London"})
        assert (answer.status_code, len(answer.json()["users"])) == (200, 2)
        assert answer.elapsed.total_seconds() < 4.5
        assert ada.get("/users", params={"city": "London"}).elapsed.total_seconds() < 0.5  # the fuse is blown
        ready = ada.get("/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "degraded", "missing": ["replica"]})
    wait_until(lambda: ada.get("/ready").json()["status"] == "ready")


def test_a_version_that_does_not_exist_is_not_answered_with_an_older_one(ada: httpx.Client) -> None:
    assert ada.get(f"/users/{ADA}", headers={"Seen-Version": "2"}).status_code == 412


def test_only_the_user_itself_may_change_a_user(ada: httpx.Client) -> None:
    assert ada.put(f"/users/{ALAN}", json=CHANGE).status_code == 403
    assert ada.get(f"/users/{ALAN}").json()["name"] == "Alan"


def test_a_change_that_begins_from_an_old_version_is_refused(ada: httpx.Client) -> None:
    assert ada.put(f"/users/{ADA}", json=CHANGE, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert ada.put(f"/users/{ADA}", json=CHANGE, headers={"If-Match": '"1"'}).status_code == 412
    assert ada.put(f"/users/{ADA}", json=CHANGE, headers={"If-Match": "*"}).json()["version"] == 3


def test_pages_show_each_user_once_while_others_join(
    ada: httpx.Client, postgres: Postgres, postgres_replica: Postgres
) -> None:
    join = "INSERT INTO users (email, name, city, joined_at) SELECT {0} || 'r@example.com', '{0}', 'Rome', {1}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for number in range(5):  # the last three at the same moment: the id decides
            connection.execute(
                join.format(number, f"timestamptz '2024-01-01Z' + least({number}, 2) * interval '1 day'")
            )
        wait_until(lambda: query(postgres_replica, "SELECT count(*) FROM users") == 8)
        seen: list[str] = []
        after: dict[str, str] = {}
        for there in range(8, 11):
            page = ada.get("/users", params={"city": "Rome", "limit": 2, **after}).json()
            seen += [user["name"] for user in page["users"]]
            after = {"after": page["next"]}
            connection.execute(join.format(there, "timestamptz '2024-06-01Z'"))
            wait_until(lambda there=there: query(postgres_replica, "SELECT count(*) FROM users") == there + 1)  # type: ignore[misc]
    assert page["next"] is None
    assert seen == ["4", "3", "2", "1", "0"]


def test_a_list_can_begin_after_a_time(ada: httpx.Client, postgres_replica: Postgres) -> None:
    wait_until(lambda: query(postgres_replica, "SELECT count(*) FROM users") == 3)
    since = {"city": "London", "joined_after": "2024-01-01T01:00:00+01:00"}  # when Ada joined
    assert [user["id"] for user in ada.get("/users", params=since).json()["users"]] == [ALAN]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"city": ""},
        {"city": "a\0b"},
        {"city": "x" * 101},
        {"city": "London", "limit": 0},
        {"city": "London", "limit": 101},
        {"city": "London", "joined_after": "2024-01-01T00:00:00"},  # of which time zone?
        {"city": "London", "after": "nonsense"},
        {"city": "London", "after": base64.b64encode(json.dumps(["2024-01-01", 1]).encode()).decode()},
        {"city": "London", "after": "😀"},
    ],
)
def test_a_list_of_something_else_is_refused_with_the_reason(ada: httpx.Client, parameters: dict[str, str]) -> None:
    answer = ada.get("/users", params=parameters)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["detail"]


@pytest.mark.parametrize("city", ["' OR '1'='1", "London'; DROP TABLE users; --", "%", "\\", "$1"])
def test_sql_in_a_parameter_is_text(ada: httpx.Client, city: str, postgres: Postgres) -> None:
    assert ada.get("/users", params={"city": city}).json() == {"users": [], "next": None}
    assert ada.put(f"/users/{ADA}", json={"name": city, "city": city}).json()["city"] == city
    assert query(postgres, "SELECT count(*) FROM users") == 3


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Ada"},
        {"name": "", "city": "Paris"},
        {"name": "Ada", "city": 7},
        {"name": "Ada\nBcc: all@example.com", "city": "Paris"},
        {"name": "Ada", "city": "Paris", "version": 7},
        {"name": "\ud800", "city": "Paris"},
        [],
        None,
    ],
)
def test_a_change_of_another_form_is_refused(ada: httpx.Client, change: object) -> None:
    headers = {"Content-Type": "application/json"}
    answer = ada.put(f"/users/{ADA}", content=json.dumps(change), headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert ada.get(f"/users/{ADA}").json() == ADA_RECORD


@pytest.mark.parametrize("user", ["0", "-1", "9223372036854775808", "1e3", "1%00", "abc", "1.5", "٣"])
def test_an_id_that_is_none_is_refused(ada: httpx.Client, user: str) -> None:
    assert ada.get(f"/users/{user}").status_code in (404, 422)


def test_names_in_any_script_come_back_as_they_were(ada: httpx.Client) -> None:
    change = {"name": "Ада Лавлейс 👩🏽‍💻", "city": "東京"}
    assert ada.put(f"/users/{ADA}", json=change).json() == ADA_RECORD | change | {"version": 2}
    assert ada.get(f"/users/{ADA}").json() == ADA_RECORD | change | {"version": 2}


@pytest.mark.parametrize("forged", ["", "Bearer", "Bearer 1", "Bearer {}x", "Basic {}", "{}", "Bearer {} {}"])
def test_without_a_token_of_ours_nobody_gets_in(ada: httpx.Client, settings: Settings, forged: str) -> None:
    headers = {"Authorization": forged.replace("{}", token_for(ADA, settings))}
    answer = ada.get(f"/users/{ADA}", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_of_another_secret_or_of_long_ago_is_none(settings: Settings) -> None:
    assert user_of(token_for(ADA, settings), settings) == ADA
    other = settings.model_copy(update={"secret": SecretStr("another secret of ours")})
    assert user_of(token_for(ADA, other), settings) is None
    assert user_of(token_for(ADA, settings), settings.model_copy(update={"token_seconds": -1})) is None


def test_without_the_primary_cached_users_are_read_and_writes_are_refused_in_time(
    ada: httpx.Client, postgres: Postgres
) -> None:
    assert ada.get(f"/users/{GRACE}").status_code == 200
    with paused(postgres):
        refused = ada.put(f"/users/{ADA}", json=CHANGE)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.elapsed.total_seconds() < 5
        cached = ada.get(f"/users/{GRACE}")
        assert (cached.status_code, cached.json()["name"]) == (200, "Grace")
        assert cached.elapsed.total_seconds() < 0.5
        assert ada.get("/ready").json()["missing"] == ["primary"]
    wait_until(lambda: ada.get("/ready").json()["status"] == "ready")
    assert ada.get(f"/users/{ADA}").json()["version"] == 1
