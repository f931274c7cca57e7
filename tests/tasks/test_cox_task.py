import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from hilum.errors import ModelError
from hilum.tasks import SurvivalTask, task_from_json
from hilum.tasks.cox import CoxTask
from hilum.training.cox import baseline_hazard


def fitted(time, event, horizons=(10.0, 30.0)):
    """The task of some cases that are all alike."""
    task = CoxTask.of(pd.DataFrame({"time": time, "event": event}), horizons)
    hazards = [
        baseline_hazard(np.zeros(len(time)), time, event == cause, np.array(task.times_days))
        for cause in range(1, task.causes + 1)
    ]
    return CoxTask(
        task.horizons_days, task.times_days, tuple(tuple(h.tolist()) for h in hazards), task.causes
    )


def test_risks_are_those_of_the_hazards_by_hand():
    task = CoxTask((10.0, 30.0), (10.0, 30.0, 60.0), ((0.1, 0.3, 0.6),))
    found = task.predict(np.array([[0.0], [np.log(2.0)]], np.float32))
    risks = 1 - np.exp(-np.array([[0.1, 0.3, 0.6], [0.2, 0.6, 1.2]]))
    np.testing.assert_allclose(found["risk_10d"], risks[:, 0], rtol=1e-6)
    np.testing.assert_allclose(found["risk_30d"], risks[:, 1], rtol=1e-6)
    area = risks[:, 0] / 2 * 10 + (risks[:, 0] + risks[:, 1]) / 2 * 20 + (risks[:, 1] + risks[:, 2]) / 2 * 30
    np.testing.assert_allclose(found["risk"], area / 60, rtol=1e-6)


def test_the_same_hazards_give_the_readings_of_the_survival_task():
    edges = (10.0, 30.0, 60.0)
    hazards = np.array([0.1, 0.2, 0.4])
    discrete = SurvivalTask(edges, (30.0,)).predict(np.log(hazards / (1 - hazards))[None].astype(np.float32))
    baseline = tuple(np.cumsum(-np.log(1 - hazards)).tolist())
    found = CoxTask((30.0,), edges, (baseline,)).predict(np.zeros((1, 1), np.float32))
    for column in ("risk", "risk_30d"):
        assert found[column][0] == pytest.approx(discrete[column][0], abs=1e-6)


def test_with_competing_events_risks_are_those_of_aalen_and_johansen():
    rng = np.random.default_rng(0)
    n = 4000
    time = np.ceil(rng.exponential(40, n))
    event = rng.choice([0.0, 1.0, 2.0], n, p=[0.3, 0.3, 0.4])
    task = fitted(time, event)
    assert task.causes == 2
    found = task.predict(np.zeros((1, 2), np.float32))
    # Its jitter parts the tied days; a thousandth of a day does not matter here.
    other = AalenJohansenFitter(calculate_variance=False, seed=1)
    with pytest.warns(Warning, match="Tied event times"):
        other.fit(time, event.astype(int), event_of_interest=1)
    for days in (10.0, 30.0):
        expected = float(other.cumulative_density_.loc[: days + 0.5].iloc[-1, 0])
        assert found[f"risk_{days:g}d"][0] == pytest.approx(expected, abs=0.004)
    # Taken as censored, they would be overstated by far.
    naive = 1 - np.exp(-task.baseline[0][task.times_days.index(30.0)])
    assert naive > found["risk_30d"][0] + 0.02


@given(
    st.lists(st.floats(0, 2), min_size=3, max_size=3),
    st.lists(st.floats(0, 2), min_size=3, max_size=3),
    st.tuples(st.floats(-60, 60), st.floats(-60, 60)),
)
def test_risks_are_probabilities_and_grow_with_the_horizon(first, second, outputs):
    baseline = tuple(tuple(np.cumsum(steps).tolist()) for steps in (first, second))
    task = CoxTask((10.0, 30.0, 60.0), (10.0, 30.0, 60.0), baseline, 2)
    found = task.predict(np.array([outputs], np.float32))
    risks = [float(found[f"risk_{days}d"][0]) for days in (10, 30, 60)]
    assert 0 <= risks[0] <= risks[1] <= risks[2] <= 1
    assert 0 <= found["risk"][0] <= 1


def test_the_loss_is_lowest_where_as_many_events_are_expected_as_there_were():
    time, event = np.array([3.0, 5.0, 8.0, 20.0]), np.array([1.0, 1.0, 0.0, 1.0])
    task = fitted(time, event, ())
    targets = torch.from_numpy(task.targets(pd.DataFrame({"time": time, "event": event})))
    outputs = torch.zeros(4, 1, requires_grad=True)
    torch.autograd.backward(task.loss(outputs, targets).sum())
    assert outputs.grad is not None
    assert float(outputs.grad.sum()) == pytest.approx(0, abs=1e-5)


def test_what_is_not_known_is_refused():
    task = CoxTask((), (10.0,), ((0.1,),))
    with pytest.raises(ModelError, match="no time or no event"):
        task.targets(pd.DataFrame({"time": [np.nan], "event": [1]}))
    with pytest.raises(ModelError, match="no training case has an event"):
        CoxTask.of(pd.DataFrame({"time": [5.0, 6.0], "event": [0, 2]}), ())


def test_columns_times_and_json():
    time = np.arange(1.0, 401.0)
    task = fitted(time, np.ones(400), (30.5, 500.0))
    assert task.columns == ("risk", "risk_30.5d", "risk_500d")
    assert {30.5, 500.0} <= set(task.times_days)
    assert len(task.times_days) <= 103
    assert task_from_json(task.to_json()) == task
