"""The quarantine: what could not be cleaned or read, seen and settled by those who may.

Its pictures may show who the patient is: they are never kept by browsers, and every look is recorded.
"""

import threading
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from hilum.archive import Archive, QuarantineEntry, open_archive
from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.images.settling import MOST_AT_ONCE, SEEN, Decision, Settling
from hilum.serving.language import Told
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/quarantine", tags=["quarantine"])
Server = Annotated[Serving, Depends(serving)]
Settler = Annotated[Person, Depends(asks(Right.settle_quarantine))]
EntryId = Annotated[str, Path(pattern="^Q[0-9a-f]{16}$", description="The entry's number.")]
Box = tuple[
    Annotated[int, Field(ge=0, le=100_000)],
    Annotated[int, Field(ge=0, le=100_000)],
    Annotated[int, Field(ge=1, le=100_000)],
    Annotated[int, Field(ge=1, le=100_000)],
]
_BY_COMMAND = "; look at it with "
"""What follows tells of the command line; here the picture is on the page."""
_ONE_AT_A_TIME = threading.Lock()


class EntryRow(BaseModel):
    """A file in quarantine."""

    id: str
    file: str | None = Field(
        description="Its name, which can hold a patient's; only for who may see identities."
    )
    reason: str
    detail: Told
    status: Literal["waiting", "rejected"]
    at: str = Field(description="When it came (UTC).")
    boxes: list[Box] = Field(description="Where there may be writing: x, y, width, height in pixels.")
    has_picture: bool = Field(description="Whether there are pictures to review.")


class EntryPage(BaseModel):
    """A page of entries, and how many have each reason."""

    items: list[EntryRow]
    next: int | None
    total: int
    reasons: dict[str, int]


class ReleaseAsked(BaseModel):
    """What a person who looked at the picture decided."""

    model_config = ConfigDict(extra="forbid")
    boxes: list[Box] = Field(
        max_length=500, description="What is blanked; empty where the picture holds no writing."
    )
    confirmed: Literal[True] = Field(description="That the person has read what will happen.")


class RejectAsked(BaseModel):
    """That a file shall never enter the archive."""

    model_config = ConfigDict(extra="forbid")
    confirmed: Literal[True] = Field(description="That the person knows that its bytes will be deleted.")


class Settled(BaseModel):
    """What was done."""

    sentence: Told


class ManyAsked(BaseModel):
    """One decision for several files that are in quarantine for the same reason."""

    model_config = ConfigDict(extra="forbid")
    entries: list[Annotated[str, Field(pattern="^Q[0-9a-f]{16}$")]] = Field(
        min_length=1, max_length=MOST_AT_ONCE
    )
    decision: Decision = Field(
        description="Archived with the proposed places blanked, archived as it is, or kept out for good."
    )
    why: str = Field("", max_length=300, description="Why; recorded with each of them.")
    confirmed: Literal[True] = Field(description="That the person has read what will happen.")


class OneRefused(BaseModel):
    """A file that was not settled."""

    entry: str
    sentence: Told


class ManySettled(BaseModel):
    """What was done, one by one."""

    done: list[str]
    refused: list[OneRefused]


@router.get("")
def list_quarantine(
    server: Server,
    person: Settler,
    after: AfterNumber = 0,
    limit: Limit = 100,
    status: Literal["waiting", "rejected"] | None = None,
    reason: str | None = None,
) -> EntryPage:
    """List what is in quarantine, each with its reason; `after` is a place in the list."""
    archive = _archive(server)
    everything = [entry for entry in archive.quarantine() if status is None or entry.status == status]
    reasons = {one.reason: 0 for one in everything}
    for one in everything:
        reasons[one.reason] += 1
    chosen = [entry for entry in everything if reason is None or entry.reason == reason]
    page = [_row(archive, person, entry) for entry in chosen[after : after + limit]]
    following = after + limit if after + limit < len(chosen) else None
    return EntryPage(items=page, next=following, total=len(chosen), reasons=reasons)


@router.post("/settle")
def settle_many_quarantined(server: Server, person: Settler, asked: ManyAsked) -> ManySettled:
    """Decide on several files alike; each is settled, recorded and answered for by itself."""
    with _ONE_AT_A_TIME:
        outcomes = Settling(server, _archive(server), person, asked.decision, asked.why).settle(asked.entries)
    return ManySettled(
        done=[one.entry for one in outcomes if not one.problem],
        refused=[OneRefused(entry=one.entry, sentence=one.problem) for one in outcomes if one.problem],
    )


@router.get("/{entry}")
def read_quarantined(server: Server, person: Settler, entry: EntryId) -> EntryRow:
    """Show one entry: its reason, and where there may be writing."""
    archive = _archive(server)
    return _row(archive, person, _entry(archive, entry))


@router.get(
    "/{entry}/pictures/{which}", response_class=Response, responses={200: {"content": {"image/png": {}}}}
)
def read_quarantine_picture(
    server: Server, person: Settler, entry: EntryId, which: Literal["before", "after"]
) -> Response:
    """Show the picture of an entry as it is, or with what would be blanked; the look is recorded."""
    archive = _archive(server)
    path = archive.pictures(_entry(archive, entry).id).get(f"{which}.png")
    if path is None:
        raise Refusal(404, "this file has no picture to review")
    server.audit.record(person.id, SEEN, entry, {"picture": which})
    # Read whole: the file goes away when somebody settles the entry.
    return Response(path.read_bytes(), media_type="image/png", headers={"Cache-Control": "no-store"})


@router.post("/{entry}/release")
def release_quarantined(server: Server, person: Settler, entry: EntryId, asked: ReleaseAsked) -> Settled:
    """Archive a file on the word of the person who looked, with these places blanked."""
    with _ONE_AT_A_TIME:
        sentence = _archive(server).release(entry, asked.boxes or None)
    server.audit.record(person.id, "quarantine_released", entry, {"boxes": len(asked.boxes)})
    return Settled(sentence=sentence)


@router.post("/{entry}/reject")
def reject_quarantined(server: Server, person: Settler, entry: EntryId, _asked: RejectAsked) -> Settled:
    """Keep a file out for good: its bytes are deleted, the record stays."""
    with _ONE_AT_A_TIME:
        sentence = _archive(server).reject(entry)
    server.audit.record(person.id, "quarantine_rejected", entry)
    return Settled(sentence=sentence)


def _archive(server: Serving) -> Archive:
    return open_archive(server.workspace)


def _entry(archive: Archive, name: str) -> QuarantineEntry:
    found = next((one for one in archive.quarantine() if one.id == name), None)
    if found is None:
        raise Refusal(404, "there is no such entry in quarantine: it may have been settled by somebody else")
    return found


def _row(archive: Archive, person: Person, entry: QuarantineEntry) -> EntryRow:
    return EntryRow(
        id=entry.id,
        file=entry.file if person.may(Right.see_identities) else None,
        reason=entry.reason,
        detail=entry.detail.partition(_BY_COMMAND)[0],
        status="rejected" if entry.status == "rejected" else "waiting",
        at=entry.at,
        boxes=list(entry.boxes),
        has_picture=bool(archive.pictures(entry.id)),
    )
