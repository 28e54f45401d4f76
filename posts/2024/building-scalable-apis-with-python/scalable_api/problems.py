"""Every refusal in one form, that of RFC 9457."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from scalable_api.fuse import Unavailable


class Problem(BaseModel):
    """https://www.rfc-editor.org/rfc/rfc9457#section-3.1; the type is about:blank, so the title is that of the status."""

    title: str
    status: int
    detail: str | None = None
    errors: list[dict[str, Any]] | None = None


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status in (400, 401, 403, 404, 408, 412, 413, 415, 422, 429, 431, 503)
}
"""What an endpoint may answer besides, for /openapi.json."""


def problem(status: int, detail: str | None = None, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """Return an answer that says what is wrong."""
    content = {"title": HTTPStatus(status).phrase, "status": status} | ({"detail": detail} if detail else {}) | more
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def unavailable(detail: str, seconds: int = 1) -> JSONResponse:
    """Return 503, with the time after which it is worth another try."""
    return problem(503, detail, {"Retry-After": str(seconds)})


def install(app: FastAPI) -> None:
    """Have all errors of the application answered in this form."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        headers = dict(error.headers or {})
        if error.status_code == 405:  # all methods of the path, not only those of the first endpoint that has it
            headers["Allow"] = ", ".join(app.openapi()["paths"][request.scope["route"].path]).upper()
        return problem(error.status_code, error.detail, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        # Where and why, but not what: the input may be long, or a secret in the wrong place.
        errors = [{"at": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors()]
        return problem(422, "the request is not of the form that it must have", errors=errors)

    @app.exception_handler(Unavailable)
    async def away(_: Request, error: Unavailable) -> JSONResponse:
        return unavailable(str(error), error.retry_seconds)

    @app.exception_handler(Exception)
    async def failed(_: Request, __: Exception) -> JSONResponse:
        return problem(500)
