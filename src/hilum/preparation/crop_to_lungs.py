"""The step that cuts a picture to the lungs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from hilum.preparation.body import cut
from hilum.preparation.dark_lungs import find_dark_lungs
from hilum.preparation.placement import Moved
from hilum.preparation.two_lungs import bright_lungs

if TYPE_CHECKING:
    from hilum.preparation.lung_mask import LungMask

Found = Literal["mask", "threshold", "whole"]

# A mask of less or more is none of two lungs, and neither is one that is all on one side.
_LEAST, _MOST, _LEAST_WIDE = 0.03, 0.9, 0.3


@dataclass(frozen=True)
class CropToLungs:
    """The smallest rectangle that holds the lungs, with a margin.

    The lungs are those that a trained model marks; where there is none, or its mask cannot be two lungs, two
    dark areas within a brighter body, as in films and slices of CT, or else two bright ones, as in lung
    scans. Where none of this finds two lungs, the picture is left whole.

    Attributes:
        mask: marks the lungs; None = they are looked for by thresholds alone.
        margin: around a model's mask, as a fraction of the longer side.
        margin_by_threshold: around what a threshold found, which ends short of the lungs' edges.

    Example:
        >>> scan = np.zeros((64, 64), np.float32)
        >>> scan[20:40, 10:24] = scan[24:44, 38:52] = 1
        >>> made, moved, how = CropToLungs(None, margin_by_threshold=0.0).forward(scan)
        >>> made.shape, moved.offset, how
        ((24, 42), (-20, -10), 'threshold')
    """

    mask: "LungMask | None"
    margin: float = 0.03
    margin_by_threshold: float = 0.08
    name: ClassVar[str] = "crop to lungs"

    def forward(self, picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], Moved, Found]:
        """Do it.

        Args:
            picture: (rows, columns).

        Returns:
            What is left, what became of the places, and how the lungs were found.
        """
        if self.mask is not None:
            marked = self.mask.find(picture)
            if _can_be_lungs(marked):
                return *cut(picture, marked, self.margin), "mask"
        found = find_dark_lungs(picture)
        if found is None:
            found = bright_lungs(picture)
        if found is not None:
            return *cut(picture, found, self.margin_by_threshold), "threshold"
        return *cut(picture, np.zeros(picture.shape, np.bool_), 0.0), "whole"


def _can_be_lungs(mask: NDArray[np.bool_]) -> bool:
    if not _LEAST <= mask.mean() <= _MOST:
        return False
    columns = np.flatnonzero(mask.any(axis=0))
    return bool(columns[-1] + 1 - columns[0] >= _LEAST_WIDE * mask.shape[1])


def sentence_of_crop(*, by_mask: bool) -> str:
    """What the step does, for the plan.

    Args:
        by_mask: whether a trained model marks the lungs.

    Example:
        >>> sentence_of_crop(by_mask=False)[:64]
        'every image is cut to the lungs: two areas, darker or brighter t'
    """
    end = "an image in which no two lungs are found is left whole"
    if not by_mask:
        return (
            f"every image is cut to the lungs: two areas, darker or brighter than what is around them; {end}"
        )
    return (
        "every image is cut to the lungs that a trained model marks, or else to two areas darker or brighter "
        f"than what is around them; {end}"
    )
