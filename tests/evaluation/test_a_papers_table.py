"""Document 003: three readers of which only the confusion matrices are known."""

import re

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import (
    EvaluationOptions,
    Margins,
    Readings,
    Truth,
    evaluate,
    evaluate_files,
    mcnemar_exact,
    mcnemar_range,
    text_table,
)


@pytest.fixture
def files(tmp_path, paper_truth, paper_decisions):
    paper_truth.to_csv(tmp_path / "truth.csv", index=False)
    for name, table in paper_decisions.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path / "truth.csv", [tmp_path / f"{name}.csv" for name in paper_decisions]


def test_its_table_comes_out_digit_for_digit(files):
    text = text_table(evaluate_files(*files, EvaluationOptions(unpaired=True)))
    numbers = {}
    for line in text.splitlines():
        name, *cells = re.split(r"\s{2,}", line.strip())
        numbers[name] = [cell.split(" ")[0] for cell in cells]
    assert numbers["accuracy"] == ["0.82", "0.84", "0.77"]
    assert numbers["precision"] == ["0.76", "0.81", "0.72"]
    assert numbers["recall"] == ["0.99", "0.94", "0.96"]
    assert numbers["F1"] == ["0.86", "0.87", "0.83"]
    assert numbers["balanced accuracy"] == ["0.7937", "0.8233", "0.7436"]
    assert numbers["TN"] == ["138", "164", "121"]
    assert numbers["TP"] == ["297", "281", "289"]
    assert "531 cases, 300 pneumonia" in text


def test_one_operating_point_is_not_called_an_auroc(files):
    result = evaluate_files(*files, EvaluationOptions(unpaired=True))
    assert not [row for row in result.measures if row.measure in {"auroc", "auprc"}]
    refused = [notice for notice in result.warnings if notice.code == "auroc_refused"]
    assert len(refused) == 1
    assert "CNN, VUNO and LUNIT" in refused[0].text
    assert "no area under the ROC curve" in text_table(result)


def test_every_number_has_its_interval(files):
    result = evaluate_files(*files, EvaluationOptions(unpaired=True))
    for row in result.measures:
        assert row.low <= row.value <= row.high
        assert row.low < row.high
        assert (row.n, row.events) == (531, 300)
    assert result.find("VUNO", "test", "sensitivity").low == pytest.approx(0.903208688, abs=1e-9)


def test_without_pairs_there_is_a_range_and_no_paired_test(files):
    result = evaluate_files(*files, EvaluationOptions(unpaired=True))
    assert {row.method for row in result.comparisons} == {
        "mcnemar_exact_smallest_p",
        "mcnemar_exact_largest_p",
        "mcnemar_mid_p_smallest_p",
        "mcnemar_mid_p_largest_p",
    }
    rows = {
        row.method: row
        for row in result.comparisons
        if (row.reader_a, row.reader_b, row.measure) == ("CNN", "VUNO", "sensitivity")
    }
    # 297 and 281 of 300: VUNO alone can be right in 0 to 3 cases, CNN alone in 16 more.
    assert rows["mcnemar_exact_smallest_p"].p == pytest.approx(mcnemar_exact(16, 0))
    assert rows["mcnemar_exact_largest_p"].p == pytest.approx(mcnemar_exact(19, 3))
    assert rows["mcnemar_exact_largest_p"].difference == pytest.approx(16 / 300)


def test_the_range_holds_every_pairing_drawn_at_random():
    rng = np.random.default_rng(3)
    right_a, right_b = np.arange(60) < 50, np.arange(60) < 41
    smallest, largest = mcnemar_range(Margins(60, 50, 41))
    low, high = mcnemar_exact(smallest.only_a, smallest.only_b), mcnemar_exact(largest.only_a, largest.only_b)
    for _ in range(200):
        shuffled = rng.permutation(right_b)
        p = mcnemar_exact(int(np.sum(right_a & ~shuffled)), int(np.sum(~right_a & shuffled)))
        assert low <= p <= high


def test_the_range_of_accuracy_keeps_each_group_within_its_own_counts():
    ill, well = Margins(10, 10, 8), Margins(10, 5, 5)
    smallest, largest = mcnemar_range(ill, well)
    # All ten diseased are right for a: b alone can be right in none of them,
    # and in at most five of the others.
    assert (smallest.only_b, largest.only_b) == (0, 5)


def test_with_real_case_identities_mcnemar_is_shown(files):
    result = evaluate_files(*files)
    row = result.compare("CNN", "VUNO", "test", "sensitivity")
    # In these files the missed cases are the first of each group: CNN's 3 are among VUNO's 19.
    assert row.method == "mcnemar_exact"
    assert row.p == pytest.approx(mcnemar_exact(16, 0))
    assert "McNemar exact" in text_table(result)


def test_different_numbers_of_cases_cannot_be_the_same_cases(paper_truth, paper_decisions):
    readings = [
        Readings.from_frame(paper_decisions["CNN"], "CNN"),
        Readings.from_frame(paper_decisions["VUNO"].iloc[5:], "VUNO"),
    ]
    result = evaluate(readings, Truth.from_frame(paper_truth), EvaluationOptions(unpaired=True))
    assert result.comparisons == ()
    assert "pairing_impossible" in {notice.code for notice in result.warnings}


def test_decisions_may_be_written_as_words(paper_truth, paper_decisions):
    table = paper_decisions["CNN"].copy()
    table["decision"] = np.where(table["decision"] == 1, "Pneumonia", "NORMAL")
    result = evaluate([Readings.from_frame(table, "CNN")], Truth.from_frame(paper_truth))
    assert result.confusions[0].counts == ((138, 93), (3, 297))


def test_three_readers_in_one_file(tmp_path, paper_truth, paper_decisions):
    together = pd.concat([table.assign(reader=name) for name, table in paper_decisions.items()])
    together.to_csv(tmp_path / "products.csv", index=False)
    paper_truth.to_parquet(tmp_path / "truth.parquet")
    result = evaluate_files(tmp_path / "truth.parquet", [tmp_path / "products.csv"])
    assert result.readers == ("CNN", "VUNO", "LUNIT")
    assert result.find("LUNIT", "test", "balanced_accuracy").value == pytest.approx(0.7436, abs=5e-5)


def test_a_score_of_two_values_is_a_decision(paper_truth, paper_decisions):
    table = paper_decisions["CNN"].rename(columns={"decision": "score"})
    result = evaluate([Readings.from_frame(table, "CNN")], Truth.from_frame(paper_truth))
    assert result.find("CNN", "test", "auroc") is None
    assert result.confusions[0].counts == ((138, 93), (3, 297))
