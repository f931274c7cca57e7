"""What can be wrong with a series of slices: one named defect a function, all in one tuple."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hilum.archive.series_geometry import Arrangement
from hilum.archive.series_slice import Slice

Found = tuple[str, tuple[Slice, ...]]
"""What was found, as a sentence, and in which slices."""


@dataclass(frozen=True)
class SeriesDefect:
    """Something that can be wrong with a series.

    Attributes:
        name: a few words, the same in all lists.
        sentence: what it means.
        spoils: whether the slices do not make one even volume because of it; else it is only to be known.
        find: looks for it.
    """

    name: str
    sentence: str
    spoils: bool
    find: Callable[[Sequence[Slice], Arrangement], Found | None]


@dataclass(frozen=True)
class DefectFound:
    """A defect of one series.

    Attributes:
        name: which.
        sentence: what was found.
        spoils: whether the slices do not make one even volume because of it.
        instances: SOP Instance UIDs of the slices concerned, in the order of the volume.

    Example:
        >>> DefectFound("missing slice", "1 slice is missing in 1 place", True, ("1.2", "1.3")).spoils
        True
    """

    name: str
    sentence: str
    spoils: bool
    instances: tuple[str, ...]


def found_in(
    defects: Iterable[SeriesDefect], slices: Sequence[Slice], arrangement: Arrangement
) -> tuple[DefectFound, ...]:
    """Look for each of the defects.

    Args:
        defects: which.
        slices: of the series, in the order of the volume.
        arrangement: how they lie.
    """
    results = []
    for defect in defects:
        found = defect.find(slices, arrangement)
        if found is not None:
            sentence, concerned = found
            those = {one.identity for one in concerned}
            names = dict.fromkeys(one.instance for one in slices if one.identity in those)
            results.append(DefectFound(defect.name, sentence, defect.spoils, tuple(names)))
    return tuple(results)


def counted(number: int, word: str) -> str:
    """A number with its noun.

    Example:
        >>> counted(1, "slice"), counted(2, "slice"), counted(2, "series")
        ('1 slice', '2 slices', '2 series')
    """
    return f"{number} {word}" if number == 1 or word.endswith("s") else f"{number} {word}s"
