"""The API, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from redis import RedisError

from scalable_api import jobs_api, problems, status_api, users_api
from scalable_api.edge import Edge
from scalable_api.service import Service
from scalable_api.settings import Settings


def make_app(settings: Settings) -> Edge:
    """Return the application with these settings."""

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        api.state.service = service = Service.of(settings)
        with suppress(RedisError):
            service.limit.begin()
        yield
        service.close()

    # No pages for people: they would load scripts from another host.
    api = FastAPI(title="Scalable API", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(api)
    for module in (users_api, jobs_api, status_api):
        api.include_router(module.router)
    return Edge(api, {"/imports": jobs_api.MOST_IMPORTED})
