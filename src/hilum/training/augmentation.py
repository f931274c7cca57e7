"""Change a whole batch of images by chance: chance is drawn first, then applied without any further chance.

Rotation, scale, stretch, shift, shear, elastic deformation and flip are one map from output to input, so that
an image is interpolated once. What was not drawn costs nothing.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.preparation import Augmentation
from hilum.training.elastic import POINTS, points_at_rest, sheet

# A Gaussian is cut off where it has fallen to a hundredth.
_BLUR_REACH = 3.0


@dataclass(frozen=True)
class Draws:
    """What chance said for each image of a batch of n.

    Attributes:
        noise_seed: starts the noise's own generator.
        transforms: (n, 2, 3) affine maps from output to input positions, in units of half the image.
        elastic: (n, 2, points, points) how far the points of a coarse grid are moved before, in the same
            unit; empty (0, 2, points, points) where no sheet is stretched.
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
    elastic: Tensor
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
    # Positions run from -1 to 1: the whole image is 2.
    points = rng.uniform(-1, 1, (n if options.elastic else 0, 2, POINTS, POINTS)) * 2 * options.elastic
    gamma = np.exp(symmetric(options.gamma))
    contrast = np.exp(symmetric(options.contrast))
    brightness = symmetric(options.brightness)
    blur = sometimes(rng.uniform(0, 1, n) * options.blur_pixels, 0.5)
    noise = sometimes(rng.uniform(0, 1, n) * options.noise, 0.5)
    boxes = _boxes(n, options.erase_probability, rng)
    grey = rng.random(n)
    numbers = (transforms, points, gamma, contrast, brightness, blur, noise, boxes, grey)
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
    matrix[rng.random(n) < options.flip, :, 0] *= -1
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
    made = _moved(images, draws)
    if bool((draws.blur > 0).any()):
        _blur(made, draws.blur)
    if bool((draws.gamma != 1).any()):
        made.clamp_(1e-6, 1).pow_(_column(draws.gamma, made))
    if bool((draws.contrast != 1).any() | (draws.brightness != 0).any()):
        offset = 0.5 + draws.brightness - 0.5 * draws.contrast
        made.mul_(_column(draws.contrast, made)).add_(_column(offset, made))
    if bool((draws.noise > 0).any()):
        _add_noise(made, draws)
    _erase(made.clamp_(0, 1), draws)
    return made


def _column(values: Tensor, images: Tensor) -> Tensor:
    return values.to(images.device).view(-1, 1, 1, 1)


def _moved(images: Tensor, draws: Draws) -> Tensor:
    """Every image seen through its affine map after its sheet; a copy where all are at rest."""
    if not len(draws.elastic) and bool((draws.transforms == torch.eye(2, 3)).all()):
        return images.clone()
    points = points_at_rest().expand(len(images), -1, -1, -1)
    if len(draws.elastic):
        points = points + draws.elastic
    linear, shift = draws.transforms[:, :, :2], draws.transforms[:, :, 2:]
    points = (linear @ points.flatten(2) + shift).view_as(points)
    grid = sheet(points.to(images.device), *images.shape[2:])
    return functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False)


def _blur(images: Tensor, sigma: Tensor) -> None:
    """Blur those images that have a width with a Gaussian of their own, rows first, then columns."""
    which = torch.nonzero(sigma > 0).flatten()
    widths = sigma[which]
    radius = max(1, math.ceil(_BLUR_REACH * float(widths.max())))
    steps = torch.arange(-radius, radius + 1, dtype=torch.float32)
    kernel = torch.exp(-0.5 * (steps / widths.clamp_min(1e-3).view(-1, 1)) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).to(images.device)
    which = which.to(images.device)
    chosen = images[which]
    for side in (2, 3):
        chosen = _smoothed(chosen, kernel, side, radius)
    images[which] = chosen


def _smoothed(images: Tensor, kernel: Tensor, side: int, radius: int) -> Tensor:
    """Each image with its own kernel (n, 2 x radius + 1) along one side, the border repeated outwards."""
    around = (0, 0, radius, radius) if side == 2 else (radius, radius, 0, 0)
    padded = functional.pad(images, around, mode="replicate")
    total = torch.zeros_like(images)
    for offset in range(2 * radius + 1):
        part = padded.narrow(side, offset, images.shape[side])
        total.addcmul_(part, kernel[:, offset].view(-1, 1, 1, 1))
    return total


def _add_noise(images: Tensor, draws: Draws) -> None:
    """Add noise to those images that have some; the device has a generator of its own."""
    which = torch.nonzero(draws.noise > 0).flatten()
    generator = torch.Generator(images.device).manual_seed(draws.noise_seed)
    shape = (len(which), *images.shape[1:])
    noise = torch.randn(shape, generator=generator, device=images.device)
    which = which.to(images.device)
    images[which] = images[which].addcmul_(noise, _column(draws.noise, images)[which])


def _erase(images: Tensor, draws: Draws) -> None:
    rows, columns = images.shape[2:]
    for index in torch.nonzero(draws.boxes[:, 2] > draws.boxes[:, 0]).flatten().tolist():
        top, left, bottom, right = draws.boxes[index].tolist()
        box = (slice(int(top * rows), int(bottom * rows)), slice(int(left * columns), int(right * columns)))
        images[index, :, box[0], box[1]] = float(draws.grey[index])
