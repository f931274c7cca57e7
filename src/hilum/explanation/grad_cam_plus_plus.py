"""Grad-CAM++: as Grad-CAM, counting places with rising evidence, for several findings in one image."""

import torch
from torch import Tensor

from hilum.explanation.grad_cam import features_and_gradient
from hilum.explanation.method import Method, has_places
from hilum.explanation.views import View
from hilum.explanation.what import Explained


def grad_cam_plus_plus_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:
    """Feature maps, each times a weighted sum of its positive gradients.

    The paper explains the exponential of the number; its factor is the same at all places of an image, is
    left out, and changes no map.

    Args:
        view: a network with a feature map.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.

    Returns:
        (n, rows, columns) of the feature map.
    """
    features, gradient = features_and_gradient(view, images, explained)
    squared = gradient * gradient
    below = 2 * squared + features.sum(dim=(2, 3), keepdim=True) * squared * gradient
    shares = torch.where(below != 0, squared / torch.where(below != 0, below, torch.ones_like(below)), 0.0)
    weights = (shares * gradient.clamp_min(0)).sum(dim=(2, 3), keepdim=True)
    return (features * weights).sum(dim=1)


GRAD_CAM_PLUS_PLUS = Method(
    name="gradcam++",
    title="Grad-CAM++",
    sentence="As Grad-CAM, counting a feature map by its places with rising evidence, so that several places "
    "with the same finding are shown and not only the largest.",
    reference="Chattopadhay et al., WACV 2018, doi 10.1109/WACV.2018.00097",
    needs="networks whose last feature map has places",
    fits=has_places,
    evidence=grad_cam_plus_plus_evidence,
)
