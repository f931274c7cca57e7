"""A reader's numbers beside the true ones, and everything that follows from their sums.

Because all measures of a number come from a few sums over cases, leaving each patient out and drawing
patients anew cost no more than adding up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats, patient_sums, repeats_patients

Patients = NDArray[np.int64]
NUMBER_MEASURES = (
    "mae",
    "rmse",
    "bias",
    "limit_low",
    "limit_high",
    "proportional_bias",
    "pearson",
    "ccc",
    "icc",
    "r2",
)
LIMITS = 1.959963984540054
# Below this share of the square, a spread is rounding error.
NO_SPREAD = 1e-10


@dataclass(frozen=True)
class NumberPairs:
    """What a reader measured and what was true, case by case; make it with `of`, which checks both.

    Attributes:
        value: (n,) the reader's numbers.
        truth: (n,) the true numbers, in the same unit.
        patient: (n,) patient codes where some patient has several cases, else None.

    Example:
        >>> NumberPairs.of(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).difference
        array([0., 0., 1.])
    """

    value: Floats
    truth: Floats
    patient: Patients | None = None

    @classmethod
    def of(
        cls, value: Floats, truth: Floats, patient: Patients | None = None, at_least: int = 1
    ) -> "NumberPairs":
        """Check numbers and make them pairs.

        Args:
            value: (n,) the reader's numbers.
            truth: (n,) the true numbers, in the same unit.
            patient: (n,) patient codes where patients may repeat.
            at_least: How many cases are needed.

        Raises:
            MeasureError: the numbers are not of the same cases, a number is missing or infinite, or there
                are too few cases.

        Example:
            >>> NumberPairs.of(np.array([1.0]), np.array([np.nan]))
            Traceback (most recent call last):
            hilum.errors.MeasureError: 1 of 1 cases has a missing or infinite number: leave such cases out
            first
        """
        pairs = cls(
            np.asarray(value, dtype=np.float64),
            np.asarray(truth, dtype=np.float64),
            patient if repeats_patients(patient) else None,
        )
        if pairs.value.shape != pairs.truth.shape or pairs.value.ndim != 1:
            raise MeasureError(
                f"{pairs.value.size} numbers of the reader cannot be set against {pairs.truth.size} true "
                "ones: give one of each for every case"
            )
        broken = int(np.sum(~(np.isfinite(pairs.value) & np.isfinite(pairs.truth))))
        if broken:
            raise MeasureError(
                f"{broken} of {len(pairs.value)} cases {'has' if broken == 1 else 'have'} a missing or "
                "infinite number: leave such cases out first"
            )
        if len(pairs.value) < at_least:
            raise MeasureError(
                f"{len(pairs.value)} cases are too few: at least {at_least} are needed for this measure"
            )
        return pairs

    @property
    def difference(self) -> Floats:
        """(n,) reader minus truth.

        Example:
            >>> NumberPairs.of(np.array([3.0]), np.array([1.0])).difference
            array([2.])
        """
        return self.value - self.truth

    @property
    def clusters(self) -> int:
        """How many patients there are.

        Example:
            >>> NumberPairs.of(np.ones(3), np.ones(3), np.array([5, 5, 6])).clusters
            2
        """
        return len(self.value) if self.patient is None else len(np.unique(self.patient))

    def columns(self) -> Floats:
        """(n, 9) what each case adds to the sums that `from_sums` takes.

        Both numbers are taken from their own mean, so that large numbers lose no digits.

        Example:
            >>> NumberPairs.of(np.array([1.0, 3.0]), np.array([1.0, 2.0])).columns().shape
            (2, 9)
        """
        x, y, d = self.value - self.value.mean(), self.truth - self.truth.mean(), self.difference
        return np.stack([np.ones(len(x)), x, y, x * x, y * y, x * y, d, d * d, np.abs(d)], axis=1)

    def without_each_patient(self) -> Floats:
        """(patients, 9) the sums of all other patients.

        Example:
            >>> pairs = NumberPairs.of(np.array([1.0, 3.0]), np.array([1.0, 2.0]))
            >>> pairs.without_each_patient()[:, 0]
            array([1., 1.])
        """
        columns = self.columns()
        left: Floats = columns.sum(axis=0) - patient_sums(columns.T, self.patient).T
        return left


def from_sums(sums: Floats) -> dict[str, Floats]:
    """Every measure of a number from sums over cases; NaN where it is not defined.

    Args:
        sums: (b, 9) sums of the columns of `NumberPairs`, each row one set of cases.

    Returns:
        By name of `NUMBER_MEASURES` (b,) values.

    Example:
        >>> pairs = NumberPairs.of(np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0]))
        >>> from_sums(pairs.columns().sum(axis=0)[None])["mae"].round(4)
        array([0.3333])
    """
    total = sums[:, 0]
    mean = sums[:, 1:] / np.where(total > 0, total, np.nan)[:, None]
    x, y, bias, square = mean[:, 0], mean[:, 1], mean[:, 5], mean[:, 6]
    spread_x = _spread(mean[:, 2], x)
    spread_y = _spread(mean[:, 3], y)
    together = mean[:, 4] - x * y
    sample = np.where(total > 1, total / np.maximum(total - 1, 1), np.nan)
    deviation = np.sqrt(np.maximum(square - bias**2, 0) * sample)
    error = (spread_x + spread_y - 2 * together) / 2
    apart = (spread_x + spread_y - 2 * error / np.maximum(total, 1)) * sample + bias**2
    return {
        "mae": mean[:, 7],
        "rmse": np.sqrt(square),
        "r2": 1 - _over(square, spread_y),
        "bias": bias,
        "limit_low": bias - LIMITS * deviation,
        "limit_high": bias + LIMITS * deviation,
        "proportional_bias": _over(2 * (spread_x - spread_y), spread_x + spread_y + 2 * together),
        "pearson": np.clip(_over(together, np.sqrt(spread_x * spread_y)), -1, 1),
        "ccc": np.clip(_over(2 * together, square + 2 * together), -1, 1),
        "icc": np.minimum(_over(2 * together * sample, apart), 1),
    }


def _spread(square: Floats, mean: Floats) -> Floats:
    spread = square - mean**2
    return np.where(spread > NO_SPREAD * square, spread, 0.0)


def _over(top: Floats, bottom: Floats) -> Floats:
    result: Floats = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    return result


def jackknife_se(without: Floats) -> float:
    """Standard error from the values without each patient; NaN where one of them is not defined.

    Reference:
        Efron & Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11.

    Example:
        >>> round(jackknife_se(np.array([1.5, 2.0, 2.5])), 4)
        0.5774
    """
    count = len(without)
    if count < 2 or not np.isfinite(without).all():
        return float("nan")
    return float(np.sqrt((count - 1) / count * np.sum((without - without.mean()) ** 2)))
