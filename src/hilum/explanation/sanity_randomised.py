"""Does a map come from what the network learnt? Beside it, the map of a network with shuffled weights."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.stats import rankdata

from hilum.models import Network

_WINDOW = 7


def shuffled(network: Network, seed: int) -> Network:
    """A copy of a network in which every layer's weights are in random order.

    They are as large as before and mean nothing any more: whatever the copy's map still shows comes from the
    image and from the form of the network.

    Args:
        network: is left as it is.
        seed: of the order.

    Reference:
        Adebayo et al., Sanity checks for saliency maps, NeurIPS 2018, doi 10.48550/arXiv.1810.03292 (there
        weights are drawn anew).

    Example:
        >>> from hilum.models import Shape, build_model
        >>> network = build_model("small_cnn", Shape(1, 1, 32))
        >>> bool((shuffled(network, 0).head.weight == network.head.weight).all())
        False
    """
    other = copy.deepcopy(network)
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for weights in other.parameters():
            order = torch.from_numpy(rng.permutation(weights.numel())).to(weights.device)
            weights.copy_(weights.flatten()[order].reshape(weights.shape))
    return other


def rank_correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Spearman's correlation of two maps' pixels; NaN where one is the same everywhere.

    Example:
        >>> ramp = np.arange(6, dtype=np.float32).reshape(2, 3)
        >>> rank_correlation(ramp, ramp**2), rank_correlation(ramp, -ramp)
        (1.0, -1.0)
    """
    ranks = [rankdata(each.ravel()) for each in (first, second)]
    apart = [each - each.mean() for each in ranks]
    length = float(np.sqrt((apart[0] ** 2).sum() * (apart[1] ** 2).sum()))
    return round(float((apart[0] * apart[1]).sum()) / length, 12) if length > 0 else float("nan")


def structural_similarity(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Structural similarity of two maps in 0..1, with windows of 7 x 7 pixels; 1 where they are the same.

    Reference:
        Wang et al., IEEE Trans Image Process 2004;13:600-612, doi 10.1109/TIP.2003.819861.

    Example:
        >>> ramp = np.linspace(0, 1, 144, dtype=np.float32).reshape(12, 12)
        >>> round(structural_similarity(ramp, ramp), 6), structural_similarity(ramp, 1 - ramp) < 0.5
        (1.0, True)
    """
    a, b = first.astype(np.float64), second.astype(np.float64)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(uniform_filter(values, _WINDOW))

    unbiased = _WINDOW**2 / (_WINDOW**2 - 1)
    mean_a, mean_b = mean(a), mean(b)
    spread_a = unbiased * (mean(a * a) - mean_a**2)
    spread_b = unbiased * (mean(b * b) - mean_b**2)
    both = unbiased * (mean(a * b) - mean_a * mean_b)
    low, high = 0.01**2, 0.03**2
    top = (2 * mean_a * mean_b + low) * (2 * both + high)
    whole = top / ((mean_a**2 + mean_b**2 + low) * (spread_a + spread_b + high))
    rim = _WINDOW // 2
    inside = whole[rim:-rim, rim:-rim] if min(whole.shape) > 2 * rim else whole
    return float(inside.mean())
