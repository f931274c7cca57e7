import math

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hilum.errors import ModelError
from hilum.tasks import SurvivalTask, choose_edges, make_task, task_from_json
from training.tiny import outcomes

TASK = SurvivalTask((10.0, 30.0, 60.0), (30.0,))


def follow_up(time: list[float], event: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"time": time, "event": event})


def test_the_loss_is_minus_the_log_likelihood_by_hand():
    """Hazards .1, .2, .5. Dead on day 20: .9 x .2. Censored on day 25: .9 x .8, since it is beyond the middle
    of 10-30, where the paper counts the interval as survived. Censored on day 15: .9. Alive: .9 x .8 x .5.
    """
    hazards = torch.tensor([0.1, 0.2, 0.5])
    outputs = torch.logit(hazards).expand(4, 3)
    targets = torch.from_numpy(TASK.targets(follow_up([20, 25, 15, 80], [1, 0, 0, 0])))
    expected = [-math.log(p) for p in (0.9 * 0.2, 0.9 * 0.8, 0.9, 0.9 * 0.8 * 0.5)]
    assert TASK.loss(outputs, targets).tolist() == pytest.approx(expected, rel=1e-5)


def test_risks_are_those_of_the_hazards_by_hand():
    outputs = np.log(np.array([[0.1, 0.2, 0.5]]) / (1 - np.array([[0.1, 0.2, 0.5]]))).astype(np.float32)
    found = TASK.predict(outputs)
    lost = np.array([0, 0.1, 1 - 0.9 * 0.8, 1 - 0.9 * 0.8 * 0.5])
    assert found["risk_30d"][0] == pytest.approx(lost[2], rel=1e-5)
    area = (0.1 / 2) * 10 + (lost[1] + lost[2]) / 2 * 20 + (lost[2] + lost[3]) / 2 * 30
    assert found["risk"][0] == pytest.approx(area / 60, rel=1e-5)


def test_the_likelihood_is_highest_at_the_observed_hazards():
    """With nothing to see, the best hazard of an interval is deaths in it divided by those who reached it."""
    cases = follow_up([5] * 2 + [20] * 3 + [45] + [100] * 4, [1] * 6 + [0] * 4)
    targets = torch.from_numpy(TASK.targets(cases))
    best = torch.logit(torch.tensor([2 / 10, 3 / 8, 1 / 5])).requires_grad_()
    lowest = TASK.loss(best.expand(10, 3), targets).sum()
    torch.autograd.backward(lowest)
    assert best.grad is not None
    assert best.grad.tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert TASK.loss((best + 0.1).expand(10, 3), targets).sum() > lowest


def test_training_starts_at_the_observed_hazards():
    cases = follow_up([5] * 20 + [20] * 30 + [45] * 10 + [100] * 40, [1] * 60 + [0] * 40)
    begin = torch.from_numpy(TASK.start(TASK.targets(cases), balanced=False))
    assert torch.sigmoid(begin).tolist() == pytest.approx([20 / 100, 30 / 80, 10 / 50], abs=0.01)


@given(st.lists(st.floats(-20, 20), min_size=3, max_size=3))
def test_risks_are_probabilities_and_grow_with_the_horizon(logits):
    task = SurvivalTask((10.0, 30.0, 60.0), (10.0, 30.0, 60.0))
    found = task.predict(np.array([logits], np.float32))
    risks = [float(found[name][0]) for name in ("risk_10d", "risk_30d", "risk_60d")]
    assert 0 <= risks[0] <= risks[1] <= risks[2] <= 1
    assert 0 <= found["risk"][0] <= 1


@given(
    st.lists(st.tuples(st.floats(0.1, 5000), st.integers(0, 1)), min_size=1, max_size=80),
    st.lists(st.sampled_from([30.0, 365.0, 730.0]), unique=True),
)
def test_every_horizon_is_an_edge_and_edges_ascend(rows, horizons):
    time, event = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    if not event.any():
        with pytest.raises(ModelError, match="no training case has an event"):
            choose_edges(time, event, horizons)
        return
    edges = choose_edges(time, event, horizons)
    assert set(horizons) <= set(edges)
    assert list(edges) == sorted(set(edges))
    assert edges[0] > 0
    assert edges[-1] >= time[event == 1].max()


def test_a_death_on_day_zero_belongs_to_the_first_interval():
    assert TASK.targets(follow_up([0.0], [1])).tolist() == [[0, 0, 0, 1, 0, 0]]


def test_an_unknown_time_is_an_error():
    with pytest.raises(ModelError, match="no time or no event"):
        TASK.targets(follow_up([float("nan")], [1]))


def test_columns_and_json(tmp_path):
    task = make_task(outcomes(tmp_path, n=60))
    assert task.columns == ("risk", "risk_30d")
    assert task_from_json(task.to_json()) == task
    assert SurvivalTask((30.5,), (30.5,)).columns == ("risk", "risk_30.5d")


def test_one_class_or_no_event_cannot_be_learnt(tmp_path):
    cohort = outcomes(tmp_path, n=20)
    with pytest.raises(ModelError, match="no training case has an event"):
        make_task(cohort.with_cases(cohort.cases.assign(event=0)))
