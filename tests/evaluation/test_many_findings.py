"""Fourteen findings on one chest radiograph: each on its own, their mean, and all of them pooled."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
import statsmodels.stats.multitest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth, auroc, auroc_difference, evaluate
from hilum.evaluation.measures.area_influence import area_influence, root_of_squares, share_influence
from hilum.evaluation.measures.many_findings import (
    counts_of_findings,
    findings_auroc,
    findings_auroc_difference,
    mean_of_counts,
)

FINDINGS = ("mass", "nodule", "effusion")
COLUMNS = ["score_mass", "score_nodule", "score_effusion"]


def _drawn(seed, n=400):
    rng = np.random.default_rng(seed)
    label = (rng.random((3, n)) < np.array([[0.3], [0.15], [0.2]])).astype(np.float64)
    label[:, :2] = [0.0, 1.0]
    shared = rng.normal(size=n)
    score = label + 0.7 * shared + rng.normal(size=(3, n)) * 0.7
    return label, np.round(score, 2)


@pytest.fixture
def radiographs():
    label, score = _drawn(3)
    label[0, 40:70] = np.nan
    frame = pd.DataFrame(label.T, columns=FINDINGS).astype(object)
    frame = frame.assign(
        case=[f"c{number}" for number in range(400)],
        patient=[f"p{number // 2}" for number in range(400)],
        part=np.repeat(["validation", "test"], [160, 240]),
    )
    return Truth.from_frame(frame, kind="findings"), label, score


def _readings(name, truth, score):
    table = pd.DataFrame(score.T, columns=COLUMNS).assign(case=truth.frame["case"])
    return Readings.from_frame(table, name)


def _compared(result, first, second, part, measure, *, of=None):
    for row in result.comparisons:
        if (row.reader_a, row.reader_b, row.part, row.measure, row.of) == (first, second, part, measure, of):
            return row
    return None


def _unclustered(truth):
    return Truth.from_frame(truth.frame.drop(columns="patient"), kind="findings")


def test_each_finding_is_a_question_of_its_own(radiographs):
    truth, label, score = radiographs
    result = evaluate([_readings("cnn", truth, score)], truth)
    for number, finding in enumerate(FINDINGS):
        row = result.find("cnn", "test", "auroc", of=finding)
        known = np.isfinite(label[number]) & truth.in_part("test")
        expected = sklearn.metrics.roc_auc_score(label[number][known], score[number][known])
        assert row.value == pytest.approx(expected)
        assert (row.n, row.events) == (int(known.sum()), int(np.nansum(label[number][known])))
        assert f"cnn:{finding}" in result.thresholds
    assert {row.classes for row in result.confusions} == {(f"no {name}", name) for name in FINDINGS}


def test_an_unknown_label_is_left_out_of_that_finding_alone_and_counted_once(radiographs):
    truth, _, score = radiographs
    result = evaluate([_readings("cnn", truth, score)], truth)
    validation = {name: result.find("cnn", "validation", "auroc", of=name) for name in FINDINGS}
    assert [validation[name].n_excluded for name in FINDINGS] == [30, 0, 0]
    assert [validation[name].n for name in FINDINGS] == [130, 160, 160]
    said = [notice for notice in result.warnings if notice.code == "unknown_label"]
    assert [notice.n for notice in said] == [30]
    assert "mass 30" in said[0].text


def test_the_headline_is_the_mean_over_findings(radiographs):
    truth, _, score = radiographs
    result = evaluate([_readings("cnn", truth, score)], truth)
    for measure in ("auroc", "auprc", "sensitivity", "specificity", "f1", "accuracy"):
        single = [
            row.value
            for row in result.measures
            if (row.part, row.measure) == ("test", measure) and row.of in FINDINGS
        ]
        headline = result.find("cnn", "test", measure)
        assert len(single) == 3
        assert headline.value == pytest.approx(np.mean(single))
        assert result.find("cnn", "test", measure, of="macro average").value == headline.value
        assert headline.low < headline.value < headline.high
    assert result.find("cnn", "test", "auroc").method == "delong_macro_wald"


def test_the_micro_average_pools_all_decisions_and_still_counts_patients(radiographs):
    truth, label, score = radiographs
    result = evaluate([_readings("cnn", truth, score)], truth)
    inside = truth.in_part("test")
    cuts = np.array([result.thresholds[f"cnn:{name}"] for name in FINDINGS])
    said = (score >= cuts[:, None])[:, inside].ravel()
    there = label[:, inside].ravel() == 1
    row = result.find("cnn", "test", "f1", of="micro average")
    assert row.value == pytest.approx(sklearn.metrics.f1_score(there, said))
    area = result.find("cnn", "test", "auroc", of="micro average")
    assert area.value == pytest.approx(sklearn.metrics.roc_auc_score(there, score[:, inside].ravel()))
    assert area.n == 240
    hit = result.find("cnn", "test", "sensitivity", of="micro average")
    assert hit.value == pytest.approx(np.mean(said[there]))
    assert hit.method == "wilson_clustered"


def test_findings_that_go_together_widen_the_interval_of_their_mean():
    label, score = _drawn(5)
    alone = auroc(score[0], label[0] == 1)
    thrice = findings_auroc(np.stack([score[0]] * 3), np.stack([label[0]] * 3))
    # The same finding three times is one finding, not three.
    assert (thrice.value, thrice.se) == (pytest.approx(alone.value), pytest.approx(alone.se))
    # Three opinions on one disease share what makes a case hard.
    same = np.stack([label[0]] * 3)
    score = score - label + same
    three = [auroc(score[number], same[number] == 1).se for number in range(3)]
    as_if_apart = np.sqrt(np.sum(np.square(three))) / 3
    assert findings_auroc(score, same).se > as_if_apart * 1.1


def test_the_error_of_the_mean_is_that_of_drawn_patients():
    label, score = _drawn(8, 300)
    patient = np.arange(300) // 2
    rng = np.random.default_rng(2)
    drawn = []
    for _ in range(400):
        chosen = rng.integers(150, size=150)
        rows = np.concatenate([2 * chosen, 2 * chosen + 1])
        drawn.append(
            np.mean(
                [sklearn.metrics.roc_auc_score(a[rows], b[rows]) for a, b in zip(label, score, strict=True)]
            )
        )
    assert findings_auroc(score, label, patient).se == pytest.approx(np.std(drawn), rel=0.12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_one_finding_is_delongs_area_and_delongs_difference(seed):
    label, score = _drawn(seed, 60)
    one, two = findings_auroc(score[:1], label[:1]), auroc(score[0], label[0] == 1)
    assert (one.value, one.se) == (pytest.approx(two.value), pytest.approx(two.se))
    apart = findings_auroc_difference(score[:1], score[1:2], label[:1])
    delong = auroc_difference(score[0], score[1], label[0] == 1)
    assert (apart.difference, apart.se) == (
        pytest.approx(delong.difference, abs=1e-12),
        pytest.approx(delong.se),
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_neither_the_order_of_cases_nor_the_scale_of_scores_counts(seed):
    label, score = _drawn(seed, 60)
    label[1, 5:20] = np.nan
    order = np.random.default_rng(seed).permutation(60)
    moved = findings_auroc(np.exp(score[:, order]), label[:, order])
    stays = findings_auroc(score, label)
    assert (moved.value, moved.se) == (pytest.approx(stays.value), pytest.approx(stays.se))


def test_two_readers_differ_by_the_paired_mean(radiographs):
    truth, label, score = radiographs
    rng = np.random.default_rng(0)
    worse = score + rng.normal(size=score.shape)
    result = evaluate([_readings("cnn", truth, score), _readings("old", truth, worse)], truth)
    row = _compared(result, "cnn", "old", "test", "auroc")
    inside = truth.in_part("test")
    expected = findings_auroc_difference(
        score[:, inside], worse[:, inside], label[:, inside], np.arange(400)[inside] // 2
    )
    assert (row.difference, row.p) == (pytest.approx(expected.difference), pytest.approx(expected.p))
    assert row.difference == pytest.approx(
        result.find("cnn", "test", "auroc").value - result.find("old", "test", "auroc").value
    )
    assert findings_auroc_difference(score, score, label).p == 1.0


def test_p_values_of_findings_are_adjusted_by_holm_as_statsmodels_does(radiographs):
    truth, _, score = radiographs
    truth = _unclustered(truth)
    rng = np.random.default_rng(0)
    worse = score + rng.normal(size=score.shape)
    result = evaluate([_readings("cnn", truth, score), _readings("old", truth, worse)], truth)
    rows = [row for row in result.comparisons if (row.part, row.measure) == ("test", "auroc")]
    plain = [row.p for row in rows if row.method == "delong_paired"]
    adjusted = [row.p for row in rows if row.method == "findings_holm"]
    assert len(plain) == 3
    assert adjusted == pytest.approx(list(statsmodels.stats.multitest.multipletests(plain, method="holm")[1]))


def test_doctors_who_only_decide_are_set_against_a_model(radiographs):
    truth, label, score = radiographs
    truth = _unclustered(truth)
    called = pd.DataFrame((score > 0.5).T.astype(int), columns=[f"decision_{name}" for name in FINDINGS])
    doctor = Readings.from_frame(called.assign(case=truth.frame["case"]), "doctor")
    result = evaluate([_readings("cnn", truth, score), doctor], truth)
    assert result.find("doctor", "test", "auroc") is None
    inside = truth.in_part("test")
    said, there = (score > 0.5)[:, inside], label[:, inside] == 1
    expected = np.mean([said[number][there[number]].mean() for number in range(3)])
    assert result.find("doctor", "test", "sensitivity").value == pytest.approx(expected)
    assert _compared(result, "cnn", "doctor", "test", "sensitivity", of="mass").method == "mcnemar_exact"
    assert _compared(result, "cnn", "doctor", "test", "sensitivity").method == "bootstrap_wald"
    assert _compared(result, "cnn", "doctor", "test", "auroc") is None


def test_a_model_trained_five_times_has_the_mean_of_its_trainings(radiographs):
    truth, label, score = radiographs
    rng = np.random.default_rng(1)
    trained = [score + rng.normal(size=score.shape) * 0.5 for _ in range(3)]
    tables = [_readings("cnn", truth, one).frame.assign(repeat=k) for k, one in enumerate(trained, 1)]
    result = evaluate([Readings.from_frame(pd.concat(tables))], truth)
    row = result.find("cnn", "test", "auroc")
    inside = truth.in_part("test")
    expected = [findings_auroc(one[:, inside], label[:, inside]).value for one in trained]
    assert row.value == pytest.approx(np.mean(expected))
    assert row.method == "hierarchical_bootstrap_percentile"
    assert result.find("cnn-ensemble", "test", "auroc").method == "delong_macro_wald"
    assert len([one for one in result.confusions if (one.reader, one.part) == ("cnn", "test")]) == 9


def test_a_finding_that_nobody_has_is_left_out_of_the_mean_and_named(radiographs):
    truth, _, score = radiographs
    frame = truth.frame.copy()
    frame.loc[frame["part"] == "test", "nodule"] = 0.0
    result = evaluate([_readings("cnn", truth, score)], Truth.from_frame(frame, kind="findings"))
    rows = [result.find("cnn", "test", "auroc", of=name) for name in ("mass", "effusion")]
    assert result.find("cnn", "test", "auroc").value == pytest.approx(np.mean([row.value for row in rows]))
    said = [notice.text for notice in result.warnings if notice.code == "one_class"]
    assert any("nodule" in text and "over the other 2 findings" in text for text in said)
    assert result.find("cnn", "test", "sensitivity").value == pytest.approx(
        np.mean([result.find("cnn", "test", "sensitivity", of=name).value for name in ("mass", "effusion")])
    )
    assert any(notice.code == "average_of_fewer" for notice in result.warnings)


def test_readers_with_other_findings_meet_on_those_that_both_have(radiographs):
    truth, _label, score = radiographs
    product = _readings("product", truth, score * 0.5).frame.drop(columns="score_effusion")
    frame = truth.frame.assign(smoker=(np.arange(400) % 2).astype(float))
    result = evaluate(
        [_readings("cnn", truth, score), Readings.from_frame(product)],
        Truth.from_frame(frame, kind="findings"),
    )
    codes = {notice.code: notice for notice in result.warnings}
    assert "product has an opinion on 2 of 3 findings" in codes["fewer_findings"].text
    assert "smoker" in codes["findings_not_read"].text
    row = _compared(result, "cnn", "product", "test", "auroc")
    assert (row.difference, row.p) == (pytest.approx(0.0), 1.0)


def test_a_reader_without_any_finding_is_named(radiographs):
    truth, _, score = radiographs
    other = pd.DataFrame({"case": truth.frame["case"], "score_fracture": score[0]})
    with pytest.raises(ReadingsError, match="stranger has no opinion on any finding of the truth"):
        evaluate([Readings.from_frame(other, "stranger")], truth)


def test_a_mean_without_cases_of_one_kind_is_refused():
    with pytest.raises(MeasureError, match="one class only"):
        findings_auroc(np.ones((1, 3)), np.zeros((1, 3)))
    with pytest.raises(MeasureError, match="of one length"):
        findings_auroc(np.ones((1, 3)), np.zeros((2, 3)))
    with pytest.raises(MeasureError, match="at least one case"):
        share_influence(np.array([True]), np.array([False]))


def test_a_single_case_of_one_kind_has_an_area_and_no_interval():
    label = np.array([[1.0, 0, 0, 0]])
    estimate = findings_auroc(np.array([[0.9, 0.1, 0.2, 0.3]]), label)
    assert (estimate.value, estimate.low, estimate.method) == (1.0, None, "not_estimable")


def test_perfect_worst_and_constant_scores():
    label, _ = _drawn(1, 50)
    assert findings_auroc(label * 1.0, label).value == 1.0
    assert findings_auroc(-label, label).value == 0.0
    assert findings_auroc(np.zeros_like(label), label).value == 0.5


def test_the_influence_of_cases_is_that_of_leaving_each_out():
    label, score = _drawn(4, 80)
    area, influence = area_influence(score[0], label[0] == 1)
    without = [auroc(np.delete(score[0], k), np.delete(label[0] == 1, k)).value for k in range(80)]
    assert np.corrcoef(area - np.array(without), influence)[0, 1] > 0.999
    assert root_of_squares(influence) == pytest.approx(auroc(score[0], label[0] == 1).se)


def test_a_mean_of_predictive_values_skips_what_is_never_called():
    counts = counts_of_findings(
        np.array([[1.0, 0, 1], [0, 0, 0]]), np.array([[1.0, 0, 0], [1, 0, np.nan]]), np.ones((1, 3))
    )
    means, defined = mean_of_counts("ppv", counts)
    assert means.tolist() == [0.5]
    assert defined.tolist() == [True, False]


def test_the_same_seed_gives_the_same_averages(radiographs):
    truth, _, score = radiographs
    readers = [_readings("cnn", truth, score)]
    options = EvaluationOptions(bootstrap=200, seed=4)
    assert evaluate(readers, truth, options) == evaluate(readers, truth, options)


def test_a_long_table_says_the_same_as_a_wide_one(radiographs):
    truth, _, score = radiographs
    wide = _readings("cnn", truth, score)
    long = pd.concat(
        pd.DataFrame({"case": truth.frame["case"], "finding": name, "score": score[number]})
        for number, name in enumerate(FINDINGS)
    )
    options = EvaluationOptions(bootstrap=100)
    assert evaluate([Readings.from_frame(long, "cnn")], truth, options) == evaluate([wide], truth, options)


def test_readers_of_other_cases_are_measured_and_their_averages_not_paired(radiographs):
    truth, _, score = radiographs
    readers = [_readings("cnn", truth, score), _readings("old", truth, score[::-1])]
    result = evaluate(readers, truth, EvaluationOptions(unpaired=True, bootstrap=100))
    assert result.find("old", "test", "auroc").value is not None
    assert _compared(result, "cnn", "old", "test", "auroc") is None
    assert _compared(result, "cnn", "old", "test", "auroc", of="mass").method == "unpaired_wald"


def test_bca_intervals_on_request(radiographs):
    truth, _, score = radiographs
    options = EvaluationOptions(bootstrap=200, bootstrap_interval="bca")
    row = evaluate([_readings("cnn", truth, score)], truth, options).find("cnn", "test", "auprc")
    assert row.method == "bootstrap_bca"
    assert row.low < row.value < row.high


def test_the_first_comparison_is_that_of_the_averages(radiographs):
    truth, _, score = radiographs
    readers = [_readings("cnn", truth, score), _readings("old", truth, score[::-1])]
    rows = evaluate(readers, truth, EvaluationOptions(bootstrap=100)).comparisons
    first = next(row for row in rows if (row.part, row.measure) == ("test", "auroc"))
    assert first.of is None
