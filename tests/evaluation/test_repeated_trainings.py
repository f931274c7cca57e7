"""Five trainings of one model are five opinions on the same cases, not five times the cases."""

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import EvaluationOptions, Readings, auroc, evaluate


@pytest.fixture
def repeated(cohort):
    truth, model, points = cohort
    rng = np.random.default_rng(5)
    tables = [
        model.frame.assign(repeat=number, score=model.frame["score"] + rng.normal(size=len(model.frame)))
        for number in range(1, 6)
    ]
    return truth, Readings.from_frame(pd.concat(tables)), points


def test_the_headline_is_the_mean_of_the_repeats(repeated):
    truth, model, _ = repeated
    result = evaluate([model], truth)
    row = result.find("model", "test", "auroc")
    inside = truth.in_part("test")
    label = (truth.frame["label"] == "1").to_numpy()[inside]
    areas = [
        auroc(table["score"].to_numpy()[inside], label).value for _, table in model.frame.groupby("repeat")
    ]
    assert row.value == pytest.approx(np.mean(areas))
    assert row.method == "hierarchical_bootstrap_percentile"
    assert row.n == int(inside.sum())
    assert row.low < row.value < row.high


def test_the_interval_holds_chance_of_patients_and_of_repeats(repeated):
    truth, model, _ = repeated
    inside = truth.in_part("test")
    label = (truth.frame["label"] == "1").to_numpy()[inside]
    estimates = [
        auroc(table["score"].to_numpy()[inside], label) for _, table in model.frame.groupby("repeat")
    ]
    of_patients = np.mean([estimate.se for estimate in estimates])
    pooled = of_patients / np.sqrt(5)
    row = evaluate([model], truth, EvaluationOptions(bootstrap=2000)).find("model", "test", "auroc")
    assert pooled < row.se < of_patients * 1.3
    # One model read five times has the error of one model.
    same = pd.concat([model.frame[model.frame["repeat"] == 1].assign(repeat=number) for number in (1, 2, 3)])
    row = evaluate([Readings.from_frame(same)], truth, EvaluationOptions(bootstrap=2000))
    assert row.find("model", "test", "auroc").se == pytest.approx(estimates[0].se, rel=0.06)


def test_the_ensemble_is_a_reader_of_its_own(repeated):
    truth, model, _ = repeated
    result = evaluate([model], truth)
    assert result.readers == ("model", "model-ensemble")
    mean = model.frame.groupby("case", sort=False)["score"].mean()
    inside = truth.in_part("test")
    expected = auroc(mean.to_numpy()[inside], (truth.frame["label"] == "1").to_numpy()[inside])
    row = result.find("model-ensemble", "test", "auroc")
    assert (row.value, row.se, row.method) == (
        pytest.approx(expected.value),
        pytest.approx(expected.se),
        "delong_wald",
    )


def test_each_repeat_has_its_own_threshold_and_confusion_matrix(repeated):
    truth, model, _ = repeated
    result = evaluate([model], truth)
    assert set(result.thresholds) == {f"model/{number}" for number in range(1, 6)} | {"model-ensemble"}
    matrices = [row for row in result.confusions if row.reader == "model" and row.part == "test"]
    assert [row.repeat for row in matrices] == [1, 2, 3, 4, 5]
    assert all(np.sum(row.counts) == 250 for row in matrices)
    mean = np.mean([np.trace(row.counts) / 250 for row in matrices])
    assert result.find("model", "test", "accuracy").value == pytest.approx(mean)


def test_comparisons_draw_patients_and_repeats(repeated):
    truth, model, points = repeated
    result = evaluate([model, points], truth)
    row = result.compare("model", "points", "test", "auroc")
    here, there = result.find("model", "test", "auroc"), result.find("points", "test", "auroc")
    assert row.method == "hierarchical_bootstrap_wald"
    assert row.difference == pytest.approx(here.value - there.value)
    assert result.compare("model-ensemble", "points", "test", "auroc").method == "delong_paired"
    assert result.compare("model", "model-ensemble", "test", "auroc") is None


def test_the_same_seed_gives_the_same_numbers_and_leaves_the_worlds_chance_alone(repeated):
    truth, model, points = repeated
    np.random.seed(3)  # noqa: NPY002 - the world's random state is what is looked at
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first = evaluate([model, points], truth, EvaluationOptions(seed=4)).to_json()
    assert first == evaluate([model, points], truth, EvaluationOptions(seed=4)).to_json()
    assert first != evaluate([model, points], truth, EvaluationOptions(seed=5)).to_json()
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_a_case_that_one_repeat_lacks_is_left_out(repeated):
    truth, model, _ = repeated
    missing = (model.frame["repeat"] == 2) & (model.frame["case"] == "c200")
    result = evaluate([Readings.from_frame(model.frame[~missing])], truth)
    for reader in ("model", "model-ensemble"):
        row = result.find(reader, "test", "auroc")
        assert (row.n, row.n_excluded) == (249, 1)


def test_one_repeat_numbered_1_is_a_single_reader(cohort):
    truth, model, _ = cohort
    numbered = evaluate([Readings.from_frame(model.frame.assign(repeat=1))], truth)
    assert numbered.readers == ("model",)
    assert numbered.measures == evaluate([model], truth).measures
