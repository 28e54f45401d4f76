"""What the workers do: dramatiq scalable_api.tasks"""

import logging
import time
import uuid
from collections.abc import Callable
from typing import TypeVar

import dramatiq
import psycopg
from psycopg import Cursor
from sqlalchemy.orm import Session

from scalable_api.broker import ACTOR, QUEUE, make_broker
from scalable_api.database import Database, User, make_engine, read
from scalable_api.edge import log_as_json
from scalable_api.fuse import Unavailable
from scalable_api.jobs import Attempt, LeaseLost, fail, finish, take
from scalable_api.mail import send_mail
from scalable_api.settings import Settings

T = TypeVar("T")
log_as_json()
log = logging.getLogger(__name__)
settings = Settings()
# A primary that is started anew is back by then; without this, jobs would wait for the ends of their leases.
AWAY_SECONDS, PAUSE_SECONDS = 5.0, 0.25
# A transaction may take twice this time: it ends before the lease does, and another worker begins.
STATEMENT_SECONDS = 0.4 * settings.lease_seconds
primary, replica = (
    Database(
        name,
        make_engine(
            url,
            pool_size=settings.pool_size,
            statement_seconds=STATEMENT_SECONDS,
            prepare=settings.prepared_statements,
        ),
    )
    for name, url in (("primary", settings.primary_url), ("replica", settings.replica_url or settings.primary_url))
)
dramatiq.set_broker(make_broker(settings))

REPORT = """
COPY (
    SELECT to_char(joined_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS joined
    FROM users WHERE %(city)s::text IS NULL OR city = %(city)s GROUP BY month ORDER BY month
) TO STDOUT WITH (FORMAT csv, HEADER)
"""
INCOMING = """
CREATE TEMPORARY TABLE incoming (
    email text NOT NULL CHECK (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$'),
    name text NOT NULL CHECK (name ~ '^[^[:cntrl:]]{1,100}$'),
    city text NOT NULL CHECK (city ~ '^[^[:cntrl:]]{1,100}$')
) ON COMMIT DROP
"""
# Who is there already stays as they are. Who is new may be unknown to the cache for absent_seconds.
IMPORT = "INSERT INTO users (email, name, city) SELECT email, name, city FROM incoming ON CONFLICT (email) DO NOTHING"


def cursor_of(session: Session) -> Cursor:
    """Return psycopg's own cursor in the session's transaction, for COPY."""
    cursor: Cursor = session.connection().connection.cursor()  # type: ignore[assignment]
    return cursor


def settle(work: Callable[[Session], T]) -> T:
    """Run a short transaction on the primary, and again if that fails within AWAY_SECONDS; raises Unavailable.

    A commit whose answer is lost is not known: the job then waits for the end of its lease.
    """
    last = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            with primary.session() as session:
                return work(session)
        except Unavailable:
            if time.monotonic() > last:
                raise
            time.sleep(PAUSE_SECONDS)


def report(attempt: Attempt) -> None:
    """Write a CSV file: how many users joined in each month."""

    def rows(session: Session) -> bytes:
        with cursor_of(session).copy(REPORT, attempt.arguments) as copy:
            return b"".join(bytes(block) for block in copy)

    csv = read(rows, replica, primary)
    settings.reports.mkdir(parents=True, exist_ok=True)
    path = settings.reports / f"{attempt.id}.csv"
    unfinished = path.with_suffix(f".{attempt.number}")
    unfinished.write_bytes(csv)
    unfinished.replace(path)  # in one step: there is all of it or nothing
    settle(lambda session: finish(session, attempt, {"months": csv.count(b"\n") - 1}))


def notification(attempt: Attempt) -> None:
    """Send an e-mail to a user."""
    with primary.session() as session:
        user = session.get(User, attempt.arguments["user_id"])
    if user:  # no connection is held while the mail server talks
        send_mail(settings, user.email, attempt.arguments["subject"], attempt.arguments["text"], attempt.id)
    settle(lambda session: finish(session, attempt, {"sent": user is not None}))  # or it is sent once more


def import_users(attempt: Attempt) -> None:
    """Add the users of a CSV file, all of them or none."""
    with primary.session() as session:
        cursor = cursor_of(session)
        cursor.execute(INCOMING)
        with cursor.copy("COPY incoming FROM STDIN WITH (FORMAT csv, HEADER MATCH)") as copy:
            copy.write(attempt.arguments["csv"])
        rows = cursor.rowcount
        imported = cursor.execute(IMPORT).rowcount
        finish(session, attempt, {"imported": imported, "known": rows - imported})


WORK: dict[str, Callable[[Attempt], None]] = {"report": report, "notification": notification, "import": import_users}


@dramatiq.actor(queue_name=QUEUE, actor_name=ACTOR)
def run(job_id: str, attempts: int) -> None:
    """Do a job, unless the message is out of date."""
    attempt = settle(lambda session: take(session, uuid.UUID(job_id), attempts, settings.lease_seconds))
    if attempt is None:
        return
    about = {"job": job_id, "kind": attempt.kind, "attempt": attempt.number}
    try:
        WORK[attempt.kind](attempt)
    except LeaseLost:
        log.warning("lease lost", extra=about)
    except Exception as error:
        log.exception("failed", extra=about)
        # What the user has sent does not become right by itself, and the error is about it. Other errors are ours,
        # and may say what a user should not know.
        theirs = isinstance(error, psycopg.DataError | psycopg.IntegrityError)
        reason = str(error)[:500] if theirs else type(error).__name__
        settle(lambda session: fail(session, attempt, reason, settings, for_good=theirs))
    else:
        log.info("done", extra=about)
