"""The state of a marking by replay, from the latest snapshot that still holds."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, insert, select

from hilum.annotation.history import Event, event_from_dict
from hilum.annotation.snapshot import (
    Snapshot,
    reaches_back,
    snapshot_after,
    snapshot_from_dict,
    snapshot_to_dict,
)
from hilum.serving.annotation_tables import EVENTS, SNAPSHOTS

EVERY = 250
"""So many events are replayed at most, unless something older is undone."""
_AT_ONCE = 500
Sizes = Mapping[int, tuple[int, int]]


def events_of(
    connection: Connection, marking: int, after: int = 0, most: int | None = None
) -> list[tuple[int, Event]]:
    """The events of a marking with their revisions, in their order.

    Args:
        connection: to read from.
        marking: its number.
        after: only later ones than this revision.
        most: so many at most.
    """
    rows = connection.execute(
        select(EVENTS.c.revision, EVENTS.c.content)
        .where(EVENTS.c.marking == marking, EVENTS.c.revision > after)
        .order_by(EVENTS.c.revision)
        .limit(most)
    )
    return [(revision, event_from_dict(json.loads(content))) for revision, content in rows]


def replayed(connection: Connection, marking: int, sizes: Sizes) -> tuple[Snapshot, list[Event], int]:
    """What is marked now, the events since the snapshot that it was replayed from, and that one's revision.

    The newest snapshot is taken that lies before everything that was undone or redone since.
    """
    before: int | None = None
    while True:
        revision, start = _latest(connection, marking, before)
        events = [event for _, event in events_of(connection, marking, revision)]
        back = reaches_back(events) if revision else frozenset()
        first = _first_of(connection, marking, sorted(back)) if back else None
        if first is None or first > revision:
            return snapshot_after(events, sizes, start), events, revision
        before = first


def _latest(connection: Connection, marking: int, before: int | None) -> tuple[int, Snapshot | None]:
    """The newest snapshot, or the newest before a revision; 0 and None where there is none."""
    query = select(SNAPSHOTS.c.revision, SNAPSHOTS.c.content).where(SNAPSHOTS.c.marking == marking)
    if before is not None:
        query = query.where(SNAPSHOTS.c.revision < before)
    found = connection.execute(query.order_by(SNAPSHOTS.c.revision.desc()).limit(1)).first()
    return (0, None) if found is None else (found.revision, snapshot_from_dict(json.loads(found.content)))


def _first_of(connection: Connection, marking: int, events: Sequence[str]) -> int | None:
    """The revision of the oldest of some events; None where none of them is there."""
    found = [
        connection.execute(
            select(func.min(EVENTS.c.revision)).where(
                EVENTS.c.marking == marking, EVENTS.c.event.in_(events[begin : begin + _AT_ONCE])
            )
        ).scalar()
        for begin in range(0, len(events), _AT_ONCE)
    ]
    return min((one for one in found if one is not None), default=None)


def keep_snapshot(connection: Connection, marking: int, revision: int, sizes: Sizes) -> None:
    """Keep what is marked, where the last snapshot lies far behind.

    Args:
        connection: in a transaction that writes.
        marking: its number.
        revision: of the marking now.
        sizes: rows and columns of its images.
    """
    last = connection.execute(
        select(func.max(SNAPSHOTS.c.revision)).where(SNAPSHOTS.c.marking == marking)
    ).scalar()
    if revision - (last or 0) < EVERY:
        return
    found, _, _ = replayed(connection, marking, sizes)
    told = json.dumps(snapshot_to_dict(found), ensure_ascii=True, separators=(",", ":"))
    connection.execute(insert(SNAPSHOTS).values(marking=marking, revision=revision, content=told))
