"""Give prepared images to a network; validation, test and single files go through these same lines."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.cohorts.together import MOST_IMAGES
from hilum.models.case_network import CaseNetwork
from hilum.models.network import Network

# Batches have this size always, the last one filled up: convolutions may add in another order for another
# size, and an image must get the same number alone as among thousands.
_BATCH = 16
# A volume has many slices: four of them take the memory of many images.
_BATCH_OF_VOLUMES = 4
# Width and shift of each further copy that is read where a plan asks for several views, as fractions of the
# image.
_VIEWS = (
    (1.0, 0.0, 0.0),
    (0.92, 0.0, 0.0),
    (1.08, 0.0, 0.0),
    (1.0, 0.06, 0.0),
    (1.0, -0.06, 0.0),
    (1.0, 0.0, 0.06),
    (1.0, 0.0, -0.06),
)


@dataclass(frozen=True)
class Standard:
    """How whole numbers become a network's input.

    Attributes:
        mean: mean grey value of the training images, where the whole scale is 1.
        deviation: standard deviation of the same.
    """

    mean: float
    deviation: float

    @classmethod
    def of(cls, array: NDArray[np.uint8 | np.uint16], rows: NDArray[np.int64]) -> "Standard":
        """Mean and standard deviation over some rows of an array of images.

        Args:
            array: (images, rows, columns), or (images, slices, rows, columns).
            rows: of any shape; negative ones are no images.

        Example:
            >>> Standard.of(np.full((2, 4, 4), 255, np.uint8), np.array([0, 1])).mean
            1.0
        """
        scale = float(np.iinfo(array.dtype).max)
        total = squares = 0.0
        rows = rows[rows >= 0]
        step = _block(array)
        for start in range(0, len(rows), step):
            part = array[rows[start : start + step]].astype(np.float64) / scale
            total += float(part.sum())
            squares += float((part * part).sum())
        pixels = len(rows) * prod(array.shape[1:])
        mean = total / pixels
        return cls(mean, max(float(np.sqrt(max(squares / pixels - mean * mean, 0.0))), 1e-3))


def to_unit(images: NDArray[np.uint8 | np.uint16], device: torch.device) -> Tensor:
    """Whole numbers (n, rows, columns) to (n, 1, rows, columns) in 0..1.

    Volumes (n, slices, rows, columns) keep their shape: slices stand where images have channels.

    Example:
        >>> to_unit(np.full((1, 2, 2), 255, np.uint8), torch.device("cpu")).max().item()
        1.0
    """
    scale = 1.0 / np.iinfo(images.dtype).max
    tensor = torch.from_numpy(images if images.dtype == np.uint8 else images.astype(np.int32))
    if device.type == "cuda":
        # Only from pinned memory does the copy run beside the work on the card.
        tensor = tensor.pin_memory()
    moved = tensor.to(device, non_blocking=True)
    return (moved.unsqueeze(1) if moved.ndim == 3 else moved).to(torch.float32).mul_(scale)


def standardised(images: Tensor, standard: Standard) -> Tensor:
    """Subtract the mean and divide by the standard deviation, in place; laid out as convolutions like it.

    Example:
        >>> standardised(torch.ones(1, 1, 2, 2), Standard(0.5, 0.25)).mean().item()
        2.0
    """
    scaled = images.sub_(standard.mean).div_(standard.deviation)
    return scaled.contiguous(memory_format=torch.channels_last)


def read_images(
    network: Network,
    array: NDArray[np.uint8 | np.uint16],
    rows: NDArray[np.int64],
    standard: Standard,
    views: int = 1,
    *,
    table: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """A network's outputs for prepared images, or for cases of several images and a table.

    A case gets the same number alone as among thousands, whatever the order of the others.

    Args:
        network: on its device; it is put into reading mode and left there.
        array: prepared images, (images, size, size) or (images, depth, size, size).
        rows: (n,) which of them; for a `CaseNetwork` also (n, m), -1 where a case has fewer images.
        standard: how they become input.
        views: how many slightly moved copies are read and averaged; 1 = the image alone.
        table: (n, columns) what a table says of each case, for a `CaseNetwork` with columns.

    Returns:
        (n, outputs), before any sigmoid.
    """
    network.eval()
    device = next(network.parameters()).device
    if isinstance(network, CaseNetwork):
        found = _read_cases(network, array, rows, standard, views=views, table=table)
    else:

        def read(images: Tensor) -> Tensor:
            outputs: Tensor = network(standardised(images, standard))
            return outputs

        found = in_batches(read, array, rows, views, device)
    return np.concatenate(found) if found else np.zeros((0, network.head.out_features), np.float32)


def _read_cases(
    network: CaseNetwork,
    array: NDArray[np.uint8 | np.uint16],
    rows: NDArray[np.int64],
    standard: Standard,
    *,
    views: int,
    table: NDArray[np.float32] | None,
) -> list[NDArray[np.float32]]:
    """Look at all images of a few cases, then judge these cases; all in batches of one size."""
    device = next(network.parameters()).device
    bags = rows if rows.ndim == 2 else rows[:, np.newaxis]
    # For the same reason every case is judged with as many places for images, absent ones among them.
    width = max(MOST_IMAGES, bags.shape[1]) if network.shape.several else 1
    bags = np.pad(bags, ((0, 0), (0, width - bags.shape[1])), constant_values=-1)

    def look(images: Tensor) -> Tensor:
        return network.image_features(standardised(images, standard))

    found = []
    for start in range(0, len(bags), _BATCH):
        chosen = np.resize(np.arange(start, min(start + _BATCH, len(bags))), _BATCH)
        there = bags[start : start + _BATCH]
        looks = _each_view(look, array, there[there >= 0], views, device)
        with torch.inference_mode():
            present = torch.from_numpy(bags[chosen] >= 0).to(device)
            beside = None if table is None else torch.from_numpy(table[chosen]).to(device)
            place = np.full(there.shape, -1)
            place[there >= 0] = np.arange(int((there >= 0).sum()))
            where = torch.from_numpy(place[chosen - start]).to(device)
            # Rows of zeros stand for images that a case does not have.
            features = torch.cat([looks, looks.new_zeros(len(looks), 1, looks.shape[2])], dim=1)
            outputs = torch.stack([network.judge(seen[where], beside, present) for seen in features]).mean(0)
        found.append(outputs[: len(there)].float().cpu().numpy())
    return found


def in_batches(
    read: Callable[[Tensor], Tensor],
    array: NDArray[np.uint8 | np.uint16],
    rows: NDArray[np.int64],
    views: int,
    device: torch.device,
) -> list[NDArray[np.float32]]:
    """Read images in batches of one size; for each the mean over its views.

    Args:
        read: gives the outputs of a batch of images (n, 1, rows, columns) in 0..1.
        array: prepared images, (images, size, size) or (images, depth, size, size).
        rows: which of them.
        views: how many slightly moved copies are read and averaged.
        device: where `read` wants its images.

    Returns:
        The outputs, batch by batch.
    """
    found, size = [], _batch_size(array)
    for start in range(0, len(rows), size):
        outputs = _each_view(read, array, rows[start : start + size], views, device).mean(0)
        found.append(outputs.float().cpu().numpy())
    return found


def _each_view(
    read: Callable[[Tensor], Tensor],
    array: NDArray[np.uint8 | np.uint16],
    rows: NDArray[np.int64],
    views: int,
    device: torch.device,
) -> Tensor:
    """What `read` says of images in each of their views, (views, rows, ...)."""
    found, size = [], _batch_size(array)
    with torch.inference_mode():
        for start in range(0, len(rows), size):
            chosen = rows[start : start + size]
            images = to_unit(array[np.resize(chosen, size)], device)
            seen = torch.stack([read(view) for view in _views(images, views)])
            found.append(seen[:, : len(chosen)])
        return torch.cat(found, dim=1)


def _batch_size(array: NDArray[np.uint8 | np.uint16]) -> int:
    """How many images are read at once; it depends on their form alone."""
    return _BATCH if array.ndim == 3 else _BATCH_OF_VOLUMES


def _block(array: NDArray[np.uint8 | np.uint16]) -> int:
    """How many images, at least one, are looked at together where no network is asked."""
    return 256 if array.ndim == 3 else max(256 // array.shape[1], 1)


def _views(images: Tensor, views: int) -> list[Tensor]:
    copies = []
    for width, across, down in _VIEWS[:views]:
        if (width, across, down) == _VIEWS[0]:
            copies.append(images.clone())
            continue
        matrix = torch.tensor([[width, 0.0, 2 * across], [0.0, width, 2 * down]], device=images.device)
        grid = functional.affine_grid(
            matrix.expand(len(images), 2, 3), list(images.shape), align_corners=False
        )
        copies.append(functional.grid_sample(images, grid, padding_mode="zeros", align_corners=False))
    return copies
