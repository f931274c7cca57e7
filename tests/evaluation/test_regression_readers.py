"""Readers that give numbers, from table to results: repeats, patients, units, constant readers, gaps."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import Truth
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.bland_altman import bland_altman
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.tasks.number_checks import unit_factor
from hilum.evaluation.tasks.regression import bland_altman_of, evaluate_regression

N = 120
CASES = [f"c{number:03d}" for number in range(N)]


def _truth(patients=N, columns=None):
    rng = np.random.default_rng(0)
    frame = {"case": CASES, "patient": [f"p{number % patients}" for number in range(N)]}
    frame["value"] = np.round(rng.normal(50, 10, N), 3)
    return Truth.from_frame(pd.DataFrame(frame | (columns or {})))


def _reader(name, value):
    return Readings.from_frame(pd.DataFrame({"case": CASES, "value": value}), name)


def _evaluated(readings, truth, *, unpaired=False):
    work = Work(align(readings, truth), EvaluationOptions(bootstrap=300, unpaired=unpaired), Ledger())
    evaluate_regression(work)
    return work


def _rows(work, reader, part="test"):
    return {row.measure: row for row in work.ledger.measures if (row.reader, row.part) == (reader, part)}


def _noisy(truth, error, seed=1):
    return truth.frame["value"].to_numpy() + np.random.default_rng(seed).normal(1, error, N)


def test_one_reader_has_all_measures_with_intervals():
    truth = _truth()
    work = _evaluated([_reader("cnn", _noisy(truth, 3))], truth)
    rows = _rows(work, "cnn")
    assert set(rows) == {
        "mae",
        "rmse",
        "bias",
        "limit_low",
        "limit_high",
        "proportional_bias",
        "pearson",
        "ccc",
        "icc",
        "r2",
    }
    for row in rows.values():
        assert row.low < row.value < row.high
        assert (row.n, row.events, row.n_excluded) == (N, 0, 0)
    assert rows["bias"].method == "bland_altman_t"
    assert rows["ccc"].method == "lin_fisher_z"


def test_several_cases_of_a_patient_are_one_cluster():
    truth = _truth(patients=40)
    rows = _rows(_evaluated([_reader("cnn", _noisy(truth, 3))], truth), "cnn")
    assert rows["mae"].method == "cluster_robust_wald"
    assert rows["bias"].method == "bland_altman_clustered_t"
    assert rows["bias"].df == 39
    assert rows["pearson"].method == "fisher_z_clustered"


def test_repeats_are_averaged_and_never_pooled():
    truth = _truth()
    tables = [
        pd.DataFrame({"case": CASES, "repeat": number, "value": _noisy(truth, 5, number)})
        for number in (1, 2, 3)
    ]
    work = _evaluated([Readings.from_frame(pd.concat(tables), "cnn")], truth)
    rows = _rows(work, "cnn")
    expected = np.mean([np.mean(np.abs(table["value"] - truth.frame["value"])) for table in tables])
    assert rows["mae"].value == pytest.approx(expected)
    assert rows["mae"].method == "hierarchical_bootstrap_percentile"
    assert rows["mae"].n == N
    assert _rows(work, "cnn-ensemble")["mae"].value < rows["mae"].value
    assert not [row for row in work.ledger.comparisons if "cnn-ensemble" in {row.reader_a, row.reader_b}]


def test_the_nearer_of_two_readers_is_found_on_the_same_cases():
    truth = _truth()
    work = _evaluated([_reader("near", _noisy(truth, 2)), _reader("far", _noisy(truth, 8, 2))], truth)
    found = {row.measure: row for row in work.ledger.comparisons}
    assert found["mae"].difference < 0
    assert found["mae"].high < 0
    assert found["mae"].p < 0.001
    assert found["ccc"].low > 0
    assert found["bias"].low < 0 < found["bias"].high
    # Agreement of the two readers stands in `statistic`; there is no difference.
    assert found["icc"].difference is None
    assert 0.5 < found["icc"].low < found["icc"].statistic < found["icc"].high < 1


def test_the_bootstrap_of_a_difference_is_the_paired_t_test():
    truth = _truth()
    near, far = _noisy(truth, 2), _noisy(truth, 8, 2)
    work = _evaluated([_reader("near", near), _reader("far", far)], truth)
    row = next(row for row in work.ledger.comparisons if row.measure == "bias")
    assert row.difference == pytest.approx(np.mean(near - far))
    assert row.se == pytest.approx(np.std(near - far, ddof=1) / np.sqrt(N), rel=0.12)


def test_three_readers_have_an_intraclass_correlation_of_all():
    truth = _truth()
    work = _evaluated([_reader(name, _noisy(truth, 4, seed)) for seed, name in enumerate("abc")], truth)
    rows = [row for row in work.ledger.comparisons if row.measure == "icc"]
    assert [(row.reader_a, row.reader_b) for row in rows][-1] == ("all readers", None)
    assert len(rows) == 4


def test_missing_numbers_are_left_out_and_counted():
    truth = _truth()
    value = _noisy(truth, 3)
    value[:7] = np.nan
    rows = _rows(_evaluated([_reader("cnn", value)], truth), "cnn")
    assert (rows["mae"].n, rows["mae"].n_excluded) == (N - 7, 7)


def test_unknown_true_numbers_are_said():
    values = _truth().frame["value"].to_numpy().copy()
    values[:4] = np.nan
    truth = _truth(columns={"value": values})
    work = _evaluated([_reader("cnn", np.arange(N) / 2.0)], truth)
    assert [notice.n for notice in work.ledger.notices if notice.code == "unknown_value"] == [4]
    assert _rows(work, "cnn")["mae"].n == N - 4


@pytest.mark.parametrize("factor", [1000, 18, 0.1])
def test_another_unit_is_suspected_and_nothing_converted(factor):
    truth = _truth()
    work = _evaluated([_reader("cnn", _noisy(truth, 1) * factor)], truth)
    texts = [notice.text for notice in work.ledger.notices if notice.code == "perhaps_another_unit"]
    assert len(texts) == 1
    assert "perhaps they are in another unit" in texts[0]
    assert _rows(work, "cnn")["mae"].value > 40


def test_a_biased_or_useless_reader_is_not_taken_for_another_unit():
    rng = np.random.default_rng(4)
    truth = rng.lognormal(3, 1, 200)
    assert unit_factor(truth * 2, truth) is None
    assert unit_factor(rng.permutation(truth) * 10, truth) is None
    assert unit_factor(np.zeros(200), truth) is None
    # Calcium scores are 0 in half of all people.
    assert unit_factor(np.where(truth > 20, truth * 10, 0), np.where(truth > 20, truth, 0)) == 10


def test_a_constant_reader_has_errors_but_no_correlation():
    truth = _truth()
    work = _evaluated([_reader("always 50", np.full(N, 50.0))], truth)
    rows = _rows(work, "always 50")
    assert rows["pearson"].value is None
    assert rows["ccc"].value == 0
    assert rows["mae"].low > 0
    codes = {notice.code for notice in work.ledger.notices}
    assert {"not_defined", "no_variation"} <= codes


def test_two_cases_are_too_few_and_this_is_said():
    truth = _truth(columns={"part": ["test"] * 2 + ["B"] * (N - 2)})
    work = _evaluated([_reader("cnn", _noisy(truth, 3))], truth)
    assert not _rows(work, "cnn")
    assert len(_rows(work, "cnn", "B")) == 10
    assert "few_cases" in {notice.code for notice in work.ledger.notices}


def test_errors_that_grow_with_the_size_are_said():
    truth = _truth()
    mean = truth.frame["value"].mean()
    work = _evaluated([_reader("cnn", mean + 0.6 * (_noisy(truth, 1) - mean))], truth)
    texts = [notice.text for notice in work.ledger.notices if notice.code == "proportional_bias"]
    assert texts[0].startswith("cnn tends to be too high for small and too low for large numbers of test")


def test_a_score_stands_for_a_missing_value_and_nothing_else_does():
    truth = _truth()
    score = Readings.from_frame(pd.DataFrame({"case": CASES, "score": _noisy(truth, 3)}), "old")
    assert "mae" in _rows(_evaluated([score], truth), "old")
    risk = Readings.from_frame(pd.DataFrame({"case": CASES, "risk": np.arange(N)}), "risky")
    with pytest.raises(ReadingsError, match="risky has no `value`: give"):
        _evaluated([risk], truth)


def test_rows_that_cannot_be_matched_are_not_paired():
    truth = _truth()
    readings = [_reader("a", _noisy(truth, 2)), _reader("b", _noisy(truth, 5, 2))]
    work = _evaluated(readings, truth, unpaired=True)
    assert {row.method for row in work.ledger.comparisons} == {"unpaired_wald"}


def test_a_plot_gets_its_numbers():
    truth = _truth()
    value = _noisy(truth, 3)
    alignment = align([_reader("cnn", value)], truth)
    found = bland_altman_of(alignment, "cnn", "test")
    assert np.allclose(found.difference, value - truth.frame["value"])
    assert found.limit_low == bland_altman(value, truth.frame["value"].to_numpy()).limit_low
    assert bland_altman_of(alignment, "nobody", "test") is None
