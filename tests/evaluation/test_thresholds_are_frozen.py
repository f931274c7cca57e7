"""The threshold comes from validation rows or by name; never from the cases it is judged on, never 0.5."""

import numpy as np
import pytest

from hilum.evaluation import EvaluationOptions, Readings, Truth, choose_threshold, evaluate


def test_it_is_chosen_on_validation_and_used_everywhere(cohort):
    truth, model, _ = cohort
    result = evaluate([model], truth)
    inside = truth.in_part("validation")
    label = (truth.frame["label"] == "1").to_numpy()
    score = model.frame["score"].to_numpy()
    cut = choose_threshold(score[inside], label[inside])
    assert result.thresholds == {"model": cut}
    for part in ("test", "B"):
        rows = truth.in_part(part)
        expected = np.mean(score[rows & label] >= cut)
        row = result.find("model", part, "sensitivity")
        assert row.value == pytest.approx(expected)
        assert row.at == f"threshold={cut:.6g}"


def test_changing_the_test_cases_does_not_change_it(cohort):
    truth, model, _ = cohort
    moved = model.frame["score"].where(truth.in_part("validation"), -model.frame["score"])
    other = Readings.from_frame(model.frame.assign(score=moved))
    assert evaluate([other], truth).thresholds == evaluate([model], truth).thresholds


def test_without_validation_rows_the_measures_are_left_out_with_a_warning(cohort):
    truth, model, _ = cohort
    kept = Truth.from_frame(truth.frame[truth.frame["part"] != "validation"])
    result = evaluate([model], kept)
    assert result.thresholds == {}
    assert not [row for row in result.measures if row.measure in {"sensitivity", "f1", "accuracy"}]
    assert result.find("model", "test", "auroc") is not None
    assert "no_threshold" in {notice.code for notice in result.warnings}


@pytest.mark.parametrize("name", ["model", "*"])
def test_a_named_threshold_goes_before_validation(cohort, name):
    truth, model, _ = cohort
    result = evaluate([model], truth, EvaluationOptions(thresholds={name: 0.25}))
    assert result.thresholds == {"model": 0.25}
    assert result.find("model", "test", "specificity").at == "threshold=0.25"


def test_a_products_own_decision_is_its_operating_point(cohort):
    truth, model, _ = cohort
    decided = model.frame.assign(decision=(model.frame["score"] > 1).astype(int).astype(str))
    result = evaluate([Readings.from_frame(decided)], truth)
    assert result.thresholds == {}
    assert result.find("model", "test", "sensitivity").at is None
    assert result.find("model", "test", "auroc") is not None


def test_one_class_in_validation_is_said():
    import pandas as pd

    frame = pd.DataFrame(
        {
            "case": list("abcdef"),
            "part": ["validation"] * 2 + ["test"] * 4,
            "label": ["0", "0", "0", "1", "0", "1"],
        }
    )
    readings = Readings.from_frame(frame[["case"]].assign(score=range(6)), "x")
    result = evaluate([readings], Truth.from_frame(frame))
    assert "no_threshold" in {notice.code for notice in result.warnings}


def test_equally_good_thresholds_take_the_higher_and_lie_between_scores():
    assert choose_threshold(np.array([1.0, 2, 3, 4]), np.array([0, 1, 0, 1])) == 3.5
    assert choose_threshold(np.array([0.0, 1, 2, 10]), np.array([0, 0, 0, 1])) == 6.0


def test_neighbouring_floats_are_still_separated():
    low = 0.1
    high = np.nextafter(low, 1)
    cut = choose_threshold(np.array([low, high]), np.array([0, 1]))
    assert low < cut <= high
