"""Krippendorff's alpha: agreement of any number of readers, gaps allowed, on classes, ranks or numbers."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats, patient_codes
from hilum.evaluation.common.resampling import Statistic, percentile_estimate

Level = Literal["nominal", "ordinal", "interval"]
Patients = NDArray[np.int64]
MOST_CLASSES = 50
LARGEST_BLOCK = 2_000_000


def krippendorff_alpha(
    readings: Floats,
    level: Level = "nominal",
    patient: Patients | None = None,
    samples: int = 1000,
    seed: tuple[int, ...] = (0,),
) -> Estimate:
    """One minus observed over expected disagreement; 1 is perfect, 0 chance, below 0 less than chance.

    Cases that fewer than two readers read say nothing and are left out. The interval is that of bootstrap
    samples of patients.

    Args:
        readings: (readers, n) classes or numbers, NaN where a reader did not read a case.
        level: `nominal` (classes), `ordinal` (ordered classes) or `interval` (numbers).
        patient: (n,) patient codes where patients may repeat.
        samples: How many bootstrap samples; 0 for none, and no interval.
        seed: Numbers that fix the drawing.

    Raises:
        MeasureError: no case was read by two readers, all readings are equal, or a number is infinite.

    Reference:
        Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011; Hayes & Krippendorff, Communication
        Methods and Measures 2007.

    Example:
        >>> gap = np.nan
        >>> readings = np.array([[1, 2, 3, 3, gap], [1, 2, 3, 2, 1], [gap, 2, 3, 3, 1.0]])
        >>> round(krippendorff_alpha(readings, samples=0).value, 4)
        0.7857
    """
    table = np.asarray(readings, dtype=np.float64)
    if table.ndim != 2 or np.isinf(table).any():
        raise MeasureError(
            "readings are a table of one row a reader and one column a case, without infinite numbers: "
            "leave a gap where nothing was read"
        )
    kept = np.isfinite(table).sum(axis=0) >= 2
    if not kept.any():
        raise MeasureError("no case was read by two readers: agreement needs cases read by at least two")
    table = table[:, kept]
    found = table[np.isfinite(table)]
    if np.ptp(found) == 0:
        raise MeasureError(
            f"all readings are {found[0]:g}: agreement beyond chance is not defined without variation"
        )
    codes, people = (
        (np.arange(table.shape[1]), table.shape[1]) if patient is None else patient_codes(patient[kept])
    )
    types, times, statistic = (
        _numbers(table, codes, people) if level == "interval" else _classes(table, codes, people, level)
    )
    value = float(statistic(times[None] @ types)[0])
    if samples == 0:
        return Estimate(value)
    draws = _draws(types, times, statistic, samples, seed)
    # Rounding may lift a perfect sample above 1 by one digit in the sixteenth place.
    estimate = percentile_estimate(value, np.minimum(draws, 1.0), "bootstrap_percentile")
    if not estimate.se or estimate.low is None or estimate.high is None:
        return Estimate(value)
    return estimate


def _draws(types: Floats, times: Floats, statistic: Statistic, samples: int, seed: tuple[int, ...]) -> Floats:
    """Bootstrap samples of patients, drawn as how often each kind of patient occurs."""
    rng = np.random.default_rng(list(seed))
    total, block = int(times.sum()), max(1, LARGEST_BLOCK // len(times))
    found = [
        statistic(rng.multinomial(total, times / total, size=min(block, samples - start)) @ types)
        for start in range(0, samples, block)
    ]
    return np.concatenate(found)


def _kinds(rows: Floats) -> tuple[Floats, Floats]:
    """The different rows of a table, in an order of their own, and how often each occurs."""
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        values, place = np.unique(column, return_inverse=True)
        code = np.unique(code * len(values) + place, return_inverse=True)[1]
    first = np.unique(code, return_index=True)[1]
    return rows[first], np.bincount(code).astype(np.float64)


def _of_patients(units: Floats, codes: NDArray[np.int64], people: int) -> Floats:
    if people == len(codes):
        return units
    return np.stack([np.bincount(codes, weights=column, minlength=people) for column in units.T], axis=1)


def _numbers(table: Floats, codes: NDArray[np.int64], people: int) -> tuple[Floats, Floats, Statistic]:
    """What each kind of patient adds for numbers: how many, their sum and squares, squares apart."""
    present = np.isfinite(table)
    centred = np.where(present, table - np.nanmean(table), 0.0)
    centred /= np.abs(centred).max()
    many, total, squares = present.sum(axis=0), centred.sum(axis=0), (centred**2).sum(axis=0)
    apart = 2 * (many * squares - total**2) / (many - 1)
    units = np.column_stack([many, total, squares, np.maximum(apart, 0)])

    def alpha(sums: Floats) -> Floats:
        n, whole, square, observed = sums.T
        expected = 2 * (n * square - whole**2) / (n - 1)
        # Below rounding error of the squares there is no variation.
        return _one_minus(observed, np.where(expected > 1e-12 * n * square, expected, 0.0))

    return (*_kinds(_of_patients(units, codes, people)), alpha)


def _classes(
    table: Floats, codes: NDArray[np.int64], people: int, level: Level
) -> tuple[Floats, Floats, Statistic]:
    """What each kind of patient adds for classes: the table of coincidences within cases, row by row."""
    values = np.unique(table[np.isfinite(table)])
    size = len(values)
    if size > MOST_CLASSES:
        raise MeasureError(
            f"{size} different readings are too many for classes: take them as numbers (`interval`)"
        )
    counts = np.stack([(table == value).sum(axis=0) for value in values], axis=1).astype(np.float64)
    if people == len(codes):
        counts, times = _kinds(counts)
        types = _coincidences(counts)
    else:
        types, times = _kinds(_of_patients(_coincidences(counts), codes, people))

    def alpha(sums: Floats) -> Floats:
        pairs = sums.reshape(-1, size, size)
        many = pairs.sum(axis=2)
        apart = _squared_distance(many, level)
        total = many.sum(axis=1)
        chance = (many[:, :, None] * many[:, None, :] * apart).sum(axis=(1, 2)) / (total - 1)
        return _one_minus((pairs * apart).sum(axis=(1, 2)), chance)

    return types, times, alpha


def _coincidences(counts: Floats) -> Floats:
    """(units, classes x classes) pairs of readings within a unit, each reading counting once in all."""
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= counts[:, :, None] * np.eye(counts.shape[1])
    flat: Floats = (pairs / (counts.sum(axis=1) - 1)[:, None, None]).reshape(len(counts), -1)
    return flat


def _squared_distance(many: Floats, level: Level) -> Floats:
    """(b, classes, classes) how far apart two classes are, given how often each class was read."""
    size = many.shape[1]
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(size), (len(many), size, size))
    # Ranks: all readings between two classes, of these two themselves one half.
    middle = np.cumsum(many, axis=1) - many / 2
    distance: Floats = (middle[:, :, None] - middle[:, None, :]) ** 2
    return distance


def _one_minus(observed: Floats, expected: Floats) -> Floats:
    ratio = np.divide(observed, expected, out=np.full_like(expected, np.nan), where=expected > 0)
    result: Floats = 1 - ratio
    return result
