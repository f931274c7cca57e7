"""CURB-65 cannot be scored where confusion was not noted: the comparison uses the others and counts them."""

import numpy as np
import pytest

from hilum.evaluation import Readings, auroc_difference, evaluate


@pytest.fixture
def result(cohort):
    truth, model, points = cohort
    frame = points.frame.copy()
    frame.loc[(frame.index % 6 == 0) & truth.in_part("test"), "score"] = np.nan
    return truth, model, frame, evaluate([model, Readings.from_frame(frame)], truth)


def test_the_others_keep_all_their_cases(result):
    truth, _, frame, evaluation = result
    inside = truth.in_part("test")
    missing = int(frame.loc[inside, "score"].isna().sum())
    model, points = evaluation.find("model", "test", "auroc"), evaluation.find("points", "test", "auroc")
    assert (model.n, model.n_excluded) == (250, 0)
    assert (points.n, points.n_excluded) == (250 - missing, missing)


def test_the_comparison_is_made_on_the_same_cases(result):
    truth, model, frame, evaluation = result
    both = truth.in_part("test") & frame["score"].notna().to_numpy()
    label = (truth.frame["label"] == "1").to_numpy()[both]
    expected = auroc_difference(model.frame["score"].to_numpy()[both], frame["score"].to_numpy()[both], label)
    row = evaluation.compare("model", "points", "test", "auroc")
    assert (row.difference, row.p) == (expected.difference, expected.p)
    assert (row.n, row.events) == (int(both.sum()), int(label.sum()))


def test_it_is_said_once(result):
    _, _, frame, evaluation = result
    found = [notice for notice in evaluation.warnings if notice.code == "cases_without_reading"]
    assert len(found) == 1
    assert found[0].n == int(frame["score"].isna().sum())
    assert f"comparisons with it use the other {250 - found[0].n}" in found[0].text
    assert "fewer_compared" not in {notice.code for notice in evaluation.warnings}


def test_two_readers_that_lack_different_cases(cohort):
    truth, model, points = cohort
    first = model.frame.drop(index=[200, 201])
    second = points.frame.drop(index=[202])
    evaluation = evaluate([Readings.from_frame(first), Readings.from_frame(second)], truth)
    found = [notice for notice in evaluation.warnings if notice.code == "fewer_compared"]
    assert [(notice.n, "on the 247 cases that both read" in notice.text) for notice in found] == [(3, True)]
    assert evaluation.compare("model", "points", "test", "auroc").n == 247
