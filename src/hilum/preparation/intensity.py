"""Make grey values comparable between machines, one picture at a time: reading needs no other image."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.clahe import Clahe
from hilum.preparation.min_max import MinMax
from hilum.preparation.z_score import ZScore

Normalisation = Literal["none", "percentile", "equalise", "local", "min-max", "z-score"]
# What is done to the picture that is left after resizing; the others look at the picture before.
LATE: tuple[Normalisation, ...] = ("min-max", "z-score")

_LEVELS = 4096
_SMALLEST_RANGE = 1e-3


def standardise(picture: NDArray[np.float32], how: Normalisation) -> NDArray[np.float32]:
    """Standardise the grey values of one picture.

    `none` leaves them; `percentile` maps the 1st and 99th percentile to 0 and 1, which cancels brightness
    and contrast; `equalise` gives every grey value the same frequency, which cancels every monotone change
    (brightness, contrast, gamma, window); `local` is contrast-limited adaptive equalisation (Zuiderveld
    1994) after `percentile`; `min-max` maps the darkest and the brightest pixel to 0 and 1; `z-score` maps
    the mean to mid-grey and three standard deviations more to 1.

    Args:
        picture: (rows, columns) in 0..1, or (slices, rows, columns) of a volume; `local` looks at one slice
            at a time, all others at the whole volume.
        how: one of the six.

    Returns:
        The same shape, in 0..1. A picture of one single grey becomes 0 (`percentile`, `min-max`) or
        mid-grey (`equalise`, `z-score`).

    Example:
        >>> dark = np.linspace(0.2, 0.4, 101, dtype=np.float32).reshape(1, -1)
        >>> float(standardise(dark, "percentile").max())
        1.0
    """
    if how == "none":
        return picture
    if how == "percentile":
        return _percentile(picture)
    if how == "equalise":
        return _equalise(picture)
    if how == "min-max":
        return MinMax().forward(picture)
    if how == "z-score":
        return ZScore().forward(picture)
    return Clahe().forward(_percentile(picture))


def _percentile(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = np.percentile(picture, [1.0, 99.0])
    scaled = (picture - np.float32(low)) / np.float32(max(high - low, _SMALLEST_RANGE))
    clipped: NDArray[np.float32] = np.clip(scaled, 0, 1).astype(np.float32)
    return clipped


def _equalise(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    level = np.clip(picture * _LEVELS, 0, _LEVELS - 1).astype(np.int64)
    counts = np.bincount(level.ravel(), minlength=_LEVELS)
    middle_rank = (np.cumsum(counts) - counts / 2) / picture.size
    return middle_rank.astype(np.float32)[level]
