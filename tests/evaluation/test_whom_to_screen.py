"""A rule such as age 54 to 74 against a model: fewer screened for as many found, more found for as many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.screening import ScreenedOrder, compare_screening


def _measure(score, rule, label):
    return ScreenedOrder.of(np.array(score, dtype=float), np.array(rule) == 1, np.array(label) == 1).measure(
        np.ones((1, len(label)))
    )[0]


def test_by_hand():
    # The rule screens 4 of 8 and finds 2 of 3; the reader finds 2 within its first 2, 3 within 4.
    label = [1, 1, 0, 1, 0, 0, 0, 0]
    rule = [1, 1, 0, 0, 1, 1, 0, 0]
    found = _measure([8, 7, 6, 5, 4, 3, 2, 1], rule, label)
    assert found == pytest.approx([2 / 8, 2 / 8 - 4 / 8, 1.0, 1 / 3])


def test_of_equal_scores_the_expected_number_counts():
    # All scores equal: half of the cases find half of those with the condition.
    found = _measure([1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 1, 0])
    assert found == pytest.approx([0.5, 0.0, 0.5, 0.0])
    # Three scores: the rule finds 2 of 2 with 3 screened; the middle tie holds 1 of 2.
    found = _measure([3, 2, 2, 1], [1, 1, 1, 0], [1, 1, 0, 0])
    assert found[0] == pytest.approx(3 / 4)
    # Screening two: the first, and one of the tie, which has the condition with probability one half.
    assert _measure([3, 2, 2, 1], [1, 0, 0, 1], [1, 1, 0, 0])[2] == pytest.approx(0.75)


def test_a_rule_that_finds_none_needs_nobody_screened():
    found = _measure([4, 3, 2, 1], [0, 0, 1, 1], [1, 1, 0, 0])
    assert found == pytest.approx([0.0, -0.5, 1.0, 1.0])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_the_rule_read_as_a_score_is_the_rule(seed):
    rng = np.random.default_rng(seed)
    rule, label = rng.random(30) < 0.5, rng.random(30) < 0.4
    label[0] = True
    found = ScreenedOrder.of(rule.astype(float), rule, label).measure(np.ones((1, 30)))[0]
    assert found[[2, 3]] == pytest.approx([rule[label].mean(), 0.0])
    if rule[label].any():
        assert found[1] == pytest.approx(0.0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_only_the_order_of_scores_and_not_that_of_rows_counts(seed):
    rng = np.random.default_rng(seed)
    score, rule, label = np.round(rng.normal(size=40), 1), rng.random(40) < 0.5, rng.random(40) < 0.4
    label[0] = True
    plain = ScreenedOrder.of(score, rule, label).measure(np.ones((1, 40)))
    order = rng.permutation(40)
    moved = ScreenedOrder.of(np.exp(score[order]), rule[order], label[order]).measure(np.ones((1, 40)))
    assert moved == pytest.approx(plain)
    assert ((plain[0, [0, 2]] >= 0) & (plain[0, [0, 2]] <= 1 + 1e-12)).all()


def test_weights_are_copies():
    rng = np.random.default_rng(2)
    score, rule, label = np.round(rng.normal(size=30), 1), rng.random(30) < 0.5, rng.random(30) < 0.4
    times = rng.integers(0, 3, 30)
    weighted = ScreenedOrder.of(score, rule, label).measure(times[None, :].astype(float))
    copied = ScreenedOrder.of(*(np.repeat(values, times) for values in (score, rule, label)))
    assert weighted == pytest.approx(copied.measure(np.ones((1, times.sum()))))


def test_a_model_that_knows_more_than_age_screens_fewer():
    rng = np.random.default_rng(7)
    age, other = rng.normal(64, 10, 2000), rng.normal(size=2000)
    label = rng.random(2000) < 1 / (1 + np.exp(-(0.06 * (age - 64) + 1.5 * other - 3)))
    result = compare_screening(
        0.06 * age + 1.5 * other, (age >= 54) & (age <= 74), label, samples=300, seed=1
    )
    assert result.fewer_screened.high < 0
    assert result.more_found.low > 0
    assert result.screened_share.low < result.screened_share.value < result.screened_share.high
    again = compare_screening(0.06 * age + 1.5 * other, (age >= 54) & (age <= 74), label, samples=300, seed=1)
    assert again == result


def test_without_the_condition_or_the_score_there_is_no_screening():
    with pytest.raises(MeasureError, match="there is none"):
        compare_screening(np.ones(2), np.array([True, False]), np.zeros(2, dtype=bool))
    with pytest.raises(MeasureError, match="some have none"):
        compare_screening(np.array([1.0, np.nan]), np.array([True, False]), np.ones(2, dtype=bool))
