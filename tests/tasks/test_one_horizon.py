"""One horizon, learnt with weights for the cases that were lost before it."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from hilum.cohorts.outcome_at_horizon import at_horizon
from hilum.errors import ModelError
from hilum.evaluation import aalen_johansen, kaplan_meier
from hilum.readers.trained import TrainedModel
from hilum.tasks import HorizonTask, make_task, task_from_json
from hilum.training import TrainOptions, train
from training.tiny import outcomes, prepared_for, small_plan, two_classes

DAY = 30.0


def test_targets_and_loss_by_hand():
    """One of four is lost on day 10, when three are left: those followed to the end weigh 1 / (2/3)."""
    task = HorizonTask(DAY)
    cases = pd.DataFrame({"time": [5.0, 10.0, 40.0, 40.0], "event": [1, 0, 0, 0]})
    targets = task.targets(cases)
    assert targets[:, 0].tolist() == [1, 0, 0, 0]
    assert targets[:, 1].tolist() == [1, 0, 1.5, 1.5]
    outputs = torch.logit(torch.tensor([[0.2], [0.2], [0.2], [0.4]]))
    expected = [-math.log(0.2), 0, -1.5 * math.log(0.8), -1.5 * math.log(0.6)]
    assert task.loss(outputs, torch.from_numpy(targets)).tolist() == pytest.approx(expected, rel=1e-5)


def test_a_competing_event_before_the_horizon_is_known_to_be_without_the_event():
    cases = pd.DataFrame({"time": [5.0, 8.0, 20.0, 40.0, 40.0], "event": [1, 0, 2, 2, 0]})
    targets = HorizonTask(DAY).targets(cases)
    assert targets[:, 0].tolist() == [1, 0, 0, 0, 0]
    # Lost on day 8 was one of four: 3/4 were followed to day 20 and beyond.
    assert targets[:, 1].tolist() == pytest.approx([1, 0, 4 / 3, 4 / 3, 4 / 3])


@pytest.mark.parametrize("competes", [False, True])
def test_the_weighted_share_is_that_of_kaplan_meier_and_aalen_johansen(competes):
    """The two ways of estimating a risk under censoring are the same number (Satten & Datta 2001)."""
    rng = np.random.default_rng(1)
    time = rng.integers(1, 60, 500).astype(float)
    event = rng.choice([0, 1, 2] if competes else [0, 1], 500).astype(float)
    y, weight = at_horizon(time, event, DAY)
    if competes:
        expected = aalen_johansen(time, event.astype(np.int64)).at(DAY).value
    else:
        expected = 1 - kaplan_meier(time, event.astype(np.int64)).at(DAY).value
    assert (weight * y).mean() == pytest.approx(expected, abs=1e-12)
    assert weight.sum() == pytest.approx(500)


def simulated(n: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """A sign x that doubles the hazard and more, and random loss: half are lost before the horizon."""
    rng = np.random.default_rng([seed, 3])
    x = rng.normal(size=n)
    event = rng.exponential(60 * np.exp(-0.8 * x))
    lost = rng.exponential(40, n)
    cases = pd.DataFrame({"time": np.minimum(event, lost), "event": (event <= lost).astype(int)})
    truth = 1 - np.exp(-DAY / (60 * np.exp(-0.8 * x)))
    return cases.assign(x=x), truth


def fitted(task: HorizonTask, cases: pd.DataFrame, targets: np.ndarray) -> np.ndarray:
    """Risks of a small polynomial of x that makes the task's own loss least."""
    x = cases["x"].to_numpy()
    signs = torch.from_numpy(np.stack([np.ones_like(x), x, x**2, x**3], axis=1))
    weights = torch.zeros(4, 1, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")
    wanted = torch.from_numpy(targets.astype(np.float64))

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = task.loss(signs @ weights, wanted).mean()
        torch.autograd.backward(loss)
        return loss

    optimiser.step(closure)
    outputs = (signs @ weights.detach()).numpy().astype(np.float32)
    return task.predict(outputs)[f"risk_{DAY:g}d"]


def test_the_fitted_risk_is_unbiased_where_leaving_the_lost_out_is_not():
    """Of 40 simulated cohorts the mean error of the weighted fit is within 3 standard errors of nothing."""
    task = HorizonTask(DAY)
    weighted, left_out = [], []
    for seed in range(40):
        cases, truth = simulated(1500, seed)
        targets = task.targets(cases)
        weighted.append(float((fitted(task, cases, targets) - truth).mean()))
        known = targets[:, 1] > 0
        plain = np.column_stack([targets[:, 0], known]).astype(np.float32)
        left_out.append(float((fitted(task, cases, plain) - truth).mean()))
    error = np.std(weighted, ddof=1) / math.sqrt(len(weighted))
    assert abs(np.mean(weighted)) < 3 * error
    assert error < 0.005
    assert np.mean(left_out) > 0.05


def test_balanced_training_gives_risks_at_the_true_share():
    """Trained on as many with the event as without, the risks are those of plain training."""
    cases, _ = simulated(4000, seed=7)
    task = HorizonTask(DAY)
    targets = task.targets(cases)
    plain = fitted(task, cases, targets)
    groups = task.groups(targets)
    scale = len(groups) / (2 * np.bincount(groups)[groups])
    balanced = targets * np.array([1, 1], np.float32)
    balanced[:, 1] *= scale
    after = fitted(task.balanced_for(targets), cases, balanced)
    np.testing.assert_allclose(after, plain, atol=0.02)


def test_training_starts_at_the_weighted_share():
    cases, _ = simulated(3000, seed=8)
    task = HorizonTask(DAY)
    targets = task.targets(cases)
    share = (targets[:, 0] * targets[:, 1]).sum() / targets[:, 1].sum()
    begin = task.start(targets, balanced=False)
    assert task.predict(begin[None])["risk"][0] == pytest.approx(share, abs=1e-3)
    balanced = task.start(targets, balanced=True)
    assert task.balanced_for(targets).predict(balanced[None])["risk"][0] == pytest.approx(share, abs=1e-3)


def test_it_is_chosen_by_name_and_comes_back_from_json(tmp_path):
    cohort = outcomes(tmp_path, n=60, size=16)
    task = make_task(cohort, "horizon")
    assert task == HorizonTask(30.0)
    assert task.columns == ("risk", "risk_30d")
    assert task_from_json(task.to_json()) == task
    predictions = {"risk": cohort.cases["severity"].to_numpy()}
    assert task.monitor(predictions, cohort.cases) > 0.6


def test_a_network_is_trained_by_it_and_reads(tmp_path):
    cohort = outcomes(tmp_path / "films", n=100)
    plan = small_plan(epochs=2, class_balance="none")
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    task = make_task(cohort, "horizon")
    folder = train(cohort, prepared, task, plan, TrainOptions(tmp_path / "m", "cnn"))
    model = TrainedModel.load(folder)
    assert model.models[0].task == task
    frame = model.read(cohort, prepared).frame
    assert (frame["risk"] == frame["risk_30d"]).all()
    y, weight = at_horizon(cohort.cases["time"].to_numpy(), cohort.cases["event"].to_numpy(float), DAY)
    assert frame["risk_30d"].mean() == pytest.approx((y * weight).mean(), abs=0.15)


@pytest.mark.parametrize(("horizons", "words"), [((30.0, 60.0), "names 2"), ((), "names none")])
def test_it_learns_exactly_one_horizon(tmp_path, horizons, words):
    cohort = outcomes(tmp_path, n=40, size=16)
    task = cohort.task.model_copy(update={"horizons_days": horizons})
    several = type(cohort)(cohort.cases, task, cohort.root, (), (), None, ())
    with pytest.raises(ModelError, match=words):
        make_task(several, "horizon")


def test_what_cannot_be_learnt_is_said(tmp_path):
    rng = np.random.default_rng(1)
    late = rng.uniform(50, 90, 20)
    with pytest.raises(ModelError, match="no training case had the event by day 30"):
        HorizonTask.of(late, np.ones(20), (30.0,))
    with pytest.raises(ModelError, match="no training case is known to be without the event by day 100"):
        HorizonTask.of(late, np.ones(20), (100.0,))
    with pytest.raises(ModelError, match="has no meaning for classification"):
        make_task(two_classes(tmp_path, n=10, size=16), "horizon")
