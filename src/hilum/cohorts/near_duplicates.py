"""Copies of one picture among the cases, told from films that merely look alike.

All chest radiographs resemble each other, so three questions are asked in turn, each of fewer pairs: are
the perceptual hashes near, do the thumbnails correlate, and, where a copy may have been cropped, turned or
moved a little, do they correlate after alignment. Measured on 5,216 paediatric chest radiographs (13.6
million pairs): films of different people correlate at most 0.970, and at most 0.978 after alignment; films
compressed again, blurred, or with other brightness or contrast at least 0.995, with another gamma at least
0.983, and cropped by 2 %, turned by 3 degrees or moved by 2 % nearly always at least 0.99 after alignment.
Bodies of like build come near that where there are many (0.989 among 10,000 simulated films of 96 pixels,
and 0.993 after alignment among 883), so pictures of different patients must also agree in detail, that is
with all that is coarser than a rib taken away: copies that were changed in grey values do so at 0.958 and
more, those cropped by 2 %, turned or moved at 0.948 and more, others at 0.923 and less.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts.cohort import Cohort
from hilum.cohorts.signatures import SIDE, Signatures, read_signatures
from hilum.progress import Progress, silent

HAMMING_RADIUS = 10
SAME = 0.98
MAY_BE_MOVED, SAME_WHEN_ALIGNED = 0.92, 0.985
SAME_IN_DETAIL = 0.935
_COARSE = 2.0  # thumbnail pixels; a Gaussian of this standard deviation keeps what is coarser than a rib
_EDGE = 3
_BLOCK = 1024
_FLAT = 2.0  # a picture with less spread of its 256 grey values shows nothing that could be compared


@dataclass(frozen=True)
class CopyGroup:
    """Cases whose images are copies of one picture.

    Args:
        cases: Their names, sorted.
        identical: Whether all have exactly the same grey values.
    """

    cases: tuple[str, ...]
    identical: bool


@dataclass(frozen=True)
class NearDuplicates:
    """The copies among a cohort's images.

    Args:
        groups: Groups of cases, each of at least two.
        unreadable: Cases of which an image could not be read and compared.
    """

    groups: tuple[CopyGroup, ...]
    unreadable: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[CopyGroup]:
        return iter(self.groups)

    def __len__(self) -> int:
        return len(self.groups)


def near_duplicate_groups(cohort: Cohort, progress: Progress = silent) -> NearDuplicates:
    """Find the images of a cohort that are copies of each other.

    Args:
        cohort: The cohort; without images there are no copies.
        progress: Told how many images are read.

    Returns:
        The groups, in the order of their first case.
    """
    images = cohort.images_of_cases
    paths = [cohort.root / path for of_case in images for path in of_case]
    if not paths:
        return NearDuplicates(())
    case = np.repeat(np.arange(len(images)), [len(of_case) for of_case in images])
    names = cohort.cases["case"].to_numpy(dtype=object)[case]
    found = read_signatures(paths, progress)
    patients = np.unique(cohort.cases["patient"].to_numpy(dtype=str), return_inverse=True)[1][case]
    groups = _connected(len(names), copies_among(found, patients))
    copies = [
        CopyGroup(tuple(sorted(set(names[group]))), bool(len(set(found.exact[group])) == 1))
        for group in groups
        # Two images of one case that look alike are no copies among cases.
        if len(set(names[group])) > 1
    ]
    unreadable = tuple(sorted(set(names[~found.readable])))
    return NearDuplicates(tuple(sorted(copies, key=lambda copy: copy.cases)), unreadable)


def copies_among(found: Signatures, patients: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Pairs of pictures that are copies of each other.

    Args:
        found: The pictures' signatures.
        patients: A number for each picture's patient; left out, every picture is of another.

    Returns:
        (pairs, 2), the smaller place first.
    """
    usable = found.readable & (found.thumbnails.reshape(len(found.readable), -1).std(axis=1) >= _FLAT)
    pairs = _near_hashes(found.hashes, usable)
    alike = _correlations(found.thumbnails, pairs)
    people = np.arange(len(found.readable)) if patients is None else patients
    alike_on_the_whole = pairs[alike >= SAME]
    agree = [_same_in_detail(found.thumbnails, pair, people) for pair in alike_on_the_whole]
    sure = np.array(agree, np.bool_)
    moved = pairs[(alike < SAME) & (alike >= MAY_BE_MOVED)]
    perhaps = np.concatenate([alike_on_the_whole[~sure], moved])
    aligned = [pair for pair in perhaps if _same_when_aligned(found.thumbnails, pair, people)]
    exact = _same_pixels(found)
    found_alike = np.array([*alike_on_the_whole[sure], *aligned], dtype=np.int64).reshape(-1, 2)
    every = np.concatenate([exact, found_alike])
    return np.unique(every, axis=0)


