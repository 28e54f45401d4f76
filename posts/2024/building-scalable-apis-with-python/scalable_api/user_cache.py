"""Cache-aside for users: read through Redis, and take the entry away before every write.

The value of `user:<id>` is one of these:

- JSON: the public record, or null for a user who does not exist;
- `fill:<random>`: one reader is fetching the record. It alone may store what it finds, and only while this is still there;
- `hold:<random>`: a write is under way, and nobody may store anything over it.

Who fills reads from the replica, if that is recent. `position` is how far the primary had written its log a moment ago, and
any later write has left a hold or its record here. So where there is no entry, a replica that has come so far has all there
is of the user. A Redis that has lost its memory has lost the position as well, and the primary is asked for a new one.
"""

import json
import random
import time
import uuid
from contextlib import suppress
from typing import Any

from prometheus_client import Counter
from redis import Redis, RedisError
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from scalable_api.database import Database, User, has_reached, log_position
from scalable_api.fuse import Fuse, Unavailable
from scalable_api.settings import Settings

Record = dict[str, Any]
FILL, HOLD = "fill:", "hold:"
FILL_SECONDS = 3  # longer than a read takes; when a reader dies, another one may fill after this time
WAIT_SECONDS = 0.2  # how long the other readers wait for the one that fills
POLL_SECONDS = 0.01
POSITION = "position"
POSITION_SECONDS = 1  # with FILL_SECONDS and what a transaction may take, less than a hold lasts
# Compare and set, in one step.
STORE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
LOOKUPS = Counter("cache_lookups", "Looks into the cache of users", ["outcome"])


def key_of(user_id: int) -> str:
    return f"user:{user_id}"


