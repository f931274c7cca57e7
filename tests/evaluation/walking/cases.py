"""Drawn cases for every kind of reading: the truth and five readers, from perfect to constant.

Cases are on the first axis of every array, so that they can be put into another order or copied.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

READERS = ("perfect", "better", "worse", "worst", "constant")
Array = np.ndarray


@dataclass(frozen=True)
class Drawn:
    """Truth (arrays with a case a row) and readers by how good they are."""

    truth: tuple[Array, ...]
    readers: dict[str, Array]

    @property
    def n(self) -> int:
        """Number of cases."""
        return len(self.truth[0])

    def rows(self, rows: Array) -> "Drawn":
        """Some of the cases, or the same in another order."""
        return Drawn(
            tuple(one[rows] for one in self.truth), {name: one[rows] for name, one in self.readers.items()}
        )


@dataclass(frozen=True)
class Family:
    """One kind of reading.

    Attributes:
        draw: Cases from a seed.
        one_class: Makes the truth say the same of all cases.
        numbers: Whether opinions are numbers, which may be missing.
    """

    name: str
    draw: Callable[[int], Drawn]
    one_class: Callable[[tuple[Array, ...]], tuple[Array, ...]] | None = None
    numbers: bool = True

    def of_one_class(self, drawn: Drawn) -> Drawn:
        """The same cases, all of one class."""
        assert self.one_class is not None
        return replace(drawn, truth=self.one_class(drawn.truth))


def _labels(rng: np.random.Generator, n: int) -> Array:
    label = rng.random(n) < 0.4
    label[:2] = (True, False)
    return label


def _score(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 1])
    label = _labels(rng, 160)
    noise = rng.normal(size=(2, 160))
    better, worse = np.round(2.5 * label + noise[0], 1), np.round(0.4 * label + noise[1], 1)
    readers = (label * 1.0, better, worse, -1.0 * label, np.zeros(160))
    return Drawn((label,), dict(zip(READERS, readers, strict=True)))


def _probability(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 2])
    n = 400
    true = np.round(rng.beta(0.6, 0.9, n), 3)
    true = np.clip(true, 0.001, 0.999)
    label = rng.random(n) < true
    label[:2] = (True, False)
    readers = (label * 1.0, true, np.round(0.25 + 0.75 * true[::-1], 3), 1.0 - label, np.full(n, 0.4))
    return Drawn((label,), dict(zip(READERS, readers, strict=True)))


def _call(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 3])
    label = _labels(rng, 160)
    right = rng.random((2, 160)) < np.array([[0.92], [0.6]])
    better, worse = np.where(right, label, ~label)
    readers = (label, better, worse, ~label, np.ones(160, dtype=bool))
    return Drawn((label,), dict(zip(READERS, readers, strict=True)))


def _follow_up(rng: np.random.Generator, n: int) -> tuple[Array, Array, Array]:
    severity = rng.normal(size=n)
    event = np.ceil(rng.exponential(30 * np.exp(-1.2 * severity))) + 1
    censored = np.ceil(rng.exponential(80, n)) + 1
    event[:3], censored[:3] = (2, 400, 25), (300, 300, 300)
    return severity, np.minimum(event, censored), (event <= censored).astype(np.int64)


def _risk(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 4])
    n = 150
    severity, time, event = _follow_up(rng, n)
    noise = rng.normal(size=(2, n))
    readers = (
        -time + 0.5 * event,
        np.round(severity + 0.2 * noise[0], 2),
        np.round(0.2 * severity + noise[1], 2),
        time - 0.5 * event,
        np.zeros(n),
    )
    return Drawn((time, event), dict(zip(READERS, readers, strict=True)))


def _risk_probability(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 5])
    n = 250
    severity, time, event = _follow_up(rng, n)
    true = np.clip(1 - np.exp(-20 / (30 * np.exp(-1.2 * severity))), 0.001, 0.999)
    happened = ((time <= 20) & (event == 1)) * 1.0
    readers = (happened, true, np.clip(true[::-1], 0.001, 0.999), 1 - happened, np.full(n, 0.4))
    return Drawn((time, event), dict(zip(READERS, readers, strict=True)))


def _number(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 6])
    truth = rng.normal(50, 10, 80)
    noise = rng.normal(size=(2, 80))
    readers = (truth, truth + noise[0], truth + 12 * noise[1], 100 - truth, np.full(80, 47.0))
    return Drawn((truth,), dict(zip(READERS, readers, strict=True)))


def _class(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 7])
    truth = rng.integers(3, size=150)
    truth[:3] = (0, 1, 2)
    right = rng.random((2, 150)) < np.array([[0.85], [0.45]])
    other = (truth + rng.integers(1, 3, size=(2, 150))) % 3
    better, worse = np.where(right, truth, other)
    readers = (truth, better, worse, 2 - truth, np.ones(150, dtype=np.int64))
    return Drawn((truth,), dict(zip(READERS, readers, strict=True)))


def _marks(seed: int) -> Drawn:
    """Opinions are (n, 2): scores of the mark on the lesion and of a false one, minus infinity for none."""
    rng = np.random.default_rng([seed, 8])
    n = 120
    lesion = _labels(rng, n)
    nothing = np.full(n, -np.inf)

    def reader(shift: float, found: float, wrong: float) -> Array:
        hit = np.where(lesion & (rng.random(n) < found), np.round(rng.normal(shift, 1, n), 1), -np.inf)
        false = np.where(rng.random(n) < wrong, np.round(rng.normal(0, 1, n), 1), -np.inf)
        return np.stack([hit, false], axis=1)

    readers = (
        np.stack([np.where(lesion, 1.0, -np.inf), nothing], axis=1),
        reader(2.5, 0.95, 0.2),
        reader(0.2, 0.5, 0.9),
        np.stack([nothing, np.ones(n)], axis=1),
        np.stack([np.where(lesion, 1.0, -np.inf), np.ones(n)], axis=1),
    )
    return Drawn((lesion,), dict(zip(READERS, readers, strict=True)))


def _outline(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 9])
    n, size = 12, 24
    truth = np.zeros((n, size, size), dtype=bool)
    for number in range(n):
        at, length = rng.integers(5, 9, 2), rng.integers(4, 8, 2)
        truth[number, at[0] : at[0] + length[0], at[1] : at[1] + length[1]] = True
    far = np.zeros_like(truth)
    far[:, -3:, -3:] = True
    everything = np.ones_like(truth)
    readers = (truth, np.roll(truth, 1, axis=1), np.roll(truth, 3, axis=1), far, everything)
    return Drawn((truth,), dict(zip(READERS, readers, strict=True)))


def _seconds(seed: int) -> Drawn:
    rng = np.random.default_rng([seed, 10])
    base = rng.lognormal(3, 0.5, 60)
    readers = (np.full(60, 0.1), base, base * 2, base * 100, np.full(60, 30.0))
    return Drawn((np.zeros(60),), dict(zip(READERS, readers, strict=True)))


def _all_true(truth: tuple[Array, ...]) -> tuple[Array, ...]:
    return (np.ones_like(truth[0]), *truth[1:])


def _no_events(truth: tuple[Array, ...]) -> tuple[Array, ...]:
    return truth[0], np.zeros_like(truth[1])


SCORE = Family("score", _score, _all_true)
PROBABILITY = Family("probability", _probability, _all_true)
CALL = Family("call", _call, _all_true, numbers=False)
RISK = Family("risk", _risk, _no_events)
RISK_PROBABILITY = Family("risk probability", _risk_probability, _no_events)
NUMBER = Family("number", _number, _all_true)
CLASS = Family("class", _class, _all_true, numbers=False)
MARKS = Family("marks", _marks, _all_true, numbers=False)
OUTLINE = Family("outline", _outline, None, numbers=False)
SECONDS = Family("seconds", _seconds)
