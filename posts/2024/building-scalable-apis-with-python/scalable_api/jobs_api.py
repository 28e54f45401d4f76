"""What takes longer than a request: reports, notifications, imports. It is accepted here and done by a worker."""

import logging
import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import select

from scalable_api.broker import disconnect, send
from scalable_api.database import Job
from scalable_api.fuse import Unavailable
from scalable_api.jobs import PUBLIC, KeyReused, QueueFull, accept
from scalable_api.problems import REFUSALS
from scalable_api.service import Caller, Guarded, Service, ServiceOf, bearer
from scalable_api.users_api import Line, UserId

MOST_IMPORTED = 5_000_000  # bytes
MOST_LISTED = 100
log = logging.getLogger(__name__)
router = APIRouter(route_class=Guarded, dependencies=[Depends(bearer)], responses=REFUSALS)
State = Literal["waiting", "running", "done", "dead"]
# Of the client's making, such as a UUID: draft-ietf-httpapi-idempotency-key-header, section 2.1.
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


class Accepted(BaseModel):
    id: uuid.UUID
    state: State


class JobRecord(BaseModel):
    id: uuid.UUID
    kind: Literal["report", "notification", "import"]
    state: State
    attempts: int
    result: dict[str, Any] | None


class JobList(BaseModel):
    jobs: list[JobRecord]


class ReportOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    city: Line | None


class Notification(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: Line
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=r"^[^\x00]+$")]


async def csv_of(request: Request) -> str:
    """The body as text; read here, since FastAPI takes a body that it reads itself for JSON."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "text/csv":
        raise HTTPException(415, "the body must be text/csv")
    try:
        text = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise HTTPException(422, f"the body must be UTF-8: {error.reason} at byte {error.start}") from None
    if not text or "\0" in text:
        raise HTTPException(422, "the body must be text, in UTF-8 and without NUL")
    return text


@router.post("/reports", status_code=202, response_model=Accepted)
def order_report(
    order: ReportOrder, caller: Caller, service: ServiceOf, response: Response, idempotency_key: IdempotencyKey = None
) -> Any:
    """How many users joined in each month, in a city or (null) in all."""
    return _accept(service, response, "report", order.model_dump(), caller, idempotency_key)


@router.post("/users/{user_id}/notifications", status_code=202, response_model=Accepted)
def notify(
    user_id: UserId,
    order: Notification,
    caller: Caller,
    service: ServiceOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """An e-mail to a user, whose address the sender does not get to know."""
    if service.users.get(user_id) is None:
        raise HTTPException(404, "no such user")
    arguments = {"user_id": user_id, **order.model_dump()}
    return _accept(service, response, "notification", arguments, caller, idempotency_key)


@router.post(
    "/imports",
    status_code=202,
    response_model=Accepted,
    openapi_extra={"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def import_users(
    caller: Caller,
    service: ServiceOf,
    response: Response,
    csv: Annotated[str, Depends(csv_of)],
    idempotency_key: IdempotencyKey = None,
) -> Any:
    """Add users. The first line is email,name,city."""
    return _accept(service, response, "import", {"csv": csv}, caller, idempotency_key)


def _accept(
    service: Service, response: Response, kind: str, arguments: dict[str, Any], caller: int, key: str | None
) -> Any:
    try:
        with service.primary.session() as session:
            job, new = accept(session, kind, arguments, caller, key, service.settings.most_waiting)
    except KeyReused:
        raise HTTPException(422, "this Idempotency-Key belongs to another request of yours") from None
    except QueueFull:
        raise Unavailable("too many jobs wait", 10) from None
    # It is accepted. That the queue is away only means that the relay will send it.
    if new and service.broker_fuse.lets_through():
        try:
            send(service.broker, job.id, job.attempts)
        except Unavailable as error:
            service.broker_fuse.blow()
            log.warning("not sent", extra={"job": str(job.id), "reason": str(error)})
        else:
            service.broker_fuse.mend()
        disconnect(service.broker)  # this thread may end
    response.headers["Location"] = f"/jobs/{job.id}"
    return {"id": job.id, "state": job.state}


@router.get("/jobs/{job_id}", response_model=JobRecord)
def get_job(job_id: uuid.UUID, caller: Caller, service: ServiceOf) -> Any:
    """A job of one's own."""
    with service.primary.session() as session:
        job = session.execute(select(*PUBLIC).where(Job.id == job_id, Job.owner == caller)).first()
    if job is None:
        raise HTTPException(404, "no such job of yours")
    return job._mapping


@router.get("/jobs", response_model=JobList)
def list_jobs(caller: Caller, service: ServiceOf, state: Literal["dead"]) -> Any:
    """Jobs of one's own that have failed for good, the newest first."""
    mine = select(*PUBLIC).where(Job.owner == caller, Job.state == state).order_by(Job.id.desc()).limit(MOST_LISTED)
    with service.primary.session() as session:
        return {"jobs": [job._mapping for job in session.execute(mine)]}


@router.get("/jobs/{job_id}/report.csv", response_class=FileResponse)
def get_report(job_id: uuid.UUID, caller: Caller, service: ServiceOf) -> Any:
    """What a report has found, once it is done."""
    job = get_job(job_id, caller, service)
    path = service.settings.reports / f"{job['id']}.csv"
    if job["kind"] != "report" or job["state"] != "done" or not path.exists():
        raise HTTPException(404, "no such report, or not yet")
    return FileResponse(path, media_type="text/csv", filename="report.csv")
