"""What a probability of the event by a horizon is measured by: Brier scores, calibration, net benefit."""

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Estimate
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.censoring import observed_over_expected
from hilum.evaluation.measures.cox_slope import calibration_slope_t
from hilum.evaluation.measures.survival_benefit import net_benefit_t, net_benefit_t_difference
from hilum.evaluation.measures.survival_brier import (
    brier_null_t,
    brier_t,
    brier_t_difference,
    integrated_brier,
    scaled_brier_t,
)
from hilum.evaluation.tasks.survival_readers import Outcome, RiskReader, read_rows
from hilum.evaluation.tasks.survival_samples import CasesAt, probability_samples

LISTED_DAYS = 10


def measures_of_probability(work: Work, reader: RiskReader, here: CasesAt) -> list[tuple[str, str, Estimate]]:
    """Measure, place (`365d`, or `365d,threshold=0.1`) and estimate of one reader."""
    day, follow_up, at, patient = here.day, here.follow_up, here.at, work.patients(here.rows)
    probability = reader.at[day][:, here.rows]
    found = [("brier_null_t", at, brier_null_t(follow_up, day, patient))]
    if reader.repeated:
        for name, sampled in probability_samples(work, reader.name, probability, here).items():
            benefit = name.startswith("threshold=")
            place = f"{at},{name}" if benefit else at
            found.append(("net_benefit" if benefit else name, place, sampled.estimate()))
        return found
    one = probability[0]
    found += [
        ("brier_t", at, brier_t(one, follow_up, day, patient)),
        ("scaled_brier_t", at, scaled_brier_t(one, follow_up, day, patient)),
        ("o_e", at, observed_over_expected(one, follow_up, day, patient)),
    ]
    if not follow_up.competes:
        found.append(("calibration_slope", at, calibration_slope_t(one, follow_up, day, patient)))
    for threshold in work.options.benefit_thresholds:
        try:
            there = net_benefit_t(one, follow_up, day, threshold, patient)
        except MeasureError:
            # Those acted on are not followed to the horizon.
            there = Estimate(None)
        found.append(("net_benefit", f"{at},threshold={threshold:g}", there))
    return found


def differences_of_probability(
    work: Work, readers: tuple[RiskReader, RiskReader], here: CasesAt
) -> list[tuple[str, str, Difference]]:
    """Measure, place and difference of two readers on the same cases."""
    day, at, patient = here.day, here.at, work.patients(here.rows)
    first, second = (reader.at[day][:, here.rows] for reader in readers)
    thresholds = work.options.benefit_thresholds
    if any(reader.repeated for reader in readers):
        sampled_a = probability_samples(work, readers[0].name, first, here)
        sampled_b = probability_samples(work, readers[1].name, second, here)
        found = [("brier_t", at, sampled_a["brier_t"].minus(sampled_b["brier_t"]))]
        names = [f"threshold={threshold:g}" for threshold in thresholds]
        return found + [("net_benefit", f"{at},{n}", sampled_a[n].minus(sampled_b[n])) for n in names]
    found = [("brier_t", at, brier_t_difference(first[0], second[0], here.follow_up, day, patient))]
    for threshold in thresholds:
        try:
            pair = (first[0], second[0])
            result = net_benefit_t_difference(pair, here.follow_up, day, threshold, patient)
        except MeasureError:
            result = Difference(None)
        found.append(("net_benefit", f"{at},threshold={threshold:g}", result))
    return found


def measure_over_horizons(
    work: Work, readers: list[RiskReader], outcome: Outcome, horizons: tuple[float, ...]
) -> None:
    """Write down the integrated Brier score of readers with a probability at two horizons or more."""
    for reader in readers:
        days = [day for day in sorted(horizons) if day in reader.at]
        if len(days) < 2 or reader.repeated:
            continue
        for part in work.parts:
            rows = read_rows(work, outcome, part, *(reader.at[day] for day in days))
            if len(rows) == 0 or outcome.events(rows) == 0:
                continue
            grid = np.stack([reader.at[day][0, rows] for day in days], axis=1)
            here = CasesAt.of(outcome, part, rows, days[-1])
            try:
                estimate = integrated_brier(grid, here.follow_up, np.array(days), work.patients(rows))
            except MeasureError as error:
                work.ledger.warn("horizon_not_reached", f"integrated Brier score in {part}: {error}")
                continue
            inside = work.alignment.truth.in_part(part) & outcome.known
            size = Size(len(rows), int(here.happened.sum()), int(inside.sum()) - len(rows))
            work.ledger.measure((reader.name, part), "integrated_brier", estimate, size, at=grid_name(days))


def grid_name(days: list[float]) -> str:
    """How a grid of days is named in the results.

    Example:
        >>> grid_name([30.0, 90.0, 365.0])
        'grid=30d,90d,365d'
        >>> grid_name([float(day) for day in range(1, 31)])
        'grid=1d..30d (30 days)'
    """
    if len(days) <= LISTED_DAYS:
        return "grid=" + ",".join(f"{day:g}d" for day in days)
    return f"grid={days[0]:g}d..{days[-1]:g}d ({len(days)} days)"
