"""The audit log: who saw and who changed what."""

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from hilum.serving.access.asking import Person, asks
from hilum.serving.access.people import PEOPLE
from hilum.serving.access.rights import Right
from hilum.serving.audit import LINES, record_request
from hilum.serving.language import Named, Told
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import serving

router = APIRouter(prefix="/api/audit", tags=["audit"])

Reader = Annotated[Person, Depends(asks(Right.read_audit))]


class AuditLine(BaseModel):
    """One thing that was seen or changed."""

    number: int
    at: str = Field(description="Date and time, UTC (ISO 8601).")
    person: int | None = Field(description="The account; null where nobody was signed in.")
    name: Named | None
    what: str = Field(examples=["study_seen"])
    on: str = Field(description="In research identifiers.")
    detail: dict[str, str | int]
    seal: str = Field(description="Seal over this line and the one before it, in hexadecimal.")


class AuditPage(BaseModel):
    """A page of the audit log, the newest lines first."""

    items: list[AuditLine]
    next: int | None
    total: int


class AuditVerification(BaseModel):
    """Whether the log is as it was written."""

    whole: bool
    lines: int
    fault: Told | None = Field(description="What was done to it from outside; null where it is whole.")


@router.get("")
def list_audit(
    request: Request,
    _person: Reader,
    after: AfterNumber = 0,
    limit: Limit = 50,
    by: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The account.")] = None,
    what: Annotated[str | None, Query(max_length=100, description="What was done.")] = None,
    on: Annotated[str | None, Query(max_length=500, description="What it was done on.")] = None,
) -> AuditPage:
    """Read the audit log, the newest lines first."""
    chosen = [
        condition
        for asked, condition in (
            (by, LINES.c.person == by),
            (what, LINES.c.what == what),
            (on, LINES.c.concerning == on),
        )
        if asked is not None
    ]
    query = (
        select(LINES, PEOPLE.c.name)
        .join_from(LINES, PEOPLE, LINES.c.person == PEOPLE.c.id, isouter=True)
        .where(*chosen)
        .order_by(LINES.c.number.desc())
        .limit(limit + 1)
    )
    if after:
        query = query.where(LINES.c.number < after)
    with serving(request).reading() as connection:
        rows = connection.execute(query).mappings().all()
        total = connection.execute(select(func.count()).select_from(LINES).where(*chosen)).scalar_one()
    items = [
        AuditLine.model_validate({**row, "on": row["concerning"], "detail": json.loads(row["detail"])})
        for row in rows[:limit]
    ]
    return AuditPage(items=items, next=items[-1].number if len(rows) > limit else None, total=total)


@router.get("/verification")
def verify_audit(request: Request, person: Reader) -> AuditVerification:
    """Prove that no line of the log was changed, added, moved or taken away."""
    log = serving(request).audit
    fault = log.fault()
    lines = log.length()
    record_request(request, person, "audit_verified", "the audit log", {"whole": int(fault is None)})
    return AuditVerification(whole=fault is None, lines=lines, fault=fault)
