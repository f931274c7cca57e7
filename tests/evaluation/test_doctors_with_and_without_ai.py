"""Several doctors on the same cases, without and with AI: areas, shares, reading times, and the AI alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hilum.errors import MeasureError
from hilum.evaluation import EvaluationOptions, Readings, Truth
from hilum.evaluation.comparisons.obuchowski_rockette import (
    against_readers_mean,
    compare_conditions,
    compare_conditions_fixed_readers,
    obuchowski_rockette,
    readers_mean,
)
from hilum.evaluation.comparisons.reader_table import ReaderTable, auroc_table, mean_table, share_table
from hilum.evaluation.comparisons.reading_times import mean_seconds, seconds_difference, seconds_ratio
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.roc import auroc
from hilum.evaluation.tasks.classification import evaluate_classification
from hilum.evaluation.tasks.reading_times import add_reading_times

DOCTORS = ("Kim", "Lee", "Park", "Choi")
ALONE, HELPED = "all readers, without AI", "all readers, with AI"
# Van Dyke et al., RSNA 1993: areas of five readers, spin echo and cine MRI.
SPIN_ECHO = np.array([0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066])
CINE = np.array([0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169])


@pytest.fixture(scope="module")
def frames():
    rng = np.random.default_rng(7)
    label = rng.random(90) < 0.45
    case = [f"c{number}" for number in range(90)]
    rows = []
    for doctor in DOCTORS:
        for condition, distance, speed in (("with AI", 1.8, 3.4), ("without AI", 1.0, 3.7)):
            felt = rng.normal(size=90) + distance * label
            rows.append(
                pd.DataFrame(
                    {
                        "case": case,
                        "reader": doctor,
                        "condition": condition,
                        "score": felt,
                        "decision": (felt > 0.8).astype(int),
                        "seconds": np.exp(rng.normal(speed, 0.4, 90)),
                    }
                )
            )
    model = pd.DataFrame({"case": case, "score": rng.normal(size=90) + 2 * label})
    return pd.DataFrame({"case": case, "label": label.astype(int)}), pd.concat(rows), model


def worked(frames, **truth_columns: object):
    truth, doctors, model = frames
    readings = [Readings.from_frame(doctors), Readings.from_frame(model, "cnn")]
    options = EvaluationOptions(bootstrap=100, thresholds={"cnn": 1.0})
    work = Work(align(readings, Truth.from_frame(truth.assign(**truth_columns))), options, Ledger())
    evaluate_classification(work)
    add_reading_times(work)
    return work


def rows_of(work, first, second, measure):
    return {
        row.method: row
        for row in work.ledger.comparisons
        if (row.reader_a, row.reader_b, row.measure) == (first, second, measure)
    }


def grid(frames, column):
    """(conditions, readers, cases), with AI first."""
    doctors = frames[1]
    return np.array(
        [
            [doctors[(doctors["reader"] == name) & (doctors["condition"] == one)][column] for name in DOCTORS]
            for one in ("with AI", "without AI")
        ],
        dtype=np.float64,
    )


@pytest.mark.parametrize(
    ("areas", "cov2", "expected"),
    [
        (SPIN_ECHO, 0.000483962, (0.89703704, 0.03317360, 12.744649, 0.825224, 0.968850)),
        (CINE, 0.000204188, (0.94083736, 0.02156637, 12.710190, 0.894136, 0.987539)),
    ],
)
def test_mean_of_readers_as_rjafroc(areas, cov2, expected):
    # RJafroc 1.3, dataset02, StSignificanceTesting, RRRC, each treatment alone. Cov2 is what its standard
    # error implies; mean, degrees of freedom and interval check the rest.
    found = readers_mean(ReaderTable(areas[None, :], cov2 * np.ones((1, 5, 1, 5))))
    assert (found.value, found.se) == pytest.approx(expected[:2], abs=5e-8)
    assert (found.df, found.low, found.high) == pytest.approx(expected[2:], abs=2e-5)


def test_the_table_gives_the_summary_form_its_covariances():
    covariance = np.empty((2, 5, 2, 5))
    same_condition, same_reader = np.eye(2)[:, None, :, None], np.eye(5)[None, :, None, :]
    covariance[:] = np.where(
        same_condition,
        np.where(same_reader, 0.0008, 0.00033952653),
        np.where(same_reader, 0.00035, 0.00023584965),
    )
    table = ReaderTable(np.stack([SPIN_ECHO, CINE]), covariance)
    assert (table.error, table.cov1) == (pytest.approx(0.0008), pytest.approx(0.00035))
    result = compare_conditions(table)
    assert result.p == pytest.approx(0.0512330308, abs=5e-8)
    assert result == obuchowski_rockette(SPIN_ECHO, CINE, 0.00033952653, 0.00023584965)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_fixed_readers_have_the_variance_of_the_contrast(seed):
    rng = np.random.default_rng(seed)
    label = np.arange(40) < 15
    # What all readers see alike makes readers within a condition more alike than across conditions.
    common = rng.normal(size=(2, 1, 40)) * 2
    scores = common + rng.normal(size=(2, 4, 40)) + label
    table = auroc_table(scores, label)
    contrast = np.repeat([0.25, -0.25], 4)
    variance = contrast @ table.covariance.reshape(8, 8) @ contrast
    result = compare_conditions_fixed_readers(table)
    assert result.difference == pytest.approx(contrast @ table.values.ravel())
    if table.cov2 > table.cov3:
        assert result.se == pytest.approx(np.sqrt(variance))


def test_covariances_of_shares_are_those_of_the_jackknife():
    rng = np.random.default_rng(1)
    label, calls = rng.random(50) < 0.5, rng.random((2, 3, 50)) < 0.6
    table = share_table("specificity", calls, label)
    right = ~calls[:, :, ~label].reshape(6, -1)
    n = right.shape[1]
    left_out = (right.sum(axis=1, keepdims=True) - right) / (n - 1)
    expected = np.cov(left_out) * (n - 1) ** 2 / n
    assert table.covariance.reshape(6, 6) == pytest.approx(expected)
    assert table.values.ravel() == pytest.approx(right.mean(axis=1))


def test_copies_of_the_same_cases_add_no_knowledge():
    rng = np.random.default_rng(1)
    label = rng.random(60) < 0.5
    scores = rng.normal(size=(2, 3, 60)) + label
    patient = np.repeat(np.arange(60), 3)
    for once, copied in (
        (auroc_table(scores, label), auroc_table(np.repeat(scores, 3, axis=2), np.repeat(label, 3), patient)),
        (mean_table(scores), mean_table(np.repeat(scores, 3, axis=2), patient)),
    ):
        assert copied.values == pytest.approx(once.values)
        assert copied.covariance == pytest.approx(once.covariance, abs=2e-4)


def test_readers_that_change_alike_leave_no_chance_to_measure_by():
    first = np.array([0.8, 0.9])
    result = obuchowski_rockette(first + 0.1, first, 0.0, 0.0)
    assert (result.difference, result.se, result.p) == (pytest.approx(0.1), 0.0, None)
    assert obuchowski_rockette(first, first, 0.0, 0.0).p == 1.0


def test_too_few_readers_are_refused():
    one = ReaderTable(np.array([[0.8]]), np.ones((1, 1, 1, 1)))
    with pytest.raises(MeasureError, match="two readers"):
        readers_mean(one)
    with pytest.raises(MeasureError, match="two readers"):
        against_readers_mean(ReaderTable(np.array([[0.8, 0.9]]), np.ones((1, 2, 1, 2))))
    with pytest.raises(MeasureError, match="two conditions"):
        compare_conditions(one)
    with pytest.raises(MeasureError, match="common covariance"):
        share_table("ppv", np.ones((1, 2, 3)) == 1, np.ones(3) == 1)


def test_a_program_among_readers_without_chance_of_their_own():
    # Known covariances: every reader 0.001, all pairs 0.0005; differences to the program have Cov2 0.0005.
    covariance = (0.0005 + 0.0005 * np.eye(4)).reshape(1, 4, 1, 4)
    result = against_readers_mean(ReaderTable(np.array([[0.9, 0.80, 0.82, 0.84]]), covariance))
    spread = 0.0004
    error = spread + 3 * 0.0005
    assert result.difference == pytest.approx(0.08)
    assert result.se == pytest.approx(np.sqrt(error / 3))
    assert result.df == pytest.approx(error**2 / (spread**2 / 2))
    assert result.p == pytest.approx(2 * stats.t.sf(0.08 / result.se, result.df))


def test_areas_and_shares_in_the_evaluation(frames):
    work = worked(frames)
    label = frames[0]["label"].to_numpy() == 1
    areas = auroc_table(grid(frames, "score"), label)
    found = rows_of(work, HELPED, ALONE, "auroc")
    expected = compare_conditions(areas)
    row = found["obuchowski_rockette"]
    assert (row.difference, row.low, row.df, row.p) == (
        pytest.approx(expected.difference),
        pytest.approx(expected.low),
        pytest.approx(expected.df),
        pytest.approx(expected.p),
    )
    assert row.difference > 0
    assert (row.n, row.events) == (90, int(label.sum()))
    by_hand = [[auroc(score, label).value for score in side] for side in grid(frames, "score")]
    assert row.difference == pytest.approx(np.mean(by_hand[0]) - np.mean(by_hand[1]))
    assert "obuchowski_rockette_fixed_readers" in found
    shares = share_table("sensitivity", grid(frames, "decision") == 1, label)
    row = rows_of(work, HELPED, ALONE, "sensitivity")["obuchowski_rockette"]
    assert row.p == pytest.approx(compare_conditions(shares).p)


def test_the_mean_of_readers_and_the_model_against_it(frames):
    work = worked(frames)
    label = frames[0]["label"].to_numpy() == 1
    name = "mean of 4 readers, without AI"
    (row,) = [one for one in work.ledger.measures if (one.reader, one.measure) == (name, "auroc")]
    areas = auroc_table(grid(frames, "score")[1:], label)
    assert row.value == pytest.approx(areas.values.mean())
    assert row.method == "obuchowski_rockette_mean"
    score = np.concatenate([frames[2]["score"].to_numpy()[None, :], grid(frames, "score")[1]])[None, :, :]
    expected = against_readers_mean(auroc_table(score, label))
    row = rows_of(work, "cnn", name, "auroc")["obuchowski_rockette_single"]
    assert (row.difference, row.p) == (pytest.approx(expected.difference), pytest.approx(expected.p))
    assert rows_of(work, "cnn", name, "specificity")["obuchowski_rockette_single"].at == "threshold=1"


def test_reading_times(frames):
    work = worked(frames)
    seconds = grid(frames, "seconds")
    (row,) = [
        one
        for one in work.ledger.measures
        if (one.reader, one.measure) == ("Lee, with AI", "reading_seconds")
    ]
    low, high = stats.t.interval(0.95, 89, seconds[0, 1].mean(), stats.sem(seconds[0, 1]))
    assert (row.value, row.low, row.high, row.n) == (
        pytest.approx(seconds[0, 1].mean()),
        pytest.approx(low),
        pytest.approx(high),
        90,
    )
    (total,) = [
        one
        for one in work.ledger.measures
        if (one.reader, one.measure) == ("Lee, with AI", "reading_seconds_total")
    ]
    assert total.value == pytest.approx(seconds[0, 1].sum())
    own = rows_of(work, "Lee, with AI", "Lee, without AI", "reading_seconds")
    theirs = stats.ttest_rel(seconds[0, 1], seconds[1, 1])
    assert (own["paired_t"].statistic, own["paired_t"].p) == (
        pytest.approx(theirs.statistic),
        pytest.approx(theirs.pvalue),
    )
    logs = stats.ttest_rel(np.log(seconds[0, 1]), np.log(seconds[1, 1])).confidence_interval()
    ratio = own["paired_t_log"]
    assert (ratio.scale, ratio.low, ratio.high) == (
        "ratio",
        pytest.approx(np.exp(logs.low)),
        pytest.approx(np.exp(logs.high)),
    )
    together = rows_of(work, HELPED, ALONE, "reading_seconds")
    assert together["obuchowski_rockette"].p == pytest.approx(compare_conditions(mean_table(seconds)).p)
    assert together["obuchowski_rockette"].difference == pytest.approx(seconds[0].mean() - seconds[1].mean())
    assert together["obuchowski_rockette_log"].difference == pytest.approx(
        np.exp(np.log(seconds[0]).mean() - np.log(seconds[1]).mean())
    )


def test_several_cases_of_a_patient(frames):
    work = worked(frames, patient=[f"p{number // 2}" for number in range(90)])
    own = rows_of(work, "Lee, with AI", "Lee, without AI", "reading_seconds")
    assert set(own) == {"paired_t_clustered", "paired_t_log_clustered"}
    assert own["paired_t_clustered"].df == 44
    plain = rows_of(worked(frames), HELPED, ALONE, "auroc")["obuchowski_rockette"]
    clustered = rows_of(work, HELPED, ALONE, "auroc")["obuchowski_rockette"]
    assert clustered.difference == pytest.approx(plain.difference)


def test_copied_times_add_no_knowledge():
    rng = np.random.default_rng(0)
    first, second = np.exp(rng.normal(3, 0.5, (2, 80)))
    patient = np.repeat(np.arange(80), 3)
    many = [np.repeat(one, 3) for one in (first, second)]
    assert seconds_difference(*many, patient).p == pytest.approx(seconds_difference(first, second).p)
    assert seconds_ratio(*many, patient).low == pytest.approx(seconds_ratio(first, second).low)
    assert mean_seconds(many[0], patient).se == pytest.approx(mean_seconds(first).se)
    assert mean_seconds(many[0], patient).method == "mean_t_clustered"


def test_a_time_of_zero_counts_as_missing_and_is_said(frames):
    truth, doctors, model = frames
    changed = doctors.copy()
    changed.iloc[0, changed.columns.get_loc("seconds")] = 0.0
    work = worked((truth, changed, model))
    found = {notice.code: notice for notice in work.ledger.notices}
    assert found["impossible_time"].n == 1
    assert "89 cases of test, one of them for 90" in found["unpaired_times"].text
    with pytest.raises(MeasureError, match="above 0"):
        mean_seconds(np.array([0.0, 3.0]))


def test_a_gap_in_the_design_is_counted(frames):
    truth, doctors, model = frames
    work = worked((truth, doctors.iloc[3:], model))
    (notice,) = [one for one in work.ledger.notices if one.code == "incomplete_reading"]
    assert notice.n == 3
    assert "87 of the 90 cases" in notice.text
    assert rows_of(work, HELPED, ALONE, "auroc")["obuchowski_rockette"].n == 87


def test_doctors_are_not_set_against_others_under_another_condition(frames):
    work = worked(frames)
    pairs = {(row.reader_a, row.reader_b) for row in work.ledger.comparisons}
    assert ("Kim, with AI", "Kim, without AI") in pairs
    assert ("Kim, with AI", "Lee, with AI") in pairs
    assert not {("Kim, with AI", "Lee, without AI"), ("Lee, without AI", "Kim, with AI")} & pairs


def test_two_doctors_are_few(frames):
    truth, doctors, model = frames
    work = worked((truth, doctors[doctors["reader"].isin(["Kim", "Lee"])], model))
    assert [notice.n for notice in work.ledger.notices if notice.code == "few_readers"] == [2]
    assert rows_of(work, HELPED, ALONE, "auroc")


def test_a_doctor_of_one_condition_is_left_out_of_the_comparison(frames):
    truth, doctors, model = frames
    kept = doctors[~((doctors["reader"] == "Kim") & (doctors["condition"] == "with AI"))]
    work = worked((truth, kept, model))
    (notice,) = [one for one in work.ledger.notices if one.code == "readers_of_one_condition"]
    assert notice.text.startswith("Kim did not read")
    values = grid((truth, doctors, model), "score")[:, 1:]
    expected = compare_conditions(auroc_table(values, truth["label"].to_numpy() == 1))
    assert rows_of(work, HELPED, ALONE, "auroc")["obuchowski_rockette"].p == pytest.approx(expected.p)


def test_one_condition_only(frames):
    truth, doctors, model = frames
    alone = doctors[doctors["condition"] == "without AI"].drop(columns="condition")
    work = worked((truth, alone, model))
    assert rows_of(work, "cnn", "mean of 4 readers", "auroc")["obuchowski_rockette_single"].p < 0.05
    assert not [row for row in work.ledger.comparisons if row.method == "obuchowski_rockette"]


def test_models_alone_are_no_doctors(cohort):
    truth, *readings = cohort
    work = Work(align(readings, truth), EvaluationOptions(bootstrap=100), Ledger())
    evaluate_classification(work)
    add_reading_times(work)
    assert not [row for row in work.ledger.measures if row.reader.startswith("mean of")]
    assert not [row for row in work.ledger.measures if row.measure.startswith("reading_seconds")]
