"""Class activation maps: where in the image the evidence lies."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.models import Network, Standard, standardised, to_unit

_BATCH = 16


def class_activation_maps(
    network: Network,
    images: NDArray[np.uint8 | np.uint16],
    standard: Standard,
    output: int = 0,
) -> NDArray[np.float32]:
    """Class activation maps of prepared images.

    A network that averages its last feature map before one linear layer gets Zhou's class activation map
    (CVPR 2016): the feature maps weighted by that layer. Any other gets HiResCAM (Draelos & Carin 2020): the
    feature maps weighted place by place by the gradient of the output. That is exact where one linear layer
    follows; Grad-CAM's mean gradient is not, as such a layer weighs each place differently.

    Evidence against is cut at 0; each map is divided by its own maximum. So maps tell where, not how much,
    and the strengths of two images' maps must not be compared.

    Args:
        network: a trained network; it is put into reading mode.
        images: (n, size, size) prepared images, or (n, depth, size, size) volumes.
        standard: how they become input.
        output: which output is explained; 0 is the positive class of two.

    Returns:
        (n, size, size) in 0..1, of a volume all slices together; all 0 where nothing speaks for the output,
        and for a network that keeps no places.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> network = build_model("small_cnn", Shape(1, 1, 32))
        >>> class_activation_maps(network, np.zeros((2, 32, 32), np.uint8), Standard(0.5, 0.25)).shape
        (2, 32, 32)
    """
    plane = images.shape[-2:]
    if not network.mapped:
        return np.zeros((len(images), *plane), np.float32)
    network.eval()
    device = next(network.parameters()).device
    found = []
    for start in range(0, len(images), _BATCH):
        batch = standardised(to_unit(images[start : start + _BATCH], device), standard)
        coarse = _exact(network, batch, output) if network.pooled else _by_gradient(network, batch, output)
        found.append(_spread(coarse, plane).cpu().numpy())
    return np.concatenate(found) if found else np.zeros((0, *plane), np.float32)


def _exact(network: Network, batch: Tensor, output: int) -> Tensor:
    with torch.inference_mode():
        return torch.einsum("nchw,c->nhw", network.features(batch), network.head.weight[output])


def _by_gradient(network: Network, batch: Tensor, output: int) -> Tensor:
    with torch.no_grad():
        features = network.features(batch)
    features.requires_grad_(True)
    with torch.enable_grad():
        total = network.classify(features)[:, output].sum()
        (gradient,) = torch.autograd.grad(total, features)
    return (features.detach() * gradient).sum(dim=1)


def _spread(coarse: Tensor, size: tuple[int, ...]) -> Tensor:
    """Only evidence for, at the size of the image, from 0 to 1."""
    with torch.inference_mode():
        positive = coarse.clamp_min(0).unsqueeze(1)
        fine = functional.interpolate(positive, size=list(size), mode="bilinear", align_corners=False)[:, 0]
        highest = fine.amax(dim=(1, 2), keepdim=True)
        return torch.where(highest > 0, fine / highest.clamp_min(1e-12), torch.zeros_like(fine))
