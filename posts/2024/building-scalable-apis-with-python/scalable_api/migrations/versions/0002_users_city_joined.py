"""The index for the newest users of a city, built while others write."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.get_context().autocommit_block():  # CONCURRENTLY is not possible in a transaction
        op.create_index(
            "users_city_joined", "users", ["city", "joined_at", "id"], postgresql_concurrently=True, if_not_exists=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("users_city_joined", "users", postgresql_concurrently=True)
