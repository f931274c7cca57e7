"""Rows of the prepared array that belong to each case, whether it has one image or several."""

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.preparation.prepared import Prepared

NONE = -1


def rows_of_cases(cohort: Cohort, prepared: Prepared) -> NDArray[np.int64]:
    """Which prepared images each case has.

    Args:
        cohort: the cases.
        prepared: their images.

    Returns:
        (n,) a row for each case, -1 where it has no readable image. Where cases are read from several images
        (n, m), readable ones first, filled up with -1.
    """
    if not cohort.together:
        return prepared.rows_of(cohort.cases["image"].astype(str).tolist())
    return side_by_side([prepared.rows_of(images) for images in cohort.images_of_cases])


def side_by_side(bags: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Bags of rows as one array.

    Args:
        bags: rows of each case, -1 among them where an image could not be read.

    Returns:
        (n, m), rows in their order first, filled up with -1; m is the size of the largest bag, at least 1.

    Example:
        >>> side_by_side([np.array([4, -1, 2]), np.array([7])]).tolist()
        [[4, 2], [7, -1]]
    """
    kept = [bag[bag >= 0] for bag in bags]
    most = max((len(bag) for bag in kept), default=0)
    joined = np.full((len(kept), max(most, 1)), NONE, dtype=np.int64)
    for place, bag in enumerate(kept):
        joined[place, : len(bag)] = bag
    return joined


def has_image(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cases have at least one readable image.

    Args:
        rows: (n,) or (n, m), from `rows_of_cases`.

    Returns:
        (n,).

    Example:
        >>> has_image(np.array([[3, -1], [-1, -1]])).tolist()
        [True, False]
    """
    there: NDArray[np.bool_] = rows >= 0
    return there if rows.ndim == 1 else np.asarray(there.any(axis=1), dtype=np.bool_)
