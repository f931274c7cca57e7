"""A threshold for a wished sensitivity or specificity, or for what another reader reaches."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, choose_threshold, evaluate
from hilum.evaluation.inputs.alignment import align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.measures.threshold_rule import ThresholdRule
from hilum.evaluation.tasks.binary import measure_part
from hilum.evaluation.tasks.binary_reader import Question
from hilum.evaluation.tasks.binary_readers import make_readers

SCORE = np.array([1.0, 2, 2, 3, 4, 5, 6, 6, 7, 8])
LABEL = np.array([0, 0, 1, 0, 0, 1, 1, 0, 1, 1]) == 1


def _worked(truth, tables, **options: object):
    work = Work(align(tables, truth), EvaluationOptions(**{"bootstrap": 100} | options), Ledger())
    label = truth.frame["label"].to_numpy(dtype=object)
    question = Question(label == "1", label != "", ("0", "1"))
    asked = [(one, one.columns.get("score")) for one in work.alignment.opinions]
    readers = make_readers(work, asked, question)
    for part in work.parts:
        measure_part(work, readers, question, part)
    return work


def _row(work, reader, part, measure, at):
    (found,) = [
        row
        for row in work.ledger.measures
        if (row.reader, row.part, row.measure, row.at) == (reader, part, measure, at)
    ]
    return found


def test_the_wished_share_is_reached_with_the_best_other_one():
    # Over the cuts sensitivity is 1, .8, .8, .8, .6, .4, .2 and specificity .2, .4, .6, .8, .8, 1, 1.
    assert choose_threshold(SCORE, LABEL, "sensitivity=0.8") == 4.5
    assert choose_threshold(SCORE, LABEL, "sensitivity=0.81") == 1.5
    assert choose_threshold(SCORE, LABEL, "specificity=0.9") == 6.5
    assert choose_threshold(SCORE, LABEL, "specificity=0.8") == 4.5


def test_of_equal_specificity_the_higher_sensitivity_is_taken():
    score, label = np.array([1.0, 2, 3, 4]), np.array([0, 1, 1, 1]) == 1
    assert choose_threshold(score, label, "sensitivity=0.3") == 1.5


def test_what_no_threshold_reaches_is_said():
    score, label = np.array([0.0, 0, 0, 1, 1]), np.array([1, 1, 0, 1, 0]) == 1
    with pytest.raises(MeasureError, match=r"reaches a sensitivity of 0.9: the most is 0.3333"):
        choose_threshold(score, label, "sensitivity=0.9")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["sensitivity", "specificity"]), st.floats(0.05, 0.95))
def test_no_other_threshold_is_better(seed, aim, least):
    rng = np.random.default_rng(seed)
    score, label = np.round(rng.normal(size=50), 1), rng.random(50) < 0.4
    label[:2] = (True, False)
    shares = {
        cut: {"sensitivity": np.mean(score[label] >= cut), "specificity": np.mean(score[~label] < cut)}
        for cut in np.unique(score)[1:]
    }
    other = "specificity" if aim == "sensitivity" else "sensitivity"
    least_but_rounding = least - 1e-9
    reaching = [one for one in shares.values() if one[aim] >= least_but_rounding]
    if not reaching:
        with pytest.raises(MeasureError):
            choose_threshold(score, label, f"{aim}={least!r}")
        return
    cut = choose_threshold(score, label, f"{aim}={least!r}")
    chosen = {"sensitivity": np.mean(score[label] >= cut), "specificity": np.mean(score[~label] < cut)}
    assert chosen[aim] >= least_but_rounding
    assert chosen[other] == max(one[other] for one in reaching)


@pytest.mark.parametrize("text", ["best", "sensitivity", "sensitivity=95", "sensitivity=-1", "f1=0.5", ""])
def test_a_rule_that_means_nothing_is_refused(text):
    with pytest.raises(MeasureError, match="rule"):
        ThresholdRule.parse(text)
    with pytest.raises(MeasureError):
        choose_threshold(SCORE, LABEL, text)


def test_an_unknown_rule_stops_the_evaluation(cohort):
    truth, model, _ = cohort
    with pytest.raises(MeasureError, match="`best` is no rule"):
        evaluate([model], truth, EvaluationOptions(threshold_rules={"model": "best"}))


def test_the_rule_is_frozen_on_validation(cohort):
    truth, model, _ = cohort
    result = evaluate([model], truth, EvaluationOptions(threshold_rules={"*": "specificity=0.9"}))
    inside = truth.in_part("validation")
    label = (truth.frame["label"] == "1").to_numpy()
    cut = choose_threshold(model.frame["score"].to_numpy()[inside], label[inside], "specificity=0.9")
    assert result.thresholds == {"model": cut}
    assert result.find("model", "validation", "specificity").value >= 0.9


def test_the_sensitivity_of_another_reader_is_reached(cohort):
    truth, model, points = cohort
    work = _worked(truth, [model, points], threshold_rules={"model": "sensitivity of points"})
    cut = work.ledger.thresholds
    wished = _row(work, "points", "validation", "sensitivity", f"threshold={cut['points']:.6g}")
    reached = _row(work, "model", "validation", "sensitivity", f"threshold={cut['model']:.6g}")
    assert reached.value >= wished.value
    inside = truth.in_part("validation")
    label = (truth.frame["label"] == "1").to_numpy()
    score = model.frame["score"].to_numpy()
    assert cut["model"] == choose_threshold(score[inside], label[inside], f"sensitivity={wished.value:.12f}")


def test_a_given_threshold_of_the_other_reader_counts(cohort):
    truth, model, points = cohort
    work = _worked(
        truth,
        [model, points],
        threshold_rules={"model": "specificity of points"},
        thresholds={"points": 3.0},
    )
    wished = _row(work, "points", "validation", "specificity", "threshold=3")
    at = f"threshold={work.ledger.thresholds['model']:.6g}"
    assert _row(work, "model", "validation", "specificity", at).value >= wished.value


def test_for_all_readers_the_named_one_keeps_its_own_point(cohort):
    truth, model, points = cohort
    work = _worked(truth, [model, points], threshold_rules={"*": "sensitivity of points"})
    alone = _worked(truth, [points])
    assert work.ledger.thresholds["points"] == alone.ledger.thresholds["points"]


def test_readers_that_are_not_there_or_wait_for_each_other_are_named(cohort):
    truth, model, points = cohort
    for rules, words in (
        ({"model": "sensitivity of curb65"}, "speaks of curb65, which is no reader here: use one of points"),
        ({"modle": "youden"}, "given for modle, which is no reader here"),
        (
            {"model": "sensitivity of points", "points": "sensitivity of model"},
            "model and points speak of each other",
        ),
    ):
        with pytest.raises(ReadingsError, match=words):
            _worked(truth, [model, points], threshold_rules=rules)


def test_a_wish_that_cannot_be_met_is_a_warning(cohort):
    truth, model, points = cohort
    work = _worked(truth, [model, points], threshold_rules={"points": "sensitivity=1.0"})
    (warning,) = [one for one in work.ledger.notices if one.code == "no_threshold"]
    assert "no threshold between two scores reaches a sensitivity of 1" in warning.text
    assert "points" not in work.ledger.thresholds


def test_specificity_at_the_comparators_sensitivity_is_frozen_too(cohort):
    truth, model, points = cohort
    work = _worked(truth, [model, points], comparator="points")
    inside = truth.in_part("validation")
    label = (truth.frame["label"] == "1").to_numpy()
    score, coarse = model.frame["score"].to_numpy(), points.frame["score"].to_numpy()
    wished = np.mean(coarse[inside & label] >= work.ledger.thresholds["points"])
    cut = choose_threshold(score[inside], label[inside], f"sensitivity={wished:.12f}")
    test = truth.in_part("test")
    row = _row(work, "model", "test", "specificity", "sensitivity of points")
    assert row.value == pytest.approx(np.mean(score[test & ~label] < cut))
    assert work.ledger.thresholds["model at the sensitivity of points"] == cut
    assert not [
        one for one in work.ledger.measures if one.at == "sensitivity of points" and one.part == "train"
    ]
    assert not [one for one in work.ledger.measures if one.reader == "points" and one.at == row.at]


def test_clopper_and_pearsons_interval_on_request(cohort):
    truth, model, _ = cohort
    result = evaluate([model], truth, EvaluationOptions(share_interval="clopper_pearson"))
    wilson = evaluate([model], truth)
    row, other = (one.find("model", "test", "sensitivity") for one in (result, wilson))
    assert (row.method, other.method) == ("clopper_pearson", "wilson")
    assert row.value == other.value
    assert row.high - row.low > other.high - other.low


def test_decisions_of_a_product_are_its_operating_point(cohort):
    truth, model, _ = cohort
    decided = (model.frame["score"] > 0.5).astype(int).astype(str)
    product = Readings.from_frame(pd.DataFrame({"case": model.frame["case"], "decision": decided}), "product")
    work = _worked(truth, [model, product], threshold_rules={"model": "sensitivity of product"})
    wished = _row(work, "product", "validation", "sensitivity", None).value
    at = f"threshold={work.ledger.thresholds['model']:.6g}"
    assert _row(work, "model", "validation", "sensitivity", at).value >= wished
