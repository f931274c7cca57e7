"""Which plans a search tries: the usual plan of each network first, then changes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hilum.preparation import Augmentation, Learning, Plan

_STRENGTHS = (0.5, 1.0, 1.5)
_DECAYS = (0.01, 0.05, 0.2)
_SMOOTHINGS = (0.0, 0.1)
_MIXUPS = (0.0, 0.2)
_LEARNING_RATE = (0.3, 3.0)


class Asks(Protocol):
    """What chooses among values; a trial of Optuna is one."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any:
        """One of some values."""

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        """A number between two."""


@dataclass(frozen=True)
class Space:
    """The plans that a search may choose among.

    Attributes:
        bases: the usual plan of each network that the machine can train in the time, by a name of its own;
            the first is the one to begin with.
        classes: whether the task has classes, which can be balanced and smoothed.
    """

    bases: Mapping[str, Plan]
    classes: bool

    def first(self) -> list[dict[str, Any]]:
        """The choices that are tried first: each network as it is usually trained."""
        usual = {"strength": 1.0, "factor": 1.0, "mixup": 0.0}
        made = []
        for name, plan in self.bases.items():
            choices: dict[str, Any] = {"base": name, **usual, "decay": plan.learning.weight_decay}
            if plan.learning.weight_decay not in _DECAYS:
                choices["decay"] = min(_DECAYS, key=lambda each: abs(each - plan.learning.weight_decay))
            if self.classes:
                choices |= {"smoothing": 0.0, "balance": plan.learning.class_balance}
            made.append(choices)
        return made

    def propose(self, trial: Asks) -> tuple[str, Plan]:
        """A plan to try.

        Args:
            trial: chooses the values.

        Returns:
            The name of the base, and the plan.
        """
        name = str(trial.suggest_categorical("base", list(self.bases)))
        base = self.bases[name]
        strength = float(trial.suggest_categorical("strength", list(_STRENGTHS)))
        factor = trial.suggest_float("factor", *_LEARNING_RATE, log=True)
        changed: dict[str, Any] = {
            "weight_decay": float(trial.suggest_categorical("decay", list(_DECAYS))),
            "learning_rate": base.learning.learning_rate * factor,
            "mixup": float(trial.suggest_categorical("mixup", list(_MIXUPS))),
        }
        if self.classes:
            changed["label_smoothing"] = float(trial.suggest_categorical("smoothing", list(_SMOOTHINGS)))
            changed["class_balance"] = trial.suggest_categorical("balance", ["sampling", "none"])
        learning = Learning.model_validate({**base.learning.model_dump(), **changed})
        return name, base.model_copy(
            update={"learning": learning, "augmentation": stronger(base.augmentation, strength)}
        )


def stronger(options: Augmentation, factor: float) -> Augmentation:
    """Every change of an image so many times as far, within what a plan allows.

    Example:
        >>> stronger(Augmentation(rotation_degrees=10), 1.5).rotation_degrees
        15.0
    """
    limits = {name: _limit(name) for name in Augmentation.model_fields}
    values = {name: min(value * factor, limits[name]) for name, value in options.model_dump().items()}
    return Augmentation.model_validate(values)


def _limit(name: str) -> float:
    """The largest value that a plan allows."""
    found = [each.le for each in Augmentation.model_fields[name].metadata if hasattr(each, "le")]
    return float(found[0])
