"""A token bucket per user, kept in Redis, so that all processes count together."""

import math
from dataclasses import dataclass

from redis import Redis

# The bucket is one number: the time at which it will be full again. Times are whole microseconds, which a
# Lua number holds exactly; seconds with a fraction are rounded, and let clients in too late or too early.
TAKE = """
local interval, capacity, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local whole = capacity * interval
-- Redis may have lost its memory, or its clock was set back. Nobody knows how full the buckets were, so all begin empty.
local since = tonumber(redis.call('GET', KEYS[2]) or math.huge)
if since > now then
    since = now
    redis.call('SET', KEYS[2], now)
end
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), since + whole)
-- Not before now: it holds no more than its capacity. Not after now + all of it: it is empty at worst.
full = math.min(math.max(full, now), now + whole)
local wait = full + interval - (now + whole)
-- In this time any bucket fills, so that after it nothing need be known; nor is anything, should the clock have been set.
local known = math.ceil(whole / 1000)
if wait > 0 then
    if redis.call('PTTL', KEYS[1]) > known then
        redis.call('PEXPIRE', KEYS[1], known)
    end
    return {wait, full - now}
end
full = full + interval
redis.call('SET', KEYS[1], full, 'PX', known)
return {0, full - now}
"""
SINCE = "rate:since"


@dataclass(frozen=True)
class Decision:
    allowed: bool
    retry_after: float  # seconds until there is a token; 0 if allowed
    left: int  # tokens in the bucket
    full_after: float  # seconds until it has all


class RateLimit:
    """`capacity` requests at once, `rate` requests per second in the long run."""

    def __init__(self, redis: Redis, rate: float, capacity: int) -> None:
        if rate <= 0 or capacity < 1:
            raise ValueError("rate must be positive and capacity at least 1")
        self.interval = math.ceil(1_000_000 / rate)  # microseconds for one token, in the server's favour
        self.capacity = capacity
        self._take = redis.register_script(TAKE)

    def begin(self) -> None:
        """Have the buckets fill from now on, if this Redis knows none; otherwise they do from the first request on."""
        self.take("")

    def take(self, user: int | str, now: int | None = None) -> Decision:
        """Take a token from the user's bucket, by the clock of Redis or else at `now` (microseconds)."""
        arguments = [self.interval, self.capacity, "" if now is None else now]
        wait, missing = self._take(keys=[f"rate:{user}", SINCE], args=arguments)
        left = self.capacity - math.ceil(missing / self.interval)
        return Decision(wait == 0, wait / 1_000_000, left, missing / 1_000_000)

    def headers(self, decision: Decision) -> dict[str, str]:
        """Return what tells the client, as draft-ietf-httpapi-ratelimit-headers-11 has it (sections 3 and 4)."""
        window = math.ceil(self.capacity * self.interval / 1_000_000)
        until = math.ceil(decision.full_after if decision.allowed else decision.retry_after)
        headers = {
            "RateLimit-Policy": f'"user";q={self.capacity};w={window}',
            "RateLimit": f'"user";r={decision.left};t={until}',
        }
        return headers if decision.allowed else headers | {"Retry-After": str(until)}
