"""Two cases in one image: mixed like a double exposure, or one pasted into the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from hilum.preparation import Learning


@dataclass(frozen=True)
class Mixture:
    """What chance said about the mixing of a batch.

    Attributes:
        share: how much of the result is the case itself; the rest is its partner.
        partner: (n,) place of each case's partner in the batch.
        box: top, left, bottom, right in pixels of what is pasted; None = the images are blended.
    """

    share: float
    partner: Tensor
    box: tuple[int, int, int, int] | None = None


def draw_mixture(n: int, side: int, learning: Learning, rng: np.random.Generator) -> Mixture | None:
    """Draw how a batch is mixed.

    A pasted rectangle has its middle anywhere and is cut at the border; the share is what is left of the
    image, counted in pixels (Yun et al., ICCV 2019).

    Args:
        n: cases of the batch.
        side: rows and columns of an image.
        learning: with `mixup` and `cutmix`; with both, a coin decides.
        rng: the source of chance.

    Returns:
        The mixture, or None where nothing is mixed.

    Example:
        >>> draw_mixture(8, 64, Learning(), np.random.default_rng(0)) is None
        True
        >>> round(draw_mixture(8, 64, Learning(mixup=1), np.random.default_rng(1)).share, 2)
        0.42
    """
    if n < 2 or not (learning.mixup or learning.cutmix):
        return None
    pasted = learning.cutmix > 0 and (not learning.mixup or rng.random() < 0.5)
    alpha = learning.cutmix if pasted else learning.mixup
    share = float(rng.beta(alpha, alpha))
    partner = torch.from_numpy(rng.permutation(n))
    if not pasted:
        return Mixture(share, partner)
    half = np.sqrt(1 - share) * side / 2
    middles = rng.uniform(0, side, 2)
    first = np.clip(np.round(middles - half), 0, side).astype(int).tolist()
    last = np.clip(np.round(middles + half), 0, side).astype(int).tolist()
    pixels = (last[0] - first[0]) * (last[1] - first[1])
    return Mixture(1 - pixels / side**2, partner, (first[0], first[1], last[0], last[1]))


def mixed_images(images: Tensor, mixture: Mixture) -> Tensor:
    """Every image with its partner's part.

    Args:
        images: (n, channels, rows, columns); they are left as they are.
        mixture: of a batch of n.

    Example:
        >>> half = Mixture(0.5, torch.tensor([1, 0]))
        >>> mixed_images(torch.tensor([0.0, 1.0]).view(2, 1, 1, 1), half).flatten().tolist()
        [0.5, 0.5]
    """
    partner = mixture.partner.to(images.device)
    if mixture.box is None:
        return images.mul(mixture.share).add_(images[partner], alpha=1 - mixture.share)
    top, left, bottom, right = mixture.box
    made = images.clone()
    made[:, :, top:bottom, left:right] = images[partner, :, top:bottom, left:right]
    return made


def mixed_beside(beside: Sequence[Tensor], mixture: Mixture) -> tuple[Tensor, ...]:
    """What is read beside the images, mixed by the same share.

    Args:
        beside: tables (n, columns).
        mixture: of a batch of n.

    Example:
        >>> ages = torch.tensor([[60.0], [80.0]])
        >>> mixed_beside([ages], Mixture(0.75, torch.tensor([1, 0])))[0].tolist()
        [[65.0], [75.0]]
    """
    share = mixture.share
    return tuple(table * share + table[mixture.partner.to(table.device)] * (1 - share) for table in beside)


def mixed_losses(own: Tensor, partners: Tensor, mixture: Mixture) -> Tensor:
    """The losses of a batch whose cases are partly others.

    Args:
        own: (n,) loss of each output against the case's own truth.
        partners: (n,) the same against the partner's truth.
        mixture: of a batch of n.

    Example:
        >>> mixed_losses(torch.zeros(2), torch.ones(2), Mixture(0.75, torch.tensor([1, 0]))).tolist()
        [0.25, 0.25]
    """
    return mixture.share * own + (1 - mixture.share) * partners
