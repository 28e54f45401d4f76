"""Makes users up, the same ones each time: python -m scalable_api.fill 1000000

They live in 1,000 cities, a tenth of them in the first and ever fewer in the next ones, about as Zipf's law has it, and
joined over eight years.
"""

import sys

from sqlalchemy import Engine, text

from scalable_api.database import make_engine
from scalable_api.settings import Settings

# The multiples of an irrational number, without what is before the point, are spread evenly over 0 to 1 and never the
# same (https://en.wikipedia.org/wiki/Equidistribution_theorem): chance that needs no seed.
FILL = text(
    "INSERT INTO users (id, email, name, city, joined_at) OVERRIDING SYSTEM VALUE"
    " SELECT n, n || '@example.com', 'User ' || n, 'City ' || floor(1001 ^ (n * 0.6180339887498949 % 1)::float8)::int,"
    " timestamptz '2018-01-01Z' + (n * 0.4142135623730951 % 1) * interval '8 years'"
    " FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n"
)
STEP = 50_000


def fill(engine: Engine, users: int, *, clean: bool = True) -> None:
    """Add users until there are those with the ids 1 to `users`; then, if not told otherwise, VACUUM and ANALYZE."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        there = connection.scalar(text("SELECT coalesce(max(id), 0) FROM users")) or 0
        for first in range(there + 1, users + 1, STEP):
            connection.execute(FILL, {"first": first, "last": min(first + STEP - 1, users)})
        # A user who is added by other means gets the next id.
        connection.execute(text("SELECT setval(pg_get_serial_sequence('users', 'id'), (SELECT max(id) FROM users))"))
        if clean:
            connection.execute(text("VACUUM (ANALYZE) users"))


if __name__ == "__main__":
    fill(make_engine(Settings().primary_url, pool_size=1, statement_seconds=None), int(sys.argv[1]))
