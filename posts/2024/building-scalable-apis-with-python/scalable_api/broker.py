"""What carries a job's id to a worker: Dramatiq, by way of the queue's Redis or of RabbitMQ."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from dramatiq import Broker, Message
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import BrokerError
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError
from redis import RedisError

from scalable_api.fuse import Unavailable
from scalable_api.redis_client import make_redis
from scalable_api.settings import Settings

QUEUE, ACTOR = "jobs", "run"
# https://pika.readthedocs.io/en/stable/modules/parameters.html#pika.connection.URLParameters; seconds
AWAY = (RedisError, BrokerError, AMQPError, AMQPConnectorException, OSError)  # OSError: no such host
BOUNDS = "socket_timeout=1&stack_timeout=2&blocked_connection_timeout=2&heartbeat=10"


def make_broker(settings: Settings) -> Broker:
    """Return the way to the queue. It is to retry nothing: that is in the table, which no queue can lose.

    Nor is it to limit the time of a job: TimeLimit raises in another thread wherever that is, even between a lock and
    its release, and the worker hangs. What a job waits for has time-outs of its own, and the lease does the rest.
    """
    if settings.broker_url:
        separator = "&" if "?" in settings.broker_url else "?"
        return RabbitmqBroker(url=f"{settings.broker_url}{separator}{BOUNDS}", middleware=[])
    client = make_redis(settings.queue_url, decode=False)
    return RedisBroker(client=client, middleware=[])  # type: ignore[no-untyped-call]


def send(broker: Broker, job_id: uuid.UUID, attempts: int) -> None:
    """Wake a worker for a job; raises Unavailable."""
    with _away():
        broker.enqueue(Message(QUEUE, ACTOR, (str(job_id), attempts), {}, {}))


def queued(broker: Broker) -> int:
    """Return how many messages no worker has fetched yet; raises Unavailable."""
    with _away():
        if isinstance(broker, RedisBroker):
            return int(broker.client.llen(f"{broker.namespace}:{QUEUE}"))
        assert isinstance(broker, RabbitmqBroker)
        try:
            return broker.get_queue_message_counts(QUEUE)[0]
        except AWAY:
            disconnect(broker)  # the next connection is to be a new one
            raise


def disconnect(broker: Broker) -> None:
    """Give up this thread's connection to RabbitMQ. Dramatiq has one for each, and keeps it when the thread has ended."""
    if isinstance(broker, RabbitmqBroker):
        del broker.connection


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except AWAY as error:
        raise Unavailable("the queue is away") from error
