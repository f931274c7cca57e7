"""A network that must tell one event where another may come first."""

import math

import lifelines
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.evaluation import FollowUp, aalen_johansen, harrell_c
from hilum.tasks import CompetingTask, SurvivalTask, choose_edges, make_task, task_from_json
from training.tiny import outcomes

TASK = CompetingTask((10.0, 30.0), (30.0,))


def follow_up(time: list[float], event: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"time": time, "event": event})


def random_follow_up(n: int, seed: int, lost: bool) -> pd.DataFrame:
    """Cancer and death with hazards that change over time; some lost on the way where asked."""
    rng = np.random.default_rng(seed)
    cancer, death = 900 * rng.weibull(0.8, n), 700 * rng.weibull(1.5, n)
    end = rng.uniform(50, 900, n) if lost else np.full(n, 1e9)
    first = np.minimum(np.minimum(cancer, death), end)
    event = np.where(first == end, 0, np.where(first == cancer, 1, 2))
    return pd.DataFrame({"time": first, "event": event})


def incidence_at_start(cases: pd.DataFrame, horizons: tuple[float, ...]) -> dict[str, float]:
    """What a network says that gives its starting outputs for every image."""
    time, event = cases["time"].to_numpy(), cases["event"].to_numpy(np.float64)
    task = CompetingTask(choose_edges(time, event, horizons), horizons)
    begin = task.start(task.targets(cases), balanced=False)
    return {name: float(values[0]) for name, values in task.predict(begin[None]).items()}


def test_the_loss_is_minus_the_log_likelihood_by_hand():
    """Chances of (nothing, event, other): .7 .2 .1 up to day 10, .5 .3 .2 up to day 30.

    The event on day 20: .7 x .3. Another one on day 5: .1. Lost on day 25, beyond the middle: .7 x .5. Lost
    on day 4, before the middle of the first interval: nothing is known. Followed beyond: .7 x .5.
    """
    outputs = torch.log(torch.tensor([0.2 / 0.7, 0.3 / 0.5, 0.1 / 0.7, 0.2 / 0.5])).expand(5, 4)
    targets = torch.from_numpy(TASK.targets(follow_up([20, 5, 25, 4, 80], [1, 2, 0, 0, 1])))
    expected = [-math.log(p) for p in (0.7 * 0.3, 0.1, 0.7 * 0.5, 1.0, 0.7 * 0.5)]
    assert TASK.loss(outputs, targets).tolist() == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_risks_are_cumulative_incidences_by_hand():
    outputs = np.log([[0.2 / 0.7, 0.3 / 0.5, 0.1 / 0.7, 0.2 / 0.5]]).astype(np.float32)
    found = TASK.predict(outputs)
    by_ten, by_thirty = 0.2, 0.2 + 0.7 * 0.3
    assert found["risk_30d"][0] == pytest.approx(by_thirty, rel=1e-6)
    area = by_ten / 2 * 10 + (by_ten + by_thirty) / 2 * 20
    assert found["risk"][0] == pytest.approx(area / 30, rel=1e-6)


def test_without_loss_the_start_is_aalen_johansen_exactly():
    cases = random_follow_up(3000, seed=1, lost=False)
    horizons = (100.0, 300.0, 600.0)
    said = incidence_at_start(cases, horizons)
    truth = aalen_johansen(cases["time"].to_numpy(), cases["event"].to_numpy())
    fitted = lifelines.AalenJohansenFitter(calculate_variance=False).fit(
        cases["time"], cases["event"], event_of_interest=1
    )
    for day in horizons:
        assert said[f"risk_{day:g}d"] == pytest.approx(truth.at(day).value, abs=1e-6)
        # lifelines keeps the share of each time; the last one before the horizon is that at the horizon.
        other = fitted.cumulative_density_.loc[:day].iloc[-1, 0]
        assert said[f"risk_{day:g}d"] == pytest.approx(other, abs=1e-6)


def test_where_cases_are_lost_the_start_is_near_aalen_johansen_and_far_from_one_minus_kaplan_meier():
    """Losses within an interval count by its middle, so that it is near and not equal."""
    cases = random_follow_up(20_000, seed=2, lost=True)
    horizons = (100.0, 300.0, 600.0)
    said = incidence_at_start(cases, horizons)
    time, event = cases["time"].to_numpy(), cases["event"].to_numpy()
    truth = aalen_johansen(time, event)
    for day in horizons:
        assert said[f"risk_{day:g}d"] == pytest.approx(truth.at(day).value, abs=1e-3)
    naive = aalen_johansen(time, (event == 1).astype(np.int64)).at(600).value
    assert naive > truth.at(600).value + 0.05


