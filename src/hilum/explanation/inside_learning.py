"""One step of learning from one image: the loss, the gradient of a weight, and what the step changes."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from hilum.errors import ModelError
from hilum.explanation.inside_arithmetic import stepped
from hilum.explanation.inside_output import output_names
from hilum.models import Network
from hilum.tasks import ModelTask


@dataclass(frozen=True)
class Change:
    """One weight before and after a step.

    Attributes:
        layer: the layer's name in the network.
        role: `first kernel`, `last layer` or `bias of the last layer`.
        index: its place in the layer's weights.
        before: the weight.
        gradient: by how much the loss rises for each unit that the weight rises.
        after: before - learning rate times gradient.
        loss_after: the loss when this weight alone is changed.

    Example:
        >>> Change("head", "last layer", (0, 0), 1.0, 0.5, 0.9, 0.3).after
        0.9
    """

    layer: str
    role: str
    index: tuple[int, ...]
    before: float
    gradient: float
    after: float
    loss_after: float


@dataclass(frozen=True)
class Step:
    """One step of gradient descent on one image.

    Attributes:
        truth: what the image shows, in words.
        learning_rate: how long the step is.
        loss_before: how wrong the network is.
        loss_after: how wrong it is after all weights made the step.
        weights: how many weights made it.
        changes: some of them in numbers.

    Example:
        >>> Step("pneumonia", 0.001, 0.7, 0.6, 10, ()).weights
        10
    """

    truth: str
    learning_rate: float
    loss_before: float
    loss_after: float
    weights: int
    changes: tuple[Change, ...]


def step_of_learning(
    network: Network, image: Tensor, task: ModelTask, truth: str, learning_rate: float
) -> Step:
    """Go one step towards the truth of one image, in a copy; the network stays as it is.

    The step is plain gradient descent in reading mode and in numbers of 64 bits. Training itself takes many
    images a step, in training mode, with an optimiser that scales each weight's step.

    Args:
        network: a trained network.
        image: (1, channels, rows, columns), as the network reads it.
        task: whose loss it is.
        truth: what the image shows, see `target_of`.
        learning_rate: how long the step is.

    Raises:
        ModelError: the truth is none that the task knows, or the learning rate is no positive number.
    """
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ModelError(f"the learning rate {learning_rate} is none: give a number above 0, such as 0.001")
    target = target_of(task, truth)
    copied = copy.deepcopy(network).double().eval()
    for weight in copied.parameters():
        weight.requires_grad_(True)
    given = image.detach().double()

    def loss() -> Tensor:
        return task.loss(copied.classify(copied.features(given)), target.to(given), 0.0)[0]

    before = loss()
    before.backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        changes = tuple(_change(copied, name, role, learning_rate, loss) for name, role in _told(copied))
        learnt = [weight for weight in copied.parameters() if weight.grad is not None]
        for weight in learnt:
            assert weight.grad is not None
            weight.sub_(weight.grad, alpha=learning_rate)
        after = float(loss())
    return Step(truth, learning_rate, float(before.detach()), after, sum(w.numel() for w in learnt), changes)


def target_of(task: ModelTask, truth: str) -> Tensor:
    """What the network should have said of an image, (1, width).

    Args:
        task: of the model.
        truth: a class; a finding, or `no` and a finding; a number. Survival takes none.

    Raises:
        ModelError: the task does not know it; what it knows is named.

    Example:
        >>> from hilum.tasks.classification import ClassificationTask
        >>> target_of(ClassificationTask(("normal", "pneumonia")), "pneumonia").tolist()
        [[1.0]]
    """
    if task.kind == "classification":
        classes = [str(name) for name in task.to_json()["classes"]]
        if truth not in classes:
            raise ModelError(f"`{truth}` is no class of this model: say one of {', '.join(classes)}")
        frame = pd.DataFrame({"label": [truth]})
    elif task.kind == "findings":
        names = output_names(task)
        finding = truth if truth in names else truth.removeprefix("no ")
        if finding not in names:
            known = ", ".join(names)
            raise ModelError(f"`{truth}` is no finding of this model: say one of {known}, or `no` before it")
        known_labels = {name: [float(truth == name) if name == finding else np.nan] for name in names}
        frame = pd.DataFrame(known_labels)
    elif task.kind == "regression":
        frame = pd.DataFrame({"value": [_number(truth)]})
    else:
        raise ModelError(
            "the truth of survival is a time and an event, which --truth cannot tell: leave it out"
        )
    return torch.from_numpy(task.targets(frame))


def _number(truth: str) -> float:
    try:
        value = float(truth)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelError(f"`{truth}` is no number, and this model says numbers: give the true value")
    return value


def _told(network: Network) -> list[tuple[str, str]]:
    """The layers of which one weight is told, and what they are."""
    convolutions = [name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)]
    found = [(f"{convolutions[0]}.weight", "first kernel")] if convolutions else []
    found.append(("head.weight", "last layer"))
    return found if network.head.bias is None else [*found, ("head.bias", "bias of the last layer")]


def _change(network: Network, name: str, role: str, learning_rate: float, loss: "object") -> Change:
    """The weight of a layer whose gradient is steepest; it is changed, the loss is asked, it is set back."""
    assert callable(loss)
    weight = network.get_parameter(name)
    gradient = torch.zeros_like(weight) if weight.grad is None else weight.grad
    place = int(gradient.abs().argmax())
    index = tuple(int(each) for each in np.unravel_index(place, tuple(weight.shape)))
    before, slope = float(weight[index]), float(gradient[index])
    after = float(stepped(before, slope, learning_rate))
    weight[index] = after
    loss_after = float(loss())
    weight[index] = before
    return Change(name.rpartition(".")[0], role, index, before, slope, after, loss_after)
