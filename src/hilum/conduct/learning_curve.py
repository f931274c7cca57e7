"""Does more data still help? The same plan, trained on an eighth, a quarter and a half of the patients.

Patients are drawn once and nested: those of the quarter are among those of the half. The last point is the
study's own model. What is compared is read on cases that no training saw, and nothing is chosen by it.
"""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hilum.cohorts import Cohort
from hilum.evaluation import Evaluation, EvaluationOptions, Measure, Readings, evaluate
from hilum.files import write_atomically
from hilum.reporting.endpoints import endpoints_of

FRACTIONS = (0.125, 0.25, 0.5)
UNUSED = "unused"
Point = tuple[float, float, float]


def with_fewer_patients(cohort: Cohort, fraction: float, seed: int) -> Cohort:
    """The cohort with only a fraction of its training patients, the others set apart.

    Patients are taken in one order that the seed fixes, outcome by outcome as they come, so that smaller
    fractions are parts of larger ones.

    Args:
        cohort: A cohort with a part "train".
        fraction: Between 0 and 1.
        seed: Which order.
    """
    training = cohort.cases["part"] == "train"
    patients = np.array(sorted(cohort.cases.loc[training, "patient"].unique()))
    order = np.random.default_rng([seed, 0x1EA4]).permutation(patients)
    kept = set(order[: max(1, round(fraction * len(order)))])
    part = cohort.cases["part"].mask(training & ~cohort.cases["patient"].isin(kept), UNUSED)
    return dataclasses.replace(cohort, cases=cohort.cases.assign(part=part))


def held_back(cohort: Cohort) -> Cohort:
    """The cases that no training sees."""
    unseen = ~cohort.cases["part"].isin({"train", UNUSED})
    return dataclasses.replace(cohort, cases=cohort.cases[unseen].reset_index(drop=True))


def measure_of(readings: Readings, cohort: Cohort, options: EvaluationOptions) -> Measure | None:
    """What a reader reaches on the test part (else the first that is neither train nor validation).

    None where it cannot be measured.
    """
    plain = dataclasses.replace(options, subgroups=(), recalibration={}, margins={}, bootstrap=100)
    result = evaluate([readings], cohort.truth(), plain)
    return followed(result, readings.reader)


def followed(evaluation: Evaluation, reader: str) -> Measure | None:
    """The report's leading measure of one reader; None where less of it is better, or it has no error.

    Example:
        >>> followed(Evaluation("survival"), "cnn") is None
        True
    """
    parts = [part for part in evaluation.parts if part not in {"train", "validation", UNUSED}]
    part = "test" if "test" in parts else next(iter(parts), None)
    endpoint = next(iter(endpoints_of(evaluation)), None)
    if part is None or endpoint is None or not endpoint.higher_is_better:
        return None
    found = evaluation.find(reader, part, endpoint.measure, at=endpoint.at)
    return found if found is not None and found.value is not None and found.se else None


def save_points(path: Path, points: Sequence[Point]) -> None:
    """Write sizes, values and standard errors, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps([list(point) for point in points]))


def load_points(path: Path) -> tuple[Point, ...]:
    """Read what `save_points` wrote; nothing where there is no such file."""
    if not path.exists():
        return ()
    kept = json.loads(path.read_text(encoding="utf-8"))
    return tuple((float(size), float(value), float(error)) for size, value, error in kept)