def test_the_likelihood_is_lowest_at_the_start():
    cases = random_follow_up(5000, seed=3, lost=True)
    task = CompetingTask(choose_edges(cases["time"].to_numpy(), cases["event"].to_numpy(float), (300.0,)))
    targets = task.targets(cases)
    begin = torch.from_numpy(task.start(targets, balanced=False)).requires_grad_()
    loss = task.loss(begin.expand(len(cases), -1), torch.from_numpy(targets)).mean()
    torch.autograd.backward(loss)
    assert begin.grad is not None
    assert begin.grad.abs().max() < 1e-4


def test_where_nothing_competes_it_is_the_survival_task():
    cases = random_follow_up(400, seed=4, lost=True)
    cases["event"] = (cases["event"] == 1).astype(int)
    edges, horizons = (100.0, 300.0, 900.0), (300.0,)
    plain, both = SurvivalTask(edges, horizons), CompetingTask(edges, horizons)
    rng = np.random.default_rng(4)
    logits = rng.normal(-1, 1, (400, 3)).astype(np.float32)
    never = np.full((400, 3), -60, np.float32)
    one, two = plain.predict(logits), both.predict(np.concatenate([logits, never], axis=1))
    for name in plain.columns:
        np.testing.assert_allclose(one[name], two[name], atol=1e-9)
    alone = plain.loss(torch.from_numpy(logits), torch.from_numpy(plain.targets(cases)))
    beside = torch.from_numpy(np.concatenate([logits, never], axis=1))
    together = both.loss(beside, torch.from_numpy(both.targets(cases)))
    np.testing.assert_allclose(alone.numpy(), together.numpy(), rtol=1e-4, atol=1e-5)


@given(st.lists(st.floats(-30, 30), min_size=6, max_size=6))
def test_risks_are_probabilities_and_grow_with_the_horizon(logits):
    task = CompetingTask((10.0, 30.0, 60.0), (10.0, 30.0, 60.0))
    found = task.predict(np.array([logits], np.float32))
    risks = [float(found[name][0]) for name in ("risk_10d", "risk_30d", "risk_60d")]
    assert 0 <= risks[0] <= risks[1] <= risks[2] <= 1
    assert 0 <= found["risk"][0] <= 1


def with_deaths(cohort: Cohort) -> Cohort:
    """Every fifth case without the event died of something else instead."""
    event = cohort.cases["event"].to_numpy().copy()
    event[np.flatnonzero(event == 0)[::5]] = 2
    return cohort.with_cases(cohort.cases.assign(event=event))


def test_a_competing_event_in_the_training_part_chooses_it(tmp_path):
    cohort = outcomes(tmp_path, n=60, size=16)
    assert isinstance(make_task(cohort), SurvivalTask)
    both = with_deaths(cohort)
    task = make_task(both)
    assert isinstance(task, CompetingTask)
    assert task_from_json(task.to_json()) == task
    only_test = both.cases["event"].where(both.cases["part"] == "test", both.cases["event"] % 2)
    assert isinstance(make_task(both.with_cases(both.cases.assign(event=only_test))), SurvivalTask)


def test_epochs_are_compared_as_evaluation_compares_readers():
    cases = random_follow_up(300, seed=5, lost=True)
    said = {"risk": np.random.default_rng(5).normal(size=300)}
    expected = harrell_c(said["risk"], FollowUp.of(cases["time"].to_numpy(), cases["event"].to_numpy()))
    assert TASK.monitor(said, cases) == expected.value
    assert math.isnan(TASK.monitor({"risk": np.zeros(2)}, follow_up([1, 2], [2, 2])))


def test_groups_tell_events_from_other_ends():
    targets = TASK.targets(follow_up([5, 20, 20, 80], [1, 2, 0, 1]))
    assert TASK.groups(targets).tolist() == [1, 2, 0, 0]


def test_an_unknown_time_is_an_error():
    with pytest.raises(ModelError, match="no time or no event"):
        TASK.targets(follow_up([float("nan")], [2]))