class UserCache:
    """Users by id. Write through `primary.session()`: each flush of a `User` there holds its entry."""

    def __init__(self, primary: Database, replica: Database, redis: Redis, settings: Settings) -> None:
        # A hold lasts as long as a transaction and the position that it may be compared with, an entry as long as the latter.
        if settings.hold_seconds <= 2 * settings.statement_seconds + FILL_SECONDS + POSITION_SECONDS:
            raise ValueError("hold_seconds must be more than twice statement_seconds and 4")
        if (
            min(settings.cache_seconds, settings.absent_seconds) * (1 - settings.cache_jitter)
            <= FILL_SECONDS + POSITION_SECONDS
        ):
            raise ValueError("cache_seconds and absent_seconds must be more than 4, less cache_jitter")
        self.primary, self.replica, self.redis, self.settings, self.fuse = primary, replica, redis, settings, Fuse()
        self._store_script = redis.register_script(STORE)
        event.listen(primary.sessions, "after_flush", self._hold_changed)
        event.listen(primary.sessions, "after_commit", self._settle)
        event.listen(primary.sessions, "do_orm_execute", refuse_bulk)

    def get(self, user_id: int, seen: int = 0) -> Record | None:
        """Return the public record of a user, or None if there is none; raises Unavailable.

        The record's version is at least `seen`, or is what the primary has.
        """
        found, claim = self._look(key_of(user_id))
        if found is not None:
            record: Record | None = json.loads(found)
            if version_of(record) >= seen:
                return record
        try:
            record = self._read(user_id, seen, replica_will_do=bool(claim))
        except Unavailable:
            record = read_from(self.replica, user_id)  # better than nothing, but not for the cache
            if version_of(record) < seen:
                raise
            return record
        # The connection is back in its pool: it must not wait for Redis.
        with suppress(RedisError):
            if claim:
                self._store(user_id, claim, record)
            elif found and found != json.dumps(record):
                self._hold(user_id)  # the entry is old after all
        return record

    def _read(self, user_id: int, seen: int, *, replica_will_do: bool) -> Record | None:
        """Read what the primary has: from the replica if that has come far enough, else from the primary."""
        if replica_will_do and self.replica is not self.primary:
            with suppress(Unavailable, RedisError):
                at_least = self._position()
                with self.replica.session() as session:
                    if at_least and has_reached(session, at_least):
                        record = public(session, user_id)
                        if version_of(record) >= seen:
                            return record
        return read_from(self.primary, user_id)

    def _position(self) -> str | None:
        """Return how far the replica must be, if that is known. One of all processes asks, about once a second."""
        known: Any = self.redis.get(POSITION)
        if known is None:
            # As for an entry: if Redis loses its memory in between, there may be writes that it does not know of.
            if not (claim := self._claim(POSITION)):
                return None
            known = log_position(self.primary)
            if not self._store_script(keys=[POSITION], args=[claim, known, POSITION_SECONDS * 1000]):
                return None
        return None if known.startswith(FILL) else str(known)

    def _look(self, key: str) -> tuple[str | None, str | None]:
        """Return the entry, or else the claim with which it may be stored, or neither."""
        if not self.fuse.lets_through():
            LOOKUPS.labels("away").inc()
            return None, None
        try:
            found, claim = self._find_or_claim(key)
        except RedisError:
            self.fuse.blow()
            LOOKUPS.labels("away").inc()
            return None, None
        self.fuse.mend()
        LOOKUPS.labels("hit" if found else "miss" if claim else "held").inc()
        return found, claim

    def _find_or_claim(self, key: str) -> tuple[str | None, str | None]:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            value: Any = self.redis.get(key)
            if value is None:
                if claim := self._claim(key):
                    return None, claim
            elif value.startswith(HOLD):
                return None, None
            elif not value.startswith(FILL):
                return value, None
            if time.monotonic() > deadline:
                return None, None
            time.sleep(POLL_SECONDS)

    def _claim(self, key: str) -> str | None:
        """Claim a key that has no value; return the claim, or None if somebody else was there first."""
        claim = FILL + uuid.uuid4().hex
        return claim if self.redis.set(key, claim, px=FILL_SECONDS * 1000, nx=True) else None

    def _store(self, user_id: int, claim: str, record: Record | None) -> bool:
        """Store the record where the claim still stands; return whether it did."""
        seconds = self.settings.cache_seconds if record else self.settings.absent_seconds
        # Entries that were stored together do not all go together.
        milliseconds = round(seconds * 1000 * (1 - self.settings.cache_jitter * random.random()))
        return bool(self._store_script(keys=[key_of(user_id)], args=[claim, json.dumps(record), milliseconds]))

    def _hold(self, user_id: int) -> str:
        """Put a hold on the entry, whatever it is; return the claim to it."""
        claim = HOLD + uuid.uuid4().hex
        self.redis.set(key_of(user_id), claim, ex=self.settings.hold_seconds)
        return claim

    def _hold_changed(self, session: Session, _: UOWTransaction) -> None:
        # Before the commit: if this process dies right after it, no stale entry is left behind. After the flush: it
        # has locked the row, so that the holds of two writers come in the order of their commits.
        for changed in {*session.new, *session.dirty, *session.deleted}:
            if isinstance(changed, User):
                try:
                    claim = self._hold(changed.id)
                except RedisError as error:
                    if not memory_is_gone(error):
                        raise Unavailable("the cache does not answer, and has old entries perhaps") from error
                    claim = ""
                record = None if changed in session.deleted else changed.public()
                session.info.setdefault("held", {})[changed.id] = claim, record

    def _settle(self, session: Session) -> None:
        # After the commit: store the new record where our hold still stands. Where it does not, Redis has lost it,
        # and a reader may have come in between with the old row, so hold once more.
        for user_id, (claim, record) in session.info.pop("held", {}).items():
            with suppress(RedisError):
                if not self._store(user_id, claim, record):
                    self._hold(user_id)


def read_from(database: Database, user_id: int) -> Record | None:
    with database.session() as session:
        return public(session, user_id)


def public(session: Session, user_id: int) -> Record | None:
    user = session.get(User, user_id)
    return user.public() if user else None


def version_of(record: Record | None) -> int:
    return int(record["version"]) if record else 0


def refuse_bulk(state: ORMExecuteState) -> None:
    """UPDATE users SET … does not say which users it changed, so nobody could hold their entries."""
    if not state.is_select and state.bind_mapper is User.__mapper__:
        raise RuntimeError("this would leave stale users in the cache: change them one by one")


def memory_is_gone(error: RedisError) -> bool:
    """Return whether nobody listens any more at the address of Redis: it has ended, and its memory with it.

    Of a Redis that only does not answer, nothing is known: it may come back with all that it had.
    """
    return isinstance(error.__context__, ConnectionRefusedError | FileNotFoundError)
