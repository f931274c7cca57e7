import math

import numpy as np
import pandas as pd
import pytest
import torch

from hilum.errors import ModelError
from hilum.tasks import ClassificationTask, task_from_json

TWO = ClassificationTask(("normal", "pneumonia"))
THREE = ClassificationTask(("normal", "bacteria", "virus"))


def labels(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"label": names})


def test_loss_of_two_classes_is_the_cross_entropy_by_hand():
    outputs = torch.tensor([[0.0], [2.0], [2.0]])
    targets = torch.from_numpy(TWO.targets(labels("pneumonia", "pneumonia", "normal")))
    expected = [math.log(2), math.log(1 + math.exp(-2)), 2 + math.log(1 + math.exp(-2))]
    assert TWO.loss(outputs, targets).tolist() == pytest.approx(expected)


def test_loss_of_three_classes_is_the_cross_entropy_by_hand():
    outputs = torch.tensor([[1.0, 2.0, 3.0]])
    targets = torch.from_numpy(THREE.targets(labels("virus")))
    expected = math.log(math.exp(-2) + math.exp(-1) + 1)
    assert THREE.loss(outputs, targets).tolist() == pytest.approx([expected])


def test_smoothing_spreads_the_label():
    targets = torch.from_numpy(TWO.targets(labels("pneumonia")))
    outputs = torch.tensor([[3.0]])
    plain = TWO.loss(outputs, targets)
    other = TWO.loss(-outputs, targets)
    assert TWO.loss(outputs, targets, 0.2).item() == pytest.approx((0.9 * plain + 0.1 * other).item())


def test_scores_of_three_classes_sum_to_one_and_never_overflow():
    columns = THREE.predict(np.array([[1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]], np.float32))
    assert list(columns) == ["score_normal", "score_bacteria", "score_virus"]
    assert np.sum(list(columns.values()), axis=0).tolist() == pytest.approx([1.0, 1.0])
    assert TWO.predict(np.array([[1e6], [-1e6]], np.float32))["score"].tolist() == pytest.approx([1.0, 0.0])


def test_balanced_training_is_set_back_to_the_true_frequency():
    """A network that knows nothing says even odds after balanced training; its reading is the frequency."""
    targets = TWO.targets(labels(*["pneumonia"] * 3, "normal"))
    assert TWO.balanced_for(targets).predict(np.zeros((1, 1), np.float32))["score"][0] == pytest.approx(0.75)
    three = THREE.targets(labels("normal", "normal", "bacteria", "virus"))
    scores = THREE.balanced_for(three).predict(np.zeros((1, 3), np.float32))
    assert [float(score[0]) for score in scores.values()] == pytest.approx([0.5, 0.25, 0.25])


def test_training_starts_at_the_frequency_of_the_classes():
    targets = TWO.targets(labels(*["pneumonia"] * 75, *["normal"] * 25))
    assert TWO.predict(TWO.start(targets, balanced=False)[None])["score"][0] == pytest.approx(0.75, abs=0.01)
    assert TWO.start(targets, balanced=True).tolist() == [0]
    three = THREE.targets(labels(*["normal"] * 50, *["bacteria"] * 30, *["virus"] * 20))
    scores = THREE.predict(THREE.start(three, balanced=False)[None])
    assert [float(score[0]) for score in scores.values()] == pytest.approx([0.5, 0.3, 0.2], abs=0.01)


def test_the_monitor_is_the_auroc():
    cases = labels("normal", "normal", "pneumonia", "pneumonia")
    assert TWO.monitor({"score": np.array([0.1, 0.4, 0.35, 0.8])}, cases) == 0.75
    assert math.isnan(TWO.monitor({"score": np.array([0.1, 0.4])}, labels("normal", "normal")))


def test_an_unknown_label_is_an_error():
    with pytest.raises(ModelError, match="none of normal, pneumonia"):
        TWO.targets(labels("cancer"))


def test_a_task_survives_its_json():
    task = THREE.balanced_for(THREE.targets(labels("normal", "bacteria", "virus", "virus")))
    assert task_from_json(task.to_json()) == task
    with pytest.raises(ModelError, match="unknown"):
        task_from_json({"kind": "segmentation"})
