"""Which plans a search tries: the usual plan of each network first, then changes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hilum.preparation import Augmentation, Learning, Plan

_STRENGTHS = (0.5, 1.0, 1.5)
_DECAYS = (0.01, 0.05, 0.2)
_CHOICES: Mapping[str, Sequence[Any]] = {
    "decay": _DECAYS,
    "mixup": (0.0, 0.2),
    "smoothing": (0.0, 0.1),
    "balance": ("sampling", "none"),
}
_LEARNING_RATE = (0.3, 3.0)
# The largest learning rate that a plan allows.
_FASTEST = 10.0


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
        settled: entries of plans that the study file gives: they stay as the bases have them.
    """

    bases: Mapping[str, Plan]
    classes: bool
    settled: frozenset[str] = frozenset()

    def first(self) -> list[dict[str, Any]]:
        """The choices that are tried first: each network as it is usually trained."""
        made = []
        for name, plan in self.bases.items():
            decay = min(_DECAYS, key=lambda each: abs(each - plan.learning.weight_decay))
            usual = {
                **dict.fromkeys(("strength", "factor"), 1.0),
                **dict.fromkeys(("mixup", "smoothing"), 0.0),
                "decay": decay,
                "balance": plan.learning.class_balance,
            }
            open_ones = self._open
            made.append({"base": name} | {key: value for key, value in usual.items() if key in open_ones})
        return made

    @property
    def _open(self) -> dict[str, str]:
        """What is searched, and which entry of a plan it changes."""
        every = {
            "strength": "augmentation",
            "factor": "learning_rate",
            "decay": "weight_decay",
            "mixup": "mixup",
        }
        if self.classes:
            every |= {"smoothing": "label_smoothing", "balance": "class_balance"}
        settled = set(self.settled)
        if settled & set(Augmentation.model_fields):
            settled.add("augmentation")
        return {key: entry for key, entry in every.items() if entry not in settled}

    def propose(self, trial: Asks) -> tuple[str, Plan]:
        """A plan to try.

        Args:
            trial: chooses the values.

        Returns:
            The name of the base, and the plan.
        """
        name = str(trial.suggest_categorical("base", list(self.bases)))
        base = self.bases[name]
        changed: dict[str, Any] = {}
        augmentation = base.augmentation
        for key, entry in self._open.items():
            if key == "strength":
                strength = float(trial.suggest_categorical(key, list(_STRENGTHS)))
                augmentation = stronger(base.augmentation, strength)
            elif key == "factor":
                factor = trial.suggest_float(key, *_LEARNING_RATE, log=True)
                changed[entry] = min(base.learning.learning_rate * factor, _FASTEST)
            else:
                changed[entry] = trial.suggest_categorical(key, list(_CHOICES[key]))
        learning = Learning.model_validate({**base.learning.model_dump(), **changed})
        return name, base.model_copy(update={"learning": learning, "augmentation": augmentation})


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
