"""The stale set: a reader that holds the old row while a writer commits and deletes the key, and stores it then."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from measuring import cache_of, database_of
from naive_cache import naive_get, naive_rename, rename
from scalable_api.database import Database, User
from scalable_api.user_cache import UserCache, key_of
from sqlalchemy import event

USER = 2
SECONDS = 10  # a thread that does not come is a mistake of ours


def overtake(database: Database, read: Callable[[], object], write: Callable[[], object]) -> None:
    """Let the reader read its row, then the writer do all it does, and then the reader go on."""
    has_read, has_written = threading.Barrier(2), threading.Barrier(2)

    def hold_the_row(*_: object) -> None:
        has_read.wait(SECONDS)
        has_written.wait(SECONDS)

    event.listen(database.engine, "after_cursor_execute", hold_the_row, once=True)
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        has_read.wait(SECONDS)
        write()
        has_written.wait(SECONDS)
        reading.result()


def side_by_side(_: Database, read: Callable[[], object], write: Callable[[], object]) -> None:
    """Let reader and writer run as they will, from about the same time on."""
    together = threading.Barrier(2)

    def begin(work: Callable[[], object]) -> None:
        together.wait(SECONDS)
        time.sleep(random.uniform(0, 0.003))
        work()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(begin, [read, write]))


def is_stale(cache: UserCache) -> bool:
    """Return whether a reader who comes now is told of an old version."""
    with cache.primary.session() as session:
        version = session.get_one(User, USER).version
    record = cache.get(USER)
    return record is None or record["version"] != version


Interleaving = Callable[[Database, Callable[[], object], Callable[[], object]], None]


def stale_after(postgres_url: str, redis_url: str, interleave: Interleaving, rounds: int) -> dict[str, int]:
    """Return after how many of `rounds` the cache was left stale, by the naive way and by the service's."""
    with cache_of(postgres_url, redis_url) as cache, database_of(postgres_url) as plain:
        redis = cache.redis
        ways: dict[str, tuple[Database, Callable[[], object], Callable[[], object]]] = {
            "naive": (
                plain,
                lambda: naive_get(plain, redis, USER),
                lambda: naive_rename(plain, redis, USER),
            ),
            "service": (cache.primary, lambda: cache.get(USER), lambda: rename(cache.primary, USER)),
        }
        stale = dict.fromkeys(ways, 0)
        for _ in range(rounds):
            for name, way in ways.items():
                redis.delete(key_of(USER))
                interleave(*way)
                stale[name] += is_stale(cache)
    return {"rounds": rounds, **stale}
