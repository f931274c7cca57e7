"""Three classes: what follows from the confusion matrix, calibration, and repeated trainings."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate, macro_auroc
from hilum.evaluation.measures.multiclass import (
    averages,
    confusion,
    mean_recall,
    multiclass_brier,
    of_each_class,
    weighted_confusions,
)

CLASSES = ("bacteria", "normal", "virus")
COLUMNS = [f"score_{name}" for name in CLASSES]


@pytest.fixture
def pneumonias():
    rng = np.random.default_rng(12)
    target = rng.choice(3, size=360, p=[0.5, 0.3, 0.2])
    raw = rng.normal(size=(360, 3)) + np.eye(3)[target] * 1.2
    probability = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    part = np.repeat(["test", "B"], [240, 120])
    frame = pd.DataFrame({"case": np.arange(360), "label": np.array(CLASSES)[target], "part": part})
    return target, Truth.from_frame(frame), probability


def _compared(result, first, second, part, measure, *, of=None):
    for row in result.comparisons:
        if (row.reader_a, row.reader_b, row.part, row.measure, row.of) == (first, second, part, measure, of):
            return row
    return None


def _readings(name, scores):
    return Readings.from_frame(
        pd.DataFrame(scores, columns=COLUMNS).assign(case=np.arange(len(scores))), name
    )


def test_each_class_and_each_average_as_scikit_learn(pneumonias):
    target, truth, probability = pneumonias
    result = evaluate([_readings("cnn", probability)], truth)
    true, said = target[:240], probability[:240].argmax(axis=1)
    precision, recall, f1, _ = sklearn.metrics.precision_recall_fscore_support(true, said)
    for number, name in enumerate(CLASSES):
        assert result.find("cnn", "test", "ppv", of=name).value == pytest.approx(precision[number])
        assert result.find("cnn", "test", "sensitivity", of=name).value == pytest.approx(recall[number])
        assert result.find("cnn", "test", "f1", of=name).value == pytest.approx(f1[number])
        area = result.find("cnn", "test", "auprc", of=name).value
        assert area == pytest.approx(
            sklearn.metrics.average_precision_score(true == number, probability[:240, number])
        )
        rest = np.mean(said[true != number] != number)
        assert result.find("cnn", "test", "specificity", of=name).value == pytest.approx(rest)
        assert result.find("cnn", "test", "npv", of=name).value == pytest.approx(
            np.mean(true[said != number] != number)
        )
    for average in ("macro", "micro", "weighted"):
        row = result.find("cnn", "test", "f1", of=f"{average} average")
        assert row.value == pytest.approx(sklearn.metrics.f1_score(true, said, average=average))
        assert row.low < row.value < row.high
    balanced = result.find("cnn", "test", "balanced_accuracy")
    assert balanced.value == pytest.approx(sklearn.metrics.balanced_accuracy_score(true, said))
    assert (
        result.find("cnn", "test", "f1").value == result.find("cnn", "test", "f1", of="macro average").value
    )
    micro = result.find("cnn", "test", "auroc", of="micro average").value
    assert micro == pytest.approx(
        sklearn.metrics.roc_auc_score(np.eye(3)[true], probability[:240], average="micro")
    )


def test_repeated_trainings_are_measured_as_their_mean_and_each_has_its_matrix(pneumonias):
    target, truth, probability = pneumonias
    rng = np.random.default_rng(0)
    trained = [probability + rng.normal(size=probability.shape) * 0.2 for _ in range(3)]
    tables = [_readings("cnn", one).frame.assign(repeat=k) for k, one in enumerate(trained, 1)]
    result = evaluate([Readings.from_frame(pd.concat(tables))], truth, EvaluationOptions(bootstrap=300))
    accuracies = [np.mean(one[:240].argmax(axis=1) == target[:240]) for one in trained]
    row = result.find("cnn", "test", "accuracy")
    assert row.value == pytest.approx(np.mean(accuracies))
    assert row.method == "hierarchical_bootstrap_percentile"
    areas = [macro_auroc(one[:240].T, target[:240]).value for one in trained]
    assert result.find("cnn", "test", "auroc").value == pytest.approx(np.mean(areas))
    matrices = [one for one in result.confusions if (one.reader, one.part) == ("cnn", "test")]
    assert [one.repeat for one in matrices] == [1, 2, 3]
    assert [np.trace(one.counts) / 240 for one in matrices] == pytest.approx(accuracies)
    ensemble = result.find("cnn-ensemble", "test", "accuracy")
    assert ensemble.method == "wilson"
    assert ensemble.value == pytest.approx(
        np.mean(np.mean(trained, axis=0)[:240].argmax(axis=1) == target[:240])
    )
    assert not any(notice.code == "repeats_as_ensemble" for notice in result.warnings)


def test_declared_probabilities_are_checked_for_calibration(pneumonias):
    target, truth, probability = pneumonias
    options = EvaluationOptions(probabilities=frozenset({"cnn"}))
    result = evaluate([_readings("cnn", probability)], truth, options)
    row = result.find("cnn", "test", "multiclass_brier")
    expected = np.mean(np.sum((probability[:240] - np.eye(3)[target[:240]]) ** 2, axis=1))
    assert row.value == pytest.approx(expected)
    assert row.low < row.value < row.high
    one = result.find("cnn", "test", "brier", of="virus").value
    assert one == pytest.approx(sklearn.metrics.brier_score_loss(target[:240] == 2, probability[:240, 2]))
    error = result.find("cnn", "test", "ece")
    assert 0 <= error.low <= error.value <= error.high
    # Too sure by far: every probability pushed to its end.
    sure = np.where(probability == probability.max(axis=1, keepdims=True), 0.98, 0.01)
    worse = evaluate([_readings("cnn", sure)], truth, options).find("cnn", "test", "ece")
    assert worse.value > error.value
    with pytest.raises(ReadingsError, match="not between 0 and 1"):
        evaluate([_readings("cnn", probability * 3)], truth, options)
    uneven = evaluate([_readings("cnn", probability * 0.5)], truth, options)
    assert [notice.n for notice in uneven.warnings if notice.code == "no_sum_of_one"] == [360]


def test_equally_high_scores_are_counted_and_the_first_class_is_called(pneumonias):
    _, truth, probability = pneumonias
    tied = probability.copy()
    tied[:5] = 0.25
    result = evaluate([_readings("cnn", tied)], truth)
    notice = next(notice for notice in result.warnings if notice.code == "tied_classes")
    assert notice.n == 5
    called = tied[:240].argmax(axis=1)
    matrix = next(one for one in result.confusions if one.part == "test")
    assert np.array(matrix.counts)[:, 0].sum() == np.sum(called == 0)


def test_a_class_that_is_never_called_is_named(pneumonias):
    _, truth, probability = pneumonias
    shy = probability * [1.0, 1.0, 0.0]
    result = evaluate([_readings("cnn", shy)], truth)
    assert result.find("cnn", "test", "ppv", of="virus").value is None
    others = [result.find("cnn", "test", "ppv", of=name).value for name in CLASSES[:2]]
    assert result.find("cnn", "test", "ppv").value == pytest.approx(np.mean(others))
    assert result.find("cnn", "test", "f1", of="virus").value == 0.0
    assert any("never calls virus" in notice.text for notice in result.warnings)


def test_a_class_without_cases_in_a_part_leaves_no_averages_there(pneumonias):
    _, truth, probability = pneumonias
    frame = truth.frame.copy()
    frame.loc[(frame["part"] == "B") & (frame["label"] == "virus"), "label"] = "normal"
    result = evaluate([_readings("cnn", probability)], Truth.from_frame(frame))
    for measure in ("auroc", "f1", "balanced_accuracy"):
        assert result.find("cnn", "B", measure) is None
        assert result.find("cnn", "test", measure) is not None
    assert any("class virus has no case" in notice.text for notice in result.warnings)


def test_two_readers_are_compared_class_by_class(pneumonias):
    _target, truth, probability = pneumonias
    rng = np.random.default_rng(3)
    noisy = probability + rng.normal(size=probability.shape) * 0.3
    result = evaluate([_readings("cnn", probability), _readings("old", noisy)], truth)
    for name in CLASSES:
        assert _compared(result, "cnn", "old", "test", "auroc", of=name).method == "delong_paired"
    row = _compared(result, "cnn", "old", "test", "balanced_accuracy")
    assert row.difference == pytest.approx(
        result.find("cnn", "test", "balanced_accuracy").value
        - result.find("old", "test", "balanced_accuracy").value
    )
    assert row.low < row.difference < row.high


def test_scores_missing_where_a_decision_is_given(pneumonias):
    _, truth, probability = pneumonias
    table = pd.DataFrame(probability, columns=COLUMNS).assign(
        case=np.arange(360), decision=np.array(CLASSES)[probability.argmax(axis=1)]
    )
    table.loc[:9, "score_virus"] = np.nan
    result = evaluate([Readings.from_frame(table, "cnn")], truth)
    assert result.find("cnn", "test", "auroc").n == 230
    assert result.find("cnn", "test", "accuracy").n == 240


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_weights_count_cases_as_often_as_copies_do(seed):
    rng = np.random.default_rng(seed)
    true, said, times = rng.integers(4, size=30), rng.integers(4, size=30), rng.integers(0, 3, size=30)
    weighted = weighted_confusions(true, said, times[None].astype(float), 4)[0]
    assert np.array_equal(weighted, confusion(np.repeat(true, times), np.repeat(said, times), 4))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_renaming_the_classes_changes_no_average(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 9, size=(1, 4, 4)).astype(np.float64)
    counts[0][np.diag_indices(4)] += 1
    order = rng.permutation(4)
    moved = counts[:, order][:, :, order]
    for measure in ("sensitivity", "ppv", "f1", "specificity", "npv"):
        first, second = averages(measure, counts), averages(measure, moved)
        for kind, value in first.items():
            assert value == pytest.approx(second[kind])
        assert np.nanmax(of_each_class(measure, counts)) <= 1


def test_perfect_worst_and_impossible():
    true = np.array([0, 1, 2, 0, 1, 2])
    assert mean_recall(true, true, 3).value == 1.0
    assert mean_recall(true, true, 3).low < 1.0
    assert mean_recall(true, (true + 1) % 3, 3).value == 0.0
    assert mean_recall(true, np.zeros(6, dtype=np.int64), 3).value == pytest.approx(1 / 3)
    with pytest.raises(MeasureError, match="a case of every class"):
        mean_recall(np.array([0, 1]), np.array([0, 1]), 3)
    assert multiclass_brier(np.eye(3)[:, true], true).value == 0.0
    assert multiclass_brier(np.eye(3)[:, (true + 1) % 3], true).value == 2.0
    assert multiclass_brier(np.full((3, 6), 1 / 3), true).value == pytest.approx(2 / 3)
    with pytest.raises(MeasureError, match="not between 0 and 1"):
        multiclass_brier(np.array([[np.nan], [0.5], [0.5]]), np.array([0]))


def test_two_classes_of_equal_size_have_the_balanced_accuracy_of_the_binary_case():
    # Document 003, CNN: sensitivity 297/300, specificity 138/231; Newcombe's limits of their mean.
    true = np.repeat([0, 1], [231, 300])
    said = np.repeat([0, 1, 0, 1], [138, 93, 3, 297])
    estimate = mean_recall(true, said, 2)
    assert (round(estimate.value, 4), round(estimate.low, 3), round(estimate.high, 3)) == (
        0.7937,
        0.76,
        0.824,
    )


def test_cases_of_one_patient_are_a_cluster():
    rng = np.random.default_rng(4)
    true = rng.integers(3, size=90)
    said = np.where(rng.random(90) < 0.7, true, (true + 1) % 3)
    alone = mean_recall(true, said, 3)
    # Each case three times by the same patient holds no more than once.
    thrice = mean_recall(np.repeat(true, 3), np.repeat(said, 3), 3, np.repeat(np.arange(90), 3))
    assert thrice.method == "cluster_robust_wald"
    assert thrice.se == pytest.approx(alone.se, rel=0.02)


def test_a_reader_who_always_says_the_rare_class():
    frame = pd.DataFrame({"case": np.arange(40), "label": ["a"] * 25 + ["b"] * 14 + ["c"]})
    reader = Readings.from_frame(pd.DataFrame({"case": np.arange(40), "decision": "c"}), "doctor")
    result = evaluate([reader], Truth.from_frame(frame), EvaluationOptions(bootstrap=200))
    assert result.find("doctor", "test", "accuracy").value == pytest.approx(1 / 40)
    assert result.find("doctor", "test", "ppv").value == pytest.approx(1 / 40)
    assert result.find("doctor", "test", "balanced_accuracy").value == pytest.approx(1 / 3)


def test_readers_of_other_cases_are_not_compared(pneumonias):
    _, truth, probability = pneumonias
    readers = [_readings("cnn", probability), _readings("old", probability[:, ::-1])]
    result = evaluate(readers, truth, EvaluationOptions(unpaired=True, bootstrap=100))
    assert not result.comparisons
    assert any(notice.code == "unpaired_classes" for notice in result.warnings)
