"""Whom a reader serves worse: by sex, age band, site; with tests between the groups and cautions."""

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.stats.meta_analysis
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, FollowUp, Readings, Truth, auroc, evaluate, harrell_c
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.interaction import (
    cochran_heterogeneity,
    heterogeneity,
    largest_gap,
    shares_heterogeneity,
)
from hilum.evaluation.tasks.subgroup_columns import grouping_of
from hilum.evaluation.tasks.survival_subgroups import Followed, measure_survival_subgroups


@pytest.fixture
def hospital():
    """A model that knows the disease in women and guesses in men."""
    rng = np.random.default_rng(21)
    n = 800
    sex = rng.choice(["F", "M"], n)
    label = (rng.random(n) < 0.4).astype(int)
    score = rng.normal(size=n) + np.where(sex == "F", 2.0, 0.3) * label
    other = rng.normal(size=n) + label
    sex = np.where(np.arange(n) % 40 == 0, "", sex)
    frame = pd.DataFrame(
        {
            "case": np.arange(n),
            "label": label,
            "sex": sex,
            "age": rng.integers(18, 95, n),
            "crp": rng.gamma(2, 30, n).round(1),
            "part": np.repeat(["validation", "test"], [200, 600]),
        }
    )
    readers = [
        Readings.from_frame(pd.DataFrame({"case": np.arange(n), "score": values}), name)
        for name, values in (("model", score), ("other", other))
    ]
    return frame, readers, score


def _rows(result, method, measure, of):
    return [
        row
        for row in result.comparisons
        if (row.part, row.method, row.measure, row.of) == ("test", method, measure, of)
    ]


def test_each_group_has_its_own_numbers(hospital):
    frame, readers, score = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex", "age")))
    cut = result.thresholds["model"]
    for sex in ("F", "M"):
        inside = ((frame["sex"] == sex) & (frame["part"] == "test")).to_numpy()
        label = frame["label"].to_numpy()[inside]
        row = result.find("model", "test", "auroc", of=f"sex={sex}")
        expected = auroc(score[inside], label)
        assert (row.value, row.low, row.n) == (expected.value, expected.low, int(inside.sum()))
        assert row.events == int(label.sum())
        hit = result.find("model", "test", "sensitivity", of=f"sex={sex}")
        assert hit.value == pytest.approx(np.mean(score[inside][label == 1] >= cut))
        assert hit.method == "wilson"
    bands = [f"age={band}" for band in ("0-39", "40-59", "60-79", "80+")]
    counts = [result.find("model", "test", "specificity", of=band).n for band in bands]
    assert sum(counts) == 600


def test_a_difference_between_groups_is_found_and_its_size_given(hospital):
    frame, readers, _ = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    women, men = (result.find("model", "test", "auroc", of=f"sex={sex}") for sex in "FM")
    test, gap = (
        next(row for row in _rows(result, method, "auroc", "sex") if row.reader_a == "model")
        for method in ("subgroup_heterogeneity", "largest_gap_bonferroni")
    )
    # Two independent areas: z squared, as pROC's roc.test(paired = FALSE) without its df correction.
    z = (women.value - men.value) / np.hypot(women.se, men.se)
    assert (test.statistic, test.df) == (pytest.approx(z**2), 1.0)
    assert test.p < 0.001
    assert gap.difference == pytest.approx(women.value - men.value)
    assert gap.p == pytest.approx(test.p)
    other = next(
        row for row in _rows(result, "subgroup_heterogeneity", "auroc", "sex") if row.reader_a == "other"
    )
    assert other.p > 0.01


def test_the_difference_of_two_readers_is_paired_in_each_group(hospital):
    frame, readers, _ = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    for sex in ("F", "M"):
        row = _rows(result, "delong_paired", "auroc", f"sex={sex}")[0]
        values = [result.find(name, "test", "auroc", of=f"sex={sex}").value for name in ("model", "other")]
        assert row.difference == pytest.approx(values[0] - values[1])
    between = [row for row in _rows(result, "subgroup_heterogeneity", "auroc", "sex") if row.reader_b]
    assert [(row.reader_a, row.reader_b) for row in between] == [("model", "other")]
    assert between[0].p < 0.01


