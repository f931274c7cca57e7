"""Learning from images alone: two changed views of a film must be told from the views of all others.

The method is SimCLR (Chen et al., A simple framework for contrastive learning of visual representations,
ICML 2020). What the network learns here is where a training with labels starts. Every random number belongs
to seed, repeat, epoch and step, so what was cut off goes on to the same weights.
"""

import hashlib
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from hilum.errors import ModelError
from hilum.files import replaced_when_done
from hilum.models import Shape, Standard, build_model, place, standardised, steady, to_unit
from hilum.preparation import Learning, Plan
from hilum.preparation.unlabelled import Pool
from hilum.preparation.weights import LEARNT
from hilum.progress import Progress, silent
from hilum.training.augmentation import augment, draw
from hilum.training.checkpoint import (
    CHECKPOINT,
    Position,
    load_checkpoint,
    optimiser_tensors,
    restore_optimiser,
    save_checkpoint,
)
from hilum.training.optimiser import learning_rate, make_optimiser
from hilum.training.options import TrainOptions
from hilum.training.sampling import batches, generator
from hilum.training.views import strong_view

_ORDER, _BATCH, _WEIGHTS = 301, 302, 303
# Of the projection, which is thrown away in the end (section 4.2 of the paper: 128 numbers are enough).
_HIDDEN, _PROJECTED = 512, 128


def nt_xent(one: Tensor, other: Tensor, temperature: float) -> Tensor:
    """The normalised temperature-scaled cross-entropy of pairs of views (equation 1 of Chen 2020).

    Args:
        one: (n, k) what the network says of a view of each of n images.
        other: (n, k) what it says of another view of the same images, in the same order.
        temperature: what cosines are divided by.

    Returns:
        The mean over all 2 n views of -log of the share of its partner among the 2 n - 1 other views.

    Example:
        >>> views = torch.eye(2)
        >>> round(float(nt_xent(views, views, 1.0)), 4)  # log(1 + 2 / e)
        0.5514
    """
    views = functional.normalize(torch.cat([one, other]), dim=1)
    n = len(one)
    likeness = (views @ views.T) / temperature
    likeness = likeness.masked_fill(torch.eye(2 * n, dtype=torch.bool, device=views.device), float("-inf"))
    partner = torch.arange(2 * n, device=views.device).roll(n)
    return functional.cross_entropy(likeness, partner)


def pretrain(pool: Pool, plan: Plan, options: TrainOptions, progress: Progress = silent) -> Path:
    """Learn from images without their labels; a finished learning is left alone, a cut off one goes on.

    Args:
        pool: the training part's prepared images first, then any others. No image of a patient of the
            validation part, the test part or an external cohort may be among them.
        plan: its model, picture, augmentation, self-supervision and threads count.
        options: where to, which seed, which repeat; not the folder of the model that is trained later.
        progress: told after every step.

    Returns:
        The weights file in the folder of this repeat: all layers but the last, by the network's own names.

    Raises:
        ModelError: there are fewer than two images, or the loss was no number.
        OSError: the disk is full.
    """
    if len(pool) < 2:
        raise ModelError(
            'pretrained = "self" has fewer than two images to learn from: add images, or write '
            "pretrained = false"
        )
    work = _Pretraining(pool, plan, options)
    file = options.model_folder / LEARNT
    if _key_of(file) != work.key:
        work.run(file, progress)
    (options.model_folder / CHECKPOINT).unlink(missing_ok=True)
    return file


