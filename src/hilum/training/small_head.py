"""The first honest answer: the network stays as it is, and a linear head is fitted in seconds."""

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.models import CaseNetwork, Network, Shape, build_model, place, read_images, read_starting, steady
from hilum.models.linear import Linear
from hilum.preparation import Plan, Prepared
from hilum.preparation.bags import has_image, rows_of_cases
from hilum.progress import Progress
from hilum.tasks import ClassificationTask, ModelTask
from hilum.tasks.cox import CoxTask
from hilum.training.cox import CoxLoss, baseline_hazard, calibration_slope
from hilum.training.data import TrainingData
from hilum.training.folds import deal_patients
from hilum.training.frozen_features import (
    CACHE,
    Axes,
    fit_components,
    kept_features,
    leave_nothing_to_learn,
    principal_axes,
)
from hilum.training.options import TrainOptions
from hilum.training.ridge import RidgeFit, fit_ridge
from hilum.training.ridge_losses import HeadLoss, LogisticLoss, SoftmaxLoss, SquaredLoss
from hilum.training.sampling import generator
from hilum.training.start import starting_weights

LINEAR = "linear"
FOLDS = 5
_DEAL = 204
_COMPETING = 2


@dataclass(frozen=True)
class Fitted:
    """A fitted network.

    Attributes:
        weights: of the whole network, by name.
        task: as it was given; with its baseline where that is fitted too.
        training: what happened, for `model.json`.
    """

    weights: dict[str, Tensor]
    task: ModelTask
    training: dict[str, Any]


def has_small_head(plan: Plan) -> bool:
    """Whether a plan asks for a head alone, and not for the network to learn.

    Example:
        >>> has_small_head(Plan(model="linear")), has_small_head(Plan(model="resnet18"))
        (True, False)
    """
    return plan.frozen or plan.model == LINEAR


def task_of_small_head(task: ModelTask, cohort: Cohort) -> ModelTask:
    """The task as a small head learns it: time to an event by Cox's regression, all others as they are."""
    if cohort.task.kind != "survival":
        return task
    train = cohort.cases[cohort.cases["part"] == "train"]
    return CoxTask.of(train, tuple(cohort.task.horizons_days))


def patients_of(cohort: Cohort, prepared: Prepared) -> NDArray[np.int64]:
    """A number for the patient of each training case that has a readable image, in the order of `gather`."""
    train = cohort.with_cases(cohort.cases[cohort.cases["part"] == "train"])
    there = has_image(rows_of_cases(train, prepared))
    names = train.cases["patient"].astype(str).to_numpy()[there]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def as_the_network_expects(data: TrainingData, plan: Plan) -> TrainingData:
    """The data with the mean and deviation with which the plan's weights learnt to see.

    A network that goes on learning gets used to the study's own; one that stays as it is cannot.

    Raises:
        ModelError: the weights cannot be read.
    """
    weights = None if plan.model == LINEAR else starting_weights(plan)
    standard = None if weights is None else read_starting(weights, plan.model).standard
    return data if standard is None else replace(data, standard=standard)


