"""Integrated gradients: what each pixel adds to the answer on the way from a black image to this one."""

import torch
from torch import Tensor

from hilum.explanation.method import Method
from hilum.explanation.views import View, outputs_of
from hilum.explanation.what import Explained
from hilum.models.linear import Linear

STEPS = 32


def integrated_gradients(view: View, images: Tensor, explained: Explained, steps: int = STEPS) -> Tensor:
    """Grey value times the mean gradient over images from black to this one.

    Args:
        view: any network with gradients.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.
        steps: images on the way; the middle of each step is looked at.

    Returns:
        (n, rows, columns) of the image, over all slices together. The sum is how much the answer is above
        that for a black image (the axiom of completeness), up to the error of finitely many steps.
    """
    total = torch.zeros_like(images)
    for step in range(steps):
        part = (images * ((step + 0.5) / steps)).detach().requires_grad_()
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(explained.of(outputs_of(view, part)).sum(), part)
        total += gradient
    return (images * total / steps).sum(dim=1)


def _has_gradients(view: View) -> bool:
    """The histograms of `linear` have no gradient in an even area."""
    return not any(isinstance(part, Linear) for part in view.network.modules())


INTEGRATED_GRADIENTS = Method(
    name="integrated-gradients",
    title="Integrated gradients",
    sentence="What each pixel adds to the answer when the image is faded in from black; all pixels together "
    "add up to the answer.",
    reference="Sundararajan, Taly & Yan, ICML 2017, doi 10.48550/arXiv.1703.01365",
    needs="all networks but `linear`",
    fits=_has_gradients,
    evidence=integrated_gradients,
    fine=True,
)
