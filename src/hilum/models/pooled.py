"""What a network sees in an image: its last feature map, averaged over all places."""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from hilum.models.blend import Blend
from hilum.models.network import Network
from hilum.models.reading import Standard, in_batches, standardised


def pooled(features: Tensor) -> Tensor:
    """Average a feature map (n, maps, ...) over all places; (n, maps).

    Example:
        >>> import torch
        >>> pooled(torch.ones(2, 3, 4, 4)).shape
        torch.Size([2, 3])
    """
    return features.flatten(2).mean(2) if features.ndim > 2 else features


def pooled_features(
    network: Network, array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64], standard: Standard
) -> NDArray[np.float32]:
    """What a network sees in prepared images.

    Args:
        network: on its device; it is put into reading mode and left there.
        array: (images, size, size) prepared images.
        rows: which of them.
        standard: how they become input.

    Returns:
        (rows, maps).
    """
    network.eval()

    def read(images: Tensor) -> Tensor:
        given = standardised(images, standard)
        # Members of a blend whose maps have different places are averaged each by itself.
        return network.seen(given) if isinstance(network, Blend) else pooled(network.features(given))

    found = in_batches(read, array, rows, 1, next(network.parameters()).device)
    return np.concatenate(found) if found else np.zeros((0, _width(network, array, standard)), np.float32)


def _width(network: Network, array: NDArray[np.uint8 | np.uint16], standard: Standard) -> int:
    """How many maps the network has; asked with the first image, for want of another way."""
    return len(pooled_features(network, array, np.zeros(1, np.int64), standard)[0])
