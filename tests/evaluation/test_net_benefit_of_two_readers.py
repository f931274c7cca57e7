"""Net benefit of two readers on the same cases."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.evaluation.comparisons.benefit_difference import benefit_difference


def net_benefit(probability, label, threshold):
    acted = probability >= threshold
    odds = threshold / (1 - threshold)
    return np.sum(acted & label) / len(label) - odds * np.sum(acted & ~label) / len(label)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.02, 0.9))
def test_it_is_the_difference_of_the_two_curves(seed, threshold):
    rng = np.random.default_rng(seed)
    label, first, second = rng.random(60) < 0.3, rng.random(60), rng.random(60)
    result = benefit_difference(first, second, label, threshold)
    expected = net_benefit(first, label, threshold) - net_benefit(second, label, threshold)
    assert result.difference == pytest.approx(expected, abs=1e-12)
    turned = benefit_difference(second, first, label, threshold)
    assert (turned.difference, turned.se) == (pytest.approx(-expected, abs=1e-12), pytest.approx(result.se))


def test_its_standard_error_is_that_of_the_bootstrap():
    rng = np.random.default_rng(3)
    label = rng.random(400) < 0.3
    first = np.clip(0.3 + 0.3 * label + rng.normal(size=400) * 0.2, 0, 1)
    second = np.clip(0.3 + 0.1 * label + rng.normal(size=400) * 0.2, 0, 1)
    result = benefit_difference(first, second, label, 0.3)
    chosen = rng.integers(400, size=(2000, 400))
    change = ((first >= 0.3).astype(float) - (second >= 0.3)) * np.where(label, 1, -3 / 7)
    assert result.se == pytest.approx(change[chosen].mean(axis=1).std(), rel=0.05)


def test_copies_of_the_same_cases_add_no_knowledge():
    rng = np.random.default_rng(3)
    label, first, second = rng.random(200) < 0.3, rng.random(200), rng.random(200)
    once = benefit_difference(first, second, label, 0.4)
    copied = benefit_difference(
        np.repeat(first, 3), np.repeat(second, 3), np.repeat(label, 3), 0.4, np.repeat(np.arange(200), 3)
    )
    assert copied.method == "net_benefit_paired_clustered"
    assert copied.se == pytest.approx(once.se)


def test_a_reader_against_itself():
    label, probability = np.array([True, False, True]), np.array([0.2, 0.4, 0.9])
    result = benefit_difference(probability, probability, label, 0.5)
    assert (result.difference, result.p) == (0.0, 1.0)


def test_what_is_no_probability_is_refused():
    label = np.array([True, False])
    with pytest.raises(MeasureError, match="probabilities"):
        benefit_difference(np.array([2.0, 0.1]), np.array([0.3, 0.1]), label, 0.5)
    with pytest.raises(MeasureError, match="between 0 and 1"):
        benefit_difference(np.array([0.2, 0.1]), np.array([0.3, 0.1]), label, 1.0)


@pytest.mark.parametrize("declared", [{"image", "score"}, {"image"}])
def test_the_evaluation_compares_readers_that_give_probabilities(declared):
    rng = np.random.default_rng(9)
    label, both = rng.random(150) < 0.3, rng.random((2, 150))
    names = [f"c{number}" for number in range(150)]
    truth = Truth.from_frame(pd.DataFrame({"case": names, "label": label.astype(int)}))
    readings = [
        Readings.from_frame(pd.DataFrame({"case": names, "score": one}), name)
        for name, one in zip(("image", "score"), both, strict=True)
    ]
    options = EvaluationOptions(
        bootstrap=100, probabilities=frozenset(declared), benefit_thresholds=(0.1, 0.3)
    )
    found = [row for row in evaluate(readings, truth, options).comparisons if row.measure == "net_benefit"]
    if len(declared) < 2:
        assert found == []
        return
    assert [row.at for row in found] == ["threshold=0.1", "threshold=0.3"]
    expected = benefit_difference(both[0], both[1], label, 0.3)
    assert (found[1].difference, found[1].p) == (expected.difference, expected.p)
