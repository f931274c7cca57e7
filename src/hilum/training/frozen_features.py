"""What a network that stays as it is sees in each image: computed once, and along its main axes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hilum.errors import ModelError
from hilum.models import CaseNetwork, Network, standardised, to_unit
from hilum.models.linear import COMPONENTS, Linear
from hilum.training.data import TrainingData

CACHE = ".features.npy"
MOST_FEATURES = 4096
MOST_AXES = 1024
_BATCH = 16
_CHUNK = 512
# Features that hardly differ among the training images are divided by this share of the usual deviation at
# least: one that differs in a single image would outweigh all others in the next.
_SMALLEST_SCALE = 0.02

Told = Callable[[int, int], None]
Features = NDArray[np.float32]


@dataclass(frozen=True)
class Axes:
    """Features, standardised, along their principal axes.

    Attributes:
        centre: (features,) mean over the training cases.
        scale: (features,) what the difference from it is divided by.
        directions: (features, axes) orthonormal.
        places: (n, axes) the training cases along them, mean 0.
    """

    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    directions: NDArray[np.float64]
    places: Features


@contextmanager
def kept_features(path: Path, network: Network, data: TrainingData, told: Told) -> Iterator[Features]:
    """The numbers that go into a network's last layer, for every training case.

    They lie in a file while they are used, so that memory does not grow with them; it is removed after.

    Args:
        path: where the file goes.
        network: on its device; it is put into reading mode.
        data: whose training cases.
        told: how many cases are done, and of how many.

    Yields:
        (n, features), read from the file.

    Raises:
        ModelError: there are too many features, or the disk is full.
    """
    width = network.head.in_features
    if width > MOST_FEATURES:
        raise ModelError(
            f"the network gives {width:,} numbers an image, more than the {MOST_FEATURES:,} for which a "
            "small head can be fitted: choose another model, or leave `frozen` out"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        found = np.lib.format.open_memmap(path, "w+", np.float32, (len(data.rows), width))
        device = next(network.parameters()).device
        for start in range(0, len(data.rows), _BATCH):
            chosen = np.arange(start, min(start + _BATCH, len(data.rows)))
            found[chosen] = _last_inputs(network, data, chosen, device)
            told(int(chosen[-1]) + 1, len(data.rows))
        yield found
        del found
    except OSError:
        raise ModelError(
            "the features of the training images cannot be kept: free some space on the disk and run again"
        ) from None
    finally:
        path.unlink(missing_ok=True)


def _last_inputs(
    network: Network, data: TrainingData, chosen: NDArray[np.int64], device: torch.device
) -> NDArray[np.float32]:
    """What the last layer is given for some training cases; batches have one size, as in reading."""
    given: list[Tensor] = []

    def note(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        given.append(inputs[0])

    network.eval()
    hook = network.head.register_forward_pre_hook(note)
    try:
        with torch.inference_mode():
            filled = np.resize(chosen, _BATCH)
            images = to_unit(data.array[data.rows[filled].clip(0).flatten()], device)
            network(standardised(images, data.standard), *data.beside(filled, device))
    finally:
        hook.remove()
    found: NDArray[np.float32] = given[0][: len(chosen)].float().cpu().numpy()
    return found


def leave_nothing_to_learn(network: CaseNetwork) -> None:
    """Make what stands between images, table and last layer say what it is given; in place.

    Several images of a case count alike. Each number of the table goes through twice, as it is and with the
    other sign, so that the last layer has all of it in spite of the ReLU between.

    Args:
        network: whose layers before the last are random as yet.

    Raises:
        ModelError: the table has too many numbers for its layer.
    """
    with torch.no_grad():
        if network.attention is not None:
            network.attention.score.weight.zero_()
        if network.table is None:
            return
        layer = network.table[0]
        assert isinstance(layer, nn.Linear)
        if 2 * layer.in_features > layer.out_features:
            raise ModelError(
                f"the columns make {layer.in_features} numbers, and a small head has room for "
                f"{layer.out_features // 2}: name fewer columns, or leave `frozen` out"
            )
        layer.weight.zero_()
        layer.bias.zero_()
        for place in range(layer.in_features):
            layer.weight[2 * place, place], layer.weight[2 * place + 1, place] = 1.0, -1.0


def fit_components(network: Linear, data: TrainingData) -> None:
    """Find the principal components of the training images, averaged to small squares; in place.

    Where there are fewer images than components, those left over stay 0.

    Args:
        network: on its device.
        data: whose training cases.
    """
    device = network.components.device
    side = network.components.shape[0]
    total, squares = np.zeros(side), np.zeros((side, side))
    rows = data.rows[data.rows >= 0]
    for start in range(0, len(rows), _CHUNK):
        images = to_unit(data.array[rows[start : start + _CHUNK]], device)
        with torch.inference_mode():
            small = network.small(standardised(images, data.standard)).double().cpu()
        total += small.sum(dim=0).numpy()
        squares += (small.T @ small).numpy()
    mean = total / len(rows)
    covariance = squares / len(rows) - np.outer(mean, mean)
    values, directions = _largest(covariance, COMPONENTS)
    directions[:, values <= 1e-9 * max(float(values[0]), 1e-12)] = 0
    with torch.no_grad():
        network.components.copy_(torch.from_numpy(directions.astype(np.float32)))


def principal_axes(features: Features, beside: int = 0) -> Axes:
    """Standardise features and turn them to their principal axes, the largest first.

    A ridge penalty is the same in every direction, so that nothing changes but the time it takes; axes along
    which cases hardly differ, of which no more than 1,024 are kept, would be shrunk to nothing anyway.

    Args:
        features: (n, features), at least two different rows.
        beside: how many of the last features come from a table. Together they get as much spread as all of
            the image, so that one penalty does not drown a few columns in hundreds of features.

    Returns:
        The axes.

    Raises:
        ModelError: all cases have the same features, or some are no numbers.

    Example:
        >>> axes = principal_axes(np.array([[0, 1], [1, 3], [2, 5]], np.float32))
        >>> axes.directions.shape, axes.places[:, 0].round().tolist()
        ((2, 1), [-2.0, 0.0, 2.0])
    """
    n = len(features)
    mean = _sum(features, lambda part: part.sum(axis=0)) / n
    deviation = np.sqrt(_sum(features, lambda part: ((part - mean) ** 2).sum(axis=0)) / n)
    if not np.isfinite(deviation).all():
        raise ModelError("the network gives no numbers for some images: start it from other weights")
    if not (deviation > 0).any():
        raise ModelError("the network sees no difference between the training images: choose another model")
    scale = np.maximum(deviation, _SMALLEST_SCALE * float(np.median(deviation[deviation > 0])))
    if beside and (told := int((deviation[-beside:] > 0).sum())):
        scale[-beside:] /= max(np.sqrt((len(scale) - beside) / told), 1.0)

    def standard(part: NDArray[np.float64]) -> NDArray[np.float64]:
        return (part - mean) / scale

    if n <= features.shape[1]:
        directions = _of_few_cases(standard(features.astype(np.float64)))
    else:
        directions = _of_many_cases(_sum(features, lambda part: _gram(standard(part))))
    places = np.empty((n, directions.shape[1]), np.float32)
    for start in range(0, n, _CHUNK):
        part = standard(features[start : start + _CHUNK].astype(np.float64))
        places[start : start + _CHUNK] = (torch.from_numpy(part) @ torch.from_numpy(directions)).numpy()
    return Axes(mean, scale, directions, places)


def _of_many_cases(squares: NDArray[np.float64]) -> NDArray[np.float64]:
    values, directions = _largest(squares, MOST_AXES)
    return directions[:, values > 1e-7 * values[0]]


def _of_few_cases(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same axes from the products of cases, of which there are fewer than features."""
    values, cases = _largest(_gram(rows.T), MOST_AXES)
    kept = values > 1e-7 * values[0]
    directions = (torch.from_numpy(rows.T.copy()) @ torch.from_numpy(cases[:, kept])).numpy()
    found: NDArray[np.float64] = directions / np.sqrt(values[kept])
    return found


def _gram(part: NDArray[np.float64]) -> NDArray[np.float64]:
    columns = torch.from_numpy(np.ascontiguousarray(part))
    found: NDArray[np.float64] = (columns.T @ columns).numpy()
    return found


def _sum(features: Features, of: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> NDArray[np.float64]:
    """A sum over cases, a few hundred at a time."""
    parts = (of(features[at : at + _CHUNK].astype(np.float64)) for at in range(0, len(features), _CHUNK))
    total = next(parts)
    for part in parts:
        total = total + part
    return total


def _largest(symmetric: NDArray[np.float64], most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Largest eigenvalues and their vectors, each pointing to where its largest entry is positive."""
    values, vectors = torch.linalg.eigh(torch.from_numpy(symmetric))
    order = slice(None, -most - 1, -1)
    found, directions = values.numpy()[order].copy(), vectors.numpy()[:, order].copy()
    largest = directions[np.abs(directions).argmax(axis=0), np.arange(directions.shape[1])]
    return found, directions * np.where(largest < 0, -1.0, 1.0)
