"""The record of a marking: events that are only ever added; what is marked is their replay.

Undoing is an event too: it names an event that then counts as not having been. Nothing is ever taken out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hilum.annotation.combining import merge
from hilum.annotation.lesion import Lesion, Marking, Proposal, ProposalState
from hilum.annotation.shapes import Line, Shape, shape_from_dict, shape_to_dict
from hilum.errors import HilumError

SEED = "seed"
"""The client of events with which a marking begins, such as proposals; they are not undone."""
DRAWING = (
    "shape_drawn",
    "shape_moved",
    "shape_merged",
    "shape_subtracted",
    "shape_interpolated",
    "shape_copied",
)
"""Events that give a lesion a shape in an image; they differ in what the person did."""
OF_LESIONS = (
    "lesion_created",
    *DRAWING,
    "shape_deleted",
    "lesions_merged",
    "lesion_deleted",
    "lesion_restored",
    "category_set",
    "attributes_set",
    "proposal_accepted",
    "proposal_declined",
)
KINDS = (*OF_LESIONS, "comment_set", "label_set", "undone", "redone")


@dataclass(frozen=True)
class Event:
    """Something that a person did.

    Attributes:
        id: given by the client, so that the same event sent twice is known.
        kind: one of `KINDS`.
        lesion: whom it concerns; empty for the whole case.
        image: number of the image in the case, where it concerns one.
        shape: what the image shows of the lesion afterwards.
        stroke: what was added or taken away, for the record.
        other: the lesion that joins.
        target: the event that is undone or redone.
        category: number of the category; None to take it away.
        attributes: what is said of the lesion.
        text: comment or label.
        proposal: where the lesion came from, if no person drew it first.
        made: when, by the client's clock.
        client: the page it came from.
    """

    id: str
    kind: str
    lesion: str = ""
    image: int | None = None
    shape: Shape | None = None
    stroke: Shape | None = None
    other: str = ""
    target: str = ""
    category: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    proposal: Proposal | None = None
    made: str = ""
    client: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise HilumError(f"`{self.kind}` is nothing that can be done to a marking")
        if self.kind in OF_LESIONS and not self.lesion:
            raise HilumError(f"the event `{self.kind}` does not say which lesion it concerns")
        if self.kind in (*DRAWING, "shape_deleted") and self.image is None:
            raise HilumError(f"the event `{self.kind}` does not say in which image")
        if self.kind in DRAWING and self.shape is None and self.kind != "shape_subtracted":
            raise HilumError(f"the event `{self.kind}` has no shape")
        if self.kind in ("undone", "redone") and not self.target:
            raise HilumError(f"the event `{self.kind}` does not say which event it concerns")
        if self.kind == "lesions_merged" and (not self.other or self.other == self.lesion):
            raise HilumError("two different lesions are needed to make one of them")


def undone_events(events: Sequence[Event], before: Iterable[str] = ()) -> frozenset[str]:
    """Which events do not count, because they were undone and not redone since.

    Args:
        events: in the order in which they came.
        before: which did not count before them.

    Example:
        >>> sorted(undone_events([Event("1", "lesion_created", "a"), Event("2", "undone", target="1")]))
        ['1']
    """
    without = set(before)
    for event in events:
        if event.kind == "undone":
            without.add(event.target)
        elif event.kind == "redone":
            without.discard(event.target)
    return frozenset(without)


def replay(events: Sequence[Event], sizes: Mapping[int, tuple[int, int]] | None = None) -> Marking:
    """What is marked after all events.

    Args:
        events: in the order in which they came.
        sizes: rows and columns of the images, needed to join lesions that lie in the same image.

    Example:
        >>> from hilum.annotation.shapes import Box
        >>> done = [
        ...     Event("1", "lesion_created", "a", category=3),
        ...     Event("2", "shape_drawn", "a", 0, Box(0, 0, 2, 2)),
        ...     Event("3", "shape_moved", "a", 0, Box(1, 0, 3, 2)),
        ...     Event("4", "undone", target="3"),
        ... ]
        >>> replay(done).lesions[0].shapes[0]
        Box(x1=0, y1=0, x2=2, y2=2)
    """
    begun = Replay()
    begun.do(events, undone_events(events), sizes or {})
    return begun.marking


@dataclass
class Replay:
    """A marking in the making.

    Attributes:
        lesions: by their names.
        numbers: of every lesion that was ever made.
        label: class of the case.
        comment: on the case.
    """

    lesions: dict[str, Lesion] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    label: str = ""
    comment: str = ""

    @classmethod
    def of(cls, marking: Marking, numbers: Mapping[str, int]) -> "Replay":
        """Go on from what is marked already."""
        return cls({one.id: one for one in marking.lesions}, dict(numbers), marking.label, marking.comment)

    @property
    def marking(self) -> Marking:
        """What is marked now."""
        ordered = sorted(self.lesions.values(), key=lambda lesion: lesion.number)
        return Marking(tuple(ordered), self.label, self.comment)

    def do(
        self, events: Iterable[Event], without: frozenset[str], sizes: Mapping[int, tuple[int, int]]
    ) -> None:
        """Do what events say, but for those that do not count."""
        for event in events:
            if event.kind == "lesion_created":
                self.numbers.setdefault(event.lesion, len(self.numbers) + 1)
            if event.id in without:
                continue
            if event.kind == "label_set":
                self.label = event.text
            elif event.kind == "comment_set" and not event.lesion:
                self.comment = event.text
            elif event.kind == "lesion_created":
                self.lesions.setdefault(event.lesion, _created(event, self.numbers[event.lesion]))
            elif event.lesion in self.lesions:
                _apply(self.lesions, event, sizes)


def _created(event: Event, number: int) -> Lesion:
    return Lesion(
        event.lesion, number, event.category, {}, dict(event.attributes), event.text, proposal=event.proposal
    )


def _apply(lesions: dict[str, Lesion], event: Event, sizes: Mapping[int, tuple[int, int]]) -> None:
    one = lesions[event.lesion]
    if event.kind in (*DRAWING, "shape_deleted"):
        assert event.image is not None
        shapes = {image: shape for image, shape in one.shapes.items() if image != event.image}
        if event.shape is not None and event.kind != "shape_deleted":
            shapes[event.image] = event.shape
        one = replace(one, shapes=shapes)
    elif event.kind == "lesions_merged":
        other = lesions.get(event.other)
        if other is None or other.deleted:
            return
        one = replace(one, shapes=_together(one.shapes, other.shapes, sizes))
        lesions[other.id] = replace(other, deleted=True)
    elif event.kind == "category_set":
        one = replace(one, category=event.category)
    elif event.kind == "attributes_set":
        one = replace(one, attributes=dict(event.attributes))
    elif event.kind == "comment_set":
        one = replace(one, comment=event.text)
    elif event.kind in ("lesion_deleted", "lesion_restored"):
        one = replace(one, deleted=event.kind == "lesion_deleted")
    elif one.proposal is not None:
        state: ProposalState = "accepted" if event.kind == "proposal_accepted" else "declined"
        one = replace(one, proposal=replace(one.proposal, state=state))
    lesions[one.id] = one


def _together(
    one: Mapping[int, Shape], other: Mapping[int, Shape], sizes: Mapping[int, tuple[int, int]]
) -> dict[int, Shape]:
    """Shapes of both; where both are in an image, their union, lines one after the other."""
    made = dict(one)
    for image, shape in other.items():
        mine = made.get(image)
        if mine is None:
            made[image] = shape
        elif isinstance(mine, Line) and isinstance(shape, Line):
            made[image] = Line((*mine.points, *shape.points))
        elif not isinstance(mine, Line) and not isinstance(shape, Line) and image in sizes:
            made[image] = merge(mine, shape, *sizes[image])
    return made


def next_undo(events: Sequence[Event]) -> str | None:
    """The last event that still counts; None where there is nothing to undo.

    Example:
        >>> next_undo([Event("1", "lesion_created", "a"), Event("2", "undone", target="1")]) is None
        True
    """
    without = undone_events(events)
    counted = (event.id for event in reversed(events) if _can_be_undone(event))
    return next((one for one in counted if one not in without), None)


def _can_be_undone(event: Event) -> bool:
    return event.kind not in ("undone", "redone") and event.client != SEED


def next_redo(events: Sequence[Event]) -> str | None:
    """The event that was undone last, as long as nothing new was done since; None where there is none.

    Example:
        >>> next_redo([Event("1", "lesion_created", "a"), Event("2", "undone", target="1")])
        '1'
    """
    waiting: list[str] = []
    for event in events:
        if event.kind == "undone":
            waiting.append(event.target)
        elif event.kind == "redone":
            waiting = [one for one in waiting if one != event.target]
        else:
            waiting = []
    return waiting[-1] if waiting else None


def conflicts(mine: Iterable[Event], missed: Iterable[Event]) -> list[str]:
    """Which of my events changed something that an event which I had not seen changed too.

    Example:
        >>> conflicts([Event("1", "category_set", "a", category=1)], [Event("2", "category_set", "a")])
        ['1']
    """
    theirs = {_touched(event) for event in missed}
    return [event.id for event in mine if _touched(event) in theirs]


def _touched(event: Event) -> tuple[str, int | None, str]:
    """Lesion and image, or lesion and property, that an event changes."""
    if event.kind in (*DRAWING, "shape_deleted"):
        return event.lesion, event.image, ""
    if event.kind in ("undone", "redone"):
        return event.target, None, "undone"
    return event.lesion, None, event.kind.removesuffix("d").replace("lesion_restore", "lesion_delete")


def event_to_dict(event: Event) -> dict[str, Any]:
    """The event as JSON, without what it does not say."""
    told: dict[str, Any] = {"event": event.id, "kind": event.kind}
    for name in ("lesion", "other", "target", "text", "made", "client"):
        if value := getattr(event, name):
            told[name] = value
    if event.image is not None:
        told["image"] = event.image
    for name in ("shape", "stroke"):
        if (shape := getattr(event, name)) is not None:
            told[name] = shape_to_dict(shape)
    if event.category is not None:
        told["category"] = event.category
    if event.attributes:
        told["attributes"] = dict(event.attributes)
    if event.proposal:
        told["proposal"] = {"source": event.proposal.source, "score": event.proposal.score}
    return told


def event_from_dict(told: Mapping[str, Any]) -> Event:
    """The event of `event_to_dict`.

    Raises:
        HilumError: it is none.

    Example:
        >>> event_from_dict(event_to_dict(Event("1", "lesion_deleted", "a"))).kind
        'lesion_deleted'
    """
    proposal = told.get("proposal")

    def word(name: str) -> str:
        return str(told.get(name) or "")

    def shape(name: str) -> Shape | None:
        return shape_from_dict(told[name]) if told.get(name) else None

    return Event(
        str(told["event"]),
        str(told["kind"]),
        word("lesion"),
        None if told.get("image") is None else int(told["image"]),
        shape("shape"),
        shape("stroke"),
        word("other"),
        word("target"),
        told.get("category"),
        dict(told.get("attributes") or {}),
        word("text"),
        Proposal(proposal["source"], proposal.get("score")) if proposal else None,
        word("made"),
        word("client"),
    )
