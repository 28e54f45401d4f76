"""What there is of users: read one, change oneself, list those of a city."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Response
from itsdangerous import BadData, URLSafeSerializer
from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from scalable_api.database import User, newest_of_city, read
from scalable_api.problems import REFUSALS
from scalable_api.service import Caller, Guarded, ServiceOf, bearer

BIGINT = 2**63 - 1
UserId = Annotated[int, Path(ge=1, le=BIGINT)]
# One line: no control characters, which mail headers and PostgreSQL (NUL) refuse.
Line = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]

router = APIRouter(prefix="/users", route_class=Guarded, dependencies=[Depends(bearer)], responses=REFUSALS)


class UserRecord(BaseModel):
    id: int
    name: str
    city: str
    joined_at: datetime
    version: int


class Change(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line
    city: Line


class Page(BaseModel):
    users: list[UserRecord]
    next: str | None


def etag(version: int) -> str:
    return f'"{version}"'


def names(header: str | None, version: int) -> bool:
    """Return whether an If-Match or If-None-Match header (RFC 9110, section 13.1) names this version."""
    return header is not None and (header.strip() == "*" or etag(version) in re.findall(r'(?<!W/)"[^"]*"', header))


@router.get("/{user_id}", response_model=UserRecord, responses={304: {"description": "Not Modified"}})
def get_user(
    user_id: UserId,
    service: ServiceOf,
    response: Response,
    seen_version: Annotated[int, Header(ge=0, le=BIGINT)] = 0,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Any:
    """A user. The answer's version is at least Seen-Version, for a client that has just written it."""
    record = service.users.get(user_id, seen_version)
    if record is None:
        raise HTTPException(404, "no such user")
    if record["version"] < seen_version:
        raise HTTPException(412, f"there is no such version, the latest is {record['version']}")
    headers = {"ETag": etag(record["version"])}
    if names(if_none_match, record["version"]):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return record


@router.put("/{user_id}", response_model=UserRecord)
def put_user(
    user_id: UserId,
    change: Change,
    caller: Caller,
    service: ServiceOf,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> Any:
    """Change oneself."""
    if caller != user_id:
        raise HTTPException(403, "only the user may do that")
    with service.primary.session() as session:
        user = session.get(User, user_id, with_for_update=True)
        if user is None:
            raise HTTPException(404, "no such user")
        if if_match is not None and not names(if_match, user.version):
            raise HTTPException(412, f"the version is {user.version}")
        user.name, user.city, user.version = change.name, change.city, user.version + 1
    response.headers["ETag"] = etag(user.version)
    return user.public()


@router.get("", response_model=Page)
def list_users(
    city: Annotated[Line, Query()],
    service: ServiceOf,
    joined_after: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> Any:
    """The users of a city, newest first. The next page is the one `after` the cursor in `next`."""
    cursor = URLSafeSerializer(service.settings.secret.get_secret_value(), salt="cursor")
    before = None
    if after is not None:
        try:
            joined_at, user_id = cursor.loads(after)
        except BadData:
            raise HTTPException(422, "the cursor is not one of ours") from None
        before = datetime.fromisoformat(joined_at), user_id
    statement = newest_of_city(city, limit + 1, joined_after, before)
    users = read(lambda session: session.scalars(statement).all(), service.replica, service.primary)
    last = users[limit - 1] if len(users) > limit else None
    return {
        "users": [user.public() for user in users[:limit]],
        "next": cursor.dumps([last.joined_at.isoformat(), last.id]) if last else None,
    }
