"""Which mark finds which lesion: from the highest score down, one lesion a mark, one mark a lesion."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.regions import Codes, Regions, intersection_over_union, nearness

LARGEST_BLOCK = 1_000_000
MOST_PAIRS = 2_000_000_000
CENTRE = "centre"


@dataclass(frozen=True)
class Hit:
    """When a mark finds a lesion: its centre lies in it, or their boxes overlap by so much.

    Attributes:
        least_overlap: Intersection over union from which a mark finds a lesion; None for the centre.

    Example:
        >>> Hit.parse("iou=0.5").least_overlap
        0.5
        >>> Hit.parse("centre").name
        'centre'
    """

    least_overlap: float | None = None

    @classmethod
    def parse(cls, text: str) -> "Hit":
        """Read `centre` or `iou=0.5`.

        Raises:
            MeasureError: it is neither.

        Example:
            >>> Hit.parse("touch")
            Traceback (most recent call last):
            hilum.errors.MeasureError: `touch` does not say when a mark finds a lesion: write `centre`, or
            `iou=0.5` for an overlap above 0 and up to 1
        """
        word, _, number = text.strip().partition("=")
        if word.strip() == CENTRE and not number:
            return cls()
        try:
            least = float(number) if word.strip() == "iou" else float("nan")
        except ValueError:
            least = float("nan")
        if not 0 < least <= 1:
            raise MeasureError(
                f"`{text}` does not say when a mark finds a lesion: write `centre`, or `iou=0.5` for an "
                "overlap above 0 and up to 1"
            )
        return cls(least)

    @property
    def name(self) -> str:
        """`centre`, or the overlap such as `iou=0.50`.

        Example:
            >>> Hit(0.1).name
            'iou=0.10'
        """
        return CENTRE if self.least_overlap is None else f"iou={self.least_overlap:.2f}"


@dataclass(frozen=True, eq=False)
class Touching:
    """All pairs of a mark and a lesion that could be a hit, in the order in which they are given away.

    That is by falling score of the mark, and for one mark by falling nearness or overlap.

    Attributes:
        mark: (p,) rows of marks.
        lesion: (p,) rows of lesions.
        quality: (p,) nearness or overlap.
        marks: How many marks there are.
        lesions: How many lesions there are.

    Example:
        >>> lesions = Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[4.0, 4]]))
        >>> marks = Regions.points(np.array([0, 0]), np.array([[2.0, 2], [9, 9]]))
        >>> touching(marks, np.array([0.9, 0.8]), lesions, Hit()).mark
        array([0])
    """

    mark: Codes
    lesion: Codes
    quality: Floats
    marks: int
    lesions: int

    def given_away(self, least: float = 0.0) -> tuple[Codes, NDArray[np.bool_]]:
        """Give every mark at most one lesion and every lesion at most one mark.

        The mark with the highest score chooses first, and takes the nearest (or most overlapping) lesion that
        is still free, as COCO does.

        Args:
            least: Quality from which a pair counts.

        Returns:
            (marks,) the lesion that each found, -1 for none; (marks,) whether it touched any at all.

        Example:
            >>> lesions = Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[4.0, 4]]))
            >>> marks = Regions.points(np.array([0, 0]), np.array([[2.0, 2], [1, 1]]))
            >>> touching(marks, np.array([0.8, 0.9]), lesions, Hit()).given_away()
            (array([-1,  0]), array([ True,  True]))
        """
        from hilum.evaluation.measures._lesion_kernels import give_away

        kept = self.quality >= least
        mark, lesion = self.mark[kept], self.lesion[kept]
        found = np.full(self.marks, -1, dtype=np.int64)
        give_away(mark, lesion, found, np.zeros(self.lesions, dtype=np.bool_))
        touched = np.zeros(self.marks, dtype=np.bool_)
        touched[mark] = True
        return found, touched


def touching(marks: Regions, score: Floats, lesions: Regions, hit: Hit) -> Touching:
    """Find all pairs of a mark and a lesion of the same image and class that could be a hit.

    Ties of score go to the mark that lies first (by its place), so that the order of rows never matters.

    Args:
        marks: m marks.
        score: (m,) their scores.
        lesions: l lesions.
        hit: The centre, or an overlap; with an overlap all pairs that overlap at all are found.

    Raises:
        MeasureError: marks and lesions are not in the same number of dimensions, or there are too many on
            one image to compare them all.

    Example:
        >>> lesions = Regions.balls(np.array([0]), np.array([[0.0, 0, 0]]), np.array([6.0]))
        >>> marks = Regions.points(np.array([0, 1]), np.array([[1.0, 0, 0], [1, 0, 0]]))
        >>> touching(marks, np.array([0.5, 0.5]), lesions, Hit()).quality.round(3)
        array([0.667])
    """
    if marks.centre.shape[1] != lesions.centre.shape[1]:
        raise MeasureError("marks lie in a plane and lesions in a volume, or the reverse: give `z` for both")
    measure = nearness if hit.least_overlap is None else intersection_over_union
    found_marks, found_lesions, found_quality = [], [], []
    for mark, lesion in _pairs_of_images(marks, lesions):
        quality = measure(marks.take(mark), lesions.take(lesion))
        kept = (quality >= 0) if hit.least_overlap is None else (quality > 0)
        found_marks.append(mark[kept])
        found_lesions.append(lesion[kept])
        found_quality.append(quality[kept])
    mark = np.concatenate([np.zeros(0, np.int64), *found_marks])
    lesion = np.concatenate([np.zeros(0, np.int64), *found_lesions])
    quality = np.concatenate([np.zeros(0), *found_quality])
    before = order_of_marks(marks, score)
    rank = np.empty(len(marks), dtype=np.int64)
    rank[before] = np.arange(len(marks))
    place = np.empty(len(lesions), dtype=np.int64)
    place[_by_place(lesions)] = np.arange(len(lesions))
    order = np.lexsort((place[lesion], -quality, rank[mark]))
    return Touching(mark[order], lesion[order], quality[order], len(marks), len(lesions))


def order_of_marks(marks: Regions, score: Floats) -> Codes:
    """Rows from the highest score down, equal scores by their place.

    Example:
        >>> marks = Regions.points(np.array([0, 0, 0]), np.array([[5.0, 5], [1, 1], [3, 3]]))
        >>> order_of_marks(marks, np.array([0.5, 0.5, 0.9]))
        array([2, 1, 0])
    """
    half = np.nan_to_num(marks.half)
    keys = (*half.T, *marks.centre.T[::-1], marks.kind, marks.image, -score)
    return np.lexsort(keys).astype(np.int64)


def _by_place(lesions: Regions) -> Codes:
    return order_of_marks(lesions, np.zeros(len(lesions)))


def _pairs_of_images(marks: Regions, lesions: Regions) -> Iterator[tuple[Codes, Codes]]:
    """Blocks of all pairs of a mark and a lesion of the same image and class."""
    if len(marks) == 0 or len(lesions) == 0:
        return
    kinds = int(max(marks.kind.max(), lesions.kind.max())) + 1
    key_of_mark, key_of_lesion = marks.image * kinds + marks.kind, lesions.image * kinds + lesions.kind
    order = np.argsort(key_of_lesion, kind="stable").astype(np.int64)
    ordered = key_of_lesion[order]
    first, last = (
        np.searchsorted(ordered, key_of_mark, "left"),
        np.searchsorted(ordered, key_of_mark, "right"),
    )
    count = last - first
    if int(count.sum()) > MOST_PAIRS:
        raise MeasureError(
            f"{int(count.sum()):,} pairs of a mark and a lesion on the same image are too many to compare: "
            "keep the marks with the highest scores"
        )
    candidates = np.flatnonzero(count > 0)
    ends = np.cumsum(count[candidates])
    start = 0
    while start < len(candidates):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + LARGEST_BLOCK, "right")))
        chosen = candidates[start:stop]
        times = count[chosen]
        offset = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times)
        yield np.repeat(chosen, times).astype(np.int64), order[np.repeat(first[chosen], times) + offset]
        start = stop
