"""Measures what the post tells, on PostgreSQL and Redis of its own, and writes results.json: python measure.py"""

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
    with postgres(MEMORY | NO_WHOLE_PAGES) as server:
        title = server.title
        pools.prepare(server.url, USERS)
        pool = pools.pool_against_connecting(server.url, USERS)
        sizes = pools.pool_sizes(server.url, USERS)
        overtaking = pools.overtaking(server.url)
        gain = indexes.gain(server.url)
        cost = indexes.cost(server.url)
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
            "pool_ratio": {"least": min(row["ratio"] for row in pool), "most": max(row["ratio"] for row in pool)},
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