def _same_pixels(found: Signatures) -> NDArray[np.int64]:
    """Pictures with equal pixels, each with the first of its kind; flat ones among them."""
    first: dict[str, int] = {}
    pairs = [
        (first[text], at)
        for at, text in enumerate(found.exact.tolist())
        if text and first.setdefault(text, at) != at
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _near_hashes(hashes: NDArray[np.uint64], usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pairs within the Hamming radius, by comparing all with all in blocks."""
    places = np.flatnonzero(usable)
    kept = hashes[places]
    pairs = []
    for start in range(0, len(kept), _BLOCK):
        block = kept[start : start + _BLOCK, np.newaxis]
        rows, columns = np.nonzero(np.bitwise_count(block ^ kept[np.newaxis, start:]) <= HAMMING_RADIUS)
        later = columns > rows
        pairs.append(np.stack([places[rows[later] + start], places[columns[later] + start]], axis=1))
    return np.concatenate(pairs) if pairs else np.empty((0, 2), np.int64)


def _correlations(thumbnails: NDArray[np.uint8], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Pearson's correlation of both thumbnails of every pair."""
    flat = thumbnails.reshape(len(thumbnails), -1)
    found = np.empty(len(pairs))
    for start in range(0, len(pairs), _BLOCK):
        both = flat[pairs[start : start + _BLOCK]].astype(np.float64)
        both -= both.mean(axis=2, keepdims=True)
        both /= np.linalg.norm(both, axis=2, keepdims=True)
        found[start : start + _BLOCK] = (both[:, 0] * both[:, 1]).sum(axis=1)
    return found


def _same_when_aligned(
    thumbnails: NDArray[np.uint8], pair: NDArray[np.int64], people: NDArray[np.int64]
) -> bool:
    """Whether two pictures agree after the best affine alignment (Evangelidis, 10.1109/TPAMI.2008.113)."""
    import cv2

    first, second = thumbnails[pair[0]], thumbnails[pair[1]]
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        value, warp = cv2.findTransformECC(
            first, second, start, cv2.MOTION_AFFINE, criteria, np.full((SIDE, SIDE), 255, np.uint8), 1
        )
    except cv2.error:  # it did not converge, so the pictures have little in common
        return False
    scale = float(np.sqrt(abs(np.linalg.det(np.asarray(warp)[:, :2]))))
    if value < SAME_WHEN_ALIGNED or not 0.8 <= scale <= 1.25:
        return False
    return _same_in_detail(thumbnails, pair, people, np.asarray(warp))


def _same_in_detail(
    thumbnails: NDArray[np.uint8],
    pair: NDArray[np.int64],
    people: NDArray[np.int64],
    warp: NDArray[np.float32] | None = None,
) -> bool:
    """Whether two pictures that agree on the whole also agree in detail; those of one patient need not."""
    if people[pair[0]] == people[pair[1]]:
        return True
    how = np.eye(2, 3, dtype=np.float32) if warp is None else warp
    return _detail(thumbnails[pair[0]], thumbnails[pair[1]], how) >= SAME_IN_DETAIL


def _detail(first: NDArray[np.uint8], second: NDArray[np.uint8], warp: NDArray[np.float32]) -> float:
    """The correlation of what is finer than a rib, where both pictures show something."""
    import cv2

    how = cv2.INTER_LINEAR + cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(second.astype(np.float32), warp, (SIDE, SIDE), flags=how)
    shown = cv2.warpAffine(np.ones((SIDE, SIDE), np.float32), warp, (SIDE, SIDE), flags=how) > 1 - 1e-3
    inside = cv2.erode(np.pad(shown.astype(np.uint8), 1), np.ones((2 * _EDGE, 2 * _EDGE)))[1:-1, 1:-1] > 0
    fine = [x - cv2.GaussianBlur(x, (0, 0), _COARSE) for x in (first.astype(np.float32), moved)]
    if inside.sum() < SIDE or min(x[inside].std() for x in fine) == 0:
        return 0.0
    return float(np.corrcoef(fine[0][inside], fine[1][inside])[0, 1])


def _connected(count: int, pairs: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Groups of pictures that are connected through pairs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not len(pairs):
        return []
    ones = np.ones(len(pairs), np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    involved = np.unique(pairs)
    return [involved[label[involved] == group] for group in np.unique(label[involved])]
