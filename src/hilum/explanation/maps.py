"""Maps of prepared images by any method, as they are shown: evidence for, 0 to 1, in the prepared grid."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.explanation.method import Method
from hilum.explanation.views import Alone, InCase, View, member_views
from hilum.explanation.what import Explained
from hilum.models import Blend, CaseNetwork, Network, Standard, to_unit

_BATCH, _BATCH_OF_VOLUMES = 16, 4
# Single pixels are averaged with their neighbours: standard deviation, as a fraction of the image.
_SMOOTHING = 1 / 64


@dataclass(frozen=True)
class Seeing:
    """A trained network, ready to be asked where it looked.

    Attributes:
        network: on its device.
        standard: how grey values become its input.
    """

    network: Network
    standard: Standard


@dataclass(frozen=True)
class Beside:
    """What a network is told beside one image of a case.

    Attributes:
        others: (m, size, size) the case's other prepared images; empty where it has one.
        table: (columns,) the case's numbers; None where the network reads no table.
    """

    others: NDArray[np.uint8 | np.uint16]
    table: NDArray[np.float32] | None = None


def fits(method: Method, seeing: Seeing) -> bool:
    """Whether a method can say something of a network; of several networks read together, of one of them.

    Example:
        >>> from hilum.explanation.activation_map import CAM
        >>> from hilum.models import Shape, build_model
        >>> fits(CAM, Seeing(build_model("linear", Shape(1, 1, 32)), Standard(0.5, 0.25)))
        False
    """
    return bool(_views(method, seeing))


def maps_of(
    method: Method,
    seeing: Seeing,
    images: NDArray[np.uint8 | np.uint16],
    explained: Explained,
    beside: Sequence[Beside] | None = None,
) -> NDArray[np.float32]:
    """Maps of prepared images.

    Evidence against is cut at 0; each map is divided by its own maximum. So maps tell where, not how much,
    and the strengths of two images' maps must not be compared. Of networks that are read together and share
    no feature map, the map is the mean of the members' maps, each counted as its answer counts.

    Args:
        method: how they are made.
        seeing: a trained network; it is put into reading mode.
        images: (n, size, size) prepared images, or (n, depth, size, size) volumes.
        explained: which number of the answer.
        beside: what a network that reads whole cases is told beside each image; None = nothing.

    Returns:
        (n, size, size) in 0..1, of a volume all slices together; all 0 where nothing speaks for what is
        explained, and where the method does not fit the network.
    """
    plane = (int(images.shape[-2]), int(images.shape[-1]))
    found = np.zeros((len(images), *plane), np.float32)
    seeing.network.eval()
    views = _views(method, seeing)
    for start, given, places in _batches(seeing, images, beside):
        batch = to_unit(given, next(seeing.network.parameters()).device)
        for view, counts in views:
            own = view if places is None else view_of(seeing, places)
            shown = shown_map(
                _above_least(method, method.evidence(own, batch, explained)), plane, fine=method.fine
            )
            found[start : start + len(given)] += counts * shown.cpu().numpy()
    return found


def evidence_of(
    method: Method, seeing: Seeing, images: NDArray[np.uint8 | np.uint16], explained: Explained
) -> NDArray[np.float32]:
    """Signed evidence as the method has it, before anything is cut, stretched or smoothed.

    Args:
        method: how it is made; it fits the network.
        seeing: a trained network; it is put into reading mode.
        images: (n, size, size) prepared images, or (n, depth, size, size) volumes.
        explained: which number of the answer.

    Returns:
        (n, rows, columns), of the feature map or of the image.
    """
    seeing.network.eval()
    view = Alone(seeing.network, seeing.standard)
    device = next(seeing.network.parameters()).device
    found = [
        method.evidence(view, to_unit(given, device), explained).cpu().numpy()
        for _, given, _ in _batches(seeing, images, None)
    ]
    return np.concatenate(found) if found else np.zeros((0, *images.shape[-2:]), np.float32)


def shown_map(evidence: Tensor, plane: tuple[int, int], *, fine: bool = False) -> Tensor:
    """Only evidence for, at the size of the image, from 0 to 1.

    Args:
        evidence: (n, rows, columns), signed.
        plane: rows and columns of the image.
        fine: whether neighbouring pixels are averaged first.

    Returns:
        (n, *plane).

    Example:
        >>> shown_map(torch.tensor([[[-1.0, 4.0]]]), (1, 2))
        tensor([[[0., 1.]]])
    """
    with torch.no_grad():
        positive = (_smoothed(evidence) if fine else evidence).clamp_min(0).unsqueeze(1)
        large = functional.interpolate(positive, size=list(plane), mode="bilinear", align_corners=False)[:, 0]
        highest = large.amax(dim=(1, 2), keepdim=True)
        return torch.where(highest > 0, large / highest.clamp_min(1e-30), torch.zeros_like(large))


def _above_least(method: Method, evidence: Tensor) -> Tensor:
    """Evidence as it is; what is only gathered has no zero, so the least that a place gave stands for it."""
    return evidence if method.of_the_answer else evidence - evidence.amin(dim=(1, 2), keepdim=True)


def _smoothed(evidence: Tensor) -> Tensor:
    width = max(evidence.shape[-1] * _SMOOTHING, 1.0)
    reach = min(round(3 * width), min(evidence.shape[-2:]) - 1)
    places = torch.arange(-reach, reach + 1, device=evidence.device, dtype=evidence.dtype)
    bell = torch.exp(-(places**2) / (2 * width**2))
    bell = (bell / bell.sum())[None, None]
    padded = functional.pad(evidence.unsqueeze(1), (reach, reach, reach, reach), mode="reflect")
    return functional.conv2d(functional.conv2d(padded, bell[..., None]), bell[:, :, None])[:, 0]


def _views(method: Method, seeing: Seeing) -> list[tuple[View, float]]:
    """The network itself where the method fits it, else those members of a blend that it fits."""
    whole = Alone(seeing.network, seeing.standard)
    if method.fits(whole):
        return [(whole, 1.0)]
    if not isinstance(seeing.network, Blend):
        return []
    members = [
        (view, share) for view, share in member_views(seeing.network, seeing.standard) if method.fits(view)
    ]
    total = sum(share for _, share in members)
    return [(view, share / total) for view, share in members if total > 0]


def _batches(
    seeing: Seeing, images: NDArray[np.uint8 | np.uint16], beside: Sequence[Beside] | None
) -> list[tuple[int, NDArray[np.uint8 | np.uint16], Beside | None]]:
    """Where each batch begins, its images, and what stands beside it; images of cases go one by one."""
    if beside is not None and isinstance(seeing.network, CaseNetwork):
        return [(place, images[place : place + 1], one) for place, one in enumerate(beside)]
    size = _BATCH if images.ndim == 3 else _BATCH_OF_VOLUMES
    return [(start, images[start : start + size], None) for start in range(0, len(images), size)]


def view_of(seeing: Seeing, beside: Beside | None = None) -> View:
    """A network as it sees one image, as part of its case where the network reads whole cases."""
    network = seeing.network
    if beside is None or not isinstance(network, CaseNetwork):
        return Alone(network, seeing.standard)
    device = next(network.parameters()).device
    others = None
    if len(beside.others):
        alone = Alone(network, seeing.standard)
        with torch.no_grad():
            others = network.network.classify(alone.features(to_unit(beside.others, device)))
    table = None if beside.table is None else torch.from_numpy(beside.table).to(device)
    return InCase(network, seeing.standard, others, table)
