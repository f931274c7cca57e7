"""A measured number in groups of patients: who is measured worse, and whether that is more than chance."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from hilum.errors import ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate

N = 200


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(4)
    sex = np.where(np.arange(N) % 2, "F", "M")
    value = rng.normal(60, 10, N)
    worse = np.where(sex == "F", 9.0, 3.0)
    frame = pd.DataFrame({"case": range(N), "patient": range(N), "value": value, "sex": sex})
    cnn = pd.DataFrame({"case": range(N), "value": value + rng.normal(0, worse)})
    doctor = pd.DataFrame({"case": range(N), "value": value + rng.normal(-2, 5, N)})
    return frame, cnn, doctor


@pytest.fixture(scope="module")
def result(tables):
    frame, cnn, doctor = tables
    readers = [Readings.from_frame(cnn, "cnn"), Readings.from_frame(doctor, "doctor")]
    return evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",), bootstrap=100))


def test_a_group_is_measured_as_if_it_were_alone(tables, result):
    frame, cnn, _ = tables
    women = frame["sex"] == "F"
    alone = evaluate(
        [Readings.from_frame(cnn[women], "cnn")],
        Truth.from_frame(frame[women].drop(columns="sex")),
        EvaluationOptions(bootstrap=100),
    )
    for measure in ("mae", "bias"):
        here = result.find("cnn", "test", measure, of="sex=F")
        there = alone.find("cnn", "test", measure)
        assert (here.value, here.low, here.high, here.n) == (there.value, there.low, there.high, there.n)


def test_two_groups_are_tested_as_by_welch(tables, result):
    """With two groups the chi-square of the means is Welch's t squared."""
    frame, cnn, _ = tables
    distance = np.abs(cnn["value"] - frame["value"])
    groups = [distance[frame["sex"] == name] for name in ("F", "M")]
    expected = stats.ttest_ind(*groups, equal_var=False).statistic
    row = result.compare("cnn", None, "test", "mae", of="sex")
    assert row.method == "subgroup_heterogeneity"
    assert row.statistic == pytest.approx(expected**2)
    assert row.p < 0.001
    assert result.compare("doctor", None, "test", "mae", of="sex").p > 0.05


def test_two_readers_are_compared_in_each_group(tables, result):
    frame, cnn, doctor = tables
    apart = np.abs(cnn["value"] - frame["value"]) - np.abs(doctor["value"] - frame["value"])
    for name in ("F", "M"):
        inside = apart[frame["sex"] == name]
        row = result.compare("cnn", "doctor", "test", "mae", of=f"sex={name}")
        assert row.difference == pytest.approx(inside.mean())
        assert row.se == pytest.approx(inside.std(ddof=1) / np.sqrt(len(inside)))
    assert result.compare("cnn", "doctor", "test", "mae", of="sex").p < 0.001


def test_several_cases_of_a_patient_are_one(tables):
    frame, cnn, _ = tables
    twice = pd.concat([frame, frame.assign(case=frame["case"] + N)])
    read = pd.concat([cnn, cnn.assign(case=cnn["case"] + N)])
    options = EvaluationOptions(subgroups=("sex",), bootstrap=100)
    once = evaluate([Readings.from_frame(cnn, "cnn")], Truth.from_frame(frame), options)
    again = evaluate([Readings.from_frame(read, "cnn")], Truth.from_frame(twice), options)
    first, second = (each.compare("cnn", None, "test", "mae", of="sex") for each in (once, again))
    assert second.statistic == pytest.approx(first.statistic)


def test_a_column_that_is_not_there_is_refused(tables):
    frame, cnn, _ = tables
    with pytest.raises(ReadingsError, match="no column `sexx`"):
        evaluate(
            [Readings.from_frame(cnn, "cnn")],
            Truth.from_frame(frame),
            EvaluationOptions(subgroups=("sexx",), bootstrap=100),
        )


def test_noise_around_the_truth_is_no_tendency():
    """Errors that do not depend on the truth lean on the mean of both, which is no fault of the reader."""
    rng = np.random.default_rng(11)
    value = rng.normal(60, 10, 600)
    frame = pd.DataFrame({"case": range(600), "patient": range(600), "value": value})
    noisy = pd.DataFrame({"case": range(600), "value": value + rng.normal(0, 6, 600)})
    stretched = pd.DataFrame({"case": range(600), "value": 60 + 1.3 * (value - 60) + rng.normal(0, 3, 600)})
    readers = [Readings.from_frame(noisy, "noisy"), Readings.from_frame(stretched, "stretched")]
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(bootstrap=100))
    assert result.find("noisy", "test", "proportional_bias").low > 0
    said = [notice.text for notice in result.warnings if notice.code == "proportional_bias"]
    assert len(said) == 1
    assert said[0].startswith("stretched tends to be too low for small and too high for large numbers")
