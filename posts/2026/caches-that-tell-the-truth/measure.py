"""Measures what the post says, on servers of its own, and writes results.json."""

from crowds import crowds_by_read, crowds_by_threads, crowds_of_processes
from hits import hit_and_read, hits_by_memory, time_ways
from interleavings import overtake, side_by_side, stale_after
from local_services import free_ports
from measuring import make_users
from outages import outages

from services.postgres import postgres
from services.redis import redis
from services.results import save

USERS = 100_000


def main() -> None:
    postgres_port, redis_port = free_ports(2)
    with postgres(port=postgres_port) as database, redis(port=redis_port) as cache:
        url = f"postgresql://postgres@127.0.0.1:{postgres_port}/postgres"  # by the port, as from another machine
        make_users(url, USERS)
        urls = url, cache.url
        found = time_ways(*urls, USERS, each=100, rounds=31)
        slow = crowds_by_read(*urls, threads=20, rounds=5, seconds=[0, 0.05, 0.15, 0.3])
        results = {
            "users": USERS,
            "hit": hit_and_read(found),
            "crowds": crowds_by_threads(*urls, sizes=[5, 10, 20, 40], rounds=7),
            "slow_crowds": slow,
            "processes": crowds_of_processes(*urls, processes=4, threads=10, rounds=5),
            "forced": stale_after(*urls, overtake, rounds=100),
            "free": stale_after(*urls, side_by_side, rounds=200),
            "outages": outages(url, cache, seconds=1.5, users=200, writes=5, rounds=3),
            "memory": hits_by_memory(*urls, USERS, warm=60_000, requests=1500, rounds=3, sizes=[2, 4, 8, 16]),
        }
        eight, sixteen = (row["entries"] for row in results["memory"][-2:])
        results["entry_bytes"] = round(8 * 2**20 / (sixteen - eight))
        titles = [database.title, cache.title]
    save(__file__, results, servers=titles, packages=["SQLAlchemy", "psycopg", "redis"])


if __name__ == "__main__":
    main()
