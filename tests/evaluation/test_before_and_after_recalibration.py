"""Probabilities in a whole evaluation: recalibrated on validation, in a new cohort, and acted on."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.smooth_calibration import smooth_errors
from hilum.evaluation.tasks import binary_calibration
from hilum.evaluation.tasks.binary import measure_part
from hilum.evaluation.tasks.binary_reader import Question
from hilum.evaluation.tasks.binary_readers import make_readers
from hilum.evaluation.tasks.binary_screening import compare_with_comparator
from hilum.evaluation.tasks.reclassification import compare_reclassification

AFTER = "recalibrated in this cohort"


@pytest.fixture
def wards():
    """1,200 cases in three parts; the condition is rarer in C, and the model is too sure of itself."""
    rng = np.random.default_rng(12)
    n = 1200
    part = np.repeat(["validation", "test", "C"], 400)
    logit = rng.normal(size=n) * 1.3
    label = rng.random(n) < 1 / (1 + np.exp(-logit + 1.0 * (part == "C")))
    case = [f"c{number:04d}" for number in range(n)]
    frame = pd.DataFrame({"case": case, "patient": case, "part": part, "label": label.astype(int)})
    model = pd.DataFrame({"case": case, "score": 1 / (1 + np.exp(-2 * logit))})
    points = pd.DataFrame({"case": case, "score": np.round(logit + rng.normal(size=n)) + 4})
    return Truth.from_frame(frame), Readings.from_frame(model, "model"), Readings.from_frame(points, "points")


def _worked(truth, tables, of=None, **options: object):
    chosen = {"bootstrap": 200, "probabilities": frozenset({"model"})} | options
    work = Work(align(tables, truth), EvaluationOptions(**chosen), Ledger())
    label = truth.frame["label"].to_numpy(dtype=object)
    question = Question(label == "1", label != "", ("0", "1"), of=of)
    asked = [(one, one.columns.get("score")) for one in work.alignment.opinions]
    readers = make_readers(work, asked, question)
    for part in work.parts:
        measure_part(work, readers, question, part)
    for part in work.compared_parts:
        compare_with_comparator(work, readers, question, part)
    return work, readers, question


def _find(work, reader, part, measure, at=None, *, of=None):
    found = [
        row
        for row in work.ledger.measures
        if (row.reader, row.part, row.measure, row.at, row.of) == (reader, part, measure, at, of)
    ]
    assert len(found) == 1, (reader, part, measure, at, of, len(found))
    return found[0]


def _codes(work):
    return {notice.code for notice in work.ledger.notices}


@pytest.mark.parametrize("kind", ["temperature", "platt", "isotonic"])
def test_before_and_after_stand_beside_each_other(wards, kind):
    truth, model, _ = wards
    work, readers, _ = _worked(truth, [model], recalibration={"model": kind})
    assert [reader.name for reader in readers] == ["model", "model, recalibrated"]
    for measure in ("brier", "ici", "ece"):
        before, after = (_find(work, name, "test", measure) for name in ("model", "model, recalibrated"))
        assert after.value < before.value
        assert before.low <= before.value <= before.high
    # The same cases are called positive: the threshold is recalibrated like a score.
    if kind != "isotonic":
        calls = [np.nan_to_num(reader.call) for reader in readers]
        assert np.array_equal(*calls)
    assert "few_to_recalibrate" in _codes(work) or kind != "isotonic"


def test_a_score_becomes_a_probability(wards):
    truth, _, points = wards
    work, readers, _ = _worked(truth, [points], recalibration={"*": "platt"}, probabilities=frozenset())
    assert readers[1].is_probability
    slope = _find(work, "points, recalibrated", "test", "calibration_slope")
    assert slope.low < 1 < slope.high
    assert not [row for row in work.ledger.measures if row.reader == "points" and row.measure == "ici"]


def test_changing_the_test_cases_does_not_change_the_recalibration(wards):
    truth, model, _ = wards
    moved = model.frame["score"].where(truth.in_part("validation"), 1 - model.frame["score"])
    first, second = (
        _worked(truth, [table], recalibration={"model": "platt"})[0]
        for table in (model, Readings.from_frame(model.frame.assign(score=moved)))
    )
    kept = "model, recalibrated"
    assert first.ledger.recalibrations[kept] == second.ledger.recalibrations[kept]


def test_what_cannot_be_recalibrated_is_shown_as_it_is(wards):
    truth, model, points = wards
    work, readers, _ = _worked(truth, [points], recalibration={"points": "temperature"})
    assert [reader.name for reader in readers] == ["points"]
    assert any("needs probabilities" in notice.text for notice in work.ledger.notices)
    without = Truth.from_frame(truth.frame[truth.frame["part"] != "validation"])
    work, readers, _ = _worked(without, [model], recalibration={"model": "platt"})
    assert any("no validation rows to be recalibrated on" in notice.text for notice in work.ledger.notices)
    turned = Readings.from_frame(model.frame.assign(score=1 - model.frame["score"]))
    work, readers, _ = _worked(truth, [turned], recalibration={"model": "isotonic"})
    assert any("turn the score round" in notice.text for notice in work.ledger.notices)
    with pytest.raises(MeasureError, match="`beta` is no way to recalibrate model"):
        _worked(truth, [model], recalibration={"model": "beta"})
    with pytest.raises(ReadingsError, match="recalibration is given for cnn, which is no reader here"):
        _worked(truth, [model], recalibration={"cnn": "platt"})


def test_an_external_cohort_has_its_before_and_after(wards):
    truth, model, _ = wards
    work, _, _ = _worked(truth, [model])
    assert abs(_find(work, "model", "C", "citl").value) > 0.5
    assert abs(_find(work, "model", "C", "citl", AFTER).value) < 0.1
    slope = _find(work, "model", "C", "calibration_slope", AFTER)
    assert slope.low < 1 < slope.high
    for measure in ("brier", "ici"):
        assert _find(work, "model", "C", measure, AFTER).value < _find(work, "model", "C", measure).value
    assert {row.part for row in work.ledger.measures if row.at == AFTER} == {"C"}
    assert "recalibrated_cohort" in _codes(work)


def test_net_benefit_stands_beside_acting_on_all_and_on_none(wards):
    truth, model, _ = wards
    work, _, _ = _worked(truth, [model], benefit_thresholds=(0.2,))
    inside = truth.in_part("test")
    label = (truth.frame["label"] == "1").to_numpy()[inside]
    p = model.frame["score"].to_numpy()[inside]
    expected = np.mean((p >= 0.2) & label) - np.mean((p >= 0.2) & ~label) / 4
    assert _find(work, "model", "test", "net_benefit", "threshold=0.2").value == pytest.approx(expected)
    of_all = _find(work, "", "test", "net_benefit", "threshold=0.2", of="treat all")
    assert of_all.value == pytest.approx(label.mean() - (1 - label.mean()) / 4)
    assert _find(work, "", "test", "net_benefit", "threshold=0.2", of="treat none").value == 0


def test_a_finding_keeps_its_name_in_every_row(wards):
    truth, model, points = wards
    work, _, _ = _worked(
        truth, [model, points], of="mass", prevalences=(0.05,), comparator="points", benefit_thresholds=(0.1,)
    )
    assert all("mass" in row.of for row in work.ledger.measures)
    assert _find(work, "", "test", "net_benefit", "threshold=0.1", of="treat all, mass").n == 400


def test_scores_that_are_no_probabilities_have_neither_benefit_nor_calibration(wards):
    truth, _, points = wards
    work, _, _ = _worked(truth, [points])
    assert not {"net_benefit", "ici", "citl"} & {row.measure for row in work.ledger.measures}


def test_predictive_values_at_a_stated_prevalence(wards):
    truth, _, points = wards
    work, _, _ = _worked(truth, [points], prevalences=(0.05, 0.2))
    at = f"threshold={work.ledger.thresholds['points']:.6g}"
    se, sp = (_find(work, "points", "test", name, at).value for name in ("sensitivity", "specificity"))
    found = _find(work, "points", "test", "ppv", "prevalence=0.05")
    assert found.value == pytest.approx(se * 0.05 / (se * 0.05 + (1 - sp) * 0.95))
    assert found.method == "logit_delta"
    assert _find(work, "points", "test", "ppv", "prevalence=0.2").value > found.value


def test_who_is_screened_is_set_against_the_comparator(wards):
    truth, model, points = wards
    work, _, _ = _worked(truth, [model, points], comparator="points")
    fewer = _find(work, "model", "test", "screened_share", "equal sensitivity to points")
    rule = _find(
        work, "points", "test", "screened_share", f"threshold={work.ledger.thresholds['points']:.6g}"
    )
    (row,) = [
        one
        for one in work.ledger.comparisons
        if (one.part, one.measure, one.at) == ("test", "screened_share", "equal sensitivity to points")
    ]
    assert row.difference == pytest.approx(fewer.value - rule.value)
    assert row.low < row.difference < 0
    more = _find(work, "model", "test", "sensitivity", "equal number screened as points")
    assert more.low < more.value < more.high
    at = "sensitivity of points"
    here, there = (_find(work, "model", "test", name, at) for name in ("specificity", "sensitivity"))
    other = _find(work, "points", "test", "specificity", rule.at)
    exact, mid = [
        one
        for one in work.ledger.comparisons
        if (one.part, one.measure, one.at) == ("test", "specificity", at)
    ]
    assert exact.difference == pytest.approx(here.value - other.value)
    assert mid.p < exact.p
    assert there.value < 1


def test_repeated_trainings_have_the_mean_and_an_interval_over_both(wards):
    truth, model, points = wards
    rng = np.random.default_rng(3)
    logit = np.log(model.frame["score"] / (1 - model.frame["score"]))
    tables = [
        model.frame[["case"]].assign(
            repeat=number, score=1 / (1 + np.exp(-logit - rng.normal(size=1200) * 0.5))
        )
        for number in (1, 2, 3)
    ]
    repeated = Readings.from_frame(pd.concat(tables), "model")
    work, _, question = _worked(
        truth,
        [repeated, points],
        comparator="points",
        prevalences=(0.05,),
        recalibration={"model": "platt"},
        benefit_thresholds=(0.2,),
    )
    inside = truth.in_part("test")
    label = question.label[inside]
    scores = [table["score"].to_numpy()[inside] for table in tables]
    each = [smooth_errors(score, label, np.ones((1, 400)))[0, 0] for score in scores]
    ici = _find(work, "model", "test", "ici")
    assert ici.value == pytest.approx(np.mean(each))
    assert ici.method == "hierarchical_short_bootstrap_wald"
    benefit = _find(work, "model", "test", "net_benefit", "threshold=0.2")
    one_by_one = [np.mean((s >= 0.2) & label) - np.mean((s >= 0.2) & ~label) / 4 for s in scores]
    assert benefit.value == pytest.approx(np.mean(one_by_one))
    # As wide as that of one reader, the ensemble, whose error has a closed form; not narrower.
    single = _find(work, "model-ensemble", "test", "net_benefit", "threshold=0.2")
    assert benefit.se == pytest.approx(single.se, rel=0.25)
    for measure in ("citl", "calibration_slope", "o_e"):
        row, other = (_find(work, name, "test", measure) for name in ("model", "model-ensemble"))
        assert row.method == "hierarchical_influence_percentile"
        assert row.low < row.value < row.high
        assert row.se == pytest.approx(other.se, rel=0.45)
    names = {row.reader for row in work.ledger.measures}
    assert {"model, recalibrated", "model-ensemble, recalibrated"} <= names
    assert len([name for name in work.ledger.thresholds if name.startswith("model, recalibrated/")]) == 3
    assert (
        _find(work, "model", "test", "ppv", "prevalence=0.05").method == "hierarchical_bootstrap_percentile"
    )
    assert _find(work, "model", "test", "screened_share", "equal sensitivity to points").low is not None


def test_many_cases_are_smoothed_on_a_sample_and_that_is_said(wards, monkeypatch):
    truth, model, _ = wards
    monkeypatch.setattr(binary_calibration, "MOST_SMOOTHED", 100)
    work, _, _ = _worked(truth, [model])
    row = _find(work, "model", "test", "ici")
    assert (row.n, row.n_excluded) == (100, 300)
    assert any("smoothed on 100 of its cases drawn at random" in one.text for one in work.ledger.notices)


def test_certain_probabilities_and_few_cases_leave_no_trace_of_nan(wards):
    truth, model, points = wards
    certain = Readings.from_frame(model.frame.assign(reader="other", score=model.frame["score"].round()))
    sharp = Readings.from_frame(
        model.frame.assign(score=np.clip(model.frame["score"].round(1), 0, 1)), "model"
    )
    work, _, _ = _worked(
        truth,
        [sharp, certain, points],
        recalibration={"*": "platt"},
        prevalences=(0.05,),
        comparator="points",
    )
    few = Truth.from_frame(truth.frame.groupby("part").head(12))
    small, _, _ = _worked(few, [model, points], recalibration={"*": "isotonic"}, prevalences=(0.1,))
    for row in [*work.ledger.measures, *small.ledger.measures]:
        for number in (row.value, row.low, row.high, row.se):
            assert number is None or np.isfinite(number)


def test_a_constant_probability_is_measured_without_a_slope(wards):
    truth, model, _ = wards
    flat = Readings.from_frame(model.frame.assign(score=0.4), "model")
    work, _, _ = _worked(truth, [flat], recalibration={"model": "platt"})
    assert _find(work, "model", "test", "calibration_slope").value is None
    share = _find(work, "model", "test", "prevalence").value
    assert _find(work, "model", "test", "ici").value == pytest.approx(abs(share - 0.4))
    assert "no_recalibration" in _codes(work)


def test_reclassification_is_given_on_request_only_and_apart(wards):
    truth, model, points = wards
    for further, expected in ((frozenset(), 0), (frozenset({"nri"}), 4), (frozenset({"nri", "idi"}), 6)):
        work, readers, question = _worked(
            truth, [model, points], recalibration={"points": "platt"}, further=further
        )
        by_name = {reader.name: reader for reader in readers}
        before = len(work.ledger.comparisons)
        compare_reclassification(work, by_name["model"], by_name["points, recalibrated"], question, "test")
        rows = work.ledger.comparisons[before:]
        assert len(rows) == expected
        assert ("reclassification" in _codes(work)) == bool(further)
        assert {row.measure.rsplit("_", 1)[-1] for row in rows} <= {"events"}
