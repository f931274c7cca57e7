"""Does a map point at what a doctor would point at? The pointing game, with the rate of chance beside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Pointing:
    """Where a map points in one image.

    Attributes:
        hit: whether its highest place lies in what was marked.
        chance: the part of the image that was marked: how often a place chosen by chance lies in it.
        chance_in_body: the same within what is not black around the patient.
    """

    hit: bool
    chance: float
    chance_in_body: float


def points_at(
    found: NDArray[np.float32], marked: NDArray[np.bool_], image: NDArray[np.float32] | None = None
) -> Pointing | None:
    """Whether the highest place of a map lies in what was marked.

    Args:
        found: (rows, columns) the map, in the image's own rows and columns.
        marked: (rows, columns) where the lesion is.
        image: (rows, columns) grey values, to tell the patient from black around; None = the whole image.

    Returns:
        None where the map is the same everywhere, so that it points nowhere, or nothing was marked. Of
        several highest places the one nearest to their middle counts.

    Reference:
        Zhang et al., Int J Comput Vis 2018;126:1084-1102, doi 10.1007/s11263-017-1059-x (without its
        tolerance around the lesion).

    Example:
        >>> found, marked = np.zeros((4, 4), np.float32), np.zeros((4, 4), bool)
        >>> found[1, 1] = 1.0
        >>> marked[:2, :2] = True
        >>> points_at(found, marked)
        Pointing(hit=True, chance=0.25, chance_in_body=0.25)
    """
    if not marked.any() or found.max() <= found.min():
        return None
    rows, columns = np.nonzero(found == found.max())
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    body = np.ones_like(marked) if image is None else image > 0
    inside = float((marked & body).sum() / max(int(body.sum()), 1))
    return Pointing(bool(marked[rows[nearest], columns[nearest]]), float(marked.mean()), inside)
