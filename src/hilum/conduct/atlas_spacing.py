"""How many millimetres a pixel of the common grid stands for, where all images agree on that."""

import numpy as np
from numpy.typing import NDArray

from hilum.cohorts import Cohort
from hilum.errors import ImageError
from hilum.image import read_image
from hilum.preparation import Picture, inner_size

_LOOKED_AT = 20  # images; where these agree the others are taken to
_AGREE = 0.01


def millimetres_of(cohort: Cohort, part: NDArray[np.bool_], picture: Picture) -> float | None:
    """Width and height of a pixel of the prepared grid.

    Args:
        cohort: all cases.
        part: (cases,) which are looked at.
        picture: how images became prepared ones.

    Returns:
        Millimetres; None where an image gives none, where they differ by more than one in a hundred, or where
        images were cut one by one.
    """
    if picture.steps.spacing_mm is not None:
        return picture.steps.spacing_mm
    if picture.depth > 1 or picture.steps.crop != "none":
        return None
    paths = [image for image in cohort.cases.loc[part, "image"].astype(str) if image]
    found: list[float] = []
    for image in paths[:: max(1, len(paths) // _LOOKED_AT)]:
        try:
            volume = read_image(cohort.root / image, picture.steps.frame)
        except ImageError:
            continue
        if volume.affine is None:
            return None
        rows, columns = volume.array.shape[1:3]
        inner = inner_size((rows, columns), picture.size, picture.fit)
        found += [volume.spacing[1] * rows / inner[0], volume.spacing[2] * columns / inner[1]]  # type: ignore[index]
    if not found or max(found) > (1 + _AGREE) * min(found):
        return None
    return float(np.median(found))
