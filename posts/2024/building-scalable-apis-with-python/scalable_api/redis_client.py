"""One way to reach Redis: bounded in connections and in time, like the database."""

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def make_redis(url: str, *, connections: int = 40, seconds: float = 0.5, decode: bool = True) -> Redis:
    """Return a client that answers or raises `redis.RedisError` within about `seconds` for each step of a command."""
    return Redis.from_pool(
        BlockingConnectionPool.from_url(
            url,
            max_connections=connections,
            timeout=seconds,  # for a free connection
            socket_connect_timeout=seconds,
            socket_timeout=seconds,
            decode_responses=decode,
            # After a time-out nobody knows whether the command ran. Sent again, a token is taken twice.
            retry=Retry(NoBackoff(), 0),
        )
    )
