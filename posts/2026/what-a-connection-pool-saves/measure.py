"""Measures what the post tells, on PostgreSQL and Redis of its own: make refresh POST=posts/2026/what-a-connection-pool-saves"""

import indexes
import pools
import replicas

from services.postgres import postgres, replica_of
from services.redis import redis
from services.results import save

USERS = 10_000
# The table fits into the buffers, so that neither way to read it waits for a disk.
MEMORY = {"shared_buffers": "512MB"}
# Whole pages are logged at their first change after a checkpoint: chance, in a run this short.
NO_WHOLE_PAGES = {"full_page_writes": "off", "max_wal_size": "4GB"}

if __name__ == "__main__":
    with pools.password_server(MEMORY | NO_WHOLE_PAGES) as server:
        pools.prepare(server.socket, USERS)
        pool = pools.pool_against_connecting(server, USERS)
    with postgres(MEMORY | NO_WHOLE_PAGES) as plain:
        title = plain.title
        pools.prepare(plain.url, USERS)
        sizes = pools.pool_sizes(plain.url, USERS)
        overtaking = pools.overtaking(plain.url)
        gain = indexes.gain(plain.url)
        cost = indexes.cost(plain.url)
    with postgres() as primary:
        pools.prepare(primary.url, USERS)
        with replica_of(primary) as replica, redis() as cache:
            relief = replicas.relief(primary, replica, USERS)
            misses = replicas.misses(primary, replica, cache.url, USERS)
            own_writes = replicas.own_writes(primary, replica, cache.url)
            lag = replicas.lag(primary, replica)
            cache_title = cache.title
    save(
        __file__,
        {
            "pool": pool,
            "pool_ratio": {
                name: {"least": min(row[name] for row in pool), "most": max(row[name] for row in pool)}
                for name in ("ratio", "cheap_ratio")
            },
            "sizes": sizes,
            "overtaking": overtaking,
            "gain": gain,
            "cost": cost,
            "relief": relief,
            "misses": misses,
            "own_writes": own_writes,
            "lag": lag,
        },
        servers=[title, cache_title],
        packages=["SQLAlchemy", "psycopg", "redis"],
    )
