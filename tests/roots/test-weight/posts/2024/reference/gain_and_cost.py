"""What an index saves a query, in pages read, and what it costs an insert, in bytes of write-ahead log.

Run: python index_gain_and_cost.py > index_gain_and_cost.txt
"""

from datetime import date

from scalable_api.database import TEAM_INDEX, Base, User, make_engine, newest_members, plan_of
from scalable_api_servers import postgres_server
from sqlalchemy import Engine, Index, MetaData, text
from sqlalchemy.orm import Session

TEAMS, STEP = 5_000, 20_000
FILL = text(
    "INSERT INTO users (email, name, team_id, created_at)"
    " SELECT n || '@example.com', 'User ' || n, n % CAST(:teams AS integer),"
    " timestamptz '2024-01-01Z' + n * interval '1 min'"
    " FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS n"
)


def fill(engine: Engine, first: int, last: int, teams: int) -> None:
    """Adds the users numbered `first` to `last`, in steps that the statement time-out allows."""
    for start in range(first, last + 1, STEP):
        with engine.begin() as connection:
            connection.execute(FILL, {"first": start, "last": min(start + STEP - 1, last), "teams": teams})


def show_plans(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    TEAM_INDEX.drop(engine)
    fill(engine, 1, 200_000, TEAMS)
    with Session(engine) as session:
        session.execute(text("ANALYZE users"))
        session.execute(text("SET max_parallel_workers_per_gather = 0"))  # shorter plans, the same pages
        print(f"\n# Before\n{plan_of(session, newest_members(team_id=7))}")
        TEAM_INDEX.create(session.connection())
        print(f"\n# After\n{plan_of(session, newest_members(team_id=7))}")


def log_bytes_per_insert(engine: Engine, *columns: str) -> float:
    """For a table with an index on each of `columns` (names with spaces between), beside id and e-mail."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    TEAM_INDEX.drop(engine)
    table = User.metadata.tables["users"].to_metadata(MetaData())  # a copy: the model keeps its own indexes
    for number, names in enumerate(columns):
        Index(f"extra_{number}", *(table.c[name] for name in names.split())).create(engine)
    fill(engine, 1, 100_000, TEAMS)
    position = text("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    with engine.connect() as connection:
        before = connection.scalar(position)
        fill(engine, 100_001, 110_000, TEAMS)
        return float((connection.scalar(position) or 0) - (before or 0)) / 10_000


def show_cost(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Whole pages are logged at their first change after a checkpoint: chance, in a run this short.
        connection.execute(text("ALTER SYSTEM SET full_page_writes = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    by_team = "team_id created_at id"
    cases = [(), (by_team,), (by_team, "name", "created_at", "team_id")]
    costs = [log_bytes_per_insert(engine, *extra) for extra in cases]
    print("\n# Bytes of write-ahead log for an insert, and their ratio to the first line")
    for extra, cost in zip(cases, costs, strict=True):
        print(f"{2 + len(extra)} indexes  {cost:4.0f}  {cost / costs[0]:.2f}")


if __name__ == "__main__":
    with postgres_server() as url:
        engine = make_engine(url)
        with engine.connect() as connection:
            version = connection.scalar(text("SHOW server_version"))
        print(f"PostgreSQL {version}, {date.today()}")
        show_plans(engine)
        show_cost(engine)
        engine.dispose()
