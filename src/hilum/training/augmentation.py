"""Change a whole batch of images by chance: chance is drawn first, then applied without any further chance.

There is no left-right flip: a heart on the right side is a finding, not a variation.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.preparation import Augmentation

_BLUR_RADIUS = 3


@dataclass(frozen=True)
class Draws:
    """What chance said for each image of a batch of n.

    Attributes:
        noise_seed: starts the noise's own generator.
        transforms: (n, 2, 3) affine maps from output to input positions, in units of half the image.
        gamma: (n,) exponents of the grey value.
        contrast: (n,) factors around mid-grey.
        brightness: (n,) offsets.
        blur: (n,) standard deviations of a Gaussian, in pixels; 0 = none.
        noise: (n,) standard deviations of added noise; 0 = none.
        boxes: (n, 4) rectangles to erase: top, left, bottom, right as fractions; empty where bottom <= top.
        grey: (n,) the grey value that fills the rectangle.
    """

    noise_seed: int
    transforms: Tensor
    gamma: Tensor
    contrast: Tensor
    brightness: Tensor
    blur: Tensor
    noise: Tensor
    boxes: Tensor
    grey: Tensor


def draw(n: int, options: Augmentation, rng: np.random.Generator) -> Draws:
    """Draw the changes of n images.

    Args:
        n: how many images the batch has.
        options: how far each change may go.
        rng: the source of chance.

    Returns:
        The draws, to be applied by `augment`.

    Example:
        >>> draws = draw(2, Augmentation(rotation_degrees=0, shear_degrees=0), np.random.default_rng(0))
        >>> draws.transforms.shape
        torch.Size([2, 2, 3])
    """

    def symmetric(limit: float) -> NDArray[np.float64]:
        return rng.uniform(-limit, limit, n)

    def sometimes(values: NDArray[np.float64], probability: float) -> NDArray[np.float64]:
        return np.where(rng.random(n) < probability, values, 0.0)

    transforms = _transforms(n, options, rng)
    gamma = np.exp(symmetric(options.gamma))
    contrast = np.exp(symmetric(options.contrast))
    brightness = symmetric(options.brightness)
    blur = sometimes(rng.uniform(0, 1, n) * options.blur_pixels, 0.5)
    noise = sometimes(rng.uniform(0, 1, n) * options.noise, 0.5)
    boxes = _boxes(n, options.erase_probability, rng)
    grey = rng.random(n)
    numbers = (transforms, gamma, contrast, brightness, blur, noise, boxes, grey)
    tensors = [torch.from_numpy(values.astype(np.float32)) for values in numbers]
    return Draws(int(rng.integers(2**62)), *tensors)


def _transforms(n: int, options: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    angle = np.deg2rad(rng.uniform(-options.rotation_degrees, options.rotation_degrees, n))
    shear = np.tan(np.deg2rad(rng.uniform(-options.shear_degrees, options.shear_degrees, n)))
    scale = rng.uniform(-options.scale, options.scale, n)
    stretch = rng.uniform(-options.stretch, options.stretch, n)
    across, down = np.exp(scale + stretch / 2), np.exp(scale - stretch / 2)
    matrix = np.empty((n, 2, 3))
    matrix[:, 0, 0], matrix[:, 0, 1] = across * np.cos(angle), across * (shear - np.sin(angle))
    matrix[:, 1, 0], matrix[:, 1, 1] = down * np.sin(angle), down * np.cos(angle)
    matrix[:, :, 2] = rng.uniform(-2 * options.shift, 2 * options.shift, (n, 2))
    return matrix


def _boxes(n: int, probability: float, rng: np.random.Generator) -> NDArray[np.float64]:
    height, width = rng.uniform(0.1, 0.4, n), rng.uniform(0.1, 0.4, n)
    top, left = rng.uniform(0, 1, n) * (1 - height), rng.uniform(0, 1, n) * (1 - width)
    boxes = np.stack([top, left, top + height, left + width], axis=1)
    boxes[rng.random(n) >= probability] = 0.0
    return boxes


def augment(images: Tensor, draws: Draws) -> Tensor:
    """Apply drawn changes to a batch.

    Args:
        images: (n, channels, rows, columns) in 0..1.
        draws: from `draw` with the same n.

    Returns:
        The changed batch, same shape, in 0..1; the input is left as it was.

    Example:
        >>> still = Augmentation.none()
        >>> batch = torch.rand(2, 1, 8, 8)
        >>> bool(torch.allclose(augment(batch, draw(2, still, np.random.default_rng(0))), batch, atol=1e-5))
        True
    """
    device = images.device
    grid = functional.affine_grid(draws.transforms.to(device), list(images.shape), align_corners=False)
    moved = functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
    if bool((draws.blur > 0).any()):
        moved = _blurred(moved, draws.blur.to(device))

    def column(values: Tensor) -> Tensor:
        return values.to(device).view(-1, 1, 1, 1)

    grey = moved.clamp_(1e-6, 1).pow_(column(draws.gamma)).sub_(0.5)
    grey = grey.mul_(column(draws.contrast)).add_(column(0.5 + draws.brightness))
    if bool((draws.noise > 0).any()):
        generator = torch.Generator().manual_seed(draws.noise_seed)
        grey = grey + torch.randn(grey.shape, generator=generator).to(device).mul_(column(draws.noise))
    return _erased(grey.clamp_(0, 1), draws)


def _blurred(images: Tensor, sigma: Tensor) -> Tensor:
    """Blur each image with a Gaussian of its own, rows first, then columns."""
    n, channels, rows, columns = images.shape
    steps = torch.arange(-_BLUR_RADIUS, _BLUR_RADIUS + 1, device=images.device, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (steps / sigma.clamp_min(1e-3).view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(channels, 0)
    flat = images.reshape(1, n * channels, rows, columns)
    side = (_BLUR_RADIUS, _BLUR_RADIUS)
    for shape, padding in (((-1, 1), (0, 0, *side)), ((1, -1), (*side, 0, 0))):
        padded = functional.pad(flat, padding, mode="replicate")
        flat = functional.conv2d(padded, kernel.view(n * channels, 1, *shape), groups=n * channels)
    return flat.reshape(n, channels, rows, columns)


def _erased(images: Tensor, draws: Draws) -> Tensor:
    boxes, device = draws.boxes, images.device
    for index in torch.nonzero(boxes[:, 2] > boxes[:, 0]).flatten().tolist():
        rows, columns = images.shape[2:]
        top, bottom = int(boxes[index, 0] * rows), int(boxes[index, 2] * rows)
        left, right = int(boxes[index, 1] * columns), int(boxes[index, 3] * columns)
        images[index, :, top:bottom, left:right] = draws.grey[index].to(device)
    return images
