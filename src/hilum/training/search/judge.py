"""How good a network is for choosing among several: its loss on validation images and on changed copies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ModelError
from hilum.models import Network, Standard, read_images
from hilum.tasks import ModelTask
from hilum.training.calibrate import calibrate, settled
from hilum.training.data import TrainingData
from hilum.training.sampling import generator
from hilum.training.shifted import shifted_copies

_MOST_CASES = 400
_CHOICE = 204
# How often a member may be added to a blend.
_ROUNDS = 20


@dataclass(frozen=True)
class Judge:
    """Validation cases with their images, as they are and changed.

    The loss is the task's own, after the best stretch and shift of the outputs (`calibrate`), so that a
    network is not blamed for what calibration mends. Images as they are count half, changed ones together
    the other half.

    Attributes:
        task: adds nothing to outputs.
        cases: the truth of the cases that were chosen.
        copies: (copies, cases, size, size) images, the unchanged ones first.
    """

    task: ModelTask
    cases: pd.DataFrame
    copies: NDArray[np.uint8 | np.uint16]

    @classmethod
    def of(cls, data: TrainingData, task: ModelTask, seed: int) -> Self:
        """Choose at most 400 validation cases, and change their images.

        Args:
            data: of a training.
            task: of the training.
            seed: which cases, where there are more.

        Raises:
            ModelError: no validation case has a readable image.
        """
        if not len(data.validation_rows):
            raise ModelError(
                "no validation case has a readable image, and without them nothing can be chosen: check the "
                "images in [cohort] and the parts in [split]"
            )
        chosen = np.arange(len(data.validation_rows))
        if len(chosen) > _MOST_CASES:
            chosen = np.sort(generator(seed, _CHOICE).permutation(chosen)[:_MOST_CASES])
        copies = shifted_copies(data.array, data.validation_rows[chosen])
        cases = data.validation_cases.iloc[chosen].reset_index(drop=True)
        return cls(settled(task)[1], cases, np.stack(list(copies.values())))

    def with_few_copies(self) -> Self:
        """The same cases as they are and changed in two ways, for what takes long to read."""
        return replace(self, copies=self.copies[:3])

    def read(self, network: Network, standard: Standard, views: int = 1) -> NDArray[np.float32]:
        """What a network says: (copies, cases, outputs)."""
        rows = np.arange(len(self.cases), dtype=np.int64)
        return np.stack([read_images(network, each, rows, standard, views) for each in self.copies])

    def loss(self, outputs: NDArray[np.float32]) -> float:
        """The loss of outputs (copies, cases, outputs); less is better."""
        import torch

        copies, n = outputs.shape[:2]
        cases = pd.concat([self.cases] * copies, ignore_index=True)
        pooled = outputs.reshape(copies * n, -1)
        right = calibrate(self.task, pooled, cases).applied(pooled)
        targets = torch.from_numpy(self.task.targets(cases))
        losses = self.task.loss(torch.from_numpy(right), targets, 0.0).numpy().reshape(copies, n)
        each = losses.mean(axis=1)
        return float(each[0] if copies == 1 else (each[0] + each[1:].mean()) / 2)


def blend_weights(judge: Judge, outputs: Sequence[NDArray[np.float32]]) -> tuple[float, ...]:
    """How much each of several networks counts in their blend.

    Members are added one by one, each time the one that makes the loss of the mean least; the same may come
    again (Caruana 2004).

    Args:
        judge: of the validation cases.
        outputs: of each network, from `Judge.read`.

    Returns:
        One weight a network; their sum is 1.
    """
    counts = np.zeros(len(outputs), np.int64)
    total = np.zeros_like(outputs[0])
    best, chosen = np.inf, counts.copy()
    for taken in range(1, _ROUNDS + 1):
        losses = [judge.loss(((total + each) / taken).astype(np.float32)) for each in outputs]
        place = int(np.argmin(losses))
        counts[place] += 1
        total = total + outputs[place]
        if losses[place] < best:
            best, chosen = losses[place], counts.copy()
    return tuple((chosen / chosen.sum()).tolist())
