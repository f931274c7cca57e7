"""Does the answer hang on what a map marks? Pixels are taken away, or put in, in the order of the map."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

Grey = NDArray[np.uint8 | np.uint16]
STEPS = 10
_BLUR = 1 / 16
_COARSE = 7


@dataclass(frozen=True)
class Curves:
    """What a model says while an image is taken away and put together.

    Attributes:
        shares: (steps + 1,) of the pixels changed, 0 to 1.
        deletion: (steps + 1,) the reading when the marked pixels are covered first.
        insertion: (steps + 1,) the reading when they are put into a blurred image first.
    """

    shares: NDArray[np.float64]
    deletion: NDArray[np.float64]
    insertion: NDArray[np.float64]

    @property
    def deletion_area(self) -> float:
        """Area under the curve of deletion: small where the answer hangs on what the map marks."""
        return float(np.trapezoid(self.deletion, self.shares))

    @property
    def insertion_area(self) -> float:
        """Area under the curve of insertion: large where what the map marks is enough for the answer."""
        return float(np.trapezoid(self.insertion, self.shares))


def curves_of(
    read: Callable[[Grey], NDArray[np.float64]], image: Grey, found: NDArray[np.float32], steps: int = STEPS
) -> Curves:
    """Take an image away, and put it together, in the order of a map.

    Args:
        read: the reading of prepared images, (n,).
        image: (size, size) prepared image, or (depth, size, size): then all slices go together.
        found: (size, size) its map; ties go by the place in the image.
        steps: in how many equal parts.

    Returns:
        The curves. What is taken away becomes the image's mean grey; insertion begins with the image blurred
        by a Gaussian of a sixteenth of its side.

    Reference:
        Petsiuk, Das & Saenko, RISE, BMVC 2018, doi 10.48550/arXiv.1806.07421.

    Example:
        >>> image = np.zeros((32, 32), np.uint8)
        >>> image[:4, :4] = 160
        >>> def corner(images):
        ...     return images[:, :4, :4].mean((1, 2)) / 160
        >>> hit, miss = (image / 160).astype(np.float32), (1 - image / 160).astype(np.float32)
        >>> good, bad = curves_of(corner, image, hit), curves_of(corner, image, miss)
        >>> good.deletion_area < bad.deletion_area, good.insertion_area > bad.insertion_area
        (True, True)
    """
    order = np.argsort(-found.ravel(), kind="stable")
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    rank = place.reshape(found.shape)
    sides = (
        (0.0, *(side * _BLUR for side in found.shape))
        if image.ndim == 3
        else [s * _BLUR for s in found.shape]
    )
    blurred = gaussian_filter(image.astype(np.float32), sides)
    ends = np.round(np.linspace(0, order.size, steps + 1)).astype(np.int64)
    changed = [rank < end for end in ends]
    grey = image.mean()
    taken = [np.where(here, grey, image) for here in changed]
    put = [np.where(here, image, blurred) for here in changed]
    said = read(np.round(np.stack([*taken, *put])).astype(image.dtype))
    return Curves(ends / order.size, said[: steps + 1], said[steps + 1 :])


def map_by_chance(shape: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """A map that knows nothing: smooth hills as wide as those of most maps, at places chosen by chance.

    Example:
        >>> map_by_chance((96, 80), np.random.default_rng(0)).shape
        (96, 80)
    """
    coarse = rng.random((_COARSE, _COARSE))
    large = zoom(coarse, (shape[0] / _COARSE, shape[1] / _COARSE), order=1, grid_mode=True, mode="nearest")
    return np.asarray(large[: shape[0], : shape[1]], np.float32)
