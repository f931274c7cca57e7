"""The mean image of the training part: learnt once, written into the plan, and read from it again."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import ModelError
from hilum.preparation.centring import to_centre
from hilum.preparation.min_max import MinMax
from hilum.preparation.placement import pasted
from hilum.preparation.two_lungs import find_two_lungs

SIDE = 112
# So few with two lungs that their mean would be one person's picture; then all count, as they lie.
_FEWEST = 5


@dataclass(frozen=True)
class MeanImage:
    """The mean of training images, and how it came about.

    Attributes:
        image: (112, 112) grey in 0..1.
        images: how many it is the mean of.
        on_lungs: whether these are images in which two lungs were found, moved to the middle; else all, as
            they lie.
    """

    image: NDArray[np.float32]
    images: int
    on_lungs: bool


def mean_of(squares: Sequence[NDArray[np.float32]], *, on_lungs: bool) -> MeanImage:
    """The mean of training images.

    Args:
        squares: (112, 112) each, of the training part alone.
        on_lungs: whether images in which two lungs are found are first moved to the middle, and the others
            left out.

    Returns:
        The mean; where fewer than five show two lungs, of all as they lie.

    Raises:
        ModelError: there is no image.

    Example:
        >>> mean_of([np.eye(112, dtype=np.float32)], on_lungs=False).images
        1
    """
    grey = [MinMax().forward(square) for square in squares]
    moved = []
    for square in grey if on_lungs else []:
        found = find_two_lungs(square)
        if found is not None:
            moved.append(pasted(square, (SIDE, SIDE), to_centre(found, SIDE)))
    chosen = moved if len(moved) >= _FEWEST else grey
    if not chosen:
        raise ModelError("there is no readable training image of which a mean image could be made")
    mean = np.stack(chosen).mean(axis=0, dtype=np.float64).astype(np.float32)
    return MeanImage(MinMax().forward(np.asarray(mean)), len(chosen), chosen is moved)


def as_text(image: NDArray[np.float32]) -> str:
    """A mean image as a plan keeps it: 8 bits, Base64.

    Example:
        >>> len(as_text(np.zeros((112, 112), np.float32)))
        16728
    """
    return base64.b64encode(np.round(np.clip(image, 0, 1) * 255).astype(np.uint8).tobytes()).decode("ascii")


def from_text(text: str) -> NDArray[np.float32]:
    """The mean image that a plan keeps.

    Raises:
        ModelError: it is no such image.

    Example:
        >>> from_text(as_text(np.ones((112, 112), np.float32))).mean()
        np.float32(1.0)
    """
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        content = b""
    if len(content) != SIDE * SIDE:
        raise ModelError("the mean image in the plan is damaged: run the study again to write the plan")
    return (np.frombuffer(content, np.uint8).reshape(SIDE, SIDE) / np.float32(255)).astype(np.float32)
