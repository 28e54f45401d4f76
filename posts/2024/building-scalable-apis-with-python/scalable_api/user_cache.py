"""Cache-aside for users: read through Redis, and take the entry away on every write."""

import json
from typing import Any

from redis import Redis
from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker

from scalable_api.database import User

TTL_SECONDS = 3600
ABSENT_SECONDS = 30  # short: it costs an attacker nothing to ask for ids that do not exist

# Stands in for an entry while a write is under way; no reader may fill the cache over it. It must outlast
# the rest of the writer's transaction and the whole of a reader's that began before the commit: two times
# TRANSACTION_SECONDS, and something for the way to Redis.
HOLD = ""
HOLD_SECONDS = 10


def key_of(user_id: int) -> str:
    return f"user:{user_id}"


class UserCache:
    """Users by id. Write through `sessions`: each flush of a `User` there invalidates its entry."""

    def __init__(self, engine: Engine, redis: Redis) -> None:
        self.redis = redis
        self.sessions = sessionmaker(engine)
        event.listen(self.sessions, "after_flush", self._hold_changed)
        event.listen(self.sessions, "do_orm_execute", self._refuse_bulk)

    def get(self, user_id: int) -> dict[str, Any] | None:
        """The public record of a user, or None if there is none."""
        key = key_of(user_id)
        record: dict[str, Any] | None
        if cached := self.redis.get(key):  # neither missing nor HOLD
            record = json.loads(cached)
            return record

        with self.sessions() as session:
            user = session.get(User, user_id)
            record = user.public() if user else None
        # The connection is back in its pool: it must not wait for Redis.

        seconds = TTL_SECONDS if record else ABSENT_SECONDS
        self.redis.set(key, json.dumps(record), ex=seconds, nx=True)  # nx: never over a HOLD
        return record

    def _hold_changed(self, session: Session, _: UOWTransaction) -> None:
        # Before the commit: if this process dies right after it, no stale entry is left behind.
        for changed in {*session.new, *session.dirty, *session.deleted}:
            if isinstance(changed, User):
                self.redis.set(key_of(changed.id), HOLD, ex=HOLD_SECONDS)

    def _refuse_bulk(self, state: ORMExecuteState) -> None:
        # UPDATE users SET … does not say which users it changed, so nobody could invalidate them.
        if not state.is_select and state.bind_mapper is User.__mapper__:
            raise RuntimeError("this would leave stale users in the cache: change them one by one")
