"""Copies of images as another machine might have made them, to choose among models that look alike.

Where a validation part is as easy as the training part, every model is nearly perfect on it, and the one that
is best by chance need not be the one that holds elsewhere. Copies that are darker, blurred, noisy or framed
otherwise tell models apart that the images themselves do not.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.models import to_unit

_NOISE, _GAMMA, _ZOOM, _BLUR = 0.05, 1.5, 0.9, 1 / 80
_CHUNK = 256
CHANGES = ("as they are", "blurred", "closer", "darker", "brighter", "less contrast", "noisy", "further")


def shifted_copies(
    array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64]
) -> dict[str, NDArray[np.uint8 | np.uint16]]:
    """Prepared images, and the same images changed in seven ways, always alike.

    Args:
        array: (images, size, size) prepared images.
        rows: which of them.

    Returns:
        By the name of the change, (rows, size, size) of the same depth.

    Example:
        >>> copies = shifted_copies(np.full((2, 16, 16), 128, np.uint8), np.array([0, 1]))
        >>> int(copies["darker"][0, 8, 8]) < 128 < int(copies["brighter"][0, 8, 8])
        True
    """
    largest = np.iinfo(array.dtype).max
    made: dict[str, list[NDArray[np.uint8 | np.uint16]]] = {name: [] for name in CHANGES}
    noise = torch.Generator().manual_seed(0)
    for start in range(0, len(rows), _CHUNK):
        images = to_unit(array[rows[start : start + _CHUNK]], torch.device("cpu"))
        for name in CHANGES:
            changed = _changed(images, name, noise).clamp(0, 1).mul(largest).round()
            made[name].append(changed[:, 0].numpy().astype(array.dtype))
    return {name: np.concatenate(parts) for name, parts in made.items()}


def _changed(images: Tensor, name: str, noise: torch.Generator) -> Tensor:
    match name:
        case "darker":
            return images**_GAMMA
        case "brighter":
            return images ** (1 / _GAMMA)
        case "less contrast":
            return 0.5 + 0.65 * (images - 0.5)
        case "blurred":
            return _blurred(images, sigma=max(0.5, _BLUR * images.shape[-1]))
        case "noisy":
            return images + _NOISE * torch.randn(images.shape, generator=noise)
        case "closer":
            return _zoomed(images, _ZOOM)
        case "further":
            return _zoomed(images, 1 / _ZOOM)
    return images


def _blurred(images: Tensor, sigma: float) -> Tensor:
    reach = max(1, round(3 * sigma))
    steps = torch.arange(-reach, reach + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (steps / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(images, (reach,) * 4, mode="replicate")
    across = functional.conv2d(padded, kernel.view(1, 1, 1, -1))
    return functional.conv2d(across, kernel.view(1, 1, -1, 1))


def _zoomed(images: Tensor, width: float) -> Tensor:
    matrix = torch.tensor([[width, 0.0, 0.0], [0.0, width, 0.0]]).expand(len(images), 2, 3)
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
