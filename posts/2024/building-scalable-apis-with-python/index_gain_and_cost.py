"""What an index saves a query, in pages read, and what it costs an insert, in bytes of write-ahead log.

Run: python index_gain_and_cost.py > index_gain_and_cost.txt
"""

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # the repository, for its package services

from scalable_api.database import CITY_INDEX, Base, User, make_engine, newest_of_city, plan_of
from scalable_api.fill import fill
from sqlalchemy import Engine, Index, MetaData, text
from sqlalchemy.orm import Session

from services.postgres import postgres

USERS = 200_000
CITY = "City 700"


def show_plans(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    CITY_INDEX.drop(engine)
    fill(engine, USERS)
    with Session(engine) as session:
        print(f"\n# Before\n{plan_of(session, newest_of_city(CITY))}")
    CITY_INDEX.create(engine)
    with Session(engine) as session:
        print(f"\n# After\n{plan_of(session, newest_of_city(CITY))}")


def log_bytes_per_insert(engine: Engine, *columns: str) -> float:
    """For users with, besides id and e-mail, an index on each of `columns` (names separated by spaces)."""
    Base.metadata.drop_all(engine)
    table = Base.metadata.tables[User.__tablename__].to_metadata(MetaData())
    table.indexes.clear()
    table.create(engine)
    for number, names in enumerate(columns):
        Index(f"extra_{number}", *(table.c[name] for name in names.split())).create(engine)
    fill(engine, 100_000)
    position = text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    with engine.connect() as connection:
        before = connection.scalar(position)
        fill(engine, 110_000, clean=False)
        return float((connection.scalar(position) or 0) - (before or 0)) / 10_000


def show_cost(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Whole pages are logged at their first change after a checkpoint: chance, in a run this short.
        connection.execute(text("ALTER SYSTEM SET full_page_writes = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    by_city = "city joined_at id"
    cases = [(), (by_city,), (by_city, "name", "joined_at", "city")]
    costs = [log_bytes_per_insert(engine, *extra) for extra in cases]
    print("\n# Bytes of write-ahead log for an insert, and their ratio to the first line")
    for extra, cost in zip(cases, costs, strict=True):
        print(f"{2 + len(extra)} indexes  {cost:4.0f}  {cost / costs[0]:.2f}")


if __name__ == "__main__":
    with postgres({"max_parallel_workers_per_gather": "0"}) as server:  # two processes read as much, in a longer plan
        engine = make_engine(server.url, statement_seconds=None)
        with engine.connect() as connection:
            version = connection.scalar(text("SHOW server_version"))
        print(f"PostgreSQL {version}, {date.today()}")
        show_plans(engine)
        show_cost(engine)
        engine.dispose()
