"""The limit: exact over all processes, and whatever becomes of Redis."""

import math
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from scalable_api.fuse import Unavailable
from scalable_api.rate_limit import Decision, RateLimit
from scalable_api.service import Service
from scalable_api.settings import Settings
from scalable_api_testing import ADA, api, client_of, in_python, paused, wait_until

from services.redis import Redis as RedisServer

SECOND = 1_000_000  # in the microseconds of a bucket


def allowed(decisions: list[Decision]) -> list[bool]:
    return [decision.allowed for decision in decisions]


def test_a_burst_is_allowed_then_refused_and_time_brings_tokens_back(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=5)
    burst = [limit.take("ada", now=1_000 * SECOND) for _ in range(6)]
    assert allowed(burst) == [True] * 5 + [False]
    assert [decision.left for decision in burst] == [4, 3, 2, 1, 0, 0]
    assert burst[0].full_after == 10
    assert burst[5].retry_after == 10

    # A client that waits exactly as long as it was told is let in.
    assert limit.take("ada", now=1_010 * SECOND - 1).retry_after == 0.000001
    assert limit.take("ada", now=1_010 * SECOND).allowed
    assert limit.take("ada", now=1_010 * SECOND).retry_after == 10
    # However long the user stays away, the bucket holds no more than its capacity.
    assert allowed([limit.take("ada", now=9_999 * SECOND) for _ in range(6)]) == [True] * 5 + [False]


def test_each_user_has_a_bucket_of_their_own(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=1)
    assert limit.take("ada").allowed
    assert not limit.take("ada").allowed
    assert limit.take("alan").allowed


def test_a_clock_that_is_set_back_by_an_hour_locks_nobody_out_for_longer_than_a_bucket_fills(redis: Redis) -> None:
    limit = RateLimit(redis, rate=20, capacity=5)
    seconds, _ = redis.time()
    redis.set("rate:ada", (seconds + 3600) * SECOND, px=3_600_000)
    redis.set("rate:since", (seconds + 3600) * SECOND)
    assert not limit.take("ada").allowed
    wait_until(lambda: limit.take("ada").allowed, seconds=1)
    assert limit.take("alan").allowed


def test_a_clock_that_is_wrong_for_a_moment_fills_no_bucket(redis: Redis) -> None:
    limit = RateLimit(redis, rate=0.1, capacity=5)
    for wrong in (3600, -3600):
        seconds, _ = redis.time()
        assert any(not limit.take("ada").allowed for _ in range(6))
        limit.take("ada", now=(seconds + wrong) * SECOND)
        assert not limit.take("ada").allowed


def test_a_full_bucket_takes_no_room(redis: Redis) -> None:
    RateLimit(redis, rate=20, capacity=5).take("ada")
    wait_until(lambda: redis.keys("rate:*") == ["rate:since"], seconds=1)


@pytest.mark.parametrize(("rate", "capacity"), [(0, 1), (-1, 1), (1, 0)])
def test_a_limit_that_makes_no_sense_is_refused(redis: Redis, rate: float, capacity: int) -> None:
    with pytest.raises(ValueError, match="rate must be positive"):
        RateLimit(redis, rate, capacity)


def test_eight_processes_together_let_exactly_the_limit_through(redis: Redis, redis_server: RedisServer) -> None:
    code = (
        "import sys\n"
        "from scalable_api.rate_limit import RateLimit\n"
        "from scalable_api.redis_client import make_redis\n"
        "redis = make_redis(sys.argv[1])\n"
        "redis.incr('ready')\n"
        "make_redis(sys.argv[1], seconds=60).blpop('go')\n"
        "limit = RateLimit(redis, rate=0.001, capacity=100)\n"
        "print(sum(limit.take('ada').allowed for _ in range(40)))\n"
    )
    clients = [in_python(code, redis_server.url) for _ in range(8)]
    wait_until(lambda: int(str(redis.get("ready") or 0)) == len(clients))
    redis.lpush("go", *["now" for _ in clients])
    assert sum(int(client.communicate()[0]) for client in clients) == 100


def test_in_a_redis_that_has_lost_its_memory_no_bucket_is_fuller_than_the_time_since_has_filled_it(
    redis: Redis,
) -> None:
    limit = RateLimit(redis, rate=1, capacity=5)
    assert allowed([limit.take("ada", now=1_000 * SECOND) for _ in range(6)]) == [True] * 5 + [False]
    redis.flushall()
    assert allowed([limit.take("ada", now=1_001 * SECOND) for _ in range(2)]) == [False, False]
    assert allowed([limit.take("ada", now=1_003 * SECOND) for _ in range(3)]) == [True, True, False]
    assert allowed([limit.take("alan", now=1_004 * SECOND) for _ in range(4)]) == [True, True, True, False]
    assert allowed([limit.take("grace", now=9_999 * SECOND) for _ in range(6)]) == [True] * 5 + [False]


@pytest.mark.parametrize("policy", ["refuse", "allow"])
def test_without_redis_the_policy_decides(
    make_settings: Callable[..., Settings], redis: Redis, redis_server: RedisServer, policy: str
) -> None:
    service = Service.of(make_settings(rate_without_redis=policy))
    assert service.admit(ADA)
    with paused(redis_server):
        for _ in range(20):  # the first waits, for the others the fuse is blown
            if policy == "allow":
                assert service.admit(ADA) is None
            else:
                with pytest.raises(Unavailable):
                    service.admit(ADA)
    service.queue_fuse.mend()
    assert service.admit(ADA)
    service.close()


@pytest.fixture(scope="module")
def limited(
    make_settings: Callable[..., Settings], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Settings]]:
    settings = make_settings(rate_per_second=0.5, rate_burst=3)
    program, url = api(settings, tmp_path_factory.mktemp("processes") / "limited-api")
    with program:
        yield url, settings


def test_each_answer_says_what_is_left_and_a_refusal_when_to_come_back(
    limited: tuple[str, Settings], settings: Settings
) -> None:
    with client_of(limited[0], ADA, limited[1]) as client:
        answers = [client.get(path) for path in ("/users/1", "/users/99", "/users?limit=0", "/users/1")]
        body = client.post("/reports", content=b"not JSON", headers={"Content-Type": "application/json"})
    assert [answer.status_code for answer in answers] == [200, 404, 422, 429]
    assert body.status_code == 429  # before the body is looked at
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"user";q=3;w=6'}
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"user";r=2', '"user";r=1', '"user";r=0', '"user";r=0'
    ]  # fmt: skip
    refusal = answers[3]
    assert refusal.headers["Content-Type"] == "application/problem+json"
    assert refusal.headers["Retry-After"] == "2"
    assert refusal.headers["RateLimit"] == '"user";r=0;t=2'


def test_who_is_not_known_uses_up_nobodys_tokens(limited: tuple[str, Settings], settings: Settings) -> None:
    with client_of(limited[0], ADA, limited[1]) as client:
        for _ in range(9):
            assert client.get("/users/1", headers={"Authorization": "Bearer 1.forged"}).status_code == 401
        assert client.get("/users/1").status_code == 200


def test_a_rate_is_rounded_in_the_servers_favour(redis: Redis) -> None:
    assert RateLimit(redis, rate=3, capacity=1).interval == math.ceil(SECOND / 3)
