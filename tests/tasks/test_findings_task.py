"""Several findings at once: what is not known is not learnt from, and probabilities stay true."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import roc_auc_score

from hilum.errors import ModelError
from hilum.tasks import FindingsTask, make_task, task_from_json

NAMES = ("mass", "nodule", "hernia")
LABELS = arrays.arrays(np.float32, (5, 3), elements=st.sampled_from([0.0, 1.0, float("nan")]))
LOGITS = arrays.arrays(np.float32, (5, 3), elements=st.floats(-20, 20, width=32))


def _gradient(task, outputs, targets, smoothing=0.0):
    asked = torch.tensor(outputs, requires_grad=True)
    losses = task.loss(asked, torch.tensor(targets), smoothing)
    losses.sum().backward()
    return losses.detach().numpy(), asked.grad.numpy()


@given(LABELS, LOGITS, st.booleans())
@settings(max_examples=50, deadline=None)
def test_an_unknown_label_adds_exactly_nothing_to_loss_and_gradient(labels, logits, weighted):
    task = FindingsTask(NAMES, (3.0, 0.5, 50.0) if weighted else ())
    losses, gradient = _gradient(task, logits, labels)
    unknown = np.isnan(labels)
    assert np.all(gradient[unknown] == 0)
    assert np.all(np.isfinite(gradient))
    # Whatever the network says where the label is not known, loss and all other gradients stay what they
    # were.
    other_losses, other = _gradient(task, np.where(unknown, logits + 7, logits).astype(np.float32), labels)
    np.testing.assert_array_equal(losses, other_losses)
    np.testing.assert_array_equal(gradient[~unknown], other[~unknown])


def test_a_known_label_counts_the_same_however_many_others_are_unknown():
    task = FindingsTask(NAMES)
    alone = np.array([[1, np.nan, np.nan]], np.float32)
    beside = np.array([[1, 0, 1]], np.float32)
    logits = np.array([[0.3, -1.0, 2.0]], np.float32)
    assert _gradient(task, logits, alone)[1][0, 0] == _gradient(task, logits, beside)[1][0, 0] != 0


def test_the_loss_is_cross_entropy_over_the_known_labels():
    """By hand: -log(sigmoid(0)) = log 2 for each of two known labels of three findings."""
    labels = np.array([[1, 0, np.nan]], np.float32)
    losses, _ = _gradient(FindingsTask(NAMES), np.zeros((1, 3), np.float32), labels)
    assert losses[0] == pytest.approx(2 * np.log(2) / 3, rel=1e-6)


def test_a_case_of_which_nothing_is_known_has_no_loss():
    nothing = np.full((2, 3), np.nan, np.float32)
    losses, gradient = _gradient(FindingsTask(NAMES), np.ones((2, 3), np.float32), nothing)
    assert losses.tolist() == [0, 0]
    assert not gradient.any()


def test_a_network_that_has_seen_nothing_says_how_often_a_finding_is_there():
    rows = [[1, 0, np.nan], [0, 0, 1], [0, np.nan, 0], [0, 0, 0], [np.nan, 1, 0]]
    targets = np.array(rows, np.float32)
    for task in (FindingsTask(NAMES), FindingsTask(NAMES).weighted_for(targets)):
        said = task.predict(task.start(targets, balanced=bool(task.weights))[None])
        assert [float(said[f"score_{name}"][0]) for name in NAMES] == pytest.approx(
            [1.5 / 5, 1.5 / 5, 1.5 / 5]
        )


@given(st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_weights_move_the_best_output_and_prediction_moves_it_back(positives):
    """The loss of a constant output has no slope exactly where the prediction is the share of positives."""
    share = positives / 61
    targets = np.r_[np.ones(positives), np.zeros(61 - positives)].astype(np.float32)[:, None]
    task = FindingsTask(("mass",)).weighted_for(targets)
    best = np.log(share / (1 - share)) + np.log(task.weights[0]) if positives < 61 else 0.0
    outputs = np.full((61, 1), best, np.float32)
    assert abs(_gradient(task, outputs, targets)[1].sum()) < 1e-4
    assert task.predict(outputs)["score_mass"][0] == pytest.approx(share, rel=1e-5)


def test_smoothing_is_of_known_labels_alone():
    logits, targets = np.array([[50.0, 50.0, -50.0]], np.float32), np.array([[1, np.nan, 0]], np.float32)
    losses, gradient = _gradient(FindingsTask(NAMES), logits, targets, 0.1)
    assert gradient[0, 1] == 0
    assert losses[0] == pytest.approx(2 * 0.05 * 50 / 3, rel=1e-4)


def test_epochs_are_compared_by_the_mean_area_of_findings_that_have_both_kinds():
    task = FindingsTask(NAMES)
    rng = np.random.default_rng(1)
    cases = pd.DataFrame({"mass": rng.integers(0, 2, 40), "nodule": rng.integers(0, 2, 40), "hernia": 0.0})
    cases.loc[:9, "mass"] = np.nan
    said = {f"score_{name}": rng.random(40) for name in NAMES}
    mass = roc_auc_score(cases["mass"][10:], said["score_mass"][10:])
    expected = (mass + roc_auc_score(cases["nodule"], said["score_nodule"])) / 2
    assert task.monitor(said, cases) == pytest.approx(expected)
    assert np.isnan(task.monitor(said, cases.assign(mass=1.0, nodule=np.nan)))


def test_the_task_travels_with_its_weights():
    task = FindingsTask(("Pleural effusion", "기흉"), (2.5, 7.0))
    assert task_from_json(task.to_json()) == task
    frozen = {**task.to_json(), "thresholds": {"기흉": 0.2}}
    assert task_from_json(frozen) == task


def test_a_finding_that_no_training_case_has_cannot_be_learnt(several_findings):
    part = ["train", "train", "train", "test"]
    cohort = several_findings(mass=[1, 0, 1, 0], hernia=[0, 0, None, 1], part=part)
    with pytest.raises(ModelError, match="no case with and without hernia: take it out of findings"):
        make_task(cohort)
