"""Fixed features of an image, made without any learnt weights, and one linear layer on them."""

from math import pi

import torch
from torch import Tensor, nn

from hilum.models.network import Network, Shape

SIDE = 32
COMPONENTS = 128
CELLS = 8
ORIENTATIONS = 9
# Two by two cells make a block, blocks overlap by one cell.
_BLOCK = 2
_BLOCKS = CELLS - _BLOCK + 1
# Standard deviation of the Gaussian by which pixels of a block count, in cells: a quarter of the block's
# width, as is usual.
_GAUSSIAN = 0.5
# Gradients are summed as if a cell had 8 x 8 pixels, whatever the image's size.
_CELL_PIXELS = 8.0
_LARGEST = 0.2
# Added to the length of a block before it is divided by it, in standard deviations of the grey value:
# noise in a black border is not blown up to an outline.
_FLOOR = 0.1


class Linear(Network):
    """Principal components and histograms of oriented gradients, standardised, and one linear layer.

    The image is averaged to 32 x 32 pixels, of which the first 128 principal components are taken; and its
    gradients are counted in 8 x 8 cells by 9 orientations, normalised in blocks of 2 x 2 cells. The
    components, and the mean and the deviation of each feature, are found on the training images and kept
    as buffers; until then the components are 0 and the features are not standardised. What is learnt from
    the labels is the last layer alone.

    Reference:
        Dalal & Triggs, Histograms of oriented gradients for human detection, CVPR 2005.

    Example:
        >>> network = Linear(Shape(channels=1, outputs=1, size=64))
        >>> network.features(torch.zeros(2, 1, 64, 64)).shape
        torch.Size([2, 1892, 1, 1])
    """

    pooled = True
    mapped = False

    area: Tensor
    cells: Tensor
    components: Tensor
    centre: Tensor
    scale: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = COMPONENTS + _BLOCKS * _BLOCKS * _BLOCK * _BLOCK * ORIENTATIONS
        self.register_buffer("area", area_means(shape.size, SIDE), persistent=False)
        self.register_buffer("cells", cell_weights(shape.size), persistent=False)
        self.register_buffer("components", torch.zeros(SIDE * SIDE, COMPONENTS))
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("scale", torch.ones(width))
        self.head = nn.Linear(width, shape.outputs)

    def small(self, images: Tensor) -> Tensor:
        """The images averaged to 32 x 32 pixels, as rows: (n, 1024)."""
        return (self.area @ _grey(images) @ self.area.T).flatten(1)

    def features(self, images: Tensor) -> Tensor:
        """The standardised features, (n, features, 1, 1): components first, then histograms."""
        gradients = histograms(orientation_maps(_grey(images)), self.cells)
        found = torch.cat([self.small(images) @ self.components, gradients], dim=1)
        return ((found - self.centre) / self.scale)[:, :, None, None]

    def classify(self, features: Tensor) -> Tensor:
        """The linear layer."""
        outputs: Tensor = self.head(features.flatten(1))
        return outputs


def area_means(side: int, smaller: int) -> Tensor:
    """The weights that average a line of pixels to fewer, each by the part of it that is covered.

    Args:
        side: pixels of the line.
        smaller: pixels wanted, not more.

    Returns:
        (smaller, side), each row sums to 1.

    Example:
        >>> area_means(3, 2)
        tensor([[0.6667, 0.3333, 0.0000],
                [0.0000, 0.3333, 0.6667]])
    """
    width = side / smaller
    begins = torch.arange(smaller)[:, None] * width
    pixels = torch.arange(side)[None]
    covered = torch.minimum(begins + width, pixels + 1.0) - torch.maximum(begins, pixels + 0.0)
    return covered.clamp_min(0) / width


def cell_weights(side: int) -> Tensor:
    """By how much each pixel of a line counts in each cell of each block.

    A pixel counts in its block by a Gaussian around the block's middle, and in the two cells next to it by
    linear interpolation between their middles (Dalal & Triggs, section 6.3 and 6.4).

    Args:
        side: pixels of the line; it is cut into 8 cells.

    Returns:
        (blocks x 2, side): the first cell of the first block, its second cell, and so on.

    Example:
        >>> cell_weights(64).shape
        torch.Size([14, 64])
    """
    width = CELLS / side
    middles = (torch.arange(side) + 0.5) * width - torch.arange(_BLOCKS)[:, None]
    # A pixel that lies across the border of a block belongs to it by the part that is inside.
    inside = torch.minimum(middles, _BLOCK - middles) / width + 0.5
    counts = torch.exp(-((middles - _BLOCK / 2) ** 2) / (2 * _GAUSSIAN**2)) * inside.clamp(0, 1)
    near = [(1 - (middles - cell - 0.5).abs()).clamp_min(0) for cell in range(_BLOCK)]
    cells = torch.stack([counts * each for each in near], dim=1)
    return cells.flatten(0, 1) * (_CELL_PIXELS * width)


def orientation_maps(grey: Tensor) -> Tensor:
    """How strong the gradient of each pixel is along each of 9 unsigned orientations.

    Gradients are differences of the two neighbours, and 0 across the rim. Each counts in the two nearest
    orientations by linear interpolation; the middle of the first is at 10 degrees.

    Args:
        grey: (n, rows, columns).

    Returns:
        (n, 9, rows, columns), not negative.

    Example:
        >>> ramp = torch.arange(5.0).expand(1, 5, 5)
        >>> orientation_maps(ramp)[0, :, 2, 2]
        tensor([1., 0., 0., 0., 0., 0., 0., 0., 1.])
    """
    across = nn.functional.pad(grey[:, :, 2:] - grey[:, :, :-2], (1, 1))
    down = nn.functional.pad(grey[:, 2:] - grey[:, :-2], (0, 0, 1, 1))
    strength = torch.sqrt(across * across + down * down)
    angle = torch.atan2(down, across)
    place = torch.where(angle < 0, angle + pi, angle) * (ORIENTATIONS / pi) - 0.5
    orientations = torch.arange(ORIENTATIONS, device=grey.device)[:, None, None]
    distance = (place[:, None] - orientations).abs()
    distance = torch.minimum(distance, ORIENTATIONS - distance)
    return strength[:, None] * (1 - distance).clamp_min(0)


def histograms(maps: Tensor, cells: Tensor, floor: float = _FLOOR) -> Tensor:
    """Histograms of orientations in cells, normalised block by block (L2-Hys).

    Args:
        maps: (n, 9, side, side), from `orientation_maps`.
        cells: from `cell_weights`.
        floor: is added to each block's length, so that blocks without gradients stay near 0.

    Returns:
        (n, 7 x 7 blocks x 4 cells x 9 orientations).

    Example:
        >>> histograms(torch.ones(1, 9, 16, 16), cell_weights(16)).shape
        torch.Size([1, 1764])
    """
    counted = cells @ maps @ cells.T
    blocks = counted.reshape(-1, ORIENTATIONS, _BLOCKS, _BLOCK, _BLOCKS, _BLOCK)
    blocks = blocks.permute(0, 2, 4, 3, 5, 1).flatten(3)
    cut = (blocks / (_length(blocks) + floor)).clamp_max(_LARGEST)
    return (cut / (_length(cut) + 1e-3)).flatten(1)


def _length(blocks: Tensor) -> Tensor:
    return torch.sqrt((blocks * blocks).sum(dim=3, keepdim=True))


def _grey(images: Tensor) -> Tensor:
    return images.mean(dim=1)
