"""Set a network's outputs right on the validation part, so that probabilities mean what they say.

The outputs are stretched and shifted (Platt 1999; for more classes temperature and bias, Guo 2017), by as
little as the validation cases ask for. For time to an event the hazards of one kind of event are stretched
alike, each interval's around its own mean, and shifted alike: some intervals have far fewer events than
others, and a stretch around 0 would draw them together. Stretch and shift go into the last layer, so that a
model reads with them wherever it is taken.

Where models of the same plan have read training cases that they had not seen, these readings count too: a
validation part of two hundred events tells a slope to within a tenth only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.tasks import ClassificationTask, CompetingTask, FindingsTask, HorizonTask, ModelTask

# What is believed before any case is seen: the logarithm of the stretch follows Student's t with three
# degrees of freedom and this scale, the shift a normal distribution with this spread. Networks that learn by
# likelihood and stop in time are near the truth, and two hundred events cannot tell 0.9 from 1; a network
# that is far off leaves the narrow middle of t at a small price.
_STRETCH_SCALE = 0.2
_STRETCH_FREEDOM = 3.0
_SHIFT_SPREAD = 1.0
_FEWEST = 20
_STEPS = 200


@dataclass(frozen=True)
class Calibration:
    """What is done to outputs: `outputs * stretch + shift`.

    Attributes:
        stretch: one for each output.
        shift: one for each output.
        cases: validation cases on which both were chosen; 0 = they are as they came.
        unseen: training cases that were read by models which had not seen them, and counted too.
    """

    stretch: tuple[float, ...]
    shift: tuple[float, ...]
    cases: int = 0
    unseen: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON for a model folder."""
        both = {"stretch": list(self.stretch), "shift": list(self.shift), "cases": self.cases}
        return {**both, "unseen": self.unseen} if self.unseen else both

    def applied(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Outputs (n, outputs) set right.

        Example:
            >>> Calibration((2.0,), (1.0,)).applied(np.array([[3.0]], np.float32)).tolist()
            [[7.0]]
        """
        right = outputs * np.array(self.stretch, np.float32) + np.array(self.shift, np.float32)
        return right.astype(np.float32, copy=False)


def settled(task: ModelTask) -> tuple[NDArray[np.float64], ModelTask]:
    """What a task adds to outputs on prediction, as a shift, and the task that adds nothing.

    Example:
        >>> task = ClassificationTask(("normal", "pneumonia"), log_priors=(-0.5, -1.0))
        >>> settled(task)[0].tolist()
        [-0.5]
    """
    if isinstance(task, ClassificationTask) and task.log_priors:
        priors = np.array(task.log_priors)
        return (priors[1:] - priors[:1] if task.binary else priors), replace(task, log_priors=())
    if isinstance(task, FindingsTask) and task.weights:
        return -np.log(np.array(task.weights)), replace(task, weights=())
    if isinstance(task, HorizonTask) and task.log_prior:
        return np.array([task.log_prior]), replace(task, log_prior=0.0)
    return np.zeros(task.outputs), task


@dataclass(frozen=True)
class Opinions:
    """What a network says of cases whose truth is known.

    Attributes:
        task: its own; it adds nothing to outputs.
        outputs: (n, outputs).
        cases: (n) their truth.
    """

    task: ModelTask
    outputs: NDArray[np.float32]
    cases: pd.DataFrame


def calibrate(
    task: ModelTask,
    outputs: NDArray[np.float32],
    cases: pd.DataFrame,
    already: NDArray[np.float64] | None = None,
    unseen: Sequence[Opinions] = (),
) -> Calibration:
    """Choose stretch and shift on validation cases, and on cases that were read unseen.

    They minimise the task's own loss, with a mild pull towards no change, so that a few cases, or cases that
    are told apart without an error, do not make a model surer than it can be. A number (regression) is left
    as it is, as are fewer than 20 cases.

    Args:
        task: one that adds nothing to outputs, from `settled`.
        outputs: (n, outputs) of the network for the cases.
        cases: their truth.
        already: (outputs,) stretch that the same cases chose before and the outputs bear; None = none.
            The pull is towards the outputs as the networks gave them, so that cases asked twice say no more.
        unseen: of networks of the same plan, set right on the same validation cases, which read cases that
            they had not seen. What their outputs lack is what the network's lack after its own calibration.

    Returns:
        The calibration.

    Example:
        >>> task = ClassificationTask(("normal", "pneumonia"))
        >>> cases = pd.DataFrame({"label": ["normal", "normal", "pneumonia", "normal"] * 50})
        >>> calibrate(task, np.zeros((200, 1), np.float32), cases).shift[0] < -0.9
        True
    """
    same = Calibration((1.0,) * task.outputs, (0.0,) * task.outputs)
    if task.kind == "regression" or len(cases) < _FEWEST:
        return same
    own = Opinions(task, outputs, cases)
    stretched = np.ones(task.outputs) if already is None else already
    found = _chosen([own], stretched)
    like = [each for each in unseen if _parameters(each.task) == _parameters(task)]
    if like:
        right = Opinions(task, found.applied(outputs), cases)
        further = _chosen([right, *like], stretched * found.stretch)
        found = _one_after_the_other(found, further)
    if not np.isfinite([*found.stretch, *found.shift]).all():
        return same
    return replace(found, cases=len(cases), unseen=sum(len(each.cases) for each in like))


def _chosen(opinions: Sequence[Opinions], already: NDArray[np.float64]) -> Calibration:
    """Stretch and shift of the first network's outputs, on its cases and on those of networks like it."""
    centre = _centre(opinions[0])
    stretch, moved = _fitted(opinions, np.log(already))
    shift = moved + centre * (1 - stretch)
    return Calibration(tuple(stretch.tolist()), tuple(shift.tolist()))


def _one_after_the_other(first: Calibration, then: Calibration) -> Calibration:
    """One calibration that does what two do."""
    stretch = np.multiply(first.stretch, then.stretch)
    shift = np.multiply(first.shift, then.stretch) + then.shift
    return Calibration(tuple(stretch.tolist()), tuple(shift.tolist()))


def _centre(of: Opinions) -> NDArray[np.float64]:
    """Around what outputs are stretched."""
    if of.task.kind != "survival":
        return np.zeros(of.task.outputs)
    found: NDArray[np.float64] = of.outputs.astype(np.float64).mean(axis=0)
    return found


def _shared(task: ModelTask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which outputs have one stretch, and which one shift: a number for each output, from 0."""
    each, together = np.arange(task.outputs), np.zeros(task.outputs, np.int64)
    if task.kind == "survival":
        kinds = np.arange(task.outputs) // task.intervals if isinstance(task, CompetingTask) else together
        return kinds, kinds
    return (each if task.kind == "findings" else together), each


def _parameters(task: ModelTask) -> tuple[str, int, int]:
    """The kind of task, and how many stretches and shifts it has; intervals of time may be others."""
    stretch_of, shift_of = _shared(task)
    return task.kind, int(stretch_of.max()) + 1, int(shift_of.max()) + 1


def _fitted(
    opinions: Sequence[Opinions], already: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first network's stretch and shift, each (outputs,); `already` is a logarithm."""
    stretch_of, shift_of = _shared(opinions[0].task)
    _, stretches, shifts = _parameters(opinions[0].task)
    before = torch.from_numpy(np.bincount(stretch_of, already) / np.bincount(stretch_of))
    misfits = [_misfit_of(each, stretches) for each in opinions]

    def misfit(chosen: Tensor) -> Tensor:
        return torch.stack([each(chosen) for each in misfits]).sum()

    def pulled(chosen: Tensor) -> Tensor:
        return misfit(chosen) + _pull(chosen[:stretches] + before, chosen[stretches:])

    none = torch.zeros(stretches + shifts, dtype=torch.float64)
    wide = _lowest(lambda chosen: misfit(chosen) + (chosen**2).sum() / 2, none)
    # The pull towards no stretch has more than one valley: the search begins in both.
    believed = [_lowest(pulled, start) for start in (none, wide)]
    with torch.no_grad():
        best = min(believed, key=lambda chosen: float(pulled(chosen)))
    found: NDArray[np.float64] = best.numpy()
    return np.exp(found[:stretches])[stretch_of], found[stretches:][shift_of]


def _misfit_of(of: Opinions, stretches: int) -> Callable[[Tensor], Tensor]:
    """The loss of opinions, summed over cases, as a function of logarithms of stretches and of shifts."""
    task, (stretch_of, shift_of) = of.task, _shared(of.task)
    centre = _centre(of)
    around, middle = torch.from_numpy(of.outputs.astype(np.float64) - centre), torch.from_numpy(centre)
    truth = torch.from_numpy(task.targets(of.cases).astype(np.float64))
    # The loss of a case with several findings is their mean; the pull is weighed against their sum.
    weight = task.outputs if task.kind == "findings" else 1

    def misfit(chosen: Tensor) -> Tensor:
        stretch, shift = torch.exp(chosen[:stretches])[stretch_of], chosen[stretches:][shift_of]
        return weight * task.loss(around * stretch + middle + shift, truth, 0.0).sum()

    return misfit


def _pull(stretches: Tensor, shifts: Tensor) -> Tensor:
    """What leaving the outputs as they are is believed to be worth, given logarithms of stretches."""
    far = (stretches / _STRETCH_SCALE) ** 2 / _STRETCH_FREEDOM
    near = (shifts / _SHIFT_SPREAD) ** 2
    return (_STRETCH_FREEDOM + 1) / 2 * torch.log1p(far).sum() + near.sum() / 2


def _lowest(misfit: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """Where a smooth function is lowest, searched from a start."""
    chosen = start.clone().requires_grad_()
    search: Any = torch.optim.LBFGS(
        [chosen], max_iter=_STEPS, tolerance_grad=1e-9, tolerance_change=1e-12, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        search.zero_grad()
        total = misfit(chosen)
        torch.autograd.backward(total)
        return total

    with torch.enable_grad():
        search.step(loss)
    return chosen.detach()


def into_head(weights: Mapping[str, Tensor], calibration: Calibration) -> dict[str, Tensor]:
    """A network's weights with the calibration in their last layer.

    Args:
        weights: by name, with `head.weight` and `head.bias`.
        calibration: of the outputs of that layer.

    Returns:
        The same weights, the last layer replaced.

    Example:
        >>> head = {"head.weight": torch.ones(1, 2), "head.bias": torch.ones(1)}
        >>> into_head(head, Calibration((2.0,), (1.0,)))["head.bias"].tolist()
        [3.0]
    """
    stretch, shift = torch.tensor(calibration.stretch), torch.tensor(calibration.shift)
    weight, bias = weights["head.weight"].cpu(), weights["head.bias"].cpu()
    return {
        **weights,
        "head.weight": weight * stretch.to(weight.dtype)[:, None],
        "head.bias": bias * stretch.to(bias.dtype) + shift.to(bias.dtype),
    }
