"""The step that gives a picture another size, in pixels or in millimetres."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from hilum.image import resize
from hilum.preparation.placement import Moved

Resampling = Literal["area", "antialiased", "b-spline"]

_SIGMA = 0.5
_MOST = 4096


@dataclass(frozen=True)
class Resample:
    """Another number of rows and columns.

    `area` takes the mean over what a new pixel covers, or straight lines where the picture grows;
    `antialiased` is the cubic convolution of Keys (1981), widened where the picture shrinks; `b-spline` is
    the interpolating cubic B-spline (Unser 1999), after a Gaussian where the picture shrinks. The last two
    may run a little over the range of the picture at sharp edges, which is cut off.

    Attributes:
        rows: wanted.
        columns: wanted.
        how: one of the three.

    Example:
        >>> made, moved = Resample(2, 2, "b-spline").forward(np.eye(8, dtype=np.float32))
        >>> made.shape, moved.scale
        ((2, 2), (0.25, 0.25))
    """

    rows: int
    columns: int
    how: Resampling = "area"
    name: ClassVar[str] = "resample"

    @property
    def sentence(self) -> str:
        """What it does, for the plan."""
        return f"{self.how_it_is_done}, to {self.rows} x {self.columns} pixels"

    @property
    def how_it_is_done(self) -> str:
        """The same without the size."""
        words = {
            "area": "by the mean over what each new pixel covers",
            "antialiased": "by cubic convolution without aliasing",
            "b-spline": "by cubic B-splines",
        }
        return f"images are brought to size {words[self.how]}"

    def forward(self, picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], Moved]:
        """Do it.

        Args:
            picture: (rows, columns).

        Returns:
            The picture of the new size, never outside its range, and what became of the places.
        """
        size = (self.rows, self.columns)
        before = (picture.shape[0], picture.shape[1])
        moved = Moved(before, size)
        if self.how == "area" or before == size:
            return resize(picture, size), moved
        made = _cubic(picture, size) if self.how == "antialiased" else _spline(picture, size)
        within: NDArray[np.float32] = np.clip(made, picture.min(), picture.max())
        return within, moved


def to_spacing(shape: tuple[int, int], spacing_mm: tuple[float, float], wanted_mm: float) -> tuple[int, int]:
    """Rows and columns at which pixels are of a wanted size.

    Args:
        shape: rows and columns now.
        spacing_mm: between rows and between columns now, millimetres.
        wanted_mm: between both then, millimetres.

    Returns:
        At least 1 and at most 4096 each.

    Example:
        >>> to_spacing((512, 512), (0.7, 0.7), 1.4)
        (256, 256)
    """
    rows, columns = (
        min(max(round(side * now / wanted_mm), 1), _MOST) for side, now in zip(shape, spacing_mm, strict=True)
    )
    return rows, columns


def _cubic(picture: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(picture, dtype=np.float32))
    made = image.resize((size[1], size[0]), Image.Resampling.BICUBIC)
    return np.asarray(made, dtype=np.float32)


def _spline(picture: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    from scipy import ndimage

    factors = np.array(picture.shape) / np.array(size)
    sigma = _SIGMA * np.sqrt(np.maximum(factors**2 - 1, 0))
    soft = ndimage.gaussian_filter(picture, sigma, mode="nearest") if sigma.any() else picture
    # The middle of a new pixel lies at (i + 1/2) * factor - 1/2 among the old ones.
    made = ndimage.affine_transform(
        soft, factors, offset=(factors - 1) / 2, output_shape=size, order=3, mode="nearest"
    )
    return np.asarray(made, dtype=np.float32)
