"""Three readers or more on the same cases: all at once, then pairs with p adjusted for their number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import cochrans_q
from statsmodels.stats.multitest import multipletests

from hilum.errors import MeasureError
from hilum.evaluation import Readings, Truth, evaluate
from hilum.evaluation.comparisons.cochran_q import cochran_q
from hilum.evaluation.comparisons.holm import holm


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(5)
    label = rng.random(240) < 0.4
    chance = {"a": 0.9, "b": 0.75, "c": 0.7}
    calls = {name: np.where(rng.random(240) < right, label, ~label) for name, right in chance.items()}
    return pd.DataFrame({"case": [f"c{n}" for n in range(240)], "label": label.astype(int)}), calls


def evaluated(table, **patient: object):
    truth, calls = table
    readings = [
        Readings.from_frame(pd.DataFrame({"case": truth["case"], "decision": call.astype(int)}), name)
        for name, call in calls.items()
    ]
    return evaluate(readings, Truth.from_frame(truth.assign(**patient)))


def test_cochrans_q_by_hand():
    # Six cases, three readers: G = 5, 4, 2 and L = 2, 1, 3, 2, 0, 3;
    # Q = 2 (3 * 45 - 121) / (3 * 11 - 27) = 4.6667.
    right = np.array([[1, 1, 1, 1, 0, 1], [1, 0, 1, 1, 0, 1], [0, 0, 1, 0, 0, 1]])
    result = cochran_q(right)
    assert result.statistic == pytest.approx(28 / 6)
    assert (result.df, result.p) == (2.0, pytest.approx(np.exp(-28 / 12)))


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(8, 60), st.integers(0, 10**6))
def test_cochrans_q_as_statsmodels(readers, cases, seed):
    right = np.random.default_rng(seed).random((readers, cases)) < 0.6
    right[:, 0] = np.arange(readers) == 0
    expected, result = cochrans_q(right.T.astype(int)), cochran_q(right)
    assert result.statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert result.p == pytest.approx(expected.pvalue, abs=1e-9)
    assert cochran_q(right[::-1]).statistic == pytest.approx(result.statistic)


def test_readers_that_agree_everywhere_do_not_differ():
    right = np.tile(np.array([True, False, True]), (3, 1))
    assert cochran_q(right).p == 1.0
    assert cochran_q(right, np.array([0, 0, 1])).p == 1.0


def test_cochrans_q_of_nothing_is_refused():
    with pytest.raises(MeasureError, match="two readers or more"):
        cochran_q(np.ones((1, 5)) == 1)
    with pytest.raises(MeasureError, match="at least one case"):
        cochran_q(np.ones((3, 0)) == 1)


def test_copies_of_the_same_cases_add_nothing_to_the_clustered_test():
    rng = np.random.default_rng(1)
    right = rng.random((3, 200)) < np.array([[0.9], [0.8], [0.75]])
    copied = cochran_q(np.repeat(right, 4, axis=1), np.repeat(np.arange(200), 4))
    assert copied.method == "cochran_q_clustered"
    assert cochran_q(np.repeat(right, 4, axis=1)).statistic == pytest.approx(4 * cochran_q(right).statistic)
    # A Wald statistic, so near the score statistic of single cases, not the same.
    assert copied.statistic == pytest.approx(cochran_q(right).statistic, rel=0.15)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1e-12, 1), min_size=1, max_size=12))
def test_holm_as_statsmodels(p_values):
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_holm_leaves_out_what_has_no_p():
    assert holm([None, 0.02, 0.01]) == (None, 0.02, 0.02)
    assert holm([]) == ()


def test_the_evaluation_holds_q_and_adjusted_pairs(table):
    truth, calls = table
    result = evaluated(table)
    label = truth["label"].to_numpy() == 1
    for measure, among in (("sensitivity", label), ("specificity", ~label), ("accuracy", label | ~label)):
        right = np.stack([(call == label)[among] for call in calls.values()])
        whole = result.compare("all readers", None, "test", measure)
        assert whole.method == "cochran_q"
        assert whole.statistic == pytest.approx(cochrans_q(right.T.astype(int)).statistic)
        rows = [row for row in result.comparisons if row.measure == measure and row.reader_b]
        plain = {(row.reader_a, row.reader_b): row for row in rows if row.method == "mcnemar_exact"}
        adjusted = {(row.reader_a, row.reader_b): row for row in rows if row.method == "mcnemar_exact_holm"}
        expected = holm([row.p for row in plain.values()])
        assert [row.p for row in adjusted.values()] == list(expected)
        for pair, row in adjusted.items():
            assert (row.difference, row.low, row.high) == (
                plain[pair].difference,
                plain[pair].low,
                plain[pair].high,
            )


def test_two_readers_are_not_adjusted(table):
    truth, calls = table
    result = evaluated((truth, {name: calls[name] for name in "ab"}))
    assert not [row for row in result.comparisons if row.method.endswith("_holm")]
    assert result.compare("all readers", None, "test", "accuracy") is None


def test_several_cases_of_a_patient_change_the_tests(table):
    result = evaluated(table, patient=[f"p{n // 2}" for n in range(240)])
    assert result.compare("all readers", None, "test", "accuracy").method == "cochran_q_clustered"
    methods = {row.method for row in result.comparisons}
    assert {"mcnemar_clustered_holm", "moskowitz_pepe_clustered"} <= methods


def test_what_both_read_is_said_once_for_all_pairs(table):
    truth, calls = table
    readings = []
    for number, (name, call) in enumerate(calls.items()):
        frame = pd.DataFrame({"case": truth["case"], "decision": call.astype(int)})
        readings.append(Readings.from_frame(frame.drop(index=[number]), name))
    found = [
        notice
        for notice in evaluate(readings, Truth.from_frame(truth)).warnings
        if notice.code == "fewer_compared"
    ]
    assert len(found) == 1
    assert "on the 238 cases that both read: a and b, a and c, b and c" in found[0].text
