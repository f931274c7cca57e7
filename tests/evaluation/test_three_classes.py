"""More than two classes: one against the rest, their mean, the most likely class."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics

from hilum.errors import ReadingsError
from hilum.evaluation import Readings, Truth, evaluate

CLASSES = ("benign", "malignant", "normal")


@pytest.fixture
def nodules():
    rng = np.random.default_rng(6)
    target = rng.integers(3, size=300)
    frame = pd.DataFrame({"case": np.arange(300), "label": np.array(CLASSES)[target]})
    scores = rng.random((300, 3)) + np.eye(3)[target] * 0.4
    table = pd.DataFrame(scores, columns=[f"score_{name}" for name in CLASSES]).assign(case=np.arange(300))
    return target, Truth.from_frame(frame), scores, Readings.from_frame(table, "model")


def test_areas_and_accuracy_as_scikit_learn(nodules):
    target, truth, scores, model = nodules
    result = evaluate([model], truth)
    share = scores / scores.sum(axis=1, keepdims=True)
    again = Readings.from_frame(
        pd.DataFrame(share, columns=[f"score_{name}" for name in CLASSES]).assign(case=np.arange(300)),
        "model",
    )
    macro = sklearn.metrics.roc_auc_score(target, share, multi_class="ovr", average="macro")
    assert evaluate([again], truth).find("model", "test", "auroc").value == pytest.approx(macro)
    said = scores.argmax(axis=1)
    assert result.find("model", "test", "accuracy").value == pytest.approx(np.mean(said == target))
    assert result.confusions[0].classes == CLASSES
    assert np.array_equal(result.confusions[0].counts, sklearn.metrics.confusion_matrix(target, said))
    for number, name in enumerate(CLASSES):
        area = result.find("model", "test", "auroc", of=name)
        assert area.value == pytest.approx(sklearn.metrics.roc_auc_score(target == number, scores[:, number]))
        assert area.events == int(np.sum(target == number))


def test_the_error_of_the_mean_area_is_that_of_drawn_samples(nodules):
    target, truth, scores, model = nodules
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(300):
        rows = rng.integers(300, size=300)
        areas = [sklearn.metrics.roc_auc_score(target[rows] == k, scores[rows, k]) for k in range(3)]
        drawn.append(np.mean(areas))
    assert evaluate([model], truth).find("model", "test", "auroc").se == pytest.approx(
        np.std(drawn), rel=0.15
    )


def test_two_readers_are_compared(nodules):
    _, truth, scores, model = nodules
    called = Readings.from_frame(
        pd.DataFrame({"case": np.arange(300), "decision": np.array(CLASSES)[scores[:, ::-1].argmax(axis=1)]}),
        "doctor",
    )
    result = evaluate([model, called], truth)
    assert result.compare("model", "doctor", "test", "accuracy").method == "mcnemar_exact"
    assert result.compare("model", "doctor", "test", "auroc") is None


def test_a_class_without_scores_is_named(nodules):
    _, truth, _, model = nodules
    with pytest.raises(ReadingsError, match="no column `score_normal`"):
        evaluate([Readings.from_frame(model.frame.drop(columns="score_normal"))], truth)
    strange = pd.DataFrame({"case": ["0"], "decision": ["cyst"]})
    with pytest.raises(ReadingsError, match="`cyst` of doctor is none of the classes"):
        evaluate([Readings.from_frame(strange, "doctor")], truth)
