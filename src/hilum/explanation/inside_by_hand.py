"""The first layers of a network followed by hand: the same numbers, by the arithmetic of the page."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from hilum.explanation.inside_arithmetic import Floats, convolve, pool, relu, window_at
from hilum.explanation.inside_layers import ACTIVATION, POOLING, Seen, named_kind, strongest


@dataclass(frozen=True)
class Check:
    """One layer computed again by hand.

    Attributes:
        what: the layer's kind.
        name: as the network calls it.
        difference: the largest difference from the network's own numbers, over one map.
        size: the largest of the network's own numbers there, without its sign.

    Example:
        >>> Check("ReLU", "layers.2", difference=0.0, size=1.0).what
        'ReLU'
    """

    what: str
    name: str
    difference: float
    size: float


@dataclass(frozen=True, eq=False)
class ByHand:
    """One value of the first feature map, worked out.

    Attributes:
        kernel: which kernel, counted from 0.
        row: of the value in its map, counted from 0.
        column: of the value in its map, counted from 0.
        window: the part of the image under the kernel, (channels, rows, columns), as the network reads it.
        weights: the kernel, of the same shape.
        bias: added to the sum.
        value: the sum by hand.
        own: what the network has there.
        checks: whole maps computed by hand against the network's own.
    """

    kernel: int
    row: int
    column: int
    window: Floats
    weights: Floats
    bias: float
    value: float
    own: float
    checks: tuple[Check, ...]


def followed_by_hand(group: Sequence[Seen]) -> ByHand | None:
    """Work out the first convolution for its strongest kernel, at the place where the image changes most.

    Args:
        group: the first group of `hilum.explanation.inside_layers.seen_layers`.

    Returns:
        None where the layer does more than this arithmetic: several groups, holes, another padding.
    """
    first = group[0]
    plain = _plain_convolution(first.module)
    if plain is None:
        return None
    stride, padding = plain
    kernel = strongest(first.made, 1)[0]
    module = first.module
    assert isinstance(module, nn.Conv2d)
    weights = module.weight[kernel].detach().double().cpu().numpy()
    bias = 0.0 if module.bias is None else float(module.bias[kernel].detach())
    image = _numbers(first.given[0])
    own = _numbers(first.made[0, kernel])
    by_hand = convolve(image, weights, bias, stride, padding)
    row, column = _busiest(image, weights, stride, padding)
    window = window_at(image, weights, row, column, stride=stride, padding=padding)
    checks = [_check(first, by_hand, own), *_following(group[1:], kernel)]
    value, network_value = float(by_hand[row, column]), float(own[row, column])
    return ByHand(kernel, row, column, window, weights, bias, value, network_value, tuple(checks))


def _busiest(image: Floats, weights: Floats, stride: int, padding: int) -> tuple[int, int]:
    """The place whose window holds the most different grey values: there a reader sees what is multiplied."""
    ones = np.ones_like(weights) / weights.size
    mean = convolve(image, ones, 0.0, stride, padding)
    spread = convolve(image**2, ones, 0.0, stride, padding) - mean**2
    row, column = np.unravel_index(spread.argmax(), spread.shape)
    return int(row), int(column)


def _following(group: Sequence[Seen], kernel: int) -> list[Check]:
    """ReLU and pooling of the same map, from what the network gave them."""
    checks = []
    for seen in group:
        by_hand = _again(seen, kernel)
        if by_hand is not None:
            checks.append(_check(seen, by_hand, _numbers(seen.made[0, kernel])))
    return checks


def _again(seen: Seen, kernel: int) -> Floats | None:
    given = _numbers(seen.given[0, kernel])
    if seen.kind == ACTIVATION and isinstance(seen.module, nn.ReLU):
        return relu(given)
    if seen.kind == POOLING and isinstance(seen.module, nn.MaxPool2d | nn.AvgPool2d):
        sizes = [seen.module.kernel_size, seen.module.stride, seen.module.padding]
        size, stride, padding = (_single(each) for each in sizes)
        further = seen.module.ceil_mode or _single(getattr(seen.module, "dilation", 1)) != 1
        if size is None or stride is None or padding is None or further:
            return None
        how = "max" if isinstance(seen.module, nn.MaxPool2d) else "mean"
        return pool(given, size, "max" if how == "max" else "mean", stride, padding)
    return None


def _check(seen: Seen, by_hand: Floats, own: Floats) -> Check:
    difference = float(np.abs(by_hand - own).max())
    return Check(named_kind(seen.module), seen.name, difference, float(np.abs(own).max()))


def _plain_convolution(module: nn.Module) -> tuple[int, int] | None:
    """Stride and padding, where a layer is nothing but a convolution as on the page."""
    if type(module) is not nn.Conv2d or module.groups != 1 or module.padding_mode != "zeros":
        return None
    if isinstance(module.padding, str):
        return None
    stride, padding = _single(module.stride), _single(module.padding)
    if stride is None or padding is None or _single(module.dilation) != 1:
        return None
    return stride, padding


def _single(pair: object) -> int | None:
    """The one number of a pair of equal ones."""
    if isinstance(pair, int):
        return pair
    values = set(pair) if isinstance(pair, tuple) else set()
    return int(values.pop()) if len(values) == 1 else None


def _numbers(tensor: object) -> NDArray[np.float64]:
    from torch import Tensor

    assert isinstance(tensor, Tensor)
    return tensor.detach().double().cpu().numpy()
