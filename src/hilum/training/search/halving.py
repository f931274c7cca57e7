"""Try many plans for a short while, the better ones longer: successive halving (Jamieson & Talwalkar 2016).

Chance belongs to the seed, but how many plans there is time for does not: two searches may choose
differently. What was chosen is therefore written down as a plan, which gives the same model every time.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from hilum.errors import ModelError
from hilum.models import Shape, Standard, build_model, load_model, steady
from hilum.preparation import Plan, effort_of, images_in
from hilum.progress import Progress, silent
from hilum.tasks import ModelTask
from hilum.training.data import TrainingData
from hilum.training.loop import Training
from hilum.training.options import TrainOptions
from hilum.training.sampling import generator
from hilum.training.search.candidates import Space
from hilum.training.search.judge import Judge
from hilum.training.small_head import LINEAR

# So many trials that go to their end fit into the time of a search.
_WHOLE_TRIALS = 4
_FEWEST_EPOCHS, _MOST_EPOCHS = 3, 12
_THIRD = 3
_MOST_TRIALS = 60
_SUBSET = 205
# As many seeds as the sampler knows.
_SEEDS = 2**32
_FEWEST_IMAGES = 500
_GIVEN_UP = "other plans were better by then"
# The usual plan of a network is given up early only where it is so many times as bad as the best one.
_HOPELESS = 2.0


@dataclass(frozen=True)
class Trial:
    """One plan that was tried.

    Attributes:
        number: from 1, in the order of trying.
        base: which network; "frozen" behind it says that only its last layer was fitted.
        choices: what was changed in its usual plan.
        epochs: passes that it had.
        loss: on the validation images and their changed copies; less is better. None = it failed.
        stopped: whether it was given up early, because others were better at that point.
        seconds: that it took.
        images_a_second: that it was trained with.
    """

    number: int
    base: str
    choices: Mapping[str, Any]
    epochs: int
    loss: float | None
    stopped: bool
    seconds: float
    images_a_second: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Tried:
    """What a search found.

    Attributes:
        trials: all, in their order.
        plans: the plan of each trial that went to its end, best first, by the number of the trial.
    """

    trials: tuple[Trial, ...]
    plans: Mapping[int, Plan]


@dataclass(frozen=True)
class Baseline:
    """The small head on fixed features that is tried before anything else.

    Attributes:
        plan: its plan.
        teach: trains a plan into a folder, and gives the model's folder.
    """

    plan: Plan
    teach: Callable[[Plan, TrainOptions], Path]


def try_plans(  # noqa: PLR0917  # all needed, in the order of the work
    space: Space,
    baseline: Baseline,
    data_for: Callable[[Plan], TrainingData],
    task: ModelTask,
    seconds: float,
    options: TrainOptions,
    progress: Progress,
) -> Tried:
    """Try a small head on fixed features, then other plans until the time is over.

    Args:
        space: what may be chosen.
        baseline: the small head's plan, and what trains it.
        data_for: the data of a training with the pictures of a plan.
        task: from `make_task`.
        seconds: the time for all trials.
        options: seed, and the folder for what is kept while it works.
        progress: told after every trial.

    Returns:
        The trials, and the plans that went to their end, best first. Time to an event is learnt by the small
        head in another way than by networks (Cox), so there its loss is not compared with theirs.
    """
    return _Search(space, baseline, data_for, task, seconds, options, progress).run()


@dataclass
class _Search:
    space: Space
    baseline: Baseline
    data_for: Callable[[Plan], TrainingData]
    task: ModelTask
    seconds: float
    options: TrainOptions
    progress: Progress
    rates: dict[str, float] = field(default_factory=dict)
    early: list[float] = field(default_factory=list)

    def run(self) -> Tried:
        study = _optuna_study(self.options.seed)
        for choices in self.space.first():
            study.enqueue_trial(choices)
        began, longest = time.monotonic(), 0.0
        trials = [self._first_answer()]
        plans = {1: self.baseline.plan} if trials[0].loss is not None else {}
        while len(trials) < _MOST_TRIALS:
            if longest and self.seconds - (time.monotonic() - began) < longest / _THIRD:
                break
            trial, plan = self._try(study, len(trials) + 1)
            trials.append(trial)
            longest = max(longest, trial.seconds)
            if trial.loss is not None and not trial.stopped:
                plans[trial.number] = plan
            through = min(time.monotonic() - began, self.seconds)
            self.progress(round(through), max(round(self.seconds), 1), f"{len(trials)} plans tried")
        losses = {trial.number: trial.loss for trial in trials if trial.loss is not None}
        order = sorted(plans, key=lambda number: losses[number])
        return Tried(tuple(trials), {number: plans[number] for number in order})

    def _first_answer(self) -> Trial:
        """What a small head reaches on fixed features; a failure of it is no failure of the search."""
        plan, began = self.baseline.plan, time.monotonic()
        loss, images = None, 0
        base = plan.model if plan.model == LINEAR else f"{plan.model} frozen"
        try:
            found = load_model(self.baseline.teach(plan, replace(self.options, folder=self.options.folder)))
            if self.task.kind != "survival":
                data = self.data_for(plan)
                judge, images = Judge.of(data, self.task, self.options.seed), len(data.rows)
                shape = Shape(plan.picture.channels, self.task.outputs, plan.picture.size)
                network = build_model(plan.model, shape)
                network.load_state_dict(found.weights)
                with steady(plan.threads):
                    outputs = judge.read(network, Standard(found.facts.mean, found.facts.deviation))
                loss = judge.loss(outputs)
        except ModelError:
            loss = None
        seconds = time.monotonic() - began
        rate = images / seconds if seconds else 0.0
        return Trial(1, base, {}, 1, loss, stopped=False, seconds=round(seconds, 1), images_a_second=rate)

    def _try(self, study: Any, number: int) -> tuple[Trial, Plan]:
        """Train one plan, briefly, and tell the study how it went."""
        asked = study.ask()
        base, plan = self.space.propose(asked)
        whole = self.data_for(plan)
        epochs, data = self._what_fits(base, plan, whole)
        short = plan.model_copy(
            update={"learning": plan.learning.model_copy(update={"epochs": epochs, "patience": 0})}
        )
        usual = number - 1 <= len(self.space.bases)
        limit = _HOPELESS * min(self.early, default=math.inf) if usual else None
        judge = Judge.of(whole, self.task, self.options.seed)
        looking = _Looking(judge, asked, -(-epochs // _THIRD), epochs, limit)
        folder = self.options.folder / f"trial-{number}"
        options = replace(
            self.options, folder=folder, checkpoint_seconds=math.inf, after_epoch=looking.after_epoch
        )
        began = time.monotonic()
        try:
            training = Training(data, self.task, short, options)
            training.run(silent)
            # A training whose loss was no number has ended too, but was not given up for better ones.
            failed = looking.passes < epochs and training.position.stopped != _GIVEN_UP
        except ModelError:
            failed = True
        seconds = time.monotonic() - began
        passes = looking.passes
        self.early += [looking.early] if looking.early is not None else []
        if passes and seconds:
            self.rates[base] = passes * len(data.rows) / seconds
        given_up = not failed and passes < epochs
        loss = None if failed or looking.loss is None or not math.isfinite(looking.loss) else looking.loss
        state = _state(loss, given_up=given_up)
        study.tell(asked, None if given_up else loss, state)
        trial = Trial(
            number=number,
            base=base,
            choices={name: value for name, value in asked.params.items() if name != "base"},
            epochs=passes,
            loss=loss,
            stopped=given_up,
            seconds=round(seconds, 1),
            images_a_second=round(self.rates.get(base, 0.0), 1),
        )
        return trial, plan

    def _what_fits(self, base: str, plan: Plan, data: TrainingData) -> tuple[int, TrainingData]:
        """How many passes a trial has; where not even a few fit, over fewer images."""
        rate = self.rates.get(base) or _expected_rate(plan, data)
        images = rate * self.seconds / _WHOLE_TRIALS
        epochs = int(min(max(images / len(data.rows), _FEWEST_EPOCHS), _MOST_EPOCHS))
        fitting = int(images / _FEWEST_EPOCHS)
        if fitting >= len(data.rows) or len(data.rows) <= _FEWEST_IMAGES:
            return epochs, data
        rng = generator(self.options.seed, _SUBSET)
        chosen = np.sort(rng.permutation(len(data.rows))[: max(fitting, _FEWEST_IMAGES)])
        fewer = replace(
            data, rows=data.rows[chosen], targets=data.targets[chosen], groups=data.groups[chosen]
        )
        return epochs, fewer


@dataclass
class _Looking:
    """Looks at a training after a third of its passes, and at its end."""

    judge: Judge
    asked: Any
    rung: int
    last: int
    limit: float | None
    passes: int = 0
    loss: float | None = None
    early: float | None = None

    def after_epoch(self, training: Training) -> str | None:
        """A reason to stop, or None."""
        self.passes += 1
        if self.passes not in (self.rung, self.last):
            return None
        with training.averaged() as network:
            self.loss = self.judge.loss(self.judge.read(network, training.data.standard))
        if self.passes == self.last:
            return None
        self.early = self.loss
        self.asked.report(self.loss, 1)
        worse = self.asked.should_prune() if self.limit is None else self.loss > self.limit
        return _GIVEN_UP if worse else None


def _expected_rate(plan: Plan, data: TrainingData) -> float:
    """Images a second that the table of efforts expects."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return images_in(1, effort_of(plan.model), data.array.shape[-1], plan.threads, device) / 60


def _optuna_study(seed: int) -> Any:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed % _SEEDS, n_startup_trials=6),
        pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=_THIRD),
    )


def _state(loss: float | None, *, given_up: bool) -> Any:
    import optuna

    states = optuna.trial.TrialState
    if loss is None:
        return states.FAIL
    return states.PRUNED if given_up else states.COMPLETE