class _Pretraining:
    """One network on its way through the images."""

    def __init__(self, pool: Pool, plan: Plan, options: TrainOptions) -> None:
        self.pool, self.plan, self.options = pool, plan, options
        self.section = plan.self_supervision
        self.learning = Learning(
            epochs=self.section.epochs,
            batch_size=self.section.batch_size,
            learning_rate=self.section.learning_rate,
            weight_decay=plan.learning.weight_decay,
            warmup_epochs=min(10.0, self.section.epochs / 10),
        )
        self.changes = strong_view(plan.augmentation)
        # The training part's own, so that the network sees grey values here as it will see them later.
        self.standard = Standard.of(*pool.sources[0])
        self.key = self._key()
        self.position = Position()
        self.saved_at = time.monotonic()

    def _key(self) -> str:
        """Changes with anything that could change the weights."""
        facts = [
            self.pool.digest(),
            len(self.pool.sources[0][1]),
            self.plan.model,
            self.plan.picture.model_dump(mode="json"),
            self.changes.model_dump(mode="json"),
            self.section.model_dump(mode="json"),
            [self.plan.learning.weight_decay, self.plan.learning.precision, self.plan.threads],
            [self.options.seed, self.options.repeat],
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def run(self, file: Path, progress: Progress) -> None:
        seed = int(generator(self.options.seed, self.options.repeat, _WEIGHTS).integers(2**62))
        with steady(self.plan.threads, seed) as device:
            self._start(device)
            while self.position.epoch < self.section.epochs:
                self._epoch(progress)
        self._write(file)

    def _start(self, device: torch.device) -> None:
        shape = Shape(self.plan.picture.channels, _HIDDEN, self.plan.picture.size)
        # The last layer, which a later training replaces, serves here as the first of the projection.
        self.network = build_model(self.plan.model, shape)
        self.projection = nn.Sequential(nn.BatchNorm1d(_HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, _PROJECTED))
        self.whole = nn.Sequential(self.network, self.projection)
        place(self.whole, device)
        self.device = device
        self.optimiser = make_optimiser(self.whole, self.learning)
        found = load_checkpoint(self.options.model_folder, self.key)
        if found:
            self.position, tensors = found
            self.whole.load_state_dict(tensors["weights"])
            restore_optimiser(self.optimiser, tensors.get("optimiser", {}))

    def _epoch(self, progress: Progress) -> None:
        """Take the remaining steps of the current epoch."""
        position, epochs = self.position, self.section.epochs
        rng = generator(self.options.seed, self.options.repeat, _ORDER, position.epoch)
        pieces = batches(rng.permutation(len(self.pool)), self.section.batch_size)
        self.whole.train()
        for step in range(position.step, len(pieces)):
            position.loss_sum += self._step(pieces[step], step, len(pieces))
            position.step = step + 1
            words = f"{self.options.reader} · learning from images alone, epoch {position.epoch + 1}"
            progress(position.epoch * len(pieces) + step + 1, epochs * len(pieces), words)
            if step + 1 < len(pieces):
                self._save_now_and_then()
        entry = {"epoch": position.epoch + 1, "loss": position.loss_sum / len(pieces)}
        position.history.append(entry)
        position.epoch, position.step, position.loss_sum = position.epoch + 1, 0, 0.0
        self._save_now_and_then()

    def _step(self, chosen: NDArray[np.int64], step: int, steps: int) -> float:
        """One batch: two views of each image, compare, correct."""
        epoch = self.position.epoch
        rng = generator(self.options.seed, self.options.repeat, _BATCH, epoch, step)
        torch.manual_seed(int(rng.integers(2**62)))
        images = to_unit(self.pool.take(chosen), self.device)
        views = torch.cat([augment(images, draw(len(chosen), self.changes, rng)) for _ in range(2)])
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(epoch * steps + step, steps, self.learning)
        half = self.plan.learning.precision == "bfloat16"
        with torch.autocast(self.device.type, torch.bfloat16, enabled=half):
            said = self.whole(standardised(views, self.standard))
        one, other = said.float().chunk(2)
        loss = nt_xent(one, other, self.section.temperature)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(
                f"learning from images alone failed in epoch {epoch + 1}, the loss was no number: lower "
                "`learning_rate` of `self_supervision` in plan.json, or write pretrained = false"
            )
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimiser.step()
        return value

    def _save_now_and_then(self) -> None:
        if time.monotonic() - self.saved_at < self.options.checkpoint_seconds:
            return
        tensors = {"weights": self.whole.state_dict(), "optimiser": optimiser_tensors(self.optimiser)}
        save_checkpoint(self.options.model_folder, self.key, self.position, tensors)
        self.saved_at = time.monotonic()

    def _write(self, file: Path) -> None:
        weights = {
            name: tensor.detach().cpu().contiguous().clone()
            for name, tensor in self.network.state_dict().items()
            if not name.startswith("head.")
        }
        facts = {
            "key": self.key,
            "model": self.plan.model,
            "images": len(self.pool),
            "mean": self.standard.mean,
            "deviation": self.standard.deviation,
            "history": self.position.history,
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        with replaced_when_done(file) as temporary:
            # One entry alone: the order of several in the file would be left to chance.
            temporary.write_bytes(save(weights, metadata={"facts": json.dumps(facts, sort_keys=True)}))


def _key_of(file: Path) -> str:
    """What a finished file was learnt from; "" where there is none."""
    try:
        with safe_open(file, "pt") as found:
            return str(json.loads((found.metadata() or {})["facts"])["key"])
    except (OSError, SafetensorError, KeyError, ValueError, TypeError):
        return ""
