"""The weights of a small network in 8 bits, so that a plan can hold them as text."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_MOST = 127
# A scale of so few binary digits, times 127, is exact in 32 bits: rounding what is rounded changes nothing.
_DIGITS = 2048

Floats = NDArray[np.float32]


@torch.no_grad()
def rounded(network: nn.Module) -> None:
    """Round each filter's weights to 255 steps between its largest to either side, in place.

    Biases and normalisation, few numbers, stay as they are. Rounding twice changes nothing more.

    Args:
        network: any network on the processor.

    Example:
        >>> layer = nn.Linear(4, 2)
        >>> rounded(layer)
        >>> once = layer.weight.clone()
        >>> rounded(layer)
        >>> bool((layer.weight == once).all())
        True
    """
    for weight in network.state_dict().values():
        if weight.ndim > 1:
            steps, scales = _in_steps(weight)
            weight.copy_(_from_steps(steps, scales, weight))


def packed(network: nn.Module) -> bytes:
    """The weights of a rounded network: for each filter its scale and its steps; all else in 32 bits.

    Example:
        >>> len(packed(nn.Linear(4, 2)))
        24
    """
    pieces = []
    for weight in network.state_dict().values():
        if weight.ndim > 1:
            steps, scales = _in_steps(weight)
            pieces += [scales.astype("<f4").tobytes(), steps.tobytes()]
        else:
            pieces.append(weight.numpy().astype("<f4").tobytes())
    return b"".join(pieces)


@torch.no_grad()
def unpacked(network: nn.Module, content: bytes) -> None:
    """Put what `packed` made into a network of the same form, in place.

    Raises:
        ValueError: the content is longer or shorter than such a network, or holds what is no number.

    Example:
        >>> layer, other = nn.Linear(4, 2), nn.Linear(4, 2)
        >>> rounded(layer)
        >>> unpacked(other, packed(layer))
        >>> bool((layer.weight == other.weight).all())
        True
    """
    place = 0
    for weight in network.state_dict().values():
        count = len(weight) if weight.ndim > 1 else weight.numel()
        numbers = np.frombuffer(content, "<f4", count, place)
        place += numbers.nbytes
        if not np.isfinite(numbers).all():
            raise ValueError("a weight is no number")
        if weight.ndim > 1:
            steps = np.frombuffer(content, np.int8, weight.numel(), place).reshape(count, -1)
            place += steps.nbytes
            weight.copy_(_from_steps(steps, numbers, weight))
        else:
            weight.copy_(torch.from_numpy(numbers.astype(np.float32)))
    if place != len(content):
        raise ValueError("there is more than the weights")


def _in_steps(weight: Tensor) -> tuple[NDArray[np.int8], Floats]:
    """(filters, weights of each) whole numbers, and the size of a step of each filter."""
    values = weight.numpy().reshape(len(weight), -1).astype(np.float32)
    mantissa, exponent = np.frexp(np.abs(values).max(axis=1) / np.float32(_MOST))
    scales = np.ldexp(np.round(mantissa * _DIGITS) / _DIGITS, exponent).astype(np.float32)
    steps = np.round(values / np.where(scales > 0, scales, 1)[:, None])
    return np.clip(steps, -_MOST, _MOST).astype(np.int8), scales


def _from_steps(steps: NDArray[np.int8], scales: Floats, like: Tensor) -> Tensor:
    values = steps.astype(np.float32) * scales.astype(np.float32)[:, None]
    return torch.from_numpy(values.reshape(like.shape))
