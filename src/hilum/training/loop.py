"""The training loop, in one piece.

Every random number belongs to seed, repeat, epoch and step, so a training that was cut off goes on to the
same weights.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hilum.errors import ModelError
from hilum.models import Network, Shape, build_model, place, steady
from hilum.models.machine import not_repeatable, out_of_memory, release_memory
from hilum.preparation import Plan
from hilum.progress import Progress
from hilum.tasks import ModelTask
from hilum.training.checkpoint import (
    Position,
    load_checkpoint,
    optimiser_tensors,
    restore_optimiser,
    save_checkpoint,
    sweep,
)
from hilum.training.choosing import goodness, is_kept, monitor_name, validation_results
from hilum.training.data import TrainingData
from hilum.training.feeding import Batch, Feed, make_batch
from hilum.training.key import training_key
from hilum.training.mixing import mixed_losses
from hilum.training.notes import before_it_begins, smaller_batches
from hilum.training.optimiser import (
    AVERAGE_EVERY,
    WeightAverage,
    for_smaller_batches,
    learning_rate,
    make_optimiser,
)
from hilum.training.options import TrainOptions
from hilum.training.sampling import batches, case_weights, epoch_order, generator
from hilum.training.semi_supervised import SemiSupervised
from hilum.training.start import starting_weights

_ORDER, _BATCH, _WEIGHTS = 201, 202, 203
_TOO_SMALL = (
    "the memory is not enough for this training, even with one case at a time: choose a smaller `size` or a "
    "smaller model, or close other programs"
)


class Training:
    """One network on its way from first to last step.

    Raises:
        ModelError: the plan's `monitor` means nothing for the task.
    """

    def __init__(self, data: TrainingData, task: ModelTask, plan: Plan, options: TrainOptions) -> None:
        balance = plan.learning.class_balance
        if balance == "weights":
            task = task.weighted_for(data.targets)
        self.data, self.task, self.plan, self.options = data, task, plan, options
        self.monitor_name = monitor_name(task, plan.learning.monitor)
        self.key = training_key(data, task, plan, options)
        consistent = plan.learning.consistency > 0
        self.semi = SemiSupervised(data.unlabelled, data.targets, task, plan, options) if consistent else None
        self.position = Position(notes=before_it_begins(data, task, plan))
        self.best: dict[str, Tensor] = {}
        self.case_weights = case_weights(data.groups) if balance == "weights" else None
        self.device = torch.device("cpu")
        self.saved_at = time.monotonic()

    def run(self, progress: Progress) -> dict[str, Tensor]:
        """Train to the end, from the beginning or from where an earlier attempt was cut off.

        Returns:
            The best epoch's weights.

        Raises:
            ModelError: the loss was no number before anything could be kept, or the memory is too small.
        """
        seed = int(generator(self.options.seed, self.options.repeat, _WEIGHTS).integers(2**62))
        try:
            with steady(self.plan.threads, seed) as device:
                self._start(device)
                while self.position.epoch < self.plan.learning.epochs and not self.position.stopped:
                    self._epoch(progress)
                    self._after_epoch()
        except (RuntimeError, MemoryError) as error:
            if out_of_memory(error):
                raise ModelError(_TOO_SMALL) from None
            raise
        if not self.best:
            raise ModelError(
                "training failed in its first epoch, the loss was no number: lower `learning_rate`"
            )
        return self.best

    def facts(self) -> dict[str, Any]:
        """What a model's folder should say beside results and time.

        Returns:
            Plain JSON: `batch_size_used`, `notes`, `not_repeatable`.
        """
        return {
            "batch_size_used": self.batch_size,
            "notes": self.position.notes,
            "not_repeatable": list(not_repeatable(self.device)),
        }

    @property
    def batch_size(self) -> int:
        """Cases a step: as planned, or as many as there was memory for."""
        return self.position.batch_size or self.plan.learning.batch_size

    @contextmanager
    def averaged(self) -> Iterator[Network]:
        """The network with the average of its weights, which is what is kept; its own are put back."""
        now = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.network.load_state_dict(self.average.weights)
        try:
            yield self.network
        finally:
            self.network.load_state_dict(now)

    def _start(self, device: torch.device) -> None:
        shape = Shape(self.plan.picture.channels, self.task.outputs, self.plan.picture.size)
        self.network: Network = build_model(
            self.plan.model, self.data.shape(shape), starting_weights(self.plan)
        )
        balanced = self.plan.learning.class_balance != "none"
        begin = torch.from_numpy(self.task.start(self.data.targets, balanced=balanced))
        with torch.no_grad():
            self.network.head.bias.copy_(begin)
        place(self.network, device)
        self.device = device
        self.optimiser = make_optimiser(self.network, self.plan.learning)
        self.average = WeightAverage(self.network, self.plan.learning.averaging)
        self.began = time.monotonic()
        sweep(self.options.model_folder)
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
        order = epoch_order(self.data.groups, rng, learning.class_balance)
        feed = Feed(partial(self._batch, order), self.device)
        self.network.train()
        while not position.stopped and self._is_left(order):
            if self._step_or_halve(feed, order):
                progress(*self._how_far(order), self._words())
                if self._is_left(order):
                    self._save_now_and_then()
        if not learning.averaging and not position.stopped:
            self.average.update(self.network, 0, now=True)

    def _is_left(self, order: NDArray[np.int64], after: int = 0) -> bool:
        """Whether a whole batch of the epoch is left, after so many more cases."""
        return self.position.seen + after + self._size(order) <= len(order)

    def _size(self, order: NDArray[np.int64]) -> int:
        return min(self.batch_size, len(order))

    def _how_far(self, order: NDArray[np.int64]) -> tuple[int, int]:
        """Steps done and steps in all, counted in batches of the present size."""
        size, steps = self._size(order), len(batches(order, self.batch_size))
        epochs = self.plan.learning.epochs
        return self.position.epoch * steps + self.position.seen // size, epochs * steps

    def _batch(self, order: NDArray[np.int64], start: int) -> Batch:
        """The batch that begins at one place of an epoch's order; its chance belongs to that place."""
        rng = generator(self.options.seed, self.options.repeat, _BATCH, self.position.epoch, start)
        chosen = order[start : start + self._size(order)]
        return make_batch(self.data, chosen, self.plan, self.case_weights, rng, self.device)

    def _step_or_halve(self, feed: Feed, order: NDArray[np.int64]) -> bool:
        """Take a step; where the memory is too small, leave all as it was before, with half the batch."""
        buffers = [buffer.clone() for buffer in self.network.buffers()]
        try:
            self._step(feed, order)
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error) or self._size(order) == 1:
                raise
        else:
            return True
        for buffer, before in zip(self.network.buffers(), buffers, strict=True):
            buffer.copy_(before)
        self.optimiser.zero_grad(set_to_none=True)
        if not (self.position.epoch or self.position.seen):
            # The memory may have run out while the optimiser made its own for the first step.
            self.optimiser = make_optimiser(self.network, self.plan.learning)
        self.position.batch_size = self._size(order) // 2
        self.position.notes.append(smaller_batches(self.plan.learning, self.position))
        feed.forget()
        release_memory(self.device)
        return False

    def _step(self, feed: Feed, order: NDArray[np.int64]) -> None:
        """One batch: look, compare, correct."""
        learning, position, size = self.plan.learning, self.position, self._size(order)
        done, total = self._how_far(order)
        batch = feed.take(position.seen)
        torch.manual_seed(batch.seed)
        rate = learning_rate(done, total // learning.epochs, learning)
        rate *= for_smaller_batches(learning.optimiser, self.batch_size / learning.batch_size)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        loss = self._loss(batch)
        if self.semi is not None:
            when = (position.epoch, position.seen)
            loss = loss + self.semi.loss(self.network, when, size, self.data.standard)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        if learning.clip:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), learning.clip)
        if self._is_left(order, after=size):
            feed.prepare(position.seen + size)
        value = float(loss.detach())
        if not math.isfinite(value):
            position.stopped = f"the loss was no number in epoch {position.epoch + 1}"
            return
        self.optimiser.step()
        self.average.update(self.network, done)
        position.loss_sum += value * size
        position.seen, position.step = position.seen + size, position.step + 1

    def _loss(self, batch: Batch) -> Tensor:
        smoothing, half = self.plan.learning.label_smoothing, self.plan.learning.precision == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            outputs = self.network(batch.images, *batch.beside).float()

        def of(places: Tensor | slice) -> Tensor:
            losses = self.task.loss(outputs, batch.targets[places], smoothing)
            return losses if batch.weights is None else losses * batch.weights[places]

        own = of(slice(None))
        if batch.mixture is None:
            return own.mean()
        return mixed_losses(own, of(batch.mixture.partner.to(self.device)), batch.mixture).mean()

    def _after_epoch(self) -> None:
        """Judge the epoch, or what there is of it, and decide whether to go on."""
        position = self.position
        if position.stopped and (self.best or not self._can_be_rescued()):
            return
        if not self._judge():
            return
        patience = self.plan.learning.patience
        if not position.stopped and patience and position.epoch - position.better_epoch >= patience:
            position.stopped = f"no better result on the validation part for {patience} epochs"
        position.epoch, position.step, position.seen, position.loss_sum = position.epoch + 1, 0, 0, 0.0
        position.seconds = time.monotonic() - self.began
        if self.options.after_epoch is not None and not position.stopped:
            position.stopped = self.options.after_epoch(self) or ""
        if not position.stopped:
            self._save_now_and_then()

    def _can_be_rescued(self) -> bool:
        """Whether the average of a first epoch that failed has learnt something and can be judged."""
        moved = self.plan.learning.averaging > 0 and self.position.step >= AVERAGE_EVERY
        return moved and len(self.data.validation_rows) > 0

    def _judge(self) -> bool:
        """Read the validation part with the average, and keep it if no epoch was better.

        Returns:
            False where weights or outputs were no numbers: they are not kept, and training ends.
        """
        position, results = self.position, None
        if self.average.finite():
            with self.averaged() as network:
                results = validation_results(network, self.data, self.task, self.plan.learning.monitor)
        if results is None:
            position.stopped = (
                position.stopped or f"the weights were no numbers in epoch {position.epoch + 1}"
            )
            return False
        if is_kept(position, goodness(results, self.monitor_name)):
            self.best = {name: tensor.clone() for name, tensor in self.average.weights.items()}
        known = {f"validation_{name}": value for name, value in results.items() if math.isfinite(value)}
        mean_loss = position.loss_sum / position.seen
        position.history.append({"epoch": position.epoch + 1, "loss": mean_loss, **known})
        return True

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
        value = position.history[-1].get(f"validation_{self.monitor_name}") if position.history else None
        return words if value is None else f"{words} · validation {self.monitor_name} {value:.3f}"
