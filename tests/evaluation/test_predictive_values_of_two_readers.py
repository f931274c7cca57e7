"""PPV and NPV of two readers on the same cases: their ratio."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation import Readings, Truth, evaluate, moskowitz_pepe
from hilum.evaluation.comparisons.moskowitz_pepe import relative_predictive_value

# Counts and values as in `test_reference_values_of_r`; ratios are the second reader's over the first's.
DISEASED, HEALTHY = (319, 78, 22, 32), (31, 53, 22, 155)


def cases():
    sign = [(True, True), (True, False), (False, True), (False, False)]
    first = np.repeat([pair[0] for pair in sign] * 2, (*DISEASED, *HEALTHY))
    second = np.repeat([pair[1] for pair in sign] * 2, (*DISEASED, *HEALTHY))
    label = np.repeat([True, False], (sum(DISEASED), sum(HEALTHY)))
    return first, second, label


def test_the_reference_values_case_by_case():
    first, second, label = cases()
    ppv = relative_predictive_value("ppv", second, first, label)
    npv = relative_predictive_value("npv", second, first, label)
    assert (ppv.difference, ppv.p) == (
        pytest.approx(1.04860694, abs=5e-9),
        pytest.approx(0.01714612, abs=5e-9),
    )
    assert (npv.difference, npv.p) == (
        pytest.approx(0.8536403, abs=5e-8),
        pytest.approx(2.885568e-05, abs=5e-12),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=8, max_size=8))
def test_cases_and_counts_agree_and_turning_round_inverts(counts):
    of_table = moskowitz_pepe(tuple(counts[:4]), tuple(counts[4:]))
    first = np.repeat([True, True, False, False] * 2, counts)
    second = np.repeat([True, False, True, False] * 2, counts)
    label = np.repeat([True, False], (sum(counts[:4]), sum(counts[4:])))
    for measure, expected in (("ppv", of_table.ppv), ("npv", of_table.npv)):
        result = relative_predictive_value(measure, second, first, label)
        assert result.difference == pytest.approx(expected.difference)
        assert (result.low, result.p) == (pytest.approx(expected.low), pytest.approx(expected.p))
        turned = relative_predictive_value(measure, first, second, label)
        assert turned.difference == pytest.approx(1 / result.difference)
        assert turned.high == pytest.approx(1 / result.low)


def test_copies_of_the_same_cases_add_no_knowledge():
    first, second, label = cases()
    once = relative_predictive_value("ppv", first, second, label)
    copied = relative_predictive_value(
        "ppv", *(np.repeat(one, 3) for one in (first, second, label)), np.repeat(np.arange(len(label)), 3)
    )
    assert copied.method == "moskowitz_pepe_clustered"
    assert copied.se == pytest.approx(once.se, rel=0.002)


def test_a_reader_against_itself_has_the_ratio_one():
    first, _, label = cases()
    result = relative_predictive_value("npv", first, first, label)
    assert (result.difference, result.p) == (1.0, 1.0)


def test_two_readers_that_are_never_wrong_in_different_cases():
    label = np.array([True, True, True, False])
    result = relative_predictive_value(
        "ppv", np.array([True, False, False, False]), np.array([False, True, True, False]), label
    )
    assert (result.difference, result.low, result.p, result.method) == (1.0, None, None, "not_estimable")


def test_a_predictive_value_of_zero_has_no_ratio():
    label = np.array([True, False, False])
    with pytest.raises(MeasureError, match="ratio cannot be formed"):
        relative_predictive_value("ppv", label, np.array([False, True, False]), label)


def test_the_evaluation_gives_reader_a_over_reader_b():
    first, second, label = cases()
    names = [f"c{number}" for number in range(len(label))]
    truth = Truth.from_frame(pd.DataFrame({"case": names, "label": label.astype(int)}))
    readings = [
        Readings.from_frame(pd.DataFrame({"case": names, "decision": call.astype(int)}), name)
        for name, call in (("second", second), ("first", first))
    ]
    row = evaluate(readings, truth).compare("second", "first", "test", "ppv")
    assert (row.scale, row.method) == ("ratio", "moskowitz_pepe")
    assert row.difference == pytest.approx(1.04860694, abs=5e-9)
