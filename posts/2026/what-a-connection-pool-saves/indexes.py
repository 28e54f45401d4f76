"""What an index saves the search for the newest users of a city, and what each index costs those who write."""

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from scalable_api.database import CITY_INDEX, Base, User, make_engine, newest_of_city
from scalable_api.fill import fill
from sqlalchemy import Connection, Engine, Index, MetaData, text

CITY = "City 700"
SEARCH = newest_of_city(CITY)
EXTRA = ("city joined_at id", "name", "joined_at", "city")
"""The columns of the indexes that come after those of the primary key and of the unique e-mail address."""


def explained(connection: Connection) -> tuple[int, float]:
    """Run the search; return the buffers that it touched, of 8 kB, and the server's milliseconds."""
    sql = SEARCH.compile(connection, compile_kwargs={"literal_binds": True})
    # TIMING OFF: the time as a whole, without a clock read for each row.
    said = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}").scalar_one()[0]
    return said["Plan"]["Shared Hit Blocks"] + said["Plan"]["Shared Read Blocks"], said["Execution Time"]


def with_and_without(engine: Engine) -> tuple[tuple[int, float], tuple[int, float]]:
    """Run the search by the index, then without it, in a transaction that is rolled back: so the index stays."""
    with engine.connect() as connection:
        explained(connection)  # what the search reads is in memory from here on
        by_index = explained(connection)
        CITY_INDEX.drop(connection)
        explained(connection)
        scanned = explained(connection)
        connection.rollback()
    return by_index, scanned


def gain(url: str, *, sizes: Sequence[int] = (10_000, 100_000, 1_000_000), rounds: int = 5) -> list[dict[str, Any]]:
    """Measure the search with and without its index, by the number of users in the table."""
    engine = make_engine(url, statement_seconds=None)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    rows = []
    for users in sizes:
        CITY_INDEX.drop(engine)
        fill(engine, users)
        CITY_INDEX.create(engine)
        pairs = [with_and_without(engine) for _ in range(rounds)]
        index, scan = ([median(pair[way][what] for pair in pairs) for what in (0, 1)] for way in (0, 1))
        rows.append(
            {
                "users": users,
                "buffers_ratio": round(scan[0] / index[0]),
                "scan_buffers": round(scan[0]),
                "index_buffers": round(index[0]),
                "time_ratio": round(scan[1] / index[1]),
                "scan_ms": round(scan[1], 1),
                "index_ms": round(index[1], 3),
            }
        )
    engine.dispose()
    return rows


def make_table(engine: Engine, extra: Sequence[str], users: int) -> None:
    """Make the table of users with the first two indexes and those of `extra`, a fifth of each page left free."""
    Base.metadata.drop_all(engine)
    table = User.__table__.to_metadata(MetaData())
    table.indexes.clear()
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE users SET (fillfactor = 80)"))
    for number, names in enumerate(extra):
        Index(f"extra_{number}", *(table.c[name] for name in names.split())).create(engine)
    fill(engine, users)


def written(engine: Engine, write: str, rows: int) -> tuple[float, float]:
    """Run a statement that writes `rows` rows; return rows per second and bytes of write-ahead log for each."""
    position = text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    with engine.connect() as connection:
        before = connection.scalar(position) or 0
        began = time.perf_counter()
        connection.execute(text(write))
        connection.commit()
        seconds = time.perf_counter() - began
        log = (connection.scalar(position) or 0) - before
    return rows / seconds, float(log) / rows


def writes_of(users: int) -> dict[str, str]:
    """Return three ways to write a tenth of `users` rows: add users, let users move, and count their versions up."""
    tenth = "WHERE id % 10 = 0 AND id <= " + str(users)
    return {
        "version": f"UPDATE users SET version = version + 1 {tenth}",
        "city": f"UPDATE users SET city = city || ' North' {tenth.replace('= 0', '= 5')}",
        "insert": "INSERT INTO users (id, email, name, city, joined_at) OVERRIDING SYSTEM VALUE"
        f" SELECT id + {users}, 'new.' || email, name, city, joined_at FROM users {tenth}",
    }


def cost(
    url: str, *, counts: Sequence[int] = (2, 3, 4, 6), users: int = 30_000, rounds: int = 3
) -> list[dict[str, Any]]:
    """Measure three kinds of writes by the number of indexes, relative to the first number of them."""
    engine = make_engine(url, statement_seconds=None)
    seen: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for count in counts:
            make_table(engine, EXTRA[: count - 2], users)
            for name, write in writes_of(users).items():
                seen.setdefault((count, name), []).append(written(engine, write, users // 10))
    Base.metadata.drop_all(engine)
    engine.dispose()
    rows = []
    for count in counts:
        row: dict[str, Any] = {"indexes": count}
        for name in writes_of(users):
            rate, log = (median(one[what] for one in seen[count, name]) for what in (0, 1))
            slowest = median(one[0] for one in seen[counts[0], name])
            smallest = median(one[1] for one in seen[counts[0], name])
            row |= {f"{name}_per_second": round(rate), f"{name}_bytes": round(log)}
            row |= {f"{name}_slower": round(slowest / rate, 1), f"{name}_bytes_ratio": round(log / smallest, 1)}
        rows.append(row)
    return rows
