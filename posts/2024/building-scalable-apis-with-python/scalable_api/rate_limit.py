"""A token bucket per user, kept in Redis, so that all processes count together."""

import math
from dataclasses import dataclass
from typing import Any

from redis import Redis

# The bucket is one number: the time at which it will be full again. Times are whole microseconds, which a
# Lua number holds exactly; seconds with a fraction are rounded, and let clients in too late or too early.
TAKE = """
local interval, capacity, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local full = tonumber(redis.call('GET', KEYS[1]) or now)
-- Not before now: it holds no more than its capacity. Not after now + all of it: should the clock step
-- back, as when a replica takes over, the bucket is empty at worst.
full = math.min(math.max(full, now), now + capacity * interval) + interval
local wait = full - (now + capacity * interval)
if wait > 0 then
    return wait
end
redis.call('SET', KEYS[1], full, 'PX', math.ceil((full - now) / 1000))
return 0
"""


@dataclass(frozen=True)
class Decision:
    allowed: bool
    retry_after: float  # seconds until there is a token; 0 if allowed


class RateLimit:
    """`capacity` requests at once, `rate` requests per second in the long run."""

    def __init__(self, redis: Redis, rate: float, capacity: int) -> None:
        if rate <= 0 or capacity < 1:
            raise ValueError("rate must be positive and capacity at least 1")
        self.interval = math.ceil(1_000_000 / rate)  # microseconds for one token, in the server's favour
        self.capacity = capacity
        self._take = redis.register_script(TAKE)

    def take(self, user: str, now: int | None = None) -> Decision:
        """Takes a token from the user's bucket, by the clock of Redis or else at `now` (microseconds)."""
        arguments = [self.interval, self.capacity, "" if now is None else now]
        wait: Any = self._take(keys=[f"rate:{user}"], args=arguments)
        return Decision(allowed=wait == 0, retry_after=wait / 1_000_000)
