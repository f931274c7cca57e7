"""What a marking shows at a revision, from which the replay of a long history can go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hilum.annotation.history import Event, Replay, undone_events
from hilum.annotation.lesion import Marking, lesion_from_dict, lesion_to_dict


@dataclass(frozen=True)
class Snapshot:
    """A marking after some of its events.

    Attributes:
        marking: what is marked.
        numbers: of every lesion that was ever made, by its name: they stay, also where it was undone.
        undone: events that do not count, also such as are still to come.
    """

    marking: Marking = field(default_factory=Marking)
    numbers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    undone: frozenset[str] = frozenset()


def snapshot_after(
    events: Sequence[Event], sizes: Mapping[int, tuple[int, int]], start: Snapshot | None = None
) -> Snapshot:
    """What is marked after events, with all that is needed to go on.

    Args:
        events: in their order; after those of `start`.
        sizes: rows and columns of the images.
        start: what was marked before; it must not be one that `reaches_back` speaks against.

    Example:
        >>> snapshot_after([Event("1", "lesion_created", "a")], {}).numbers
        {'a': 1}
    """
    before = start or Snapshot()
    replay = Replay.of(before.marking, before.numbers)
    undone = undone_events(events, before.undone)
    replay.do(events, undone, sizes)
    return Snapshot(replay.marking, dict(replay.numbers), undone)


def reaches_back(events: Sequence[Event]) -> frozenset[str]:
    """Events that were undone or redone by these without being among them.

    A snapshot that lies after one of them cannot be gone on from: what it shows has changed since.

    Example:
        >>> sorted(reaches_back([Event("9", "undone", target="1")]))
        ['1']
    """
    here = {event.id for event in events}
    turned = {event.target for event in events if event.kind in ("undone", "redone")}
    return frozenset(turned - here)


def snapshot_to_dict(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as JSON."""
    marking = snapshot.marking
    return {
        "lesions": [lesion_to_dict(lesion) for lesion in marking.lesions],
        "label": marking.label,
        "comment": marking.comment,
        "numbers": dict(snapshot.numbers),
        "undone": sorted(snapshot.undone),
    }


def snapshot_from_dict(told: Mapping[str, Any]) -> Snapshot:
    """The snapshot of `snapshot_to_dict`.

    Example:
        >>> snapshot_from_dict(snapshot_to_dict(Snapshot())) == Snapshot()
        True
    """
    lesions = tuple(lesion_from_dict(one) for one in told["lesions"])
    marking = Marking(lesions, str(told["label"]), str(told["comment"]))
    numbers = {str(name): int(number) for name, number in told["numbers"].items()}
    return Snapshot(marking, numbers, frozenset(told["undone"]))
