"""What an API process is made of, and who may use it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from dramatiq import Broker
from fastapi import Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from prometheus_client import Counter
from redis import Redis, RedisError

from scalable_api.broker import make_broker
from scalable_api.database import Database, make_engine
from scalable_api.fuse import Fuse, Unavailable
from scalable_api.identity import user_of
from scalable_api.rate_limit import Decision, RateLimit
from scalable_api.redis_client import make_redis
from scalable_api.settings import Settings
from scalable_api.user_cache import UserCache

LIMITED = Counter("rate_limit_decisions", "What the rate limit has said", ["outcome"])


@dataclass(frozen=True)
class Service:
    """The servers that a process works with; none is asked for anything before the first request."""

    settings: Settings
    primary: Database
    replica: Database
    users: UserCache
    queue: Redis
    broker: Broker
    limit: RateLimit
    queue_fuse: Fuse
    broker_fuse: Fuse

    @classmethod
    def of(cls, settings: Settings) -> "Service":
        def database(name: str, url: str) -> Database:
            engine = make_engine(
                url,
                pool_size=settings.pool_size,
                pool_seconds=settings.pool_seconds,
                statement_seconds=settings.statement_seconds,
                prepare=settings.prepared_statements,
            )
            return Database(name, engine)

        primary = database("primary", settings.primary_url)
        replica = database("replica", settings.replica_url) if settings.replica_url else primary
        queue, queue_fuse = make_redis(settings.queue_url), Fuse()
        return cls(
            settings,
            primary,
            replica,
            UserCache(primary, replica, make_redis(settings.cache_url), settings),
            queue,
            make_broker(settings),
            RateLimit(queue, settings.rate_per_second, settings.rate_burst),
            queue_fuse,
            Fuse() if settings.broker_url else queue_fuse,
        )

    def close(self) -> None:
        """Give all connections back."""
        for database in {self.primary, self.replica}:
            database.engine.dispose()
        for client in (self.users.redis, self.queue):
            client.close()
        self.broker.close()

    def admit(self, user_id: int) -> Decision | None:
        """Take a token of the user's; return None where the limit is not known. Raises Unavailable."""
        if self.queue_fuse.lets_through():
            try:
                decision = self.limit.take(user_id)
            except RedisError:
                self.queue_fuse.blow()
            else:
                self.queue_fuse.mend()
                LIMITED.labels("allowed" if decision.allowed else "refused").inc()
                return decision
        LIMITED.labels("unknown").inc()
        if self.settings.rate_without_redis == "refuse":
            raise Unavailable("the rate limit is not known")
        return None


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def caller_of(request: Request) -> int:
    user_id: int = request.state.user
    return user_id


ServiceOf = Annotated[Service, Depends(service_of)]
Caller = Annotated[int, Depends(caller_of)]
bearer = HTTPBearer(auto_error=False)  # for /openapi.json; Guarded does the work


class Guarded(APIRoute):
    """An endpoint for known users within their limit. The others are refused before the body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guard(request: Request) -> Response:
            service = service_of(request)
            credentials = request.headers.getlist("Authorization")
            if len(credentials) > 1:
                raise HTTPException(400, "more than one Authorization header")
            scheme, _, token = credentials[0].partition(" ") if credentials else ("", "", "")
            user_id = user_of(token, service.settings) if scheme.lower() == "bearer" else None
            if user_id is None:
                raise HTTPException(401, "a valid token is missing", {"WWW-Authenticate": "Bearer"})
            request.state.user = user_id
            if decision := await run_in_threadpool(service.admit, user_id):
                request.state.headers = service.limit.headers(decision)  # for Edge, which puts them on any answer
                if not decision.allowed:
                    raise HTTPException(429, "more requests than your limit")
            return await handle(request)

        return guard
