"""Net benefit by hand, from counts, along the curve; and with several cases of a patient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.benefit import (
    decision_curve,
    net_benefit,
    net_benefit_from_counts,
    net_benefit_of_all,
)


def test_by_hand():
    # 10 cases at t = 0.2, odds 1/4: acted on are 3 with and 2 without the condition: 3/10 - 2/10 / 4 = 0.25.
    p = np.array([0.9, 0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.05, 0.0])
    label = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]) == 1
    found = net_benefit(p, label, 0.2)
    assert found.value == pytest.approx(0.25)
    each = np.array([1, 1, 1, 0, -0.25, -0.25, 0, 0, 0, 0])
    assert found.se == pytest.approx(each.std(ddof=1) / np.sqrt(10))
    counted = net_benefit_from_counts(3, 2, 10, 0.2)
    assert (counted.value, counted.se) == pytest.approx((found.value, found.se))


def test_acting_on_all_of_14_percent_at_10_percent():
    # 105 of 750 with cancer: 0.14 - 0.86 / 9, the reference line of the data that dcurves comes with.
    found = net_benefit_of_all(np.arange(750) < 105, 0.1)
    assert found.value == pytest.approx(0.14 - 0.86 / 9)


def test_a_perfect_reader_reaches_the_prevalence_and_no_more():
    label = np.arange(20) < 5
    assert net_benefit(label + 0.0, label, 0.3).value == 0.25
    assert net_benefit(1.0 - label, label, 0.5).value == -0.75


def test_the_curve_is_the_points():
    rng = np.random.default_rng(1)
    p = np.round(rng.random(300), 2)
    label = rng.random(300) < p
    curve = decision_curve(p, label)
    assert len(curve.threshold) == 99
    for place in (0, 9, 49, 98):
        found = net_benefit(p, label, float(curve.threshold[place]))
        assert curve.net_benefit[place] == pytest.approx(found.value)
        assert curve.low[place] == pytest.approx(found.low)
        of_all = net_benefit_of_all(label, float(curve.threshold[place]))
        assert curve.treat_all[place] == pytest.approx(of_all.value)


def test_copies_of_patients_do_not_narrow_it():
    rng = np.random.default_rng(2)
    p = rng.random(200)
    label = rng.random(200) < p
    alone = net_benefit(p, label, 0.3)
    copied = net_benefit(np.tile(p, 5), np.tile(label, 5), 0.3, np.tile(np.arange(200), 5))
    assert copied.se == pytest.approx(alone.se)
    assert copied.method == "cluster_robust_wald"
    patients = np.tile(np.arange(200), 5)
    assert decision_curve(np.tile(p, 5), np.tile(label, 5), np.array([0.3]), patients).low[
        0
    ] == pytest.approx(copied.low)


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(3)
    # p uniform and true: net benefit at t is the integral of p - (1 - p) t / (1 - t) from t on, (1 - t) / 2.
    inside = 0
    for _ in range(400):
        p = rng.random(300)
        found = net_benefit(p, rng.random(300) < p, 0.4)
        inside += found.low <= 0.3 <= found.high
    assert 0.92 <= inside / 400 <= 0.98


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 0.99))
def test_no_more_than_the_prevalence(seed, threshold):
    rng = np.random.default_rng(seed)
    p, label = rng.random(40), rng.random(40) < 0.3
    found = net_benefit(p, label, threshold)
    assert found.value <= label.mean() + 1e-12
    order = rng.permutation(40)
    assert net_benefit(p[order], label[order], threshold).se == pytest.approx(found.se)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: net_benefit(np.array([0.2, 20.0]), np.array([True, False]), 0.2),
        lambda: net_benefit(np.array([0.2, np.nan]), np.array([True, False]), 0.2),
        lambda: net_benefit(np.array([]), np.array([], dtype=bool), 0.2),
        lambda: net_benefit(np.array([0.2]), np.array([True]), 1.0),
        lambda: net_benefit_from_counts(3, 3, 5, 0.2),
        lambda: net_benefit_from_counts(0, 0, 0, 0.2),
    ],
)
def test_impossible_input_is_refused(wrong):
    with pytest.raises(MeasureError):
        wrong()
