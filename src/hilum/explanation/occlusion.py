"""Occlusion: how much the answer falls when a patch of the image is covered."""

import torch
from torch import Tensor

from hilum.explanation.method import Method
from hilum.explanation.views import View, outputs_of
from hilum.explanation.what import Explained

_PATCHES_A_SIDE = 6
_AT_ONCE = 32


def window_of(side: int) -> tuple[int, int]:
    """Side of the patch for an image's side, and how far it is moved each time: a sixth, and half of that.

    Example:
        >>> window_of(96), window_of(224)
        ((16, 8), (38, 19))
    """
    patch = max(2, -(-side // _PATCHES_A_SIDE))
    return patch + patch % 2, (patch + patch % 2) // 2


def starts_of(side: int, patch: int, stride: int) -> list[int]:
    """Where the patches begin, the last one at the rim.

    Example:
        >>> starts_of(10, 4, 2), starts_of(9, 4, 2)
        ([0, 2, 4, 6], [0, 2, 4, 5])
    """
    last = max(side - patch, 0)
    return [*range(0, last, stride), last]


def occlusion_evidence(view: View, images: Tensor, explained: Explained) -> Tensor:
    """How much the answer falls when a square patch gets the image's mean grey, in all slices.

    Args:
        view: any network.
        images: (n, 1 or slices, rows, columns) in 0..1.
        explained: which number of the answer.

    Returns:
        (n, rows, columns) of the image: the mean over all patches that covered the pixel.
    """
    rows, columns = images.shape[-2:]
    patch, stride = window_of(min(rows, columns))
    places = [
        (top, left) for top in starts_of(rows, patch, stride) for left in starts_of(columns, patch, stride)
    ]
    with torch.no_grad():
        before = explained.of(outputs_of(view, images))
        falls = [_falls(view, image, places, patch, explained) for image in images]
        total, covered = torch.zeros_like(images[:, 0]), torch.zeros_like(images[0, 0])
        for number, (top, left) in enumerate(places):
            here = (slice(top, top + patch), slice(left, left + patch))
            covered[here] += 1
            after = torch.stack([each[number] for each in falls])
            total[(slice(None), *here)] += (before - after)[:, None, None]
        return total / covered


def _falls(
    view: View, image: Tensor, places: list[tuple[int, int]], patch: int, explained: Explained
) -> Tensor:
    """What is said of one image with each of its patches covered, (patches,)."""
    grey, said = image.mean(), []
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        copies = image[None].repeat(len(some), 1, 1, 1)
        for copy, (top, left) in zip(copies, some, strict=True):
            copy[:, top : top + patch, left : left + patch] = grey
        said.append(explained.of(outputs_of(view, copies)))
    return torch.cat(said)


def _any(view: View) -> bool:  # noqa: ARG001  # every method is asked
    return True


OCCLUSION = Method(
    name="occlusion",
    title="Occlusion",
    sentence="How much the answer falls when a patch of the image, a sixth of its side wide, is painted over "
    "with its mean grey.",
    reference="Zeiler & Fergus, ECCV 2014, doi 10.1007/978-3-319-10590-1_53",
    needs="all networks; about 120 readings an image",
    fits=_any,
    evidence=occlusion_evidence,
)
