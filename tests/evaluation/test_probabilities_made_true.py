"""Temperature, Platt and isotonic regression on validation cases; intercept and slope in a new cohort."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression

from hilum.errors import MeasureError
from hilum.evaluation import calibration_in_the_large, calibration_slope
from hilum.evaluation.measures.calibration_influence import calibration_influence
from hilum.evaluation.measures.cross_fitting import cross_fitted
from hilum.evaluation.measures.recalibration import Recalibration, fit_recalibration, recalibrate_to


@pytest.fixture
def overconfident():
    rng = np.random.default_rng(2)
    x = rng.normal(size=3000) - 0.5
    return expit(2.5 * x + 0.3), rng.random(3000) < expit(x)


def test_a_temperature_is_the_one_of_least_log_loss(overconfident):
    p, label = overconfident

    def loss(temperature):
        q = expit(logit(p) / temperature)
        return -np.mean(np.log(np.where(label, q, 1 - q)))

    best = minimize_scalar(loss, bounds=(0.2, 20), method="bounded", options={"xatol": 1e-10}).x
    fitted = fit_recalibration(p, label, "temperature", is_probability=True)
    assert 1 / fitted.slope == pytest.approx(best, rel=1e-6)
    assert fitted.intercept == 0


def test_platt_on_a_score_is_scikit_learns(overconfident):
    # scikit-learn's own fit of Platt's method, with his targets: p = 1 / (1 + exp(a x + b)).
    p, label = overconfident
    score = 40 * logit(p) + 100
    a, b = _sigmoid_calibration(score, label)
    fitted = fit_recalibration(score, label, "platt", is_probability=False)
    assert fitted.apply(score) == pytest.approx(expit(-a * score - b), abs=1e-4)


def test_isotonic_is_scikit_learns(overconfident):
    p, label = overconfident
    rounded = np.round(p, 2)
    theirs = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(rounded, label)
    fitted = fit_recalibration(rounded, label, "isotonic", is_probability=True)
    grid = np.linspace(0, 1, 501)
    assert fitted.apply(grid) == pytest.approx(theirs.predict(grid))


@pytest.mark.parametrize("kind", ["temperature", "platt", "isotonic"])
def test_recalibrated_probabilities_are_true_on_other_cases(overconfident, kind):
    p, label = overconfident
    fitted = fit_recalibration(p[:1500], label[:1500], kind, is_probability=True)
    after = fitted.apply(p[1500:])
    before_slope = calibration_slope(p[1500:], label[1500:]).value
    assert abs(np.mean((after - label[1500:]) ** 2)) < np.mean((p[1500:] - label[1500:]) ** 2)
    if kind == "platt":
        assert calibration_slope(after, label[1500:]).low < 1 < calibration_slope(after, label[1500:]).high
        assert before_slope < 0.6


def test_a_new_cohort_is_matched_exactly_on_its_own_cases(overconfident):
    p, label = overconfident
    shifted = recalibrate_to(p, label, slope=False)
    assert calibration_in_the_large(shifted.apply(p), label).value == pytest.approx(0, abs=1e-8)
    assert shifted.slope == 1
    both = recalibrate_to(p, label)
    assert calibration_slope(both.apply(p), label).value == pytest.approx(1, abs=1e-8)
    assert both.apply(p).mean() == pytest.approx(label.mean())


def test_cross_fitting_is_not_better_than_it_would_be_on_others():
    rng = np.random.default_rng(5)
    p, label = rng.uniform(0.1, 0.9, 60), rng.random(60) < 0.4
    label[np.argsort(p)[-10:]] = True
    own = np.mean((recalibrate_to(p, label).apply(p) - label) ** 2)
    crossed = np.mean((cross_fitted(p, label) - label) ** 2)
    assert crossed > own
    assert np.array_equal(cross_fitted(p, label), cross_fitted(p, label))


def test_cases_of_a_patient_stay_in_one_fold():
    # Two cases of one fold lie on one line of logits; apart they would give a line of their own.
    rng = np.random.default_rng(6)
    p = rng.uniform(0.1, 0.9, 200)
    label = rng.random(200) < p
    found = logit(cross_fitted(p, label, np.repeat(np.arange(100), 2), seed=(4,))).reshape(100, 2)
    x = logit(p).reshape(100, 2)
    slope = (found[:, 1] - found[:, 0]) / (x[:, 1] - x[:, 0])
    assert len(np.unique(slope.round(6))) == 10


def test_it_travels_as_plain_data(overconfident):
    p, label = overconfident
    for kind in ("temperature", "platt", "isotonic"):
        fitted = fit_recalibration(p, label, kind, is_probability=True)
        again = Recalibration.from_dict(json.loads(json.dumps(fitted.as_dict())))
        assert again == fitted
        assert np.array_equal(again.apply(p), fitted.apply(p))
    with pytest.raises(MeasureError, match="fit it again"):
        Recalibration.from_dict({"kind": "magic"})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["temperature", "platt", "isotonic"]))
def test_the_order_of_scores_is_kept_and_what_comes_out_is_a_probability(seed, kind):
    rng = np.random.default_rng(seed)
    p = np.round(rng.random(80), 2)
    label = rng.random(80) < 0.1 + 0.8 * p
    try:
        fitted = fit_recalibration(p, label, kind, is_probability=True)
    except MeasureError:
        return
    grid = np.linspace(0, 1, 200)
    after = fitted.apply(grid)
    assert (np.diff(after) >= 0).all()
    assert ((after >= 0) & (after <= 1)).all()
    assert np.isnan(fitted.apply(np.array([np.nan]))).all()


def test_separated_classes_leave_platt_finite_and_temperature_refused():
    p, label = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])
    assert np.isfinite(fit_recalibration(p, label, "platt", is_probability=True).slope)
    with pytest.raises(MeasureError, match="no finite temperature"):
        fit_recalibration(p, label, "temperature", is_probability=True)


@pytest.mark.parametrize(
    ("score", "label", "kind", "words"),
    [
        ([0.1, 0.9], [True, True], "platt", "one class only"),
        ([0.5, 0.5], [True, False], "isotonic", "all are equal"),
        ([0.1, 0.2, 0.8, 0.9], [True, True, False, True], "platt", "turn the score round"),
        ([0.1, 0.9], [True, False], "isotonic", "turn the score round"),
        ([0.1, 0.9], [False, True], "beta", "use `temperature`, `platt` or `isotonic`"),
    ],
)
def test_what_cannot_be_recalibrated_is_said(score, label, kind, words):
    with pytest.raises(MeasureError, match=words):
        fit_recalibration(np.array(score), np.array(label), kind, is_probability=True)


def test_a_temperature_needs_probabilities():
    with pytest.raises(MeasureError, match="declare the score a probability"):
        fit_recalibration(np.array([1.0, 3.0]), np.array([False, True]), "temperature", is_probability=False)


def test_influence_stands_for_a_new_fit():
    rng = np.random.default_rng(1)
    p = expit(rng.normal(size=400))
    label = rng.random(400) < p
    value, influence = calibration_influence(p, label)
    keep = ~np.eye(400, dtype=bool)
    slopes = np.array([calibration_slope(p[row], label[row]).value for row in keep[:60]])
    moved = value[1] - influence[1, :60]
    assert np.corrcoef(slopes - value[1], moved - value[1])[0, 1] > 0.999
    assert slopes == pytest.approx(moved, abs=1e-3)
