"""ICI, E50 and E90 rest on R's loess; the curve is checked against R and against the program beneath it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.local_regression import LocalRegression, smooth_resampled
from hilum.evaluation.measures.smooth_calibration import (
    SmoothErrors,
    sample_to_smooth,
    smooth_calibration_curve,
    smooth_errors,
)

# R's data set `cars`, and what ?predict.loess prints for loess(dist ~ speed, cars) at speeds 5 to 25.
SPEED = (4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16)
SPEED += (16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25)
DIST = (2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54)
DIST += (32, 40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85)
R_FIT = (7.797353, 10.002308, 12.499786, 15.281082, 18.446568, 21.865315, 25.517015, 29.350386, 33.230660)
R_FIT += (37.167935, 41.205226, 45.055736, 48.355889, 49.824812, 51.986702, 56.461318, 61.959729, 68.569313)
R_FIT += (76.316068, 85.212121, 95.324047)


def _predicted(seed=42, n=200):
    rng = np.random.default_rng(seed)
    p = np.round(1 / (1 + np.exp(-rng.normal(size=n) * 1.5 + 0.5)), 3)
    return p, rng.random(n) < np.clip(p**1.3, 0, 1)


def test_the_curve_is_that_of_r():
    curve = LocalRegression.fit(np.array(SPEED, dtype=float), np.array(DIST, dtype=float))
    assert curve.at(np.arange(5.0, 26.0)) == pytest.approx(np.array(R_FIT), abs=5e-7)


def test_ici_e50_and_e90_are_those_of_the_program_beneath_rs_loess():
    # scikit-misc 0.5.3 (netlib's dloess): loess(p, y).fit(); mean, median and 90th percentile of |fit - p|.
    p, label = _predicted()
    found = smooth_errors(p, label, np.ones((1, 200)))[0]
    assert found == pytest.approx([0.05923204336212051, 0.06379244735764417, 0.09524678219016784], abs=1e-12)


def test_a_sample_drawn_with_weights_is_the_sample_itself():
    p, label = _predicted(n=80)
    times = np.random.default_rng(1).integers(0, 3, 80)
    weighted = smooth_errors(p, label, times[None, :].astype(float))
    repeated = smooth_errors(np.repeat(p, times), np.repeat(label, times), np.ones((1, times.sum())))
    assert weighted == pytest.approx(repeated)
    order = np.argsort(p)
    assert smooth_resampled(p[order], label[order] + 0.0, times).at(np.array([0.4])).shape == (1,)


def test_true_probabilities_have_a_small_ici_and_false_ones_a_large_one():
    rng = np.random.default_rng(3)
    p = rng.uniform(0.02, 0.98, 2000)
    label = rng.random(2000) < p
    true, false = SmoothErrors.of(p, label), SmoothErrors.of(p**3, label)
    assert true.estimate("ici").value < 0.03
    assert false.estimate("ici").low > 0.1
    assert false.estimate("e50").value < false.estimate("e90").value


def test_several_cases_of_a_patient_widen_the_interval():
    p, label = _predicted(n=150)
    alone = SmoothErrors.of(p, label).estimate("ici")
    four = SmoothErrors.of(np.tile(p, 4), np.tile(label, 4), np.tile(np.arange(150), 4)).estimate("ici")
    apart = SmoothErrors.of(np.tile(p, 4), np.tile(label, 4)).estimate("ici")
    assert four.se == pytest.approx(alone.se, rel=0.35)
    assert apart.se < 0.75 * four.se


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 6))
def test_few_cases_and_many_ties_give_numbers(seed, n, levels):
    rng = np.random.default_rng(seed)
    p, label = np.round(rng.random(n) * levels) / levels, rng.random(n) < 0.5
    found = smooth_errors(p, label, np.ones((1, n)))[0]
    assert np.isfinite(found).all()
    assert found[1] <= found[2] + 1e-12
    order = rng.permutation(n)
    assert smooth_errors(p[order], label[order], np.ones((1, n)))[0] == pytest.approx(found, abs=1e-9)


def test_equal_probabilities_are_set_against_the_share():
    p, label = np.full(50, 0.4), np.arange(50) < 30
    assert smooth_errors(p, label, np.ones((1, 50)))[0] == pytest.approx([0.2, 0.2, 0.2])


def test_the_band_of_the_curve_holds_the_truth():
    rng = np.random.default_rng(8)
    p = rng.uniform(0.05, 0.95, 1500)
    label = rng.random(1500) < p
    curve = smooth_calibration_curve(p, label, points=21)
    inside = (curve.low <= curve.predicted) & (curve.predicted <= curve.high)
    assert inside.sum() >= 17
    assert (curve.low >= 0).all()
    assert (curve.high <= 1).all()
    assert curve.predicted[0] == p.min()


def test_a_sample_of_many_is_drawn_once_and_the_same_each_time():
    first, again = sample_to_smooth(50_000, seed=(1, 2)), sample_to_smooth(50_000, seed=(1, 2))
    assert np.array_equal(first, again)
    assert len(np.unique(first)) == 10_000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: smooth_errors(np.array([]), np.array([], dtype=bool), np.ones((1, 0))),
        lambda: smooth_errors(np.array([0.2, np.nan]), np.array([True, False]), np.ones((1, 2))),
        lambda: smooth_errors(np.array([0.2, 20.0]), np.array([True, False]), np.ones((1, 2))),
        lambda: smooth_calibration_curve(np.array([]), np.array([], dtype=bool)),
        lambda: LocalRegression.fit(np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        lambda: LocalRegression.fit(np.array([1.0, 2.0]), np.array([1.0, 2.0]), span=0.0),
    ],
)
def test_what_cannot_be_smoothed_is_said(wrong):
    with pytest.raises(MeasureError):
        wrong()
