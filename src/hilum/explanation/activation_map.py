"""Class activation maps: where in the image the evidence lies."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.explanation.maps import Seeing, maps_of
from hilum.explanation.method import Method, has_places
from hilum.explanation.views import View
from hilum.explanation.what import Explained, one_output
from hilum.models import Network, Standard


def cam_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:
    """The share of each place of the last feature map in what is explained.

    A network that averages its last feature map before one linear layer gets Zhou's class activation map: the
    feature maps weighted by that layer. Any other gets HiResCAM: the feature maps weighted place by place by
    the gradient. That is exact where one linear layer follows; Grad-CAM's mean gradient is not, as such a
    layer weighs each place differently.

    Args:
        view: a network with a feature map.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.

    Returns:
        (n, rows, columns) of the feature map. Where what is explained is one output and one linear layer
        follows, the sum over all places is that output without its bias.
    """
    with torch.no_grad():
        features = view.features(images)
        outputs = view.classify(features) if view.pooled else None
    with torch.enable_grad():
        if outputs is None:
            features = features.detach().requires_grad_()
            (weights,) = torch.autograd.grad(explained.of(view.classify(features)).sum(), features)
            return (features.detach() * weights).sum(dim=1)
        outputs = outputs.detach().requires_grad_()
        (slopes,) = torch.autograd.grad(explained.of(outputs).sum(), outputs)
    with torch.no_grad():
        places = features.shape[2] * features.shape[3]
        return torch.einsum("nchw,nc->nhw", features, slopes @ view.head.weight) / places


CAM = Method(
    name="cam",
    title="Class activation map",
    sentence="The feature maps of the last convolution, each counted as the last layer counts it: what each "
    "place adds to the answer.",
    reference="Zhou et al., CVPR 2016, doi 10.1109/CVPR.2016.319; where more than a mean follows, HiResCAM, "
    "Draelos & Carin 2020, doi 10.48550/arXiv.2011.08891",
    needs="networks whose last feature map has places",
    fits=has_places,
    evidence=cam_evidence,
)


def class_activation_maps(
    network: Network,
    images: NDArray[np.uint8 | np.uint16],
    standard: Standard,
    output: int = 0,
) -> NDArray[np.float32]:
    """Class activation maps of prepared images.

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
    return maps_of(CAM, Seeing(network, standard), images, one_output(output))
