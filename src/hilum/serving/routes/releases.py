"""The record of releases: what left the house, to whom and until when; withdrawn where that is needed."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import open_archive
from hilum.archive.release import states, withdraw
from hilum.archive.release_log import ReleaseLog
from hilum.archive.release_terms import today
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.language import Told
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/releases", tags=["releases"])
Server = Annotated[Serving, Depends(serving)]
Releaser = Annotated[Person, Depends(asks(Right.release_data))]


class ReleaseRow(BaseModel):
    """A release on record."""

    number: int
    at: str = Field(description="When it was made (UTC).")
    recipient: str
    approval: str
    committee: str
    purpose: str
    expires: str = Field(description="The approval's last day.")
    days_left: int = Field(description="How long the approval still holds; negative where it has expired.")
    state: Literal["valid", "expired", "withdrawn", "failed"]
    patients: int
    images: int
    accepted: str = Field(description="Why lacking proofs were accepted; empty where none lacked.")


class ReleasesShown(BaseModel):
    """All releases on record, the last first."""

    items: list[ReleaseRow]
    fault: Told | None = Field(
        description="What was done to the record from outside; None where it is whole."
    )


class WithdrawalAsked(BaseModel):
    """That a release is called back."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=300)
    whole_approval: bool = Field(
        False, description="The approval was withdrawn: every release under it is, and none follows."
    )


class Withdrawn(BaseModel):
    """Who has to be told."""

    recipients: list[str]
    releases: list[int]


@router.get("")
def list_releases(server: Server, _person: Releaser) -> ReleasesShown:
    """List every release on record, with how long its approval still holds."""
    log, day = ReleaseLog(open_archive(server.workspace)), today()
    rows = [
        ReleaseRow.model_validate(
            {
                **{name: getattr(one, name) for name in ReleaseRow.model_fields if hasattr(one, name)},
                "days_left": one.left_days(day),
                "state": state,
                "accepted": one.note,
            }
        )
        for one, state in states(log.entries(), day)
    ]
    return ReleasesShown(items=rows[::-1], fault=log.fault())


@router.post("/{number}/withdraw")
def withdraw_release(
    server: Server,
    person: Releaser,
    number: Annotated[int, Path(ge=1, le=2**31 - 1, description="In the record.")],
    asked: WithdrawalAsked,
) -> Withdrawn:
    """Record that a release is called back, or its approval withdrawn; recipients have to be told."""
    archive = open_archive(server.workspace)
    known = {one.number: state for one, state in states(ReleaseLog(archive).entries(), today())}
    if number not in known:
        raise Refusal(404, "there is no release of this number on record")
    if known[number] not in ("valid", "expired"):
        raise Refusal(409, f"this release is {known[number]} already")
    one = next(line for line in ReleaseLog(archive).entries() if line.number == number)
    found = withdraw(archive, one.approval if asked.whole_approval else f"#{number}", asked.reason)
    numbers = [line.number for line in found]
    detail: dict[str, str | int] = {
        "releases": ", ".join(map(str, numbers)),
        "whole_approval": int(asked.whole_approval),
    }
    server.audit.record(person.id, "release_withdrawn", f"release {number}", detail)
    return Withdrawn(recipients=list(dict.fromkeys(line.recipient for line in found)), releases=numbers)
