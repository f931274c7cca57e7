"""Only what was declared a probability is asked whether it is true."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import MeasureError
from hilum.evaluation import (
    EvaluationOptions,
    FollowUp,
    Readings,
    Truth,
    calibration_curve,
    calibration_error,
    calibration_slope,
    evaluate,
    survival_calibration_curve,
)


@pytest.fixture
def predicted():
    rng = np.random.default_rng(9)
    logit = rng.normal(size=4000) * 1.5 - 1
    label = rng.random(4000) < 1 / (1 + np.exp(-logit))
    return logit, label


def _evaluate(logit, label, probabilities=frozenset()):
    cases = np.arange(len(label))
    truth = Truth.from_frame(pd.DataFrame({"case": cases, "label": label.astype(int)}))
    table = pd.DataFrame({"case": cases, "score": 1 / (1 + np.exp(-logit))})
    return evaluate(
        [Readings.from_frame(table, "model")], truth, EvaluationOptions(probabilities=probabilities)
    )


def test_true_probabilities_are_found_true(predicted):
    result = _evaluate(*predicted, probabilities=frozenset({"model"}))
    for measure, ideal in (("citl", 0), ("calibration_slope", 1), ("o_e", 1)):
        row = result.find("model", "test", measure)
        assert row.low < ideal < row.high
    assert result.find("model", "test", "ece").value < 0.03
    label, p = predicted[1], 1 / (1 + np.exp(-predicted[0]))
    assert result.find("model", "test", "brier").value == pytest.approx(np.mean((p - label) ** 2))


def test_overconfident_and_too_high_probabilities_are_found(predicted):
    logit, label = predicted
    extreme = _evaluate(logit * 2, label, probabilities=frozenset({"model"}))
    assert extreme.find("model", "test", "calibration_slope").high < 1
    high = _evaluate(logit + 1, label, probabilities=frozenset({"model"}))
    assert high.find("model", "test", "citl").value == pytest.approx(-1, abs=0.15)
    assert high.find("model", "test", "o_e").high < 1


def test_undeclared_scores_are_not_asked(predicted):
    measures = {row.measure for row in _evaluate(*predicted).measures}
    assert not measures & {"citl", "calibration_slope", "o_e", "brier", "ece"}


def test_the_curve_lies_on_the_diagonal_within_its_intervals(predicted):
    logit, label = predicted
    points = calibration_curve(1 / (1 + np.exp(-logit)), label)
    assert sum(point.n for point in points) == 4000
    assert all(point.n == 400 for point in points)
    assert sum(point.low <= point.predicted <= point.high for point in points) >= 8


def test_equal_predictions_stay_in_one_group():
    probability, label = np.repeat([0.2, 0.6], 50), np.arange(100) % 2 == 0
    assert [point.n for point in calibration_curve(probability, label, bins=10)] == [50, 50]
    assert calibration_error(probability, label)[0] == pytest.approx((0.3 + 0.1) / 2)


def test_separated_outcomes_have_no_finite_slope():
    probability = np.array([0.1, 0.2, 0.8, 0.9])
    assert calibration_slope(probability, probability > 0.5).value is None


def test_certain_predictions_do_not_break_it():
    probability = np.array([0.0, 0.0, 1.0, 1.0, 0.5, 0.5])
    estimate = calibration_slope(probability, np.array([0, 1, 1, 0, 1, 0]) == 1)
    assert estimate.value is not None
    assert np.isfinite(estimate.se)


def test_percentages_are_refused():
    with pytest.raises(MeasureError, match="2 predictions are not between 0 and 1"):
        calibration_curve(np.array([0.5, 12.0, 80.0]), np.array([True, False, True]))


def test_survival_curve_with_censoring_lies_on_the_diagonal():
    rng = np.random.default_rng(3)
    hazard = np.exp(rng.normal(size=4000)) / 60
    death, censored = rng.exponential(1 / hazard), rng.uniform(5, 120, 4000)
    follow_up = FollowUp.of(np.minimum(death, censored), death <= censored)
    points = survival_calibration_curve(1 - np.exp(-30 * hazard), follow_up, 30)
    assert sum(point.low <= point.predicted <= point.high for point in points) >= 8
