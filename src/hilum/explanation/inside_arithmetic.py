"""The arithmetic of a convolutional network, step by step: what each layer does to numbers.

Written to be followed by hand; `hilum inside` uses the same functions on trained networks and says where the
network's own result differs.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hilum.errors import ModelError

Floats = NDArray[np.float64]
Pooling = Literal["max", "mean"]


def convolve(
    image: ArrayLike, kernel: ArrayLike, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Floats:
    """How alike every part of an image is to a kernel: the feature map.

    A window of the kernel's size moves over the image; its values times the kernel's, added up, are the value
    at that place (equation 1 of Hong 2020: z = x11 w11 + x12 w12 + ... + xnn wnn). Networks call this
    convolution; strictly it is cross-correlation, as the kernel is not turned round.

    Args:
        image: (rows, columns), or (channels, rows, columns).
        kernel: the same number of dimensions, and of channels.
        bias: added at every place.
        stride: by how many pixels the window moves.
        padding: how many pixels of 0 are laid around the image first.

    Returns:
        (rows, columns), smaller where nothing is laid around.

    Raises:
        ModelError: the kernel does not fit into the image.

    Example:
        >>> convolve([[1, 0], [0, 1]], [[1, 0], [0, 1]]).tolist()
        [[2.0]]
    """
    windows, weights = _windows(image, kernel, stride, padding)
    return np.asarray(np.einsum("rcijk,ijk->rc", windows, weights) + bias)


def window_at(
    image: ArrayLike, kernel: ArrayLike, row: int, column: int, *, stride: int = 1, padding: int = 0
) -> Floats:
    """The part of an image that lies under a kernel for one value of the feature map.

    Args:
        image: as for `convolve`.
        kernel: as for `convolve`.
        row: of the feature map.
        column: of the feature map.
        stride: as for `convolve`.
        padding: as for `convolve`.

    Returns:
        (channels, rows, columns), of the kernel's size.

    Example:
        >>> window_at(np.arange(9).reshape(3, 3), np.ones((2, 2)), row=1, column=1).tolist()
        [[[4.0, 5.0], [7.0, 8.0]]]
    """
    windows, _ = _windows(image, kernel, stride, padding)
    return np.array(windows[row, column])


def relu(values: ArrayLike) -> Floats:
    """What is below 0 becomes 0, everything else stays: a = max(0, z).

    Example:
        >>> relu([-2.0, 0.0, 3.0]).tolist()
        [0.0, 0.0, 3.0]
    """
    return np.maximum(np.asarray(values, np.float64), 0.0)


def pool(
    values: ArrayLike, size: int = 2, how: Pooling = "max", stride: int | None = None, padding: int = 0
) -> Floats:
    """One number for every block of a map: its largest value, or its mean.

    Args:
        values: (rows, columns).
        size: rows and columns of a block.
        how: `max` or `mean`.
        stride: from block to block; left out, blocks lie side by side.
        padding: places laid around the map first: of no value for `max`, of 0 for `mean`.

    Returns:
        (rows, columns), smaller; what does not fill a block at the end is left out.

    Raises:
        ModelError: not one block fits into the map.

    Example:
        >>> pool([[1, 2], [3, 6]]).tolist(), pool([[1, 2], [3, 6]], how="mean").tolist()
        ([[6.0]], [[3.0]])
    """
    filled = -np.inf if how == "max" else 0.0
    wide = np.pad(np.asarray(values, np.float64), padding, constant_values=filled)
    if wide.ndim != 2 or min(wide.shape) < size:
        raise ModelError(f"a map of shape {np.shape(values)} has no block of {size} by {size}")
    step = size if stride is None else stride
    blocks = np.lib.stride_tricks.sliding_window_view(wide, (size, size))[::step, ::step]
    return np.asarray(blocks.max(axis=(2, 3)) if how == "max" else blocks.mean(axis=(2, 3)))


def pool_by_chance(values: ArrayLike, rng: np.random.Generator, size: int = 2) -> Floats:
    """Stochastic pooling: of every block one value is drawn, larger ones more often (Zeiler & Fergus 2013).

    Args:
        values: (rows, columns), none below 0.
        rng: the source of chance.
        size: rows and columns of a block.

    Returns:
        (rows, columns), smaller.

    Raises:
        ModelError: a value is below 0: there is no such probability.

    Example:
        >>> pool_by_chance([[0, 0], [0, 5]], np.random.default_rng(0)).tolist()
        [[5.0]]
    """
    array = np.asarray(values, np.float64)
    if array.min() < 0:
        raise ModelError("stochastic pooling needs values of 0 and more: apply ReLU first")
    rows, columns = (side // size for side in array.shape)
    blocks = array[: rows * size, : columns * size].reshape(rows, size, columns, size).swapaxes(1, 2)
    flat = blocks.reshape(rows, columns, size * size)
    drawn = np.zeros((rows, columns))
    for row, column in np.ndindex(rows, columns):
        total = flat[row, column].sum()
        if total > 0:
            drawn[row, column] = rng.choice(flat[row, column], p=flat[row, column] / total)
    return drawn


def output(values: ArrayLike, weights: ArrayLike, bias: float = 0.0) -> float:
    """One number of the output layer: every value times its weight, added up, and the bias (equation 3).

    Example:
        >>> output([[1, 2]], [[0.5, 0.25]], bias=-1)
        0.0
    """
    return float((np.asarray(values, np.float64) * np.asarray(weights, np.float64)).sum() + bias)


def sigmoid(value: ArrayLike) -> Floats:
    """From any number to one between 0 and 1: 1 / (1 + exp(-z)) (equation 4).

    Example:
        >>> float(sigmoid(0.0))
        0.5
    """
    z = np.clip(np.asarray(value, np.float64), -500, 500)
    return np.asarray(1 / (1 + np.exp(-z)))


def softmax(values: ArrayLike) -> Floats:
    """From several numbers to shares that add up to 1.

    Example:
        >>> softmax([0.0, 0.0]).tolist()
        [0.5, 0.5]
    """
    z = np.asarray(values, np.float64)
    powers = np.exp(z - z.max())
    return np.asarray(powers / powers.sum())


def squared_error(targets: ArrayLike, outputs: ArrayLike) -> float:
    """How far outputs are from what they should be: half the sum of the squared differences (equation 5).

    Example:
        >>> squared_error([1, 0], [0.5, 0.5])
        0.25
    """
    return float(0.5 * ((np.asarray(targets, np.float64) - np.asarray(outputs, np.float64)) ** 2).sum())


def stepped(weight: ArrayLike, gradient: ArrayLike, learning_rate: float) -> Floats:
    """A weight after one step of learning: weight - learning rate times gradient (equation 10).

    Example:
        >>> float(stepped(1.0, 0.5, learning_rate=0.2))
        0.9
    """
    return np.asarray(np.asarray(weight, np.float64) - learning_rate * np.asarray(gradient, np.float64))


def _windows(image: ArrayLike, kernel: ArrayLike, stride: int, padding: int) -> tuple[Floats, Floats]:
    """Every window of an image, (rows, columns, channels, kernel rows, kernel columns), and the kernel."""
    values, weights = (_with_channels(given) for given in (image, kernel))
    values = np.pad(values, ((0, 0), (padding, padding), (padding, padding)))
    too_large = any(small > large for small, large in zip(weights.shape[1:], values.shape[1:], strict=True))
    if len(values) != len(weights) or too_large:
        raise ModelError(
            f"a kernel of shape {weights.shape} does not fit into an image of shape {values.shape} "
            "(channels, rows, columns)"
        )
    found = np.lib.stride_tricks.sliding_window_view(values, weights.shape[1:], axis=(1, 2))
    return np.moveaxis(found[:, ::stride, ::stride], 0, 2), weights


def _with_channels(given: ArrayLike) -> Floats:
    array = np.asarray(given, np.float64)
    if array.ndim not in (2, 3):
        raise ModelError(f"an array of shape {array.shape} is no image: rows and columns are needed")
    return array[np.newaxis] if array.ndim == 2 else array
