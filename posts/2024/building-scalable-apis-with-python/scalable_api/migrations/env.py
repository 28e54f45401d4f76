"""What `alembic` runs: the steps in versions/, each in a transaction of its own, on the primary."""

from alembic import context
from scalable_api.database import Base, make_engine
from scalable_api.settings import Settings

engine = make_engine(Settings().primary_url, pool_size=1, statement_seconds=None)
with engine.connect() as connection:
    context.configure(connection, target_metadata=Base.metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
