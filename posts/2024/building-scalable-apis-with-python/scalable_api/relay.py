"""Sends what is due: python -m scalable_api.relay

That is what the API could not send, what the queue has lost, what failed and is to be tried again, and what a worker has
taken and not finished in time. It forgets what has long been finished, too. As many relays may run as one likes.
"""

import logging
import signal
import threading

from dramatiq import Broker

from scalable_api.broker import make_broker, queued, send
from scalable_api.database import Database, make_engine
from scalable_api.edge import log_as_json
from scalable_api.fuse import Unavailable
from scalable_api.jobs import due, forget, waiting
from scalable_api.settings import Settings

POLL_SECONDS = 0.5
MOST = 500  # sent in one transaction
log = logging.getLogger(__name__)


def relay(primary: Database, broker: Broker, settings: Settings) -> int:
    """Send jobs that are due, up to MOST; return how many. Raises Unavailable."""
    with primary.session() as session:
        jobs = due(session, MOST, settings)
        # Where as many messages are in the queue as jobs wait, the workers are only slow. To send all again, and again
        # after each lease, would fill the queue.
        jobs = jobs[: max(0, waiting(session) - queued(broker))] if jobs else jobs
        for job in jobs:
            send(broker, job.id, job.attempts)
    return len(jobs)  # if sending fails, none is put off


def tidy(primary: Database, settings: Settings) -> int:
    """Forget jobs that were finished `keep_days` ago, with their reports, up to MOST; return how many. Raises Unavailable."""
    with primary.session() as session:
        forgotten = forget(session, MOST, settings)
        for job_id in forgotten:  # before the commit: what is not done is done the next time
            (settings.reports / f"{job_id}.csv").unlink(missing_ok=True)
    return len(forgotten)


def main() -> None:
    log_as_json()
    settings = Settings()
    primary = Database("primary", make_engine(settings.primary_url, pool_size=1, prepare=settings.prepared_statements))
    broker = make_broker(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        sent = 0
        try:
            sent = relay(primary, broker, settings)
            tidy(primary, settings)
        except Unavailable as error:
            log.warning("not done", extra={"reason": str(error)})
        if sent:
            log.info("sent", extra={"jobs": sent})
        if sent < MOST:
            stop.wait(POLL_SECONDS)


if __name__ == "__main__":
    main()
