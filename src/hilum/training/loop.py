"""The training loop, in one piece.

Every random number belongs to seed, repeat, epoch and step, so a training that was cut off goes on to the
same weights.
"""

import hashlib
import json
import math
import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.models import Network, Shape, build_model, place, read_images, standardised, steady, to_unit
from hilum.preparation import Plan
from hilum.progress import Progress
from hilum.tasks import ModelTask
from hilum.training.augmentation import augment, draw
from hilum.training.checkpoint import (
    Position,
    load_checkpoint,
    optimiser_tensors,
    restore_optimiser,
    save_checkpoint,
)
from hilum.training.data import TrainingData
from hilum.training.optimiser import WeightAverage, learning_rate, make_optimiser
from hilum.training.options import TrainOptions
from hilum.training.sampling import batches, case_weights, epoch_order, generator
from hilum.training.start import starting_weights

_ORDER, _BATCH, _WEIGHTS = 201, 202, 203
# Two epochs whose validation results agree to this many digits are equal; of equal ones the later is kept,
# since its learning rate was lower and its average steadier.
_DIGITS = 3


class Training:
    """One network on its way from first to last step."""

    def __init__(self, data: TrainingData, task: ModelTask, plan: Plan, options: TrainOptions) -> None:
        if plan.learning.class_balance == "weights":
            task = task.weighted_for(data.targets)
        self.data, self.task, self.plan, self.options = data, task, plan, options
        self.key = _key(data, task, plan, options)
        self.position = Position()
        self.best: dict[str, Tensor] = {}
        balance = plan.learning.class_balance
        self.case_weights = case_weights(data.groups) if balance == "weights" else None
        self.saved_at = time.monotonic()

    def run(self, progress: Progress) -> dict[str, Tensor]:
        """Train to the end, from the beginning or from where an earlier attempt was cut off.

        Returns:
            The best epoch's weights.

        Raises:
            ModelError: the loss was no number before the first epoch was done.
        """
        seed = int(generator(self.options.seed, self.options.repeat, _WEIGHTS).integers(2**62))
        with steady(self.plan.threads, seed) as device:
            self._start(device)
            while self.position.epoch < self.plan.learning.epochs and not self.position.stopped:
                self._epoch(progress)
                if not self.position.stopped:
                    self._judge()
                    self._save_now_and_then()
        if not self.best:
            raise ModelError(
                "training failed in its first epoch, the loss was no number: lower `learning_rate`"
            )
        return self.best

    def _start(self, device: torch.device) -> None:
        shape = Shape(self.plan.picture.channels, self.task.outputs, self.plan.picture.size)
        self.network: Network = build_model(self.plan.model, shape, starting_weights(self.plan))
        balanced = self.plan.learning.class_balance != "none"
        begin = torch.from_numpy(self.task.start(self.data.targets, balanced=balanced))
        with torch.no_grad():
            self.network.head.bias.copy_(begin)
        place(self.network, device)
        self.device = device
        self.optimiser = make_optimiser(self.network, self.plan.learning)
        self.average = WeightAverage(self.network, self.plan.learning.averaging)
        self.began = time.monotonic()
        found = load_checkpoint(self.options.model_folder, self.key)
        if found:
            self.position, tensors = found
            self.network.load_state_dict(tensors["weights"])
            self.average.load(tensors["average"])
            self.best = tensors.get("best", {})
            restore_optimiser(self.optimiser, tensors.get("optimiser", {}))
            self.began -= self.position.seconds

    def _epoch(self, progress: Progress) -> None:
        """Take the remaining steps of the current epoch."""
        learning, position = self.plan.learning, self.position
        rng = generator(self.options.seed, self.options.repeat, _ORDER, position.epoch)
        order = epoch_order(self.data.groups, rng, balanced=learning.class_balance == "sampling")
        pieces = batches(order, learning.batch_size)
        self.network.train()
        for step in range(position.step, len(pieces)):
            loss = self._step(pieces[step], step, len(pieces))
            if not math.isfinite(loss):
                position.stopped = f"the loss was no number in epoch {position.epoch + 1}"
                return
            position.loss_sum += loss
            position.step = step + 1
            progress(position.epoch * len(pieces) + step + 1, learning.epochs * len(pieces), self._words())
            if step + 1 < len(pieces):
                self._save_now_and_then()
        if pieces:
            self.average.update(
                self.network, (position.epoch + 1) * len(pieces) - 1, now=not learning.averaging
            )
        self.mean_loss = position.loss_sum / len(pieces)

    def _step(self, chosen: NDArray[np.int64], step: int, steps: int) -> float:
        """One batch: look, compare, correct."""
        learning, total = self.plan.learning, self.position.epoch * steps + step
        rng = generator(self.options.seed, self.options.repeat, _BATCH, self.position.epoch, step)
        torch.manual_seed(int(rng.integers(2**62)))
        images = to_unit(self.data.array[self.data.rows[chosen]], self.device)
        if any(self.plan.augmentation.model_dump().values()):
            images = augment(images, draw(len(chosen), self.plan.augmentation, rng))
        images = standardised(images, self.data.standard)
        targets = torch.from_numpy(self.data.targets[chosen]).to(self.device)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(total, steps, learning)
        loss = self._loss(images, targets, chosen, rng)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        if learning.clip:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), learning.clip)
        value = float(loss.detach())
        if math.isfinite(value):
            self.optimiser.step()
            self.average.update(self.network, total)
        return value

    def _loss(
        self, images: Tensor, targets: Tensor, chosen: NDArray[np.int64], rng: np.random.Generator
    ) -> Tensor:
        learning = self.plan.learning
        share, partner = 1.0, None
        if learning.mixup and len(chosen) > 1:
            share = float(rng.beta(learning.mixup, learning.mixup))
            partner = torch.from_numpy(rng.permutation(len(chosen))).to(self.device)
            images = images.mul(share).add_(images[partner], alpha=1 - share)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=learning.precision == "bfloat16"):
            outputs = self.network(images)
        losses = self.task.loss(outputs.float(), targets, learning.label_smoothing)
        if partner is not None:
            others = self.task.loss(outputs.float(), targets[partner], learning.label_smoothing)
            losses = share * losses + (1 - share) * others
        if self.case_weights is not None:
            losses = losses * torch.from_numpy(self.case_weights[chosen]).to(self.device)
        return losses.mean()

    def _judge(self) -> None:
        """Read the validation part with the average, and keep it if no epoch was better."""
        position, entry = self.position, {"epoch": self.position.epoch + 1, "loss": self.mean_loss}
        value = float("nan")
        if len(self.data.validation_rows):
            value = self._validation(entry)
        rounded = round(value, _DIGITS) if math.isfinite(value) else position.best_value
        if rounded >= position.best_value:
            position.best_value, position.best_epoch = rounded, position.epoch
            self.best = {name: tensor.clone() for name, tensor in self.average.weights.items()}
        position.history.append(entry)
        patience = self.plan.learning.patience
        if patience and position.epoch - position.best_epoch >= patience:
            position.stopped = f"no better result on the validation part for {patience} epochs"
        position.epoch, position.step, position.loss_sum = position.epoch + 1, 0, 0.0
        position.seconds = time.monotonic() - self.began

    def _validation(self, entry: dict[str, float]) -> float:
        now = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average.weights)
        outputs = read_images(self.network, self.data.array, self.data.validation_rows, self.data.standard)
        self.network.load_state_dict(now)
        targets = torch.from_numpy(self.task.targets(self.data.validation_cases))
        entry["validation_loss"] = float(self.task.loss(torch.from_numpy(outputs), targets, 0.0).mean())
        value = self.task.monitor(self.task.predict(outputs), self.data.validation_cases)
        if math.isfinite(value):
            entry[f"validation_{self.task.monitor_name}"] = value
        return value

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self.saved_at < self.options.checkpoint_seconds:
            return
        tensors = {
            "weights": self.network.state_dict(),
            "average": self.average.weights,
            "best": self.best,
            "optimiser": optimiser_tensors(self.optimiser),
        }
        self.position.seconds = time.monotonic() - self.began
        save_checkpoint(self.options.model_folder, self.key, self.position, tensors)
        self.saved_at = time.monotonic()

    def _words(self) -> str:
        """What is being done, for the progress line."""
        position = self.position
        words = f"{self.options.reader} repeat {self.options.repeat} · epoch {position.epoch + 1}"
        value = position.history[-1].get(f"validation_{self.task.monitor_name}") if position.history else None
        return words if value is None else f"{words} · validation {self.task.monitor_name} {value:.3f}"


def _key(data: TrainingData, task: ModelTask, plan: Plan, options: TrainOptions) -> str:
    """What is being trained; changes with anything that could change the weights."""
    facts = [
        data.digest(),
        task.to_json(),
        plan.model_dump(mode="json", exclude={"notes"}),
        options.seed,
        options.repeat,
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
