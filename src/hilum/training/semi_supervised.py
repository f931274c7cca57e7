"""Learning from images without labels beside those with labels: two views of a film must agree.

The method follows FixMatch (Sohn et al., FixMatch: simplifying semi-supervised learning with consistency and
confidence, NeurIPS 2020): where the network is certain of a film that is hardly changed, that is what it must
say of the same film changed as far as it can go. Where it is not certain, the film teaches nothing.

How often a class occurs shifts every probability, and training may draw the classes equally often. A class
therefore counts as certain only if it is so both at equal frequencies and at those of the training part: at
equal frequencies alone a rare finding would be seen too often, at its own alone every unclear film would be
called normal. Where training draws or weighs classes equally, certain films of a rare class count the more.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from hilum.errors import ModelError
from hilum.models import Network, Standard, standardised, to_unit
from hilum.preparation import Plan
from hilum.preparation.unlabelled import Pictures, Pool
from hilum.tasks import ClassificationTask, FindingsTask, ModelTask
from hilum.training.augmentation import augment, draw
from hilum.training.options import TrainOptions
from hilum.training.sampling import generator
from hilum.training.views import strong_view, weak_view

CERTAIN = 0.95
# Unlabelled images for each labelled one; each costs a reading without and one with correction.
RATIO = 2
# How much longer a step takes with them; a reading with correction costs three times one without.
COST = 1 + RATIO * 4 / 3
_BATCH = 401
_LARGEST_WEIGHT = 10.0


@dataclass(frozen=True)
class PseudoLabels:
    """From what a network says to what it must say of a stronger view.

    Attributes:
        task: classification or findings.
        shift: what is added to the outputs for probabilities at the frequencies of the training part, one
            number a class or finding, and one for two classes.
        level: what is added for probabilities at equal frequencies.
        weights: how much a certain case of each class counts; ones where classes are not balanced.
    """

    task: ClassificationTask | FindingsTask
    shift: tuple[float, ...]
    level: tuple[float, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, task: ModelTask, targets: NDArray[np.float32], *, balanced: bool) -> "PseudoLabels":
        """The rule for a task and the truth of its training part.

        Args:
            task: as it is trained.
            targets: (n, width) of the training cases.
            balanced: whether classes are drawn equally often, or whole cases weighted so.

        Raises:
            ModelError: the task's answers cannot be certain in this sense.

        Example:
            >>> truth = np.array([[1.0], [0.0], [0.0], [0.0]], np.float32)
            >>> rule = PseudoLabels.of(ClassificationTask(("no", "yes")), truth, balanced=True)
            >>> [round(number, 2) for number in (*rule.shift, *rule.level, *rule.weights)]
            [-1.1, 0.0, 0.67, 2.0]
        """
        if isinstance(task, FindingsTask):
            return cls._of_findings(task, targets)
        if not isinstance(task, ClassificationTask):
            raise ModelError(
                f"`consistency` in [readers.training] has no meaning for {task.kind}, where no answer is "
                'certain by itself: leave it out; pretrained = "self" learns from images without labels too'
            )
        counts = np.bincount(task.groups(targets), minlength=len(task.classes)).astype(np.float64)
        logs = np.log(np.maximum(counts, 0.5) / counts.sum())
        prior = logs[1:] - logs[:1] if task.binary else logs
        rare = np.clip(counts.sum() / (len(counts) * np.maximum(counts, 0.5)), 0, _LARGEST_WEIGHT)
        none = np.zeros_like(prior)
        if balanced:
            return cls(task, _plain(prior), _plain(none), _plain(rare))
        return cls(task, _plain(none), _plain(-prior), _plain(np.ones_like(rare)))

    @classmethod
    def _of_findings(cls, task: FindingsTask, targets: NDArray[np.float32]) -> "PseudoLabels":
        """A weight on the positive labels of a finding raises its logit by the weight's logarithm."""
        there, absent = (targets == 1).sum(axis=0) + 0.5, (targets == 0).sum(axis=0) + 0.5
        natural = -np.log(np.array(task.weights)) if task.weights else np.zeros(task.outputs)
        return cls(task, _plain(natural), _plain(natural - np.log(there / absent)), (1.0,) * task.outputs)

    def of_outputs(self, outputs: Tensor) -> Tensor:
        """What is certain in some outputs.

        Args:
            outputs: (n, outputs) of the weak view.

        Returns:
            (n, width) targets as the task's own; NaN where nothing is certain: the whole row of a case, or
            one finding of it.
        """
        worlds = [outputs + torch.tensor(added, device=outputs.device) for added in (self.shift, self.level)]
        if isinstance(self.task, FindingsTask) or self.task.binary:
            chances = torch.stack([torch.sigmoid(world) for world in worlds])
            yes, no = (chances >= CERTAIN).all(dim=0), (chances <= 1 - CERTAIN).all(dim=0)
            unsure = torch.full_like(outputs, float("nan"))
            return torch.where(yes, 1.0, torch.where(no, 0.0, unsure))
        shares = torch.stack([functional.softmax(world, dim=1) for world in worlds])
        certain = (shares >= CERTAIN).all(dim=0)
        return torch.where(certain.any(dim=1, keepdim=True), certain.float(), float("nan"))

    def loss(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """How far the strong view is from the labels, as a mean over all images, certain or not.

        Args:
            outputs: (n, outputs) of the strong view.
            labels: from `of_outputs`.
        """
        if isinstance(self.task, FindingsTask):
            return self.task.loss(outputs, labels, 0.0).mean()
        known = torch.isfinite(labels[:, 0])
        # What is unknown becomes an ordinary 0 first: 0 times NaN would be NaN, and so would its gradient.
        labels = torch.where(known[:, None], labels, 0.0)
        weights = torch.tensor(self.weights, device=outputs.device)
        group = labels[:, 0].long() if self.task.binary else labels.argmax(dim=1)
        return (self.task.loss(outputs, labels, 0.0) * weights[group] * known).mean()


def consistency_loss(
    network: Network, weak: Tensor, strong: Tensor, rule: PseudoLabels, *, half: bool = False
) -> Tensor:
    """How far a network disagrees with itself on a stronger view of films of which it is certain.

    Args:
        network: in training mode.
        weak: (n, 1, rows, columns) the films hardly changed, standardised.
        strong: the same films changed far.
        rule: what counts as certain.
        half: whether convolutions are done in bfloat16.

    Returns:
        The loss, a mean over n; no gradient goes through the weak views.
    """

    def read(images: Tensor) -> Tensor:
        # Each reading has a context of its own: one that both shared would keep the weights as the first made
        # them, without gradient.
        with torch.autocast(images.device.type, torch.bfloat16, enabled=half):
            outputs: Tensor = network(images)
        return outputs.float()

    with torch.no_grad():
        labels = rule.of_outputs(read(weak))
    return rule.loss(read(strong), labels)


class SemiSupervised:
    """The unlabelled images of a training: drawn by seed, repeat, epoch and step, so that resuming is exact.

    Args:
        unlabelled: array (images, size, size) and the rows of it that take part; None where there are none.
        targets: (n, width) of the training cases.
        task: as it is trained.
        plan: everything decided.
        options: seed and repeat.

    Raises:
        ModelError: there are no unlabelled images, or the task cannot learn from them.
    """

    def __init__(
        self,
        unlabelled: tuple[Pictures, NDArray[np.int64]] | None,
        targets: NDArray[np.float32],
        task: ModelTask,
        plan: Plan,
        options: TrainOptions,
    ) -> None:
        if unlabelled is None or not len(unlabelled[1]):
            raise ModelError(
                "`consistency` in [readers.training] learns from images without labels, and there are none: "
                'write unlabelled = "archive" or a folder in [[readers]], or leave `consistency` out'
            )
        if plan.columns:
            raise ModelError(
                "`consistency` in [readers.training] cannot be had together with `columns`: images without "
                "labels have no row in the table; leave one of them out"
            )
        balanced = plan.learning.class_balance != "none"
        self.rule = PseudoLabels.of(task, targets, balanced=balanced)
        self.pool, self.plan, self.options = Pool((unlabelled,)), plan, options
        self.weak, self.strong = weak_view(plan.augmentation), strong_view(plan.augmentation)

    def views(
        self, when: tuple[int, int], cases: int, standard: Standard, device: torch.device
    ) -> tuple[Tensor, Tensor]:
        """The weak and the strong views of one step's images, standardised.

        Args:
            when: the epoch, and the step within it, from 0.
            cases: how many labelled ones the step has; there are twice as many without labels.
            standard: of the training images.
            device: where to.

        Returns:
            Two batches (n, 1, rows, columns) of the same films.
        """
        rng = generator(self.options.seed, self.options.repeat, _BATCH, *when)
        n = min(RATIO * cases, len(self.pool))
        images = to_unit(self.pool.take(rng.choice(len(self.pool), n, replace=False)), device)
        weak, strong = (augment(images, draw(n, how, rng)) for how in (self.weak, self.strong))
        return standardised(weak, standard), standardised(strong, standard)

    def loss(self, network: Network, when: tuple[int, int], cases: int, standard: Standard) -> Tensor:
        """What is added to the loss of a step: the disagreement, times the plan's weight of it.

        Args:
            network: in training mode, on its device.
            when: the epoch, and the step within it, from 0.
            cases: how many labelled ones the step has; there are twice as many without labels.
            standard: of the training images.
        """
        device = next(network.parameters()).device
        weak, strong = self.views(when, cases, standard, device)
        half = self.plan.learning.precision == "bfloat16"
        disagreement = consistency_loss(network, weak, strong, self.rule, half=half)
        return self.plan.learning.consistency * disagreement


def _plain(numbers: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)
