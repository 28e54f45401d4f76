"""Other ways to count than the service's bucket: windows, and limiters that read before they write.

Times are whole microseconds. Each function answers whether one more request of *user* is allowed.
"""

from redis import Redis

FIXED = """
if tonumber(redis.call('GET', KEYS[1]) or 0) >= tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
LOG = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
local count = redis.call('ZCARD', KEYS[1])
if count >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[3] .. '-' .. count)  -- two requests of one microsecond are two
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
"""
COUNTER = """
local limit, window, passed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local count = tonumber(redis.call('GET', KEYS[1]) or 0)
local before = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Multiplied by the window, so that all numbers stay whole.
if before * (window - passed) + (count + 1) * window > limit * window then return 0 end
redis.call('SET', KEYS[1], count + 1, 'PX', math.ceil(2 * window / 1000))
return 1
"""


def take_in_fixed_window(redis: Redis, user: str, now: int, limit: int, window: int) -> bool:
    """One counter for each window of the clock."""
    return bool(redis.eval(FIXED, 1, f"fixed:{user}:{now // window}", limit, window // 1000))


def take_in_log(redis: Redis, user: str, now: int, limit: int, window: int) -> bool:
    """The time of each request that was allowed, while it is younger than a window."""
    return bool(redis.eval(LOG, 1, f"log:{user}", limit, now - window, now, window // 1000))


def take_in_weighted_windows(redis: Redis, user: str, now: int, limit: int, window: int) -> bool:
    """Two counters; the window before counts for as much of it as a window that ends now would cover."""
    number, passed = divmod(now, window)
    keys = [f"counter:{user}:{number}", f"counter:{user}:{number - 1}"]
    return bool(redis.eval(COUNTER, 2, *keys, limit, window, passed))


def take_naively(redis: Redis, user: str, now: int, interval: int, capacity: int) -> bool:
    """The service's bucket, but read into Python, judged here and written back."""
    full = max(int(redis.get(f"naive:{user}") or 0), now)
    if full + interval > now + capacity * interval:
        return False
    redis.set(f"naive:{user}", full + interval)
    return True


def take_after_a_look(redis: Redis, user: str, limit: int) -> bool:
    """A counter that is read first; only adding to it is one step."""
    if int(redis.get(f"look:{user}") or 0) >= limit:
        return False
    redis.incr(f"look:{user}")
    return True


def take_by_adding(redis: Redis, user: str, limit: int) -> bool:
    """A counter that is added to first; the answer to that is the judgement."""
    return int(redis.incr(f"adding:{user}")) <= limit
