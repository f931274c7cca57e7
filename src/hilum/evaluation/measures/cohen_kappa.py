"""Cohen's kappa: agreement of two readers, or of a reader with the truth, beyond chance."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Z95,
    Difference,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
)

Weights = Literal["linear", "quadratic"] | Floats | None
Patients = NDArray[np.int64]
Classes = NDArray[np.int64] | NDArray[np.bool_]


def cohen_kappa_from_table(table: Floats | NDArray[np.int64], weights: Weights = None) -> Estimate:
    """Kappa of a square table of counts, with its large-sample interval.

    0 is agreement by chance, 1 perfect, below 0 less than chance. `statistic` is the z of the test that kappa
    is 0, with the variance that holds then. Kappa depends on how frequent the classes are: tables of other
    prevalence have other kappas.

    Args:
        table: (classes, classes) counts; rows are the first reader, columns the second.
        weights: None counts only equal classes as agreement; `linear` and `quadratic` give near classes of
            ordered ones a part; or a (classes, classes) table of how much each pair agrees, 1 on the
            diagonal.

    Raises:
        MeasureError: the table is not square, holds a negative or missing count or none at all, or both
            readers put all cases into one class.

    Reference:
        Cohen, Educational and Psychological Measurement 1960; Psychological Bulletin 1968; Fleiss, Cohen &
        Everitt, Psychological Bulletin 1969; 72: 323-327.

    Example:
        >>> estimate = cohen_kappa_from_table(np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
        >>> round(estimate.value, 3), round(estimate.low, 3), round(estimate.high, 3)
        (0.492, 0.392, 0.591)
    """
    counts = _checked(table)
    total, agree = float(counts.sum()), _agreement(len(counts), weights)
    share = counts / total
    value, influence, expected = _kappa(share, agree)
    se = math.sqrt(max(float(np.sum(share * influence**2)), 0.0) / total)
    null = _null_se(share, agree, expected, total)
    z = value / null if null > 0 else None
    return _wald(value, se, _named(weights), z)


def cohen_kappa(
    first: Classes,
    second: Classes,
    patient: Patients | None = None,
    classes: int | None = None,
    weights: Weights = None,
) -> Estimate:
    """Kappa of two readers' classes of the same cases; where patients repeat, variances summed over patients.

    Args:
        first: (n,) index of the class that the first reader named, from 0.
        second: (n,) index of the class that the second reader named.
        patient: (n,) patient codes where patients may repeat.
        classes: How many classes there are; left out, as many as occur (at least 2).
        weights: As for `cohen_kappa_from_table`.

    Raises:
        MeasureError: as `cohen_kappa_from_table`, or the two are not of the same cases.

    Reference:
        Cohen 1960; Fleiss, Cohen & Everitt 1969; for patients Liang & Zeger, Biometrika 1986.

    Example:
        >>> round(cohen_kappa(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 1])).value, 4)
        0.5455
    """
    one, other = _indices(first), _indices(second)
    if one.shape != other.shape or len(one) == 0:
        raise MeasureError(
            f"{len(one)} classes of one reader cannot be set against {len(other)} of the other: give both "
            "for the same cases"
        )
    size = max(2, classes or 0, int(one.max()) + 1, int(other.max()) + 1)
    counts = np.bincount(one * size + other, minlength=size * size).reshape(size, size)
    plain = cohen_kappa_from_table(counts, weights)
    if not repeats_patients(patient) or plain.value is None:
        return plain
    influence = _kappa(counts / len(one), _agreement(size, weights))[1][one, other] / len(one)
    sums = patient_sums(influence, patient)
    if len(sums) < 2:
        return Estimate(plain.value)
    se = math.sqrt(float(np.sum(sums**2)) * len(sums) / (len(sums) - 1))
    method = _named(weights).replace("_wald", "_clustered_wald")
    return _wald(plain.value, se, method, plain.value / se if se > 0 else None)


def as_agreement(estimate: Estimate) -> Difference:
    """Agreement of two readers as a row of comparisons.

    The estimate stands in `statistic`, `p` is that of no agreement beyond chance, there is no difference.

    Example:
        >>> round(as_agreement(cohen_kappa_from_table(np.array([[20, 5], [10, 15]]))).p, 4)
        0.0039
    """
    p = None if estimate.statistic is None else float(2 * ndtr(-abs(estimate.statistic)))
    return Difference(
        None, estimate.low, estimate.high, estimate.se, estimate.value, p=p, method=estimate.method
    )


def _indices(classes: Classes) -> NDArray[np.int64]:
    numbers = np.asarray(classes)
    if numbers.ndim != 1 or (numbers.dtype.kind == "f" and not np.isfinite(numbers).all()):
        raise MeasureError(
            "some cases have no class: leave out the cases that one of the readers did not read"
        )
    whole = numbers.astype(np.int64)
    if (whole != numbers).any() or (whole < 0).any():
        raise MeasureError("classes are counted 0, 1, 2 …: give their number, not their value")
    return whole


def _checked(table: Floats | NDArray[np.int64]) -> Floats:
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or len(counts) < 2:
        raise MeasureError(
            "kappa needs a square table of two classes or more: give the first reader's classes as rows and "
            "the second's, in the same order, as columns"
        )
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise MeasureError("a count of the table is missing, infinite or below 0: correct it")
    if counts.sum() == 0:
        raise MeasureError("the table holds no cases: kappa needs at least one")
    return counts


def _agreement(size: int, weights: Weights) -> Floats:
    if weights is None:
        return np.eye(size)
    if isinstance(weights, str):
        if weights not in {"linear", "quadratic"}:
            raise MeasureError(f"`{weights}` are no weights of kappa: use `linear` or `quadratic`")
        apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
        return 1 - (apart if weights == "linear" else apart**2)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (size, size) or not np.isfinite(given).all() or not np.all(np.diag(given) == 1):
        raise MeasureError(
            f"weights of kappa are a table of {size} times {size} numbers with 1 on the diagonal: they say "
            "how much two classes agree"
        )
    return given


def _kappa(share: Floats, agree: Floats) -> tuple[float, Floats, float]:
    """Kappa, the influence of a case in each cell, and the agreement that chance alone gives."""
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, expected = float(np.sum(agree * share)), float(rows @ agree @ columns)
    if 1 - expected <= 1e-12:
        raise MeasureError(
            "both readers put every case into the same class: agreement beyond chance is not defined there"
        )
    value = (observed - expected) / (1 - expected)
    mean = (agree @ columns)[:, None] + (rows @ agree)[None, :]
    influence = (agree - observed - (1 - value) * (mean - 2 * expected)) / (1 - expected)
    return value, influence, expected


def _null_se(share: Floats, agree: Floats, expected: float, total: float) -> float:
    """Standard error if the two readers agree by chance only."""
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    mean = (agree @ columns)[:, None] + (rows @ agree)[None, :]
    square = float(np.sum(np.outer(rows, columns) * (agree - mean) ** 2)) - expected**2
    return math.sqrt(max(square, 0.0) / total) / (1 - expected)


def _named(weights: Weights) -> str:
    if weights is None:
        return "cohen_kappa_wald"
    return f"cohen_kappa_{weights if isinstance(weights, str) else 'weighted'}_wald"


def _wald(value: float, se: float, method: str, z: float | None) -> Estimate:
    if not se > 1e-12:
        return Estimate(value, statistic=z)
    return Estimate(value, max(-1.0, value - Z95 * se), min(1.0, value + Z95 * se), se, method, z)