def test_the_unknown_are_shown_counted_and_not_tested(hospital):
    frame, readers, _ = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    assert result.find("model", "test", "auroc", of="sex=unknown").n == 15
    notice = next(notice for notice in result.warnings if notice.code == "unknown_subgroup")
    assert notice.n == 20
    assert all(row.df == 1.0 for row in _rows(result, "subgroup_heterogeneity", "auroc", "sex"))


def test_small_groups_are_cautioned_against_once(hospital):
    frame, readers, _ = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    said = [notice for notice in result.warnings if notice.code == "small_subgroups"]
    assert [("sex=unknown" in notice.text, "test" in notice.text) for notice in said] == [
        (True, True),
        (True, False),
    ]
    assert not any("sex=unknown" in notice.text for notice in result.warnings if notice.code == "few_events")


def test_sensitivities_of_groups_are_compared_by_pearsons_test(hospital):
    frame, readers, score = hospital
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    test = next(
        row
        for row in _rows(result, "subgroup_heterogeneity", "sensitivity", "sex")
        if row.reader_a == "model"
    )
    ill = ((frame["part"] == "test") & (frame["label"] == 1) & (frame["sex"] != "")).to_numpy()
    table = pd.crosstab(frame["sex"][ill], score[ill] >= result.thresholds["model"])
    expected = scipy.stats.chi2_contingency(table, correction=False)
    assert (test.statistic, test.p) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


def test_patients_who_are_in_two_groups_make_them_depend(hospital):
    frame, readers, _ = hospital
    # Everyone is imaged at both sites with the same result: the sites cannot differ.
    twice = pd.concat([frame.assign(site="A"), frame.assign(site="B", case=frame["case"] + 800)])
    twice["patient"] = twice["case"] % 800
    tables = [one.frame for one in readers]
    again = [
        Readings.from_frame(pd.concat([one, one.assign(case=(one["case"].astype(int) + 800).astype(str))]))
        for one in tables
    ]
    changed = again[0].frame.copy()
    late = changed["case"].astype(int) >= 800
    rng = np.random.default_rng(0)
    changed.loc[late, "score"] += 0.3 * rng.normal(size=int(late.sum()))
    options = EvaluationOptions(subgroups=("site",))
    result = evaluate([Readings.from_frame(changed)], Truth.from_frame(twice), options)
    a, b = (result.find("model", "test", "auroc", of=f"site={site}") for site in "AB")
    gap = _rows(result, "largest_gap_bonferroni", "auroc", "site")[0]
    # The same patients at both sites: chance of patients cancels out, as in a paired test.
    assert gap.se < 0.5 * np.hypot(a.se, b.se)


