"""The plain arm: ResNet-18 from scratch, Adam, no augmentation, the epoch that is best on validation."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn

from hilum.models import Network, Shape, build_model, keep_freed_memory, place

_BATCH, _RATE, _READ = 32, 1e-3, 128
Pictures = Sequence[NDArray[np.uint8]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PlainModel:
    """A network with what stands before it.

    Attributes:
        network: after its best epoch.
        size: rows and columns that it reads.
        mean: of the training pictures, in 0 to 1.
        deviation: of the same.
        epochs: how many it was trained, the last perhaps in part.
        seconds: how long that took.
    """

    network: Network
    size: int
    mean: float
    deviation: float
    epochs: int
    seconds: float

    def probabilities(self, pictures: Pictures) -> Floats:
        """(n, classes) for pictures of any size."""
        return _read(self.network, _as_input(pictures, self.size, self.mean, self.deviation))


def train_plain(  # noqa: PLR0917  # all needed
    train: Pictures,
    truth: NDArray[np.int64],
    validation: Pictures,
    validation_truth: NDArray[np.int64],
    size: int,
    seconds: float,
    threads: int,
    seed: int = 0,
) -> PlainModel:
    """Train until the time is over.

    It has the same network, threads, memory format and memory settings as hilum; pictures are resized with
    straight lines between pixels (28 to 64) or averaged (to fewer) and standardised as a whole.

    Args:
        train: n pictures.
        truth: (n,) numbers of their classes.
        validation: m pictures.
        validation_truth: (m,) of theirs.
        size: rows and columns that the network reads.
        seconds: after which training ends, in the middle of an epoch too.
        threads: of the processor.
        seed: of weights and order.
    """
    keep_freed_memory()
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    classes = int(max(truth.max(), validation_truth.max())) + 1
    unit = np.stack([_resized(picture, size) for picture in train])
    mean, deviation = float(unit.mean()), float(unit.std())
    images, labels = _as_input(train, size, mean, deviation), torch.from_numpy(truth).to(device)
    watched = _as_input(validation, size, mean, deviation)
    network = build_model("resnet18", Shape(1, classes, size))
    place(network, device)
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE)
    began, epochs, best = time.monotonic(), 0, -1.0
    kept: dict[str, Tensor] = {}
    while time.monotonic() - began < seconds or not kept:
        network.train()
        for chosen in torch.randperm(len(images)).split(_BATCH):
            if len(chosen) > 1:
                _step(network, optimiser, images[chosen].to(device), labels[chosen.to(device)])
            if time.monotonic() - began >= seconds:
                break
        epochs += 1
        found = _area(validation_truth, _read(network, watched))
        if found > best:
            best, kept = found, {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(kept)
    return PlainModel(network, size, mean, deviation, epochs, time.monotonic() - began)


def _step(network: Network, optimiser: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> None:
    loss = nn.functional.cross_entropy(network(images), labels)
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()


def _area(truth: NDArray[np.int64], probabilities: Floats) -> float:
    """Area under the curve; the mean of one against the others."""
    areas = [
        roc_auc_score(truth == each, probabilities[:, each])
        for each in range(probabilities.shape[1])
        if 0 < (truth == each).sum() < len(truth)
    ]
    return float(np.mean(areas)) if areas else 0.0


def _read(network: Network, images: Tensor) -> Floats:
    network.eval()
    device = next(network.parameters()).device
    with torch.inference_mode():
        found = [network(piece.to(device)).softmax(1).double().cpu() for piece in images.split(_READ)]
    return np.asarray(torch.cat(found).numpy(), dtype=np.float64)


def _as_input(pictures: Pictures, size: int, mean: float, deviation: float) -> Tensor:
    unit = np.stack([_resized(picture, size) for picture in pictures])
    scaled = torch.from_numpy((unit - np.float32(mean)) / np.float32(max(deviation, 1e-3)))
    return scaled.unsqueeze(1).contiguous(memory_format=torch.channels_last)


def _resized(picture: NDArray[np.uint8], size: int) -> NDArray[np.float32]:
    smaller = min(picture.shape) > size
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (size, size), interpolation=how), dtype=np.float32) / 255
