"""A person's own cases: what waits, the images, every stroke as it is drawn, handing in."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy import Connection, func, select

from hilum.annotation.combining import interpolate, merge, subtract
from hilum.annotation.history import Event
from hilum.annotation.marking_check import marking_defects
from hilum.annotation.passes import TRAINING
from hilum.annotation.shapes import must_lie_in, shape_from_dict, shape_to_dict
from hilum.annotation.training import MARKS
from hilum.serving import annotation_views as views
from hilum.serving.access.asking import Person, asks_any
from hilum.serving.access.rights import Right
from hilum.serving.annotation_flow import submit_marking
from hilum.serving.annotation_models import (
    CombineAsked,
    DefectList,
    EventBatch,
    EventModel,
    EventsStored,
    HistoryPage,
    InterpolateAsked,
    MarkingModel,
    ReopenAsked,
    Reopened,
    ShapeAnswer,
    ShapesAnswer,
    StoredEvent,
    SubmitAsked,
    Submitted,
    WorkPage,
)
from hilum.serving.annotation_progress import left_today
from hilum.serving.annotation_snapshots import events_of
from hilum.serving.annotation_steps import can_reopen, reopen
from hilum.serving.annotation_store import OPEN, WITHDRAWN, Work, append_events, find_work, state_of
from hilum.serving.annotation_tables import EVENTS, MARKINGS
from hilum.serving.annotation_training import submit_training
from hilum.serving.bodies import largest_body
from hilum.serving.failures import Refusal
from hilum.serving.images.dicom_answer import dicom_answer
from hilum.serving.paging import AfterNumber, Limit
from hilum.serving.state import Serving, serving

router = APIRouter(prefix="/api/annotation", tags=["annotation"])

MARKING_RIGHTS = (Right.mark_lesions, Right.mark_first, Right.adjudicate)
Marker = Annotated[Person, Depends(asks_any(*MARKING_RIGHTS))]
Opener = Annotated[Person, Depends(asks_any(*MARKING_RIGHTS, Right.assign_marking))]
Reader = Annotated[Person, Depends(asks_any(*MARKING_RIGHTS, Right.see_markings))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="The marking's number.")]
_NOT_HIS = "there is no such case among yours: choose one of your list"


def own_work(connection: Connection, person: Person, marking: int) -> Work:
    """A marking that a person works on.

    Raises:
        Refusal: it is not that person's, or the right for its pass was taken away.
    """
    work = find_work(connection, marking)
    if work is None or work.marking["person"] != person.id:
        raise Refusal(404, _NOT_HIS)
    if work.stage == TRAINING:
        allowed = person.may(Right.mark_lesions) or person.may(Right.mark_first)
    else:
        allowed = person.may(Right(work.plan.right(work.stage)))
    if not allowed:
        raise Refusal(403, "your account has not the right for this pass any more: ask an administrator")
    return work


def seen_work(connection: Connection, person: Person, marking: int) -> Work:
    """A marking that a person works on, or may look at.

    Whoever has a part of the case still to mark sees nobody else's: opinions stay blind.

    Raises:
        Refusal: it may not be seen.
    """
    work = find_work(connection, marking)
    if work is None or (work.marking["person"] != person.id and not person.may(Right.see_markings)):
        raise Refusal(404, _NOT_HIS)
    if work.marking["state"] == WITHDRAWN and not person.may(Right.see_markings):
        raise Refusal(404, "this case was taken back for now; what you drew until then is kept")
    if work.marking["person"] != person.id:
        mine = select(MARKINGS.c.id).where(
            MARKINGS.c.case == work.case["id"],
            MARKINGS.c.person == person.id,
            MARKINGS.c.state.in_((OPEN, WITHDRAWN)),
        )
        if connection.execute(mine).first() is not None:
            raise Refusal(404, "this case still waits to be marked by you, blind: hand yours in first")
    return work


@router.get("/worklist")
def list_work(
    request: Request,
    person: Marker,
    state: Annotated[Literal["open", "submitted"] | None, Query(description="Only those.")] = None,
    after: AfterNumber = 0,
    limit: Limit = 100,
) -> WorkPage:
    """List the cases that were given to whoever asks."""
    with serving(request).reading() as connection:
        items, following, total = views.work_page(connection, person.id, state, after, limit)
        left = left_today(connection, person.id)
    return WorkPage.model_validate({"items": items, "next": following, "total": total, "left_today": left})


@router.get("/markings/{marking}")
def read_marking(request: Request, person: Reader, marking: Number) -> MarkingModel:
    """Open a case: its images, what is marked, and what this pass may see of others."""
    here = serving(request)
    with here.reading() as connection:
        work = seen_work(connection, person, marking)
        told = views.marking_told(connection, work)
        told["can_reopen"] = can_reopen(connection, work, person)
    here.audit.record(person.id, "marking_seen", _on(work), {"marking": marking})
    return MarkingModel.model_validate(told)


@router.get(
    "/markings/{marking}/images/{image}",
    response_class=FileResponse,
    responses={200: {"content": {"application/dicom": {}}, "description": "The DICOM file."}},
)
def read_marking_image(
    request: Request, person: Reader, marking: Number, image: Annotated[int, Path(ge=0, le=100_000)]
) -> Response:
    """Give an image of a case as a DICOM file; a frame of a file with several as an image of its own."""
    here = serving(request)
    with here.reading() as connection:
        work = seen_work(connection, person, marking)
    images = work.images
    if image >= len(images):
        raise Refusal(404, "the case has no such image")
    file = here.workspace.archive_folder.joinpath(*images[image].image.split("/"))
    if not file.is_file():
        raise Refusal(404, "the image is no longer in the archive: tell whoever looks after it")
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return dicom_answer(file, headers, max(images[image].frame, 1))


@router.post("/markings/{marking}/events", openapi_extra=largest_body(20_000_000))
def add_events(request: Request, person: Marker, marking: Number, batch: EventBatch) -> EventsStored:
    """Save what was drawn; the same events may be sent again without harm."""
    here = serving(request)
    with here.writing() as connection:
        work = own_work(connection, person, marking)
        events = [_event(one, batch.client) for one in batch.events]
        done = append_events(connection, work, batch.revision, events)
        if done.stored:
            detail = {"marking": marking, "revision": done.revision, "events": done.stored}
            here.audit.record(person.id, "marking_changed", _on(work), detail)
    missed = [StoredEvent.model_validate(views.event_told(at, event)) for at, event in done.missed]
    return EventsStored(
        revision=done.revision,
        stored=done.stored,
        known=done.known,
        missed=missed,
        conflicts=list(done.conflicts),
    )


def _event(one: EventModel, client: str) -> Event:
    text = one.label if one.kind == "label_set" else one.comment
    return Event(
        one.event,
        one.kind,
        one.lesion or "",
        one.image,
        shape_from_dict(one.shape.model_dump()) if one.shape else None,
        shape_from_dict(one.stroke.model_dump()) if one.stroke else None,
        one.other or "",
        one.target or "",
        one.category,
        dict(one.attributes or {}),
        text or "",
        made=one.made,
        client=f"tab-{client}",
    )


@router.get("/markings/{marking}/history")
def list_history(
    request: Request, person: Reader, marking: Number, after: AfterNumber = 0, limit: Limit = 100
) -> HistoryPage:
    """List everything that was ever done to a marking, in its order."""
    with serving(request).reading() as connection:
        seen_work(connection, person, marking)
        events = events_of(connection, marking, after, limit + 1)
        where = EVENTS.c.marking == marking
        shown = where & (EVENTS.c.revision > after) & (EVENTS.c.revision <= after + limit + 1)
        kept = select(EVENTS.c.revision, EVENTS.c.received).where(shown)
        moments = {revision: received for revision, received in connection.execute(kept)}  # noqa: C416
        total = connection.execute(select(func.count()).select_from(EVENTS).where(where)).scalar_one()
    items = [views.event_told(at, event, moments[at]) for at, event in events[:limit]]
    following = events[limit - 1][0] if len(events) > limit else None
    return HistoryPage.model_validate({"items": items, "next": following, "total": total})


@router.post("/markings/{marking}/combine", openapi_extra=largest_body(20_000_000))
def combine_shapes(request: Request, person: Marker, marking: Number, asked: CombineAsked) -> ShapeAnswer:
    """Add a shape to another, or take it away; nothing is saved."""
    with serving(request).reading() as connection:
        sizes = own_work(connection, person, marking).sizes
    if asked.image not in sizes:
        raise Refusal(422, "the case has no such image")
    do = merge if asked.operation == "merge" else subtract
    first, second = (shape_from_dict(one.model_dump()) for one in (asked.first, asked.second))
    for shape in (first, second):
        must_lie_in(shape, *sizes[asked.image])
    made = do(first, second, *sizes[asked.image])
    return ShapeAnswer.model_validate({"shape": shape_to_dict(made) if made else None})


@router.post("/markings/{marking}/interpolate")
def interpolate_shapes(
    request: Request, person: Marker, marking: Number, asked: InterpolateAsked
) -> ShapesAnswer:
    """Fill in a lesion between two slices of a series; nothing is saved."""
    with serving(request).reading() as connection:
        work = own_work(connection, person, marking)
        lesion = views.lesion_named(state_of(connection, marking, work.sizes), asked.lesion)
    images = work.images
    start, end = sorted((asked.start, asked.end))
    if lesion is None or start not in lesion.shapes or end not in lesion.shapes or end >= len(images):
        raise Refusal(422, "the lesion is not drawn in both slices: draw it there first")
    of_file = {images[place].instance for place in (start, end) if images[place].frame}
    apart = images[start].series != images[end].series or len(of_file) > 1
    if apart or work.sizes[start] != work.sizes[end]:
        raise Refusal(422, "the two slices are not of the same series: choose two of one series")
    between = interpolate(lesion.shapes[start], lesion.shapes[end], end - start - 1, *work.sizes[start])
    shapes = {str(start + 1 + place): shape_to_dict(one) for place, one in enumerate(between) if one}
    return ShapesAnswer.model_validate({"shapes": shapes})


@router.get("/markings/{marking}/check")
def check_marking(request: Request, person: Reader, marking: Number) -> DefectList:
    """Say for what the marking could not be handed in as it is."""
    with serving(request).reading() as connection:
        work = seen_work(connection, person, marking)
        state = state_of(connection, marking, work.sizes)
    defects = marking_defects(work.plan.code, state, work.sizes, views.tools_of(work.plan, work.stage))
    return DefectList.model_validate({"defects": [one.to_dict() for one in defects]})


@router.post("/markings/{marking}/submit")
def submit_marking_of_case(
    request: Request, person: Marker, marking: Number, asked: SubmitAsked
) -> Submitted:
    """Hand in a marking; with defects of check 1 it stays open."""
    here = serving(request)
    with here.writing() as connection:
        work = own_work(connection, person, marking)
        told = _submit(here, connection, work, person, asked)
        query = select(MARKINGS.c.id).where(MARKINGS.c.person == person.id, MARKINGS.c.state == OPEN)
        told["next"] = connection.execute(query.order_by(MARKINGS.c.id).limit(1)).scalar()
    return Submitted.model_validate(told)


def _submit(
    here: Serving, connection: Connection, work: Work, person: Person, asked: SubmitAsked
) -> dict[str, Any]:
    marking = int(work.marking["id"])
    if work.stage == TRAINING:
        score = submit_training(connection, work, asked.revision, asked.seconds)
        passed = "" if score is None else "passed" if score.passed else "not passed"
        here.audit.record(person.id, "training_submitted", _on(work), {"marking": marking})
        told = None
        if score is not None:
            told = {
                "course": score.course,
                "share": score.share,
                "passed": score.passed,
                "right": score.right,
            }
            told |= {"findings": score.findings, "passing": MARKS[score.course]}
        sentence = f"the course is {passed}" if score else "the next case of the course follows"
        return {
            "state": "submitted",
            "stage_of_case": TRAINING,
            "sentence": sentence,
            "defects": [],
            "training": told,
        }
    done = submit_marking(connection, work, asked.revision, asked.seconds)
    detail: dict[str, str | int] = {"marking": marking, "stage": done.stage, "defects": len(done.defects)}
    here.audit.record(person.id, "marking_submitted", _on(work), detail)
    return {
        "state": "open" if done.defects else "submitted",
        "stage_of_case": done.stage,
        "sentence": done.sentence,
        "defects": [one.to_dict() for one in done.defects],
    }


@router.post("/markings/{marking}/reopen")
def reopen_marking(request: Request, person: Opener, marking: Number, asked: ReopenAsked) -> Reopened:
    """Open a marking again that was handed in: by its author before it was checked, or by who leads."""
    here = serving(request)
    with here.writing() as connection:
        work = find_work(connection, marking)
        if work is None:
            raise Refusal(404, _NOT_HIS)
        sentence = reopen(connection, work, person, asked.reason)
        here.audit.record(person.id, "marking_reopened", _on(work), {"marking": marking})
    told = {"state": OPEN, "stage_of_case": work.stage, "sentence": sentence}
    return Reopened.model_validate(told)


def _on(work: Work) -> str:
    return f"annotation/{work.project}/{work.case['name']}"
