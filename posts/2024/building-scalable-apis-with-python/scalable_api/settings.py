"""What differs between one machine and another, from the environment: `API_PRIMARY_URL` and so on."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The settings, checked at the start. Whatever ends in `seconds` is in seconds."""

    model_config = SettingsConfigDict(env_prefix="API_", frozen=True)

    primary_url: str = "postgresql://postgres@127.0.0.1/postgres"
    replica_url: str = ""  # none: reads go to the primary
    cache_url: str = "redis://127.0.0.1:6379/0"  # may evict; must not write to disk, nor be a proxy (see user_cache.py)
    queue_url: str = "redis://127.0.0.1:6380/0"  # must not evict: it has the rate limit as well
    broker_url: str = ""  # of RabbitMQ, amqp://…; none: messages go over the queue's Redis
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    mail_from: str = "api@example.com"
    secret: SecretStr = Field(min_length=16)  # signs tokens and cursors: whoever knows it is everybody
    reports: Path = Path("reports")  # seen by all workers and API processes

    token_seconds: int = 30 * 24 * 3600
    pool_size: int = Field(10, ge=1)  # connections to each PostgreSQL server, in one process
    pool_seconds: float = Field(1, gt=0)
    statement_seconds: float = Field(2, gt=0)
    prepared_statements: bool = True  # not by way of a PgBouncer before 1.22

    rate_per_second: float = Field(10, gt=0)
    rate_burst: int = Field(20, ge=1)
    rate_without_redis: Literal["refuse", "allow"] = "refuse"

    cache_seconds: int = Field(3600, ge=1)
    cache_jitter: float = Field(0.1, ge=0, lt=1)  # up to this share of it is taken off
    absent_seconds: int = Field(30, ge=1)
    hold_seconds: int = Field(10, ge=1)

    most_waiting: int = Field(10_000, ge=1)
    most_attempts: int = Field(5, ge=1)
    lease_seconds: float = Field(60, gt=0)  # how long a worker may take for a job
    retry_seconds: float = Field(1, gt=0)  # until the second attempt; doubles from then on
    keep_days: float = Field(7, gt=0)  # jobs that are finished, their reports and idempotency keys
