"""Net reclassification and integrated discrimination by hand, cases with and without the condition apart."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.reclassification import (
    integrated_discrimination,
    net_reclassification,
    net_reclassification_of_calls,
)


def _cases(seed=1, n=120):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.4
    label[:2] = (True, False)
    return np.round(rng.random((2, n)), 2), label


def test_by_hand():
    a = np.array([0.9, 0.8, 0.3, 0.5, 0.1, 0.2, 0.4])
    b = np.array([0.7, 0.9, 0.2, 0.5, 0.3, 0.1, 0.6])
    label = np.array([1, 1, 1, 1, 0, 0, 0]) == 1
    found = net_reclassification(a, b, label)
    # Of four with the condition two rise and one falls; of three without it two fall and one rises.
    assert found.events.difference == pytest.approx(1 / 4)
    assert found.non_events.difference == pytest.approx(1 / 3)
    assert found.events.se == pytest.approx(np.sqrt((3 / 4 - 1 / 16) / 4))
    found = integrated_discrimination(a, b, label)
    assert found.events.difference == pytest.approx((0.2 - 0.1 + 0.1) / 4)
    assert found.non_events.difference == pytest.approx((0.2 - 0.1 + 0.2) / 3)


def test_of_calls_it_is_the_difference_of_sensitivity_and_specificity():
    scores, label = _cases()
    call_a, call_b = scores[0] > 0.4, scores[1] > 0.6
    found = net_reclassification_of_calls(call_a, call_b, label)
    assert found.events.difference == pytest.approx(call_a[label].mean() - call_b[label].mean())
    assert found.non_events.difference == pytest.approx(call_b[~label].mean() - call_a[~label].mean())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_turned_round_it_changes_its_sign(seed):
    scores, label = _cases(seed)
    for function in (net_reclassification, integrated_discrimination):
        one, other = function(scores[0], scores[1], label), function(scores[1], scores[0], label)
        assert one.events.difference == pytest.approx(-other.events.difference)
        assert one.non_events.p == pytest.approx(other.non_events.p)


def test_copies_of_patients_do_not_narrow_it():
    scores, label = _cases()
    alone = integrated_discrimination(scores[0], scores[1], label)
    patients = np.tile(np.arange(len(label)), 3)
    copied = integrated_discrimination(*(np.tile(one, 3) for one in scores), np.tile(label, 3), patients)
    assert copied.events.se == pytest.approx(alone.events.se, rel=0.02)


def test_one_class_or_no_probability_is_refused():
    with pytest.raises(MeasureError, match="one class only"):
        net_reclassification(np.array([0.1]), np.array([0.2]), np.array([True]))
    with pytest.raises(MeasureError, match="not between 0 and 1"):
        integrated_discrimination(np.array([0.1, 2.0]), np.array([0.2, 0.1]), np.array([True, False]))
