"""Look inside a trained network while it reads one image: every step from grey values to the answer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.explanation.attention_rollout import ATTENTION_ROLLOUT, rollout_evidence
from hilum.explanation.inside_by_hand import ByHand, followed_by_hand
from hilum.explanation.inside_layers import Layer, Maps, Seen, layers_of, seen_layers
from hilum.explanation.inside_learning import Step, step_of_learning, target_of
from hilum.explanation.inside_output import Answer, answer_of, output_names
from hilum.explanation.views import Alone
from hilum.explanation.what import one_output
from hilum.models import Blend, CaseNetwork, Network, Standard, standardised, to_unit
from hilum.models.timm_networks import TimmTokens
from hilum.tasks import ModelTask


@dataclass(frozen=True, eq=False)
class Inside:
    """Everything that was seen inside a network.

    Attributes:
        prepared: the image as it was prepared, 0 to 1, (rows, columns).
        kernels: of the first convolution, (kernels, rows, columns), the mean over channels; None without one.
        shown: which kernels the page shows, counted from 0.
        layers: in the order of the network.
        by_hand: one value of the first map worked out; None where the layer does more than that.
        attention: of a transformer, how much of each patch is in the answer, rows by columns; else None.
        answer: the output layer.
        step: one step of learning; None where no truth was given.
        notes: what one should know, in sentences.
    """

    prepared: Maps
    kernels: Maps | None
    shown: tuple[int, ...]
    layers: tuple[Layer, ...]
    by_hand: ByHand | None
    attention: Maps | None
    answer: Answer
    step: Step | None
    notes: tuple[str, ...]


def look_inside(
    network: Network,
    image: NDArray[np.uint8 | np.uint16],
    standard: Standard,
    task: ModelTask,
    *,
    truth: str | None = None,
    learning_rate: float = 1e-3,
) -> Inside:
    """Let a network read one image and keep what happens inside.

    Args:
        network: a trained network; it is put into reading mode.
        image: (size, size), or (channels, size, size), prepared as for training.
        standard: how it becomes input.
        task: how outputs become readings.
        truth: what the image shows; None = no loss and no step.
        learning_rate: how long the step is.

    Raises:
        ModelError: the image is a volume, or the task does not know such a truth.

    Example:
        >>> from hilum.models import Shape, build_model
        >>> from hilum.tasks.classification import ClassificationTask
        >>> task = ClassificationTask(("normal", "pneumonia"))
        >>> network = build_model("small_cnn", Shape(1, 1, 32))
        >>> image = np.eye(32, dtype=np.uint8)
        >>> inside = look_inside(network, image, Standard(0.5, 0.25), task, truth="normal")
        >>> [layer.what for layer in inside.layers][:3], inside.step.truth
        (['convolution', 'max pooling', 'ReLU'], 'normal')
    """
    if image.ndim != 2 and len(image) != _channels(network):
        raise ModelError("this model reads volumes, and `hilum inside` looks at single images only")
    network.eval()
    unit = to_unit(image[np.newaxis], next(network.parameters()).device)
    given = standardised(unit.clone(), standard)
    groups = seen_layers(network, given)
    place = None if truth is None else _place_of(task, truth)
    kernels, shown = _kernels(groups)
    grey = image.astype(np.float64) / np.iinfo(image.dtype).max
    return Inside(
        (grey if grey.ndim == 2 else grey.mean(axis=0)).astype(np.float32),
        kernels,
        shown,
        layers_of(groups),
        followed_by_hand(groups[0]) if groups else None,
        _attention(network, unit, standard),
        answer_of(network, given, task, place),
        None if truth is None else step_of_learning(network, given, task, truth, learning_rate),
        tuple(_notes(network, groups)),
    )


def _channels(network: Network) -> int:
    """How many channels a network reads at once; slices of a volume are none."""
    first = next((weight for weight in network.parameters() if weight.ndim > 2), None)
    return int(first.shape[1]) if first is not None and first.ndim == 4 else 1


def _place_of(task: ModelTask, truth: str) -> int | None:
    """The output that stands for the truth, where one does."""
    target_of(task, truth)
    names = output_names(task)
    wanted = truth.removeprefix("no ") if truth not in names else truth
    return names.index(wanted) if wanted in names else None


def _kernels(groups: list[list[Seen]]) -> tuple[Maps | None, tuple[int, ...]]:
    if not groups:
        return None, ()
    weights = groups[0][0].module.get_parameter("weight").detach().float().mean(dim=1).cpu().numpy()
    return weights, layers_of(groups[:1])[0].shown


def _attention(network: Network, unit: Tensor, standard: Standard) -> Maps | None:
    """How much of each patch a transformer gathered for its answer, through all layers."""
    view = Alone(network, standard)
    if not ATTENTION_ROLLOUT.fits(view):
        return None
    return rollout_evidence(view, unit, one_output(0))[0].float().cpu().numpy()


def _notes(network: Network, groups: list[list[Seen]]) -> list[str]:
    notes = []
    if isinstance(network, Blend):
        notes.append(
            "Several networks read the image side by side; their layers are shown one after another."
        )
    if isinstance(network, CaseNetwork):
        notes.append(
            "This model reads a table or several images beside; here it reads this image alone, with a table "
            "that says nothing unusual."
        )
    inner = network.network if isinstance(network, CaseNetwork) else network
    if isinstance(inner, TimmTokens):
        notes.append(
            "This network is a transformer: its only convolution cuts the image into patches, and its layers "
            "let the patches look at each other, so that there are no maps after ReLU and pooling."
        )
    elif not groups:
        notes.append(
            "This network has no convolution over the image that can be shown, and so there are no kernels "
            "and no maps here; what follows is its last layer."
        )
    return notes
