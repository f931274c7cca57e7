"""Where each pixel of a moved image comes from: an image on a rubber sheet, held at the points of a grid.

The sheet is a uniform cubic B-spline (free-form deformation: Rueckert et al., IEEE Transactions on Medical
Imaging 1999). Between the points it is as smooth as the random fields of Simard et al. (ICDAR 2003) after
their Gaussian. It follows its points exactly where these are turned, scaled, sheared or shifted as a whole,
so that one small matrix product moves and deforms an image, faster than an affine map of every pixel.
"""

from functools import cache

import numpy as np
import torch
from torch import Tensor

# Four stretches of the sheet lie across an image. A sheet folds nowhere as long as its points move by less
# than a quarter of a stretch, a sixteenth of the image: a cubic B-spline is no steeper than its points.
STRETCHES = 4
POINTS = STRETCHES + 3


@cache
def spline_weights(pixels: int) -> Tensor:
    """How much each point of the grid says about each pixel along one side of an image.

    Args:
        pixels: along that side.

    Returns:
        (pixels, points); every row is not negative and sums to 1.

    Example:
        >>> spline_weights(8).shape
        torch.Size([8, 7])
        >>> bool(torch.allclose(spline_weights(8).sum(dim=1), torch.ones(8)))
        True
    """
    place = (np.arange(pixels) + 0.5) / pixels * STRETCHES
    first = np.minimum(place.astype(np.int64), STRETCHES - 1)
    t = place - first
    four = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    weights = np.zeros((pixels, POINTS))
    for offset, values in enumerate(four):
        weights[np.arange(pixels), first + offset] = values
    return torch.from_numpy(weights.astype(np.float32))


def points_at_rest() -> Tensor:
    """Where the points of the grid lie, across and down.

    Returns:
        (2, points, points) in units of half the image, from its middle.

    Example:
        >>> points_at_rest()[0, 0].tolist()
        [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5]
    """
    along = (torch.arange(POINTS) - 1) * (2 / STRETCHES) - 1
    return torch.stack([along.expand(POINTS, POINTS), along[:, None].expand(POINTS, POINTS)])


def sheet(points: Tensor, rows: int, columns: int) -> Tensor:
    """Where each pixel comes from when the points of the grid lie elsewhere.

    Args:
        points: (n, 2, points, points) where each point lies, across and down.
        rows: of the image.
        columns: of the image.

    Returns:
        (n, rows, columns, 2) positions in the unit of the points, as `grid_sample` wants them.

    Example:
        >>> [round(float(value), 3) for value in sheet(points_at_rest()[None], 2, 4)[0, 0, :, 0]]
        [-0.75, -0.25, 0.25, 0.75]
    """
    down, across = (spline_weights(pixels).to(points.device) for pixels in (rows, columns))
    return (down @ points @ across.T).permute(0, 2, 3, 1)
