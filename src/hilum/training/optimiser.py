"""The optimiser, its learning rate over time, and the average of the weights."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import swa_utils

from hilum.preparation import Learning

AVERAGE_EVERY = 4


def make_optimiser(network: nn.Module, learning: Learning) -> torch.optim.Optimizer:
    """AdamW or SGD with momentum; weight decay on weights alone, not on biases and normalisation.

    Example:
        >>> type(make_optimiser(nn.Linear(2, 1), Learning(optimiser="sgd"))).__name__
        'SGD'
    """
    weights = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": learning.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    if learning.optimiser == "sgd":
        return torch.optim.SGD(groups, lr=learning.learning_rate, momentum=learning.momentum, fused=True)
    return torch.optim.AdamW(groups, lr=learning.learning_rate, fused=True)


def for_smaller_batches(optimiser: str, part: float) -> float:
    """By what the learning rate is multiplied where batches are smaller than planned.

    SGD's rate falls as the batch does (Goyal et al. 2017), AdamW's as its square root (Malladi et al. 2022).

    Args:
        optimiser: `adamw` or `sgd`.
        part: size of the batches by the planned size.

    Example:
        >>> for_smaller_batches("sgd", 0.25), for_smaller_batches("adamw", 0.25)
        (0.25, 0.5)
    """
    return part if optimiser == "sgd" else math.sqrt(part)


def learning_rate(step: int, steps_an_epoch: int, learning: Learning) -> float:
    """The learning rate of a step: a linear rise, then constant or along a cosine down to zero.

    Args:
        step: from 0, over all epochs.
        steps_an_epoch: steps in an epoch.
        learning: the plan's learning section.

    Returns:
        The learning rate.

    Example:
        >>> plan = Learning(epochs=10, warmup_epochs=1, learning_rate=1.0)
        >>> [round(learning_rate(step, 10, plan), 3) for step in (0, 4, 9, 99)]
        [0.1, 0.5, 1.0, 0.0]
    """
    total = learning.epochs * steps_an_epoch
    rising = min(round(learning.warmup_epochs * steps_an_epoch), total // 2)
    if step < rising:
        return learning.learning_rate * (step + 1) / rising
    if learning.schedule == "constant":
        return learning.learning_rate
    through = (step + 1 - rising) / max(total - rising, 1)
    return learning.learning_rate * 0.5 * (1 + math.cos(math.pi * through))


class WeightAverage:
    """An exponential average of a network's weights, which reads more steadily than the last step's weights.

    Early on the average is shorter, so that it does not remember the random start.

    Attributes:
        decay: how much of the average stays at each step; 0 = the weights themselves.
        weights: the average, by name.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {name: value.detach().clone() for name, value in network.state_dict().items()}

    def update(self, network: nn.Module, step: int, *, now: bool = False) -> None:
        """Take in the weights after a step; every fourth step is enough.

        Args:
            network: after the step.
            step: from 0, over all epochs.
            now: whatever the step.
        """
        if not now and (not self.decay or (step + 1) % AVERAGE_EVERY):
            return
        decay = min(self.decay, (step + 1) / (step + 10)) ** AVERAGE_EVERY if self.decay else 0.0
        found: dict[str, Tensor] = network.state_dict()
        smooth = [name for name, value in found.items() if value.is_floating_point()]
        library: Any = swa_utils
        into_average = library.get_ema_multi_avg_fn(decay)
        into_average([self.weights[name] for name in smooth], [found[name] for name in smooth], 0)
        for name in found.keys() - set(smooth):
            self.weights[name].copy_(found[name])

    def finite(self) -> bool:
        """Whether every number of the average is one."""
        return all(bool(torch.isfinite(value).all()) for value in self.weights.values())

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Go on from a saved average."""
        for name, value in self.weights.items():
            value.copy_(weights[name])
