"""Asking again only about what differs from the file before."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from hilum.deid.raw.memo import Said
from hilum.deid.raw.skeleton import Skeleton

Result = TypeVar("Result")


def answers(
    skeleton: Skeleton, before: Sequence[Said[Result]] | None, ask: Callable[[int], Said[Result]]
) -> list[Said[Result]]:
    """One answer for each element of a file, in order.

    Args:
        skeleton: the file.
        before: the answers for the file that it was compared with; None where none may be used.
        ask: asks about the element at a place. An answer is used again where the element, and every other
            that the answer looked at, is the same as before.

    Example:
        >>> skeleton = Skeleton({}, False, [(8, b"CT"), (9, b"2")], b"", (0, 0), frozenset([1]))
        >>> found = answers(skeleton, [Said("kept"), Said("old")], lambda place: Said("new"))
        >>> [said.result for said in found]
        ['kept', 'new']
    """
    changed = skeleton.changed
    if before is None or changed is None:
        return [ask(place) for place in range(len(skeleton.elements))]
    found = list(before)
    elements = skeleton.elements
    other = {elements[place][0] for place in changed}
    for place, said in enumerate(before):
        if place in changed or (said.notes and not other.isdisjoint(said.notes)):
            now = found[place] = ask(place)
            if now.result is not said.result:
                other.add(~elements[place][0])
    return found