def test_a_group_in_which_every_case_is_found_does_not_break_the_test():
    frame = pd.DataFrame(
        {
            "case": np.arange(80),
            "label": np.tile([0, 1], 40),
            "sex": np.repeat(["F", "M"], 40),
        }
    )
    decision = frame["label"].to_numpy().copy()
    decision[41:60:2] = 0
    reader = Readings.from_frame(pd.DataFrame({"case": np.arange(80), "decision": decision}), "doctor")
    result = evaluate([reader], Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    assert result.find("doctor", "test", "sensitivity", of="sex=F").value == 1.0
    assert _rows(result, "subgroup_heterogeneity", "sensitivity", "sex")[0].p == pytest.approx(
        scipy.stats.chi2_contingency([[20, 0], [10, 10]], correction=False).pvalue
    )
    gap = _rows(result, "largest_gap_bonferroni", "sensitivity", "sex")[0]
    assert gap.difference == pytest.approx(0.5)
    assert 0 < gap.low < gap.high


def test_ages_fall_into_bands_and_other_numbers_into_thirds():
    ages = grouping_of(pd.Series([0, 39.9, 40, 59, 60, 79, 80, 101, None, -3]), "age_years")
    assert ages.names == ("0-39", "40-59", "60-79", "80+")
    assert list(ages.code) == [0, 0, 1, 1, 2, 2, 3, 3, -1, -1]
    thirds = grouping_of(pd.Series(np.arange(1, 10) / 10), "crp")
    assert thirds.names == ("below 0.3", "0.3 to below 0.6", "0.6 and above")
    assert np.bincount(thirds.code).tolist() == [2, 3, 4]
    few = grouping_of(pd.Series(["1", "2", "10", "2"]), "stage")
    assert (few.names, list(few.code)) == (("1", "2", "10"), [0, 1, 2, 1])
    same = grouping_of(pd.Series(["0.5"] * 4), "dose")
    assert (same.names, list(same.code)) == (("0.5",), [0, 0, 0, 0])


def test_a_column_that_is_not_there_or_has_too_many_values(hospital):
    frame, readers, _ = hospital
    with pytest.raises(ReadingsError, match="no column `sexx`: rename `sex`"):
        evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sexx",)))
    many = frame.assign(ward=[f"w{number % 50}" for number in range(800)])
    result = evaluate(readers, Truth.from_frame(many), EvaluationOptions(subgroups=("ward",)))
    assert [notice.n for notice in result.warnings if notice.code == "too_many_groups"] == [50]
    assert not any((row.of or "").startswith("ward") for row in result.measures if row.reader)


def test_a_group_with_one_class_has_no_area(hospital):
    frame, readers, _ = hospital
    rare = frame.assign(view=np.where((frame["label"] == 1) & (frame["case"] % 9 == 0), "AP", "PA"))
    result = evaluate(readers, Truth.from_frame(rare), EvaluationOptions(subgroups=("view",)))
    row = result.find("model", "test", "auroc", of="view=AP")
    assert (row.value, row.method) == (None, "not_estimable")
    assert result.find("model", "test", "sensitivity", of="view=AP").value is not None
    assert not _rows(result, "subgroup_heterogeneity", "auroc", "view")


def test_repeated_trainings_in_groups(hospital):
    frame, readers, score = hospital
    rng = np.random.default_rng(9)
    tables = [
        readers[0].frame.assign(repeat=number, score=score + rng.normal(size=800) * 0.3)
        for number in (1, 2, 3)
    ]
    options = EvaluationOptions(subgroups=("sex",), bootstrap=200)
    result = evaluate([Readings.from_frame(pd.concat(tables))], Truth.from_frame(frame), options)
    row = result.find("model", "test", "auroc", of="sex=F")
    assert row.method == "hierarchical_bootstrap_percentile"
    tested = {one.reader_a for one in _rows(result, "subgroup_heterogeneity", "auroc", "sex")}
    assert tested == {"model-ensemble"}


def test_several_classes_in_groups():
    rng = np.random.default_rng(2)
    target = rng.integers(3, size=300)
    names = np.array(["a", "b", "c"])
    sex = rng.choice(["F", "M"], 300)
    frame = pd.DataFrame({"case": np.arange(300), "label": names[target], "sex": sex})
    scores = rng.normal(size=(300, 3)) + np.eye(3)[target]
    table = pd.DataFrame(scores, columns=[f"score_{name}" for name in names]).assign(case=np.arange(300))
    other = table.assign(score_a=table["score_a"] + rng.normal(size=300))
    readers = [Readings.from_frame(table, "cnn"), Readings.from_frame(other, "old")]
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",)))
    women = sex == "F"
    row = result.find("cnn", "test", "accuracy", of="sex=F")
    assert row.value == pytest.approx(np.mean(scores[women].argmax(axis=1) == target[women]))
    assert result.find("cnn", "test", "auroc", of="sex=M").method == "delong_macro_wald"
    assert len(_rows(result, "subgroup_heterogeneity", "auroc", "sex")) == 3
    assert len(_rows(result, "mcnemar_exact", "accuracy", "sex=F")) == 1


def test_findings_in_groups_are_shown_by_their_mean():
    rng = np.random.default_rng(2)
    label = (rng.random((300, 2)) < 0.3).astype(float)
    frame = pd.DataFrame(label, columns=["mass", "nodule"]).assign(
        case=np.arange(300), sex=rng.choice(["F", "M"], 300)
    )
    scores = rng.normal(size=(300, 2)) + label
    table = pd.DataFrame(scores, columns=["score_mass", "score_nodule"]).assign(case=np.arange(300))
    result = evaluate(
        [Readings.from_frame(table, "cnn"), Readings.from_frame(table, "copy")],
        Truth.from_frame(frame, kind="findings"),
        EvaluationOptions(subgroups=("sex",)),
    )
    women = (frame["sex"] == "F").to_numpy()
    expected = np.mean([auroc(scores[women, k], label[women, k]).value for k in range(2)])
    assert result.find("cnn", "test", "auroc", of="sex=F").value == pytest.approx(expected)
    assert _rows(result, "subgroup_heterogeneity", "auroc", "sex")[0].df == 1.0
    assert any(notice.code == "subgroups_of_averages" for notice in result.warnings)


def _survivors():
    rng = np.random.default_rng(13)
    n = 400
    risk = rng.normal(size=(2, n))
    time = np.ceil(rng.exponential(200 * np.exp(-risk[0])))
    censored = np.ceil(rng.uniform(50, 700, n))
    event = (time <= censored).astype(float)
    frame = pd.DataFrame(
        {
            "case": np.arange(n),
            "time": np.minimum(time, censored),
            "event": event,
            "sex": rng.choice(["F", "M"], n),
        }
    )
    readings = Readings.from_frame(pd.DataFrame({"case": np.arange(n), "risk": risk[0]}), "cox")
    options = EvaluationOptions(subgroups=("sex",))
    return frame, risk, Work(align([readings], Truth.from_frame(frame)), options, Ledger())


def test_survival_in_groups():
    frame, risk, work = _survivors()
    time, event = frame["time"].to_numpy(), frame["event"].to_numpy()
    risks = {"cox": risk[0], "score": risk[0] + risk[1]}
    measure_survival_subgroups(work, risks, Followed(time, event))
    measure_survival_subgroups(work, risks, Followed(time, event, 180.0))
    women = (frame["sex"] == "F").to_numpy()
    expected = harrell_c(risk[0][women], FollowUp.of(time[women], event[women]))
    rows = {(row.reader, row.measure, row.of): row for row in work.ledger.measures}
    row = rows["cox", "harrell_c", "sex=F"]
    assert (row.value, row.se, row.events) == (expected.value, expected.se, int(event[women].sum()))
    assert rows["score", "auc_t", "sex=M"].at == "180d"
    tests = [row for row in work.ledger.comparisons if row.method == "subgroup_heterogeneity"]
    assert [(row.reader_b, row.measure) for row in tests] == [
        (None, "harrell_c"),
        (None, "harrell_c"),
        ("score", "harrell_c"),
        (None, "auc_t"),
        (None, "auc_t"),
        ("score", "auc_t"),
    ]
    men = rows["cox", "harrell_c", "sex=M"]
    z = (row.value - men.value) / np.hypot(row.se, men.se)
    assert tests[0].statistic == pytest.approx(z**2)


def test_cochrans_q_as_statsmodels():
    values, errors = np.array([0.81, 0.74, 0.69, 0.8]), np.array([0.02, 0.03, 0.05, 0.04])
    found = cochran_heterogeneity(values, errors)
    expected = statsmodels.stats.meta_analysis.combine_effects(values, errors**2)
    assert found.statistic == pytest.approx(expected.q)
    assert found.p == pytest.approx(expected.test_homogeneity().pvalue)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_the_test_does_not_depend_on_order_or_scale_of_groups(seed, groups):
    rng = np.random.default_rng(seed)
    values, root = rng.normal(size=groups), rng.normal(size=(groups, groups + 3))
    covariance = root @ root.T
    plain = heterogeneity(values, covariance)
    order = rng.permutation(groups)
    moved = heterogeneity(values[order] * 3 + 1, covariance[np.ix_(order, order)] * 9)
    assert moved.statistic == pytest.approx(plain.statistic, rel=1e-6)
    gap = largest_gap(values, covariance)
    assert gap.low >= 0
    assert gap.low <= gap.difference <= gap.high
    assert gap.difference == pytest.approx(np.ptp(values))


def test_chance_finds_no_group_in_nineteen_of_twenty_cohorts():
    rng = np.random.default_rng(5)
    p_values, gaps = [], []
    for _ in range(600):
        values, errors = rng.normal(0.8, 0.03, 4), np.full(4, 0.03)
        p_values.append(cochran_heterogeneity(values, errors).p)
        gaps.append(largest_gap(values, np.diag(errors**2)).p)
    assert 0.03 < np.mean(np.array(p_values) < 0.05) < 0.075
    assert np.mean(np.array(gaps) < 0.05) < 0.06


def test_groups_without_variation_are_refused():
    with pytest.raises(MeasureError, match="from two groups on"):
        heterogeneity(np.array([0.8]), np.eye(1))
    with pytest.raises(MeasureError, match="without variation"):
        largest_gap(np.array([1.0, 0.8]), np.diag([0.0, 0.1]))
    with pytest.raises(MeasureError, match="at least one case"):
        shares_heterogeneity(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    assert shares_heterogeneity(np.array([5.0, 9.0]), np.array([5.0, 9.0])).p == 1.0
