"""Grad-CAM: each feature map counted by the mean of its gradient."""

import torch
from torch import Tensor

from hilum.explanation.method import Method, has_places
from hilum.explanation.views import View
from hilum.explanation.what import Explained


def features_and_gradient(view: View, images: Tensor, explained: Explained) -> tuple[Tensor, Tensor]:
    """The last feature map, and how much what is explained rises with each of its values.

    Returns:
        Two of (n, maps, rows, columns).
    """
    with torch.no_grad():
        features = view.features(images)
    with torch.enable_grad():
        features = features.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(explained.of(view.classify(features)).sum(), features)
    return features.detach(), gradient


def grad_cam_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:
    """Feature maps, each times the mean of its gradient over all places.

    Args:
        view: a network with a feature map.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.

    Returns:
        (n, rows, columns) of the feature map.
    """
    features, gradient = features_and_gradient(view, images, explained)
    return (features * gradient.mean(dim=(2, 3), keepdim=True)).sum(dim=1)


GRAD_CAM = Method(
    name="gradcam",
    title="Grad-CAM",
    sentence="The feature maps of the last convolution, each counted by how much the answer rises with it on "
    "the whole; the same as the class activation map where the network averages its last map.",
    reference="Selvaraju et al., Int J Comput Vis 2020;128:336-359, doi 10.1007/s11263-019-01228-7",
    needs="networks whose last feature map has places",
    fits=has_places,
    evidence=grad_cam_evidence,
)
