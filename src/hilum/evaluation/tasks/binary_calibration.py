"""Whether a reader's probabilities are true, before and after recalibration to a new cohort."""

import dataclasses

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.common.resampling import PatientDraws, over_repeats
from hilum.evaluation.ledger import VALIDATION, Size, Work
from hilum.evaluation.measures import calibration
from hilum.evaluation.measures.calibration_influence import INFLUENCE_MEASURES, calibration_influence
from hilum.evaluation.measures.cross_fitting import cross_fitted
from hilum.evaluation.measures.smooth_calibration import (
    SAMPLES,
    SMOOTH_MEASURES,
    sample_to_smooth,
    short_wald,
    smooth_errors,
)
from hilum.evaluation.tasks.binary_reader import BinaryReader
from hilum.evaluation.tasks.samples import Cases, draw_samples

TEST = "test"
MOST_SMOOTHED = 10_000
FEW_EVENTS = 10
AFTER = "recalibrated in this cohort"
AFTER_MEASURES = ("brier", "citl", "calibration_slope", "ici")


def measure_calibration(work: Work, reader: BinaryReader, cases: Cases, size: Size) -> None:
    """Write down everything about the truth of probabilities on cases with and without the condition."""
    for measure, estimate in (_by_fit(work, reader, cases) | _by_groups(work, reader, cases)).items():
        work.ledger.measure((reader.name, cases.part), measure, estimate, size, of=cases.of)
    smoothed, smaller = _smooth(work, reader, cases, size)
    for measure, estimate in smoothed.items():
        work.ledger.measure((reader.name, cases.part), measure, estimate, smaller, of=cases.of)


def measure_after_recalibration(work: Work, reader: BinaryReader, cases: Cases, size: Size) -> None:
    """What would be reached in an external cohort if its own outcomes set intercept and slope.

    Each case is recalibrated by the patients of nine of ten random folds, so that what is measured is not
    better than it would be on others.
    """
    assert reader.score is not None
    already = reader.recalibrated_from
    if cases.part in {TEST, VALIDATION} or (already is not None and work.options.is_probability(already)):
        return
    if min(size.events, size.n - size.events) < FEW_EVENTS:
        return
    score = np.full_like(reader.score, np.nan)
    try:
        for number, values in enumerate(reader.score[:, cases.rows]):
            score[number, cases.rows] = cross_fitted(
                values, cases.outcome, work.patients(cases.rows), seed=work.seed("folds", cases.part)
            )
    except MeasureError as error:
        work.ledger.warn(
            "no_recalibration", f"{reader.name} cannot be recalibrated to {cases.part}: {error}", size.n
        )
        return
    after = dataclasses.replace(reader, score=score)
    smoothed, smaller = _smooth(work, after, cases, size)
    found = _by_fit(work, after, cases) | smoothed
    for measure in AFTER_MEASURES:
        of_size = smaller if measure in SMOOTH_MEASURES else size
        work.ledger.measure(
            (reader.name, cases.part), measure, found[measure], of_size, at=AFTER, of=cases.of
        )
    work.ledger.warn(
        "recalibrated_cohort",
        f"rows marked `{AFTER}` say what would be reached if the cohort's own outcomes were used to shift "
        "the intercept and slope of the probabilities (ten folds by patient); all other rows use the "
        "probabilities as they are",
    )


def _by_fit(work: Work, reader: BinaryReader, cases: Cases) -> dict[str, Estimate]:
    """Brier score, calibration in the large, slope, observed over expected."""
    assert reader.score is not None
    if reader.repeated:
        return _by_influence(work, reader, cases)
    score, label, patient = reader.score[0, cases.rows], cases.outcome, work.patients(cases.rows)
    return {
        "brier": calibration.brier(score, label, patient),
        "citl": calibration.calibration_in_the_large(score, label, patient),
        "calibration_slope": calibration.calibration_slope(score, label, patient),
        "o_e": calibration.observed_expected_ratio(score, label, patient),
    }


def _by_influence(work: Work, reader: BinaryReader, cases: Cases) -> dict[str, Estimate]:
    """The same over repeats: each case's influence stands for a new fit in each bootstrap sample."""
    assert reader.score is not None
    measures, fits = ("brier", *INFLUENCE_MEASURES), []
    for one in reader.score[:, cases.rows]:
        squares = (one - cases.outcome) ** 2
        value, influence = calibration_influence(one, cases.outcome)
        brier = float(squares.mean())
        fits.append((np.append(brier, value), np.vstack([(squares - brier) / len(squares), influence])))
    values = np.stack([value for value, _ in fits], axis=1)
    moving = np.stack([influence for _, influence in fits], axis=1).reshape(values.size, -1)

    def statistic(weights: Floats) -> Floats:
        moved: Floats = values.reshape(1, -1) + (weights - 1) @ moving.T
        ratios = measures.index("o_e") * len(fits)
        moved[:, ratios:] = np.exp(moved[:, ratios:])
        return moved

    sampled = draw_samples(work, reader.name, statistic, cases, measures)
    found = {measure: one.estimate() for measure, one in sampled.items()}
    return {
        measure: one
        if one.method == "not_estimable"
        else dataclasses.replace(one, method="hierarchical_influence_percentile")
        for measure, one in found.items()
    }


def _by_groups(work: Work, reader: BinaryReader, cases: Cases) -> dict[str, Estimate]:
    """Expected calibration error, its interval from the standard error over bootstrap samples."""
    assert reader.score is not None
    gaps = [calibration.calibration_gaps(one, cases.outcome) for one in reader.score[:, cases.rows]]

    def statistic(weights: Floats) -> Floats:
        total = weights.sum(axis=1)
        return np.stack([np.abs(weights @ gap).sum(axis=1) / total for gap in gaps], axis=1)

    return {"ece": draw_samples(work, reader.name, statistic, cases, ("ece",))["ece"].wald()}


def _smooth(work: Work, reader: BinaryReader, cases: Cases, size: Size) -> tuple[dict[str, Estimate], Size]:
    """ICI, E50 and E90, of many cases on a random sample; and the size of that sample."""
    assert reader.score is not None
    places = sample_to_smooth(len(cases.rows), MOST_SMOOTHED, work.seed("smooth", cases.part))
    rows, label = cases.rows[places], cases.outcome[places]
    if len(rows) < len(cases.rows):
        work.ledger.warn(
            "smoothed_on_a_sample",
            f"the calibration curve of {cases.part} is smoothed on {len(rows):,} of its cases drawn at "
            "random: ICI, E50 and E90 rest on these",
            len(rows),
        )
    score = reader.score[:, rows]

    def statistic(weights: Floats) -> Floats:
        return np.stack([smooth_errors(one, label, weights) for one in score], axis=2).reshape(
            len(weights), -1
        )

    samples = min(SAMPLES, work.options.bootstrap)
    alike, seed = np.zeros_like(label), work.seed("smooth", cases.part)
    patients = PatientDraws(work.patients(rows), alike, samples, seed)
    value, drawn = statistic(np.ones((1, len(rows))))[0], patients.apply(statistic)
    chosen = work.seed("repeats", reader.name)
    method = "hierarchical_short_bootstrap_wald" if reader.repeated else "short_bootstrap_wald"
    found = {}
    for number, measure in enumerate(SMOOTH_MEASURES):
        columns = slice(number * len(score), (number + 1) * len(score))
        draws = over_repeats(drawn[:, columns], chosen)
        found[measure] = short_wald(float(value[columns].mean()), draws, method)
    excluded = size.n_excluded + len(cases.rows) - len(rows)
    return found, Size(len(rows), int(label.sum()), excluded)
