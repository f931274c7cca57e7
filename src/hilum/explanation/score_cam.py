"""Score-CAM: each feature map counted by what the network says of the image seen through it; no gradient."""

import torch
from torch import Tensor
from torch.nn import functional

from hilum.explanation.method import Method, has_places
from hilum.explanation.views import View, outputs_of
from hilum.explanation.what import Explained

_AT_ONCE = 32


def score_cam_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:
    """Feature maps, each times the softmax of how much the answer rises when the image is seen through it.

    A feature map, stretched to the image and to 0..1, is laid over the image as a mask; what is masked is
    black. A map that is the same everywhere masks nothing and is left out.

    Args:
        view: a network with a feature map.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.

    Returns:
        (n, rows, columns) of the feature map.
    """
    with torch.no_grad():
        features = view.features(images)
        black = explained.of(outputs_of(view, torch.zeros_like(images[:1])))
        found = [
            _one(view, image, maps, explained, black) for image, maps in zip(images, features, strict=True)
        ]
        return torch.stack(found)


def _one(view: View, image: Tensor, maps: Tensor, explained: Explained, black: Tensor) -> Tensor:
    low, high = maps.amin(dim=(1, 2), keepdim=True), maps.amax(dim=(1, 2), keepdim=True)
    differ = (high > low).flatten()
    if not bool(differ.any()):
        return torch.zeros_like(maps[0])
    scores = []
    kept = maps[differ]
    for start in range(0, len(kept), _AT_ONCE):
        some = kept[start : start + _AT_ONCE]
        large = functional.interpolate(
            some[:, None], size=image.shape[-2:], mode="bilinear", align_corners=False
        )
        bottom, top = large.amin(dim=(2, 3), keepdim=True), large.amax(dim=(2, 3), keepdim=True)
        masks = (large - bottom) / (top - bottom).clamp_min(1e-12)
        scores.append(explained.of(outputs_of(view, image[None] * masks)) - black)
    weights = torch.softmax(torch.cat(scores), dim=0)
    return torch.einsum("khw,k->hw", kept, weights)


SCORE_CAM = Method(
    name="scorecam",
    title="Score-CAM",
    sentence="The feature maps of the last convolution, each counted by what the network says of the image "
    "when only the places that the map marks are left visible.",
    reference="Wang et al., CVPR Workshops 2020, doi 10.1109/CVPRW50498.2020.00020",
    needs="networks whose last feature map has places; as many readings an image as the network has maps",
    fits=has_places,
    evidence=score_cam_evidence,
)
