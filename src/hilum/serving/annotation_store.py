"""Markings in the database: their cases, their events, their state by replay."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from hilum.annotation.guideline_json import ImageFacts
from hilum.annotation.history import SEED, Event, conflicts, event_to_dict
from hilum.annotation.lesion import Lesion, Marking
from hilum.annotation.passes import Plan
from hilum.annotation.placing import PlacedImage
from hilum.annotation.shapes import must_lie_in
from hilum.errors import HilumError
from hilum.serving.annotation_snapshots import events_of, keep_snapshot, replayed
from hilum.serving.annotation_tables import CASES, EVENTS, MARKINGS, PROJECTS
from hilum.serving.failures import Refusal

OPEN, SUBMITTED = "open", "submitted"
WITHDRAWN = "withdrawn"
"""Taken back from its person for now, with all that was drawn: it is open again when its turn comes again."""
MOST_EVENTS = 200_000
"""Of one marking; a person draws a few thousand strokes a day."""


@dataclass(frozen=True)
class Work:
    """A marking with its case and project.

    Attributes:
        marking: the row of the marking.
        case: the row of the case.
        project: number of the project.
        project_name: its name.
        plan: how its cases go.
    """

    marking: Mapping[str, Any]
    case: Mapping[str, Any]
    project: int
    project_name: str
    plan: Plan

    @cached_property
    def images(self) -> tuple[PlacedImage, ...]:
        """The images of the case."""
        return images_of(self.case)

    @cached_property
    def sizes(self) -> dict[int, tuple[int, int]]:
        """Rows and columns of each image, by its number in the case."""
        return sizes_of(self.images)

    @property
    def stage(self) -> str:
        """What counts for tools: training is done as the pass it trains for."""
        return str(self.marking["stage"])


@dataclass(frozen=True)
class Appended:
    """What became of events that were sent.

    Attributes:
        revision: of the marking afterwards.
        stored: how many were new.
        known: how many were there already.
        missed: events of others since the sender's revision, with their revisions.
        conflicts: events of the sender that changed what a missed one changed too.
    """

    revision: int
    stored: int
    known: int
    missed: tuple[tuple[int, Event], ...]
    conflicts: tuple[str, ...]


def now() -> str:
    """This moment, as the tables keep it.

    Example:
        >>> now()[-6:]
        '+00:00'
    """
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def images_to_json(images: Sequence[PlacedImage]) -> str:
    """The images of a case as the table keeps them."""
    return json.dumps([asdict(one) for one in images], ensure_ascii=True)


def images_of(case: Mapping[str, Any]) -> tuple[PlacedImage, ...]:
    """The images of a row of `CASES`."""
    found = []
    for one in json.loads(case["images"]):
        position = tuple(one["position"]) if one["position"] else None
        found.append(PlacedImage(**{**one, "position": position, "facts": ImageFacts(**one["facts"])}))
    return tuple(found)


def sizes_of(images: Sequence[PlacedImage]) -> dict[int, tuple[int, int]]:
    """Rows and columns of each image, by its place."""
    return {place: (one.facts.height, one.facts.width) for place, one in enumerate(images)}


def plan_of(row: Mapping[str, Any] | RowMapping) -> Plan:
    """How the cases of a row of `PROJECTS` go."""
    return Plan(**json.loads(row["plan"]))


def find_work(connection: Connection, marking: int) -> Work | None:
    """A marking with its case and project; None where there is none."""
    if not 0 < marking < 2**31:
        return None
    found = connection.execute(select(MARKINGS).where(MARKINGS.c.id == marking)).mappings().first()
    if found is None:
        return None
    case = connection.execute(select(CASES).where(CASES.c.id == found["case"])).mappings().one()
    project = connection.execute(select(PROJECTS).where(PROJECTS.c.id == case["project"])).mappings().one()
    return Work(dict(found), dict(case), project["id"], project["name"], plan_of(project))


def state_of(connection: Connection, marking: int, sizes: Mapping[int, tuple[int, int]]) -> Marking:
    """What is marked now."""
    return replayed(connection, marking, sizes)[0].marking


def new_marking(
    connection: Connection,
    case: int,
    stage: str,
    person: int | None,
    *,
    turn: int = 1,
    course: int | None = None,
) -> int:
    """Give a person a case to mark.

    Args:
        connection: in a transaction that writes.
        case: number of the case.
        stage: what is to be done.
        person: who; None for what is read in.
        turn: the round of the case.
        course: the attempt at a course of training that it belongs to.
    """
    made = connection.execute(
        insert(MARKINGS).values(
            case=case,
            stage=stage,
            round=turn,
            person=person,
            state=OPEN,
            revision=0,
            made=now(),
            course=course,
        )
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def seed(connection: Connection, marking: int, lesions: Sequence[Lesion]) -> None:
    """Begin a marking with lesions that are there already; they are events like all others."""
    events: list[Event] = []
    for lesion in lesions:
        number = len(events)
        events.append(
            Event(
                f"{SEED}-{marking}-{number}",
                "lesion_created",
                lesion.id,
                category=lesion.category,
                attributes=dict(lesion.attributes),
                text=lesion.comment,
                proposal=lesion.proposal,
                client=SEED,
            )
        )
        if lesion.proposal is not None and lesion.proposal.state != "proposed":
            said = f"proposal_{lesion.proposal.state}"
            events.append(Event(f"{SEED}-{marking}-{number}-said", said, lesion.id, client=SEED))
        for image, shape in sorted(lesion.shapes.items()):
            name = f"{SEED}-{marking}-{number}-{image}"
            events.append(Event(name, "shape_drawn", lesion.id, image, shape, client=SEED))
    revision = connection.execute(select(MARKINGS.c.revision).where(MARKINGS.c.id == marking)).scalar_one()
    _add(connection, marking, revision, events)


def append_events(connection: Connection, work: Work, revision: int, events: Sequence[Event]) -> Appended:
    """Add events to an open marking; events that are there already are passed over.

    Args:
        connection: in a transaction that writes.
        work: the marking.
        revision: the last one that the sender knew.
        events: in the order in which they were done.

    Raises:
        Refusal: the marking was handed in, an event concerns no image of the case, or there are too many.
        ShapeError: a shape leaves its image.
    """
    number = int(work.marking["id"])
    state, current = connection.execute(
        select(MARKINGS.c.state, MARKINGS.c.revision).where(MARKINGS.c.id == number)
    ).one()
    asked = [event.id for event in events]
    known = set(
        connection.execute(
            select(EVENTS.c.event).where(EVENTS.c.marking == number, EVENTS.c.event.in_(asked))
        ).scalars()
    )
    fresh: dict[str, Event] = {}
    for event in events:
        if event.id not in known:
            fresh.setdefault(event.id, event)
    if fresh and state == WITHDRAWN:
        raise Refusal(409, "this case was taken back for now; what you drew until then is kept")
    if fresh and state != OPEN:
        raise Refusal(409, "this marking was handed in already, so nothing was changed")
    if current + len(fresh) > MOST_EVENTS:
        raise Refusal(409, "this marking has more changes than any needs: hand it in")
    for event in fresh.values():
        _must_fit(work, event)
    mine = {event.client for event in events}
    since = events_of(connection, number, revision) if revision < current else []
    missed = [(at, event) for at, event in since if event.client not in mine and event.id not in known]
    _add(connection, number, current, list(fresh.values()))
    disputed = conflicts(fresh.values(), (event for _, event in missed))
    if fresh:
        keep_snapshot(connection, number, current + len(fresh), work.sizes)
    return Appended(
        current + len(fresh), len(fresh), len(events) - len(fresh), tuple(missed), tuple(disputed)
    )


def _must_fit(work: Work, event: Event) -> None:
    sizes = work.sizes
    if event.image is not None and event.image not in sizes:
        raise Refusal(422, "an event concerns an image that the case does not have: reload the case")
    if event.shape is not None and event.image is not None:
        must_lie_in(event.shape, *sizes[event.image])
    if event.category is not None:
        from hilum.annotation.categories import category_of

        category_of(work.plan.code, event.category)
    if len(json.dumps(event_to_dict(event))) > 4_000_000:
        raise HilumError("a shape is larger than any needs to be: draw it with fewer points")


def _add(connection: Connection, marking: int, revision: int, events: Sequence[Event]) -> None:
    if not events:
        return
    received = now()
    rows = [
        {
            "marking": marking,
            "revision": revision + place,
            "event": event.id,
            "received": received,
            "content": json.dumps(event_to_dict(event), ensure_ascii=True, separators=(",", ":")),
        }
        for place, event in enumerate(events, 1)
    ]
    connection.execute(insert(EVENTS), rows)
    connection.execute(
        update(MARKINGS).where(MARKINGS.c.id == marking).values(revision=revision + len(events))
    )


def markings_of(connection: Connection, case: int) -> list[RowMapping]:
    """All markings of a case that are no training, in the order in which they were made."""
    rows = connection.execute(
        select(MARKINGS).where(MARKINGS.c.case == case, MARKINGS.c.course.is_(None)).order_by(MARKINGS.c.id)
    )
    return list(rows.mappings())
