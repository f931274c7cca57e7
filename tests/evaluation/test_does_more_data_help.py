"""A model trained on 100, 200 ... cases: would twice as many still help?"""

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.learning_curve import LearningCurve

SIZES = np.array([100.0, 200, 400, 800, 1600, 3200])


def _law(size, ceiling, drop, rate):
    return ceiling - drop * size**-rate


def test_the_curve_is_that_of_scipys_least_squares():
    rng = np.random.default_rng(2)
    errors = np.array([0.02, 0.015, 0.012, 0.01, 0.008, 0.006])
    values = _law(SIZES, 0.85, 3.0, 0.6) + rng.normal(size=6) * errors
    curve = LearningCurve.fit(SIZES, values, errors)
    expected, _ = scipy.optimize.curve_fit(
        _law, SIZES, values, p0=(0.9, 2.0, 0.5), sigma=errors, absolute_sigma=True
    )
    assert (curve.ceiling, curve.drop, curve.rate) == pytest.approx(tuple(expected), rel=1e-2)
    assert curve.predict(6400).value == pytest.approx(_law(6400, *expected), abs=1e-4)


def test_a_curve_that_still_rises_says_so_and_one_that_has_risen_says_that():
    errors = np.full(6, 0.002)
    rising = LearningCurve.fit(SIZES, _law(SIZES, 0.95, 1.5, 0.3), errors).gain()
    risen = LearningCurve.fit(SIZES, _law(SIZES, 0.80, 100.0, 1.5), errors).gain()
    assert rising.low > 0.01
    assert risen.high < 0.005
    assert rising.method == "power_law_bootstrap"


def test_the_interval_covers_what_twice_the_data_really_give():
    rng = np.random.default_rng(7)
    truth, errors, covered = _law(6400, 0.85, 2.0, 0.5), np.full(6, 0.008), 0
    for number in range(60):
        values = _law(SIZES, 0.85, 2.0, 0.5) + rng.normal(size=6) * errors
        estimate = LearningCurve.fit(SIZES, values, errors).predict(6400, samples=200, seed=number)
        covered += estimate.low <= truth <= estimate.high
    assert covered >= 51


def test_few_sizes_give_no_curve_and_the_reason():
    curve = LearningCurve.fit(SIZES[:3], np.array([0.7, 0.75, 0.78]), np.full(3, 0.01))
    assert curve.ceiling is None
    assert "there are 3" in curve.reason
    assert curve.predict(800).value is None
    assert curve.gain().value is None


def test_a_flat_or_falling_curve_promises_nothing():
    for values in (np.full(6, 0.8), np.linspace(0.8, 0.7, 6)):
        gain = LearningCurve.fit(SIZES, values, np.full(6, 0.001)).gain()
        assert gain.value == 0.0
        assert gain.low == 0.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_curve_leaves_the_bounds_of_the_measure(seed):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.uniform(0.5, 1.0, 6))
    curve = LearningCurve.fit(rng.permutation(SIZES), values, rng.uniform(0.001, 0.1, 6))
    assert curve.ceiling <= 1.0
    estimate = curve.predict(6400, samples=100)
    assert estimate.low <= estimate.value <= estimate.high <= 1.0
    assert curve.gain(samples=100).low >= 0.0


def test_impossible_input_is_refused():
    errors = np.full(6, 0.01)
    with pytest.raises(MeasureError, match="for each size"):
        LearningCurve.fit(SIZES, np.ones(5), errors)
    with pytest.raises(MeasureError, match="standard errors above 0"):
        LearningCurve.fit(SIZES, np.ones(6), np.zeros(6))
    with pytest.raises(MeasureError, match="different numbers above 0"):
        LearningCurve.fit(np.full(6, 100.0), np.ones(6), errors)
    curve = LearningCurve.fit(SIZES, np.full(6, 0.8), errors)
    with pytest.raises(MeasureError, match="above 0"):
        curve.predict(-1)
    with pytest.raises(MeasureError, match="above 1"):
        curve.gain(1.0)
