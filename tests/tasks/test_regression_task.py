"""A number: learnt in standard deviations, given in the table's unit."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import r2_score

from hilum.errors import ModelError
from hilum.tasks import RegressionTask, make_task, task_from_json

VALUES = st.lists(st.integers(-1000, 1000), min_size=2, max_size=20).filter(lambda v: len(set(v)) > 1)


def _frame(values):
    return pd.DataFrame({"value": np.array(values, dtype=float)})


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_a_network_that_is_right_gives_the_tables_number(values):
    task = RegressionTask.of(np.array(values, dtype=float))
    np.testing.assert_allclose(
        task.predict(task.targets(_frame(values)))["value"], values, rtol=1e-4, atol=1e-2
    )


@given(VALUES, st.sampled_from([0.001, 1000.0]), st.sampled_from([0.0, 50.0]))
@settings(max_examples=30, deadline=None)
def test_another_unit_is_the_same_task_for_the_network(values, factor, offset):
    plain, moved = np.array(values, dtype=float), np.array(values) * factor + offset
    one, other = RegressionTask.of(plain), RegressionTask.of(moved)
    np.testing.assert_allclose(one.targets(_frame(plain)), other.targets(_frame(moved)), atol=1e-3)


def test_a_mistyped_number_pulls_no_harder_than_one_standard_deviation():
    task = RegressionTask(60.0, 10.0)
    outputs = torch.zeros(3, 1, requires_grad=True)
    losses = task.loss(outputs, torch.from_numpy(task.targets(_frame([65.0, 70.0, 6500.0]))))
    losses.sum().backward()
    # By hand: half the square up to one deviation, then straight.
    assert losses[:2].tolist() == pytest.approx([0.125, 0.5])
    assert outputs.grad[:, 0].tolist() == pytest.approx([-0.5, -1.0, -1.0])


def test_epochs_are_compared_by_r_squared():
    rng = np.random.default_rng(2)
    truth = rng.normal(50, 10, 30)
    said = truth + rng.normal(0, 5, 30)
    task = RegressionTask(50.0, 10.0)
    assert task.monitor({"value": said}, _frame(truth)) == pytest.approx(r2_score(truth, said))
    assert np.isnan(task.monitor({"value": said}, _frame(np.full(30, 7.0))))


def test_mean_and_deviation_are_of_the_training_part_alone(numbers):
    cohort = numbers(value=[10.0, 20.0, 1e6], part=["train", "train", "test"])
    assert make_task(cohort) == RegressionTask(15.0, 5.0)


def test_numbers_that_do_not_differ_cannot_be_learnt(numbers):
    with pytest.raises(ModelError, match="fewer than two different numbers"):
        make_task(numbers(value=[10.0, 10.0, 3.0], part=["train", "train", "test"]))


def test_an_unknown_number_is_refused():
    with pytest.raises(ModelError, match="have no number"):
        RegressionTask(0.0, 1.0).targets(_frame([1.0, np.nan]))


def test_the_task_travels():
    task = RegressionTask(61.25, 0.125)
    assert task_from_json(task.to_json()) == task
