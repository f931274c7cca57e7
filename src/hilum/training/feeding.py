"""From drawn cases to what a network is shown; on a graphics card the next batch is made during a step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.models import standardised, to_unit
from hilum.preparation import Plan
from hilum.training.augmentation import augment, draw
from hilum.training.data import TrainingData
from hilum.training.mixing import Mixture, draw_mixture, mixed_beside, mixed_images


@dataclass(frozen=True)
class Batch:
    """What one step learns from.

    Attributes:
        chosen: (b,) which training cases.
        images: (b, 1, rows, columns), or (b * m, ...) where a case may have m images; changed by chance,
            standardised, mixed.
        beside: what the network gets after the images.
        targets: (b, width) what it should say.
        weights: (b,) how much each case counts; None = all the same.
        mixture: how the cases were mixed, if they were.
        seed: starts torch's own chance in this step.
    """

    chosen: NDArray[np.int64]
    images: Tensor
    beside: tuple[Tensor, ...]
    targets: Tensor
    weights: Tensor | None
    mixture: Mixture | None
    seed: int

    def tensors(self) -> list[Tensor]:
        """Everything that lies on the device."""
        weights = [] if self.weights is None else [self.weights]
        return [self.images, *self.beside, self.targets, *weights]


def make_batch(  # noqa: PLR0917  # all needed, in the order of the work
    data: TrainingData,
    chosen: NDArray[np.int64],
    plan: Plan,
    weights: NDArray[np.float32] | None,
    rng: np.random.Generator,
    device: torch.device,
) -> Batch:
    """Fetch cases, change their images by chance, and mix them.

    Args:
        data: of the training.
        chosen: (b,) which training cases.
        plan: its augmentation, mixup and cutmix count.
        weights: (n,) how much each training case counts in the loss.
        rng: the step's own chance.
        device: where to.

    Returns:
        The batch; the same chance gives the same batch.
    """
    seed = int(rng.integers(2**62))
    # Filling is fetched as image 0 and told as absent by `beside`.
    rows = data.rows[chosen].clip(0).reshape(-1)
    images = to_unit(data.array[rows], device)
    if any(plan.augmentation.model_dump().values()):
        images = augment(images, draw(len(rows), plan.augmentation, rng))
    images = standardised(images, data.standard)
    beside = data.beside(chosen, device)
    mixture = None if data.several else draw_mixture(len(chosen), images.shape[-1], plan.learning, rng)
    if mixture is not None:
        images, beside = mixed_images(images, mixture), mixed_beside(beside, mixture)
    return Batch(
        chosen=chosen,
        images=images,
        beside=beside,
        targets=torch.from_numpy(data.targets[chosen]).to(device),
        weights=None if weights is None else torch.from_numpy(weights[chosen]).to(device),
        mixture=mixture,
        seed=seed,
    )


class Feed:
    """Gives one batch after the other.

    On a processor a batch is made when it is asked for. On a graphics card `prepare` makes the next one while
    the card is busy with a step: it is read from disk, copied and changed on a stream of its own.

    Args:
        make: makes the batch that begins at a place of the epoch's order.
        device: where the batches go.
    """

    def __init__(self, make: Callable[[int], Batch], device: torch.device) -> None:
        self.make = make
        new_stream: Any = torch.cuda.Stream
        self.stream: torch.cuda.Stream | None = new_stream(device) if device.type == "cuda" else None
        self.ready: dict[int, Batch] = {}

    def prepare(self, start: int) -> None:
        """Make a batch ahead; on a processor that would gain nothing and is left."""
        if self.stream is None:
            return
        with torch.cuda.stream(self.stream):
            self.ready = {start: self.make(start)}

    def forget(self) -> None:
        """Give up what was made ahead."""
        self.ready = {}

    def take(self, start: int) -> Batch:
        """The batch that begins at a place."""
        batch = self.ready.pop(start, None)
        if batch is None or self.stream is None:
            return self.make(start)
        current = torch.cuda.current_stream()
        current.wait_stream(self.stream)
        for tensor in batch.tensors():
            # The memory may be used anew only when this stream, too, is done with it.
            tensor.record_stream(current)
        return batch
