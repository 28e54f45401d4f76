"""Cache-aside as it is usually written, to compare the service's with: no lease, and a delete after the commit."""

import json

from redis import Redis
from scalable_api.database import Database, User
from scalable_api.user_cache import Record, key_of


def naive_get(database: Database, redis: Redis, user_id: int) -> Record | None:
    found = redis.get(key_of(user_id))
    if found is not None:
        record: Record | None = json.loads(str(found))
        return record
    with database.session() as session:
        user = session.get(User, user_id)
        record = user.public() if user else None
    redis.set(key_of(user_id), json.dumps(record), ex=3600)
    return record


def naive_rename(database: Database, redis: Redis, user_id: int) -> None:
    rename(database, user_id)
    redis.delete(key_of(user_id))


def rename(database: Database, user_id: int) -> None:
    """Write a new version of a user; the service's sessions hold its entry, others do not."""
    with database.session() as session:
        user = session.get_one(User, user_id, with_for_update=True)
        user.version += 1
        user.name = f"User {user_id}, version {user.version}"
