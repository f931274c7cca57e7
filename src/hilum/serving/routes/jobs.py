"""Long work: what is being done, what was, and what is still to come."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from hilum.serving.access.asking import Person, asks
from hilum.serving.access.rights import Right
from hilum.serving.failures import Refusal
from hilum.serving.jobs.desk import JobDesk, jobs_of
from hilum.serving.jobs.events import events_after
from hilum.serving.jobs.records import UNFINISHED, Job
from hilum.serving.jobs.sight import job_led, job_seen, sight_of
from hilum.serving.jobs.stream import stream
from hilum.serving.language import Named, Told, told_event
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/jobs", tags=["jobs"])
Server = Annotated[Serving, Depends(serving)]
Anyone = Annotated[Person, Depends(asks())]
JobId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The job's id.")]
_MOST_LISTENERS = 200


class JobProgress(BaseModel):
    """How far a job is."""

    now: Told = Field(description="What is being done, in the program's words; empty before that is known.")
    detail: Told = Field(description="More of it, such as the epoch.")
    done: int
    total: int = Field(description="Of how much; 0 where that is not known.")
    seconds_left: int | None = Field(description="How long the job still takes, where that can be said.")
    steps_done: list[Told]
    steps_left: list[Told] = Field(description="What is still to come, as far as it is known.")


class JobRow(BaseModel):
    """A job."""

    id: str
    number: int
    kind: str = Field(description="Such as ingest, check, run, report.")
    person: Named = Field(description="The account of whoever asked for it.")
    mine: bool = Field(description="Whether this person may cancel and resume it.")
    study: str | None
    about: dict[str, Any] = Field(description="A few plain facts of what was asked.")
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    made: str
    began: str | None
    ended: str | None
    sentence: Told = Field(description="Why it failed, or what is kept; empty otherwise.")
    serious: bool = Field(description="Whether the work found something serious.")
    result: dict[str, Any] = Field(description="What came of it.")
    progress: JobProgress


class JobPage(BaseModel):
    """A page of jobs, the last first."""

    items: list[JobRow]
    next: int | None
    total: int


class JobEvent(BaseModel):
    """Something that happened in a job."""

    model_config = {"extra": "allow"}
    n: int
    time: str
    kind: Literal["state", "progress", "line", "curve", "history"]


class JobEvents(BaseModel):
    """Events of a job."""

    items: list[JobEvent]


@router.get("")
def list_jobs(
    server: Server,
    person: Anyone,
    after: AfterNumber = 0,
    limit: Limit = 50,
    study: Annotated[str | None, Query(max_length=200, description="Only those of this study.")] = None,
    unfinished: Annotated[bool, Query(description="Only those that wait or work.")] = False,
) -> JobPage:
    """List the jobs that the person may see, the last first."""
    desk, sees = jobs_of(server), sight_of(server, person)
    seen = [
        mark
        for mark in desk.records.marks()
        if (study is None or mark.study == study)
        and (not unfinished or mark.state in UNFINISHED)
        and sees(mark)
    ]
    page = [mark.number for mark in seen if not after or mark.number < after][: limit + 1]
    rows = [row_of(desk, person, job) for job in desk.records.numbered(page[:limit])]
    return JobPage(items=rows, next=page[limit - 1] if len(page) > limit else None, total=len(seen))


@router.get("/{job}")
def read_job(server: Server, person: Anyone, job: JobId) -> JobRow:
    """Say how a job stands."""
    return row_of(jobs_of(server), person, job_seen(server, person, job))


@router.get("/{job}/history")
def read_job_history(
    server: Server,
    person: Anyone,
    job: JobId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only events with a higher number.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> JobEvents:
    """List what happened in a job, as far as it is now; `/events` tells it as it happens."""
    folder = jobs_of(server).folder_of(job_seen(server, person, job))
    found = []
    for event in events_after(folder, after):
        found.append(JobEvent.model_validate(told_event(event)))
        if len(found) == limit:
            break
    return JobEvents(items=found)


@router.get(
    "/{job}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, 204: {"description": "All was told"}},
)
def follow_job(
    server: Server,
    person: Anyone,
    job: JobId,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Tell what happens in a job as it happens (server-sent events), after the last event that was seen."""
    found = job_seen(server, person, job)
    folder = jobs_of(server).folder_of(found)
    last = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    if found.state not in UNFINISHED and next(events_after(folder, last), None) is None:
        return Response(status_code=204)  # tells the browser to ask no more
    listeners = server.kept.setdefault("listeners", set())
    if len(listeners) >= _MOST_LISTENERS:
        raise Refusal(429, "too many pages follow jobs at the same time: close some of them")
    me = object()

    async def followed() -> Any:
        listeners.add(me)
        try:
            async for text in stream(folder, last, lambda: "jobs" not in server.kept):
                yield text
        finally:
            listeners.discard(me)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(followed(), media_type="text/event-stream", headers=headers)


@router.post("/{job}/cancel")
def cancel_job(server: Server, person: Anyone, job: JobId) -> JobRow:
    """Stop a job, or take it out of the queue; what was finished is kept."""
    desk = jobs_of(server)
    desk.cancel(job_led(server, person, job))
    server.audit.record(person.id, "job_cancelled", job)
    return row_of(desk, person, job_seen(server, person, job))


@router.post("/{job}/resume")
def resume_job(server: Server, person: Anyone, job: JobId) -> JobRow:
    """Go on with a job that was cancelled or that failed."""
    desk = jobs_of(server)
    desk.resume(job_led(server, person, job))
    server.audit.record(person.id, "job_resumed", job)
    return row_of(desk, person, job_seen(server, person, job))


def row_of(desk: JobDesk, person: Person, job: Job) -> JobRow:
    """A job as its listeners see it."""
    facts = {
        name: getattr(job, name) for name in ("id", "number", "kind", "about", "made", "sentence", "serious")
    }
    return JobRow(
        **facts,
        person=job.person_name,
        mine=job.person == person.id or person.may(Right.manage_users),
        study=job.study or None,
        state=job.state.value,
        began=job.began or None,
        ended=job.ended or None,
        result=job.result,
        progress=JobProgress.model_validate(desk.snapshot(job).to_dict()),
    )
