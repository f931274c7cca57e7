"""Numbers in groups of patients: the mean absolute error and the bias of each reader, and of two readers."""

import itertools
import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import (
    Difference,
    Estimate,
    Floats,
    patient_sums,
    repeats_patients,
    wald_difference,
)
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.bland_altman import bland_altman
from hilum.evaluation.measures.errors_of_a_number import mean_absolute_error
from hilum.evaluation.tasks.group_tests import (
    Judged,
    JudgedPair,
    Rows,
    SmallGroups,
    judge_groups,
    judge_pair_in_groups,
)
from hilum.evaluation.tasks.subgroup_columns import groupings

FEWEST_PATIENTS = 2


def measure_number_subgroups(work: Work, values: Mapping[str, Floats], truth: Floats) -> None:
    """Write down mean absolute error and bias of each reader in each group of `options.subgroups`.

    With them go the test between the groups, and for each two readers the difference of their errors.

    Args:
        work: What is evaluated.
        values: By reader that read once (rows of truth,) its numbers, NaN where there is none.
        truth: (rows of truth,) the true numbers, NaN where unknown.

    Raises:
        ReadingsError: The truth has no such column.
    """
    columns = groupings(work)
    small = SmallGroups()
    for part in work.parts if columns else ():
        for name, value in values.items():
            rows = _rows(work, part, truth, value)
            for judged in _judged(work, rows, value, truth) if len(rows) else ():
                for grouping in columns:
                    judge_groups(work, (name, part), judged, grouping, small, both=False)
    for part in work.compared_parts if columns and not work.options.unpaired else ():
        for (first, ours), (second, theirs) in itertools.combinations(values.items(), 2):
            rows = _rows(work, part, truth, ours, theirs)
            for grouping in columns if len(rows) else ():
                pair = _errors_apart(work, rows, (ours, theirs), truth)
                judge_pair_in_groups(work, (first, second, part), pair, grouping)
    small.warn(work, "cases")


def _rows(work: Work, part: str, *known: Floats) -> Rows:
    return np.flatnonzero(work.alignment.truth.in_part(part) & np.isfinite(np.stack(known)).all(axis=0))


def _judged(work: Work, rows: Rows, value: Floats, truth: Floats) -> tuple[Judged, Judged]:
    said, true, patient = value[rows], truth[rows], work.patients(rows)
    everyone = np.ones(len(rows), dtype=np.bool_)

    def error(inside: Rows) -> Estimate:
        return mean_absolute_error(said[inside], true[inside], patient[inside])

    def bias(inside: Rows) -> Estimate:
        return bland_altman(said[inside], true[inside], patient[inside]).bias

    def error_influence(inside: Rows) -> tuple[float, Floats]:
        return mean_influence(np.abs(said - true)[inside], patient[inside])

    def bias_influence(inside: Rows) -> tuple[float, Floats]:
        return mean_influence((said - true)[inside], patient[inside])

    return (
        Judged("mae", rows, everyone, error, error_influence),
        Judged("bias", rows, everyone, bias, bias_influence),
    )


def _errors_apart(work: Work, rows: Rows, values: tuple[Floats, Floats], truth: Floats) -> JudgedPair:
    ours, theirs = (np.abs(value[rows] - truth[rows]) for value in values)
    apart, patient = ours - theirs, work.patients(rows)

    def difference(inside: Rows) -> Difference:
        mean, influence = mean_influence(apart[inside], patient[inside])
        clustered = repeats_patients(patient[inside])
        sums = patient_sums(influence, patient[inside] if clustered else None)
        method = "cluster_robust_wald" if clustered else "influence_wald"
        return wald_difference(mean, math.sqrt(float(np.sum(sums**2))), method)

    def influence(inside: Rows) -> tuple[float, Floats]:
        return mean_influence(apart[inside], patient[inside])

    return JudgedPair("mae", rows, np.ones(len(rows), dtype=np.bool_), difference, influence)


def mean_influence(numbers: Floats, patient: NDArray[np.int64]) -> tuple[float, Floats]:
    """A mean and each case's influence on it, so that squares summed over patients are its variance.

    Args:
        numbers: (n,) numbers.
        patient: (n,) patient codes.

    Raises:
        MeasureError: They are of one patient only.

    Example:
        >>> mean, influence = mean_influence(np.array([1.0, 3.0, 5.0]), np.arange(3))
        >>> mean, round(float(np.sum(influence**2)), 4)
        (3.0, 1.3333)
    """
    people = len(np.unique(patient))
    if people < FEWEST_PATIENTS:
        raise MeasureError("a mean of one patient has no variation: give at least two patients")
    mean = float(numbers.mean())
    return mean, (numbers - mean) / len(numbers) * math.sqrt(people / (people - 1))
