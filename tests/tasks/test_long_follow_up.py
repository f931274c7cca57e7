"""Ten years of follow-up, rare events, and horizons at its end and beyond."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.cohorts import Cohort
from hilum.errors import ModelError
from hilum.evaluation import aalen_johansen
from hilum.study import Survival
from hilum.tasks import CompetingTask, SurvivalTask, choose_edges, make_task, task_notices
from training.tiny import outcomes

YEARS = (730.0, 1096.0, 1826.0, 3652.0)


def rare(n: int, share: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Follow-up of 1 to 12 years in which about a share of the cases have the event within ten."""
    rng = np.random.default_rng([seed, 5])
    time = rng.exponential(3652 / -np.log(1 - share), n)
    end = rng.uniform(365, 4383, n)
    return np.minimum(time, end), (time <= end).astype(float)


def test_one_in_a_hundred_over_ten_years_has_a_grid_whose_start_is_the_observed_risk():
    time, event = rare(20_000, 0.01)
    task = SurvivalTask(choose_edges(time, event, YEARS), YEARS)
    assert set(YEARS) <= set(task.edges_days)
    cases = pd.DataFrame({"time": time, "event": event})
    said = task.predict(task.start(task.targets(cases), balanced=False)[None])
    observed = aalen_johansen(time, event.astype(np.int64))
    for day in YEARS:
        truth = observed.at(day)
        assert truth.value is not None
        assert truth.se is not None
        assert abs(said[f"risk_{day:g}d"][0] - truth.value) < truth.se


def test_a_handful_of_events_leaves_only_the_horizons_as_ends():
    time, event = rare(800, 0.01)
    assert 0 < event.sum() < 12
    inside = event * (time < 3652)
    assert choose_edges(time, inside, YEARS) == YEARS


def test_an_interval_without_events_hardly_adds_risk_however_few_reached_it():
    """The last event is in the fourth year; of 2,000 cases 5 were followed beyond the seventh."""
    rng = np.random.default_rng(1)
    time = np.concatenate([rng.uniform(0, 1460, 400), rng.uniform(1460, 2000, 1595), np.full(5, 3700.0)])
    event = np.concatenate([np.ones(400), np.zeros(1600)])
    cases = pd.DataFrame({"time": time, "event": event})
    for task in (SurvivalTask, CompetingTask):
        one = task(choose_edges(time, event, YEARS), YEARS)
        said = one.predict(one.start(one.targets(cases), balanced=False)[None])
        assert said["risk_3652d"][0] - said["risk_1826d"][0] < 1e-3


@given(
    st.lists(st.tuples(st.floats(0.1, 5000), st.integers(0, 2)), min_size=1, max_size=60),
    st.lists(st.sampled_from(YEARS), unique=True),
)
def test_nothing_is_cut_after_the_last_event_but_horizons(rows, horizons):
    time, event = np.array([r[0] for r in rows]), np.array([float(r[1]) for r in rows])
    if not (event == 1).any():
        return
    edges = choose_edges(time, event, horizons)
    last = time[event == 1].max()
    assert {edge for edge in edges if edge > last} <= set(horizons)
    assert sorted(set(edges)) == list(edges)


def with_horizons(cohort: Cohort, *years: float) -> Cohort:
    task = Survival(time_days="days", event="died", horizons_years=years)
    return Cohort(cohort.cases, task, cohort.root, (), (), None, ())


def test_a_horizon_beyond_all_follow_up_is_refused_with_the_longest_follow_up(tmp_path):
    cohort = outcomes(tmp_path, n=60, size=16)
    time = cohort.cases["time"] * 20
    longest = time[cohort.cases["part"] == "train"].max()
    cohort = with_horizons(cohort.with_cases(cohort.cases.assign(time=time)), 2, 10)
    with pytest.raises(ModelError) as error:
        make_task(cohort)
    assert f"the longest follow-up of the training part is {longest:g} days" in str(error.value)
    assert "3652 days (10.0 years)" in str(error.value)
    assert "730" not in str(error.value)


def test_a_horizon_after_the_last_event_is_learnt_and_said(tmp_path):
    cohort = outcomes(tmp_path, n=60, size=16)
    train = cohort.cases["part"] == "train"
    time = cohort.cases["time"].mask(cohort.cases.index == cohort.cases.index[train][0], 800.0)
    event = cohort.cases["event"].mask(time == 800, 0)
    late = with_horizons(cohort.with_cases(cohort.cases.assign(time=time, event=event)), 2)
    assert "risk_730d" in make_task(late).columns
    [said] = task_notices(late)
    last = time[train & (event == 1)].max()
    assert f"the last event of the training part is on day {last:g}" in said
    assert task_notices(cohort) == ()


def test_where_every_case_ended_with_an_event_no_horizon_is_too_late(tmp_path):
    cohort = outcomes(tmp_path, n=40, size=16)
    ended = with_horizons(cohort.with_cases(cohort.cases.assign(event=1)), 1)
    assert "risk_365d" in make_task(ended).columns
