"""The last layer of a network: how the last numbers and their weights become an answer."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.explanation.inside_arithmetic import output, sigmoid, softmax
from hilum.models import Network
from hilum.tasks import ModelTask

TOLD = 6


@dataclass(frozen=True)
class Share:
    """What one of the last numbers contributes to an output.

    Attributes:
        feature: which of the last numbers, counted from 0.
        where: the map it belongs to, and its place where maps were not averaged; counted from 1, in words.
        value: the number itself.
        weight: by which it is multiplied.
        product: both multiplied.

    Example:
        >>> Share(0, "map 1", value=2.0, weight=0.5, product=1.0).product
        1.0
    """

    feature: int
    where: str
    value: float
    weight: float
    product: float


@dataclass(frozen=True)
class Answer:
    """The output layer and what becomes of its numbers.

    Attributes:
        place: which output is worked out, counted from 0.
        name: what it stands for.
        features: how many numbers come into the last layer.
        shares: the numbers that count most for it and against it, largest first.
        rest: the sum of all other products.
        bias: added at the end.
        total: shares, rest and bias together: the output.
        outputs: all outputs, as the network gives them.
        squashed: the outputs as the function below makes them; empty where there is none.
        squash: `sigmoid`, `softmax`, or empty where outputs become readings otherwise.
        readings: what `hilum predict` says of this image by this network, by column.

    Example:
        >>> Answer(0, "a", 1, (), 0.0, 0.0, 0.0, (0.0,), (0.5,), "sigmoid", {"score": 0.5}).squash
        'sigmoid'
    """

    place: int
    name: str
    features: int
    shares: tuple[Share, ...]
    rest: float
    bias: float
    total: float
    outputs: tuple[float, ...]
    squashed: tuple[float, ...]
    squash: str
    readings: dict[str, float]


def answer_of(network: Network, image: Tensor, task: ModelTask, place: int | None = None) -> Answer:
    """Work out one output of an image.

    Args:
        network: in reading mode.
        image: (1, channels, rows, columns), as the network reads it.
        task: how outputs become readings.
        place: which output; None = the largest.
    """
    given, made, maps = _last_layer(network, image)
    at = int(made.argmax()) if place is None else place
    weights = network.head.weight[at].detach().double().cpu().numpy()
    bias = 0.0 if network.head.bias is None else float(network.head.bias[at].detach())
    products = given * weights
    told = _told(products)
    shares = tuple(
        Share(
            int(n), _where(int(n), len(given), maps), float(given[n]), float(weights[n]), float(products[n])
        )
        for n in told
    )
    squash, squashed = _squashed(task, made)
    readings = task.predict(made[np.newaxis].astype(np.float32))
    return Answer(
        at,
        output_names(task)[at],
        len(given),
        shares,
        float(products.sum() - products[told].sum()),
        bias,
        output(given, weights, bias),
        tuple(float(value) for value in made),
        squashed,
        squash,
        {name: float(values[0]) for name, values in readings.items()},
    )


def output_names(task: ModelTask) -> list[str]:
    """What each output of a network stands for, in words.

    Example:
        >>> from hilum.tasks.classification import ClassificationTask
        >>> output_names(ClassificationTask(("normal", "pneumonia")))
        ['pneumonia']
    """
    content = task.to_json()
    if task.kind == "classification":
        classes = [str(name) for name in content["classes"]]
        return classes[-1:] if len(classes) == 2 else classes
    if task.kind == "findings":
        return [column.removeprefix("score_") for column in task.columns]
    return [f"output {number}" for number in range(1, task.outputs + 1)]


def _squashed(task: ModelTask, made: NDArray[np.float64]) -> tuple[str, tuple[float, ...]]:
    if task.kind == "findings" or (task.kind == "classification" and task.outputs == 1):
        return "sigmoid", tuple(float(value) for value in sigmoid(made))
    if task.kind == "classification":
        return "softmax", tuple(float(value) for value in softmax(made))
    return "", ()


def _last_layer(
    network: Network, image: Tensor
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[int, ...]]:
    """What went into the last layer, what came out, and the shape of the last feature map."""
    caught: list[Tensor] = []
    handle = network.head.register_forward_pre_hook(lambda _, given: caught.append(given[0].detach()))
    try:
        with torch.inference_mode():
            features = network.features(image.clone())
            outputs = network.classify(features)
    finally:
        handle.remove()
    given, made = (tensor[0].double().cpu().numpy() for tensor in (caught[-1], outputs))
    return given, made, tuple(int(side) for side in features.shape[1:])


def _told(products: NDArray[np.float64]) -> NDArray[np.int64]:
    """The products that count most, those for and those against, largest first."""
    order = np.argsort(-products, kind="stable")
    positive = [n for n in order[:TOLD] if products[n] > 0]
    negative = [n for n in order[::-1][:TOLD] if products[n] < 0]
    return np.array([*positive, *negative[::-1]], dtype=np.int64)


def _where(feature: int, features: int, maps: tuple[int, ...]) -> str:
    count, rows, columns = maps if len(maps) == 3 else (features, 1, 1)
    if features == count * rows * columns and rows * columns > 1:
        number, place = divmod(feature, rows * columns)
        return f"map {number + 1}, row {place // columns + 1}, column {place % columns + 1}"
    return (
        f"map {feature + 1}, its mean"
        if features == count and rows * columns > 1
        else f"number {feature + 1}"
    )