def fit_small_head(  # noqa: PLR0917  # what is learnt from, how, where to, and who is told
    data: TrainingData,
    patients: NDArray[np.int64],
    task: ModelTask,
    plan: Plan,
    options: TrainOptions,
    progress: Progress,
) -> Fitted:
    """Let the network look at every training image once, and fit its last layer to what it sees.

    The penalty is chosen by cross-validation among the training patients; the validation part has no say and
    is only reported. Classes are taken as often as they come, so that probabilities are those of the training
    part.

    Args:
        data: from `gather`.
        patients: (n,) number of each training case's patient.
        task: from `task_of_small_head`.
        plan: with `frozen`, or for the model `linear`.
        options: where the features are kept meanwhile, and the seed of the folds.
        progress: told how far it is.

    Returns:
        The network's weights, its task, and what happened.

    Raises:
        ModelError: the network has no weights to see with, or there is too little to learn from.
    """
    _refuse_what_cannot_be(data, patients, plan)
    began = time.monotonic()
    words = f"{options.reader} repeat {options.repeat}"

    def told(what: str) -> partial[None]:
        return partial(_tell, progress, f"{words} · {what}")

    with steady(plan.threads, seed=0) as device:
        network = _network(data, task, plan)
        place(network, device)
        _ready(network, data)
        with kept_features(options.model_folder / CACHE, network, data, told("looks at images")) as features:
            axes = principal_axes(features, _beside(network))
        loss = _loss(task, data.targets)
        rng = generator(options.seed, options.repeat, _DEAL)
        fold = deal_patients(patients, _groups_to_deal(task, data.targets, patients), FOLDS, rng)
        fit = fit_ridge(axes.places, loss, fold, told("tries penalties"))
        if isinstance(task, CoxTask):
            task, fit = _with_baseline(task, data, axes, fit)
        _fold_in(network, axes, fit)
        history = _judged(network, data, task, fit)
        weights = {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
    training = {
        "images": data.images,
        "validation_images": int((data.validation_rows >= 0).sum()),
        "left_out": data.left_out,
        "epochs": 1,
        "best_epoch": 1,
        "monitor": task.monitor_name,
        "stopped": "",
        "history": [history],
        "seconds": round(time.monotonic() - began, 1),
        "device": device.type,
        "small_head": _facts(network, axes, fit),
    }
    return Fitted(weights, task, training)


def _tell(progress: Progress, what: str, done: int, total: int) -> None:
    progress(done, total, what)


def _refuse_what_cannot_be(data: TrainingData, patients: NDArray[np.int64], plan: Plan) -> None:
    if plan.model != LINEAR and starting_weights(plan) is None:
        raise ModelError(
            f"{plan.model} would be frozen with random weights, which see nothing of use: name pretrained "
            'weights, leave `frozen` out, or write model = "linear", which needs none'
        )
    if len(patients) != len(data.rows):
        raise ModelError("the patients do not belong to the training images: prepare the images again")
    if len(data.rows) < 2:
        raise ModelError("a single training image teaches nothing: add cases or change [split]")


def _network(data: TrainingData, task: ModelTask, plan: Plan) -> Network:
    shape = data.shape(Shape(plan.picture.channels, task.outputs, plan.picture.size))
    weights = None if plan.model == LINEAR else starting_weights(plan)
    return build_model(plan.model, shape, weights)


def _ready(network: Network, data: TrainingData) -> None:
    """Settle all that stands before the last layer, without looking at any label."""
    of_images = network.network if isinstance(network, CaseNetwork) else network
    if isinstance(of_images, Linear):
        fit_components(of_images, data)
    if isinstance(network, CaseNetwork):
        leave_nothing_to_learn(network)


def _beside(network: Network) -> int:
    """How many of the numbers that the last layer gets come from a table."""
    if not isinstance(network, CaseNetwork) or network.table is None:
        return 0
    layer = network.table[0]
    assert isinstance(layer, nn.Linear)
    return layer.out_features


def _groups_to_deal(
    task: ModelTask, targets: NDArray[np.float32], patients: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Groups that are spread over folds; a competing event that hardly anybody had is none of them."""
    groups = task.groups(targets)
    competing = groups == _COMPETING
    if isinstance(task, CoxTask) and len(np.unique(patients[competing])) < FOLDS:
        return np.where(competing, 0, groups)
    return groups


def _loss(task: ModelTask, targets: NDArray[np.float32]) -> HeadLoss:
    """What the head is fitted to."""
    truth = targets.astype(np.float64)
    if isinstance(task, CoxTask):
        return CoxLoss(truth[:, 0], truth[:, 1], task.causes)
    if task.kind == "regression":
        return SquaredLoss(truth)
    if isinstance(task, ClassificationTask) and not task.binary:
        return SoftmaxLoss(truth)
    return LogisticLoss(truth)


def _with_baseline(task: CoxTask, data: TrainingData, axes: Axes, fit: RidgeFit) -> tuple[CoxTask, RidgeFit]:
    """Stretch the hazards so that they are right for cases not seen, and add their baseline.

    Both are found from what each training case gets of the head that did not see it.
    """
    time_days, event = data.targets[:, 0].astype(np.float64), data.targets[:, 1]
    at = np.array(task.times_days).astype(np.float32).astype(np.float64)
    outputs = fit.outputs(axes.places.astype(np.float64)) if fit.left_out is None else fit.left_out
    slopes, hazards = np.ones(task.causes), []
    for cause in range(task.causes):
        happened = event == cause + 1
        if fit.left_out is not None:
            slopes[cause] = calibration_slope(outputs[:, cause], time_days, happened)
        hazards.append(baseline_hazard(slopes[cause] * outputs[:, cause], time_days, happened, at))
    baseline = tuple(tuple(hazard.tolist()) for hazard in hazards)
    return replace(task, baseline=baseline), replace(fit, weights=fit.weights * slopes)


def _fold_in(network: Network, axes: Axes, fit: RidgeFit) -> None:
    """Write the fit into the network's last layer, so that it reads features as they come."""
    weights = axes.directions @ fit.weights
    intercept = fit.intercept
    with torch.no_grad():
        if isinstance(network, Linear):
            network.centre.copy_(torch.from_numpy(axes.centre))
            network.scale.copy_(torch.from_numpy(axes.scale))
        else:
            weights = weights / axes.scale[:, None]
            intercept = intercept - axes.centre @ weights
        network.head.weight.copy_(torch.from_numpy(weights.T.copy()))
        network.head.bias.copy_(torch.from_numpy(intercept))


def _judged(network: Network, data: TrainingData, task: ModelTask, fit: RidgeFit) -> dict[str, float]:
    """The one entry of the history: losses by cross-validation, and the result on the validation part."""
    entry: dict[str, float] = {"epoch": 1}
    if len(fit.tried):
        entry["loss"] = float(fit.tried.min(axis=0).mean())
    if not len(data.validation_rows):
        return entry
    table = data.validation_table
    outputs = read_images(network, data.array, data.validation_rows, data.standard, table=table)
    targets = torch.from_numpy(task.targets(data.validation_cases))
    entry["validation_loss"] = float(task.loss(torch.from_numpy(outputs), targets, 0.0).mean())
    value = task.monitor(task.predict(outputs), data.validation_cases)
    if np.isfinite(value):
        entry[f"validation_{task.monitor_name}"] = value
    return entry


def _facts(network: Network, axes: Axes, fit: RidgeFit) -> dict[str, Any]:
    return {
        "features": network.head.in_features,
        "axes": axes.directions.shape[1],
        "folds": fit.folds,
        "penalties": [float(value) for value in fit.penalties],
        "relative_penalties": [float(value) for value in fit.relative],
        "cross_validated_losses": fit.tried.tolist(),
    }
