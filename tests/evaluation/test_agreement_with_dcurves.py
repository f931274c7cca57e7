"""The same net benefit as dcurves, of a diagnosis and of an event by a horizon."""

import dcurves
import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import FollowUp
from hilum.evaluation.measures.benefit import decision_curve, net_benefit, net_benefit_of_all
from hilum.evaluation.measures.survival_benefit import net_benefit_t

THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8]
HORIZON = 62.5


def _of(table, model):
    return table.loc[table["model"] == model, "net_benefit"].to_numpy()


@pytest.mark.parametrize("digits", [1, 2, 9])  # few digits put many cases on the very threshold
@pytest.mark.parametrize("n", [30, 400])
@pytest.mark.parametrize("seed", range(4))
def test_net_benefit_of_a_diagnosis(seed, n, digits):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.3
    label[:2] = True, False
    probability = np.round(1 / (1 + np.exp(-(rng.normal(size=n) + label - 1))), digits)
    frame = pd.DataFrame({"label": label, "reader": probability})
    table = dcurves.dca(frame, "label", ["reader"], thresholds=THRESHOLDS)
    found = [net_benefit(probability, label, threshold).value for threshold in THRESHOLDS]
    assert found == pytest.approx(_of(table, "reader"), abs=1e-12)
    everyone = [net_benefit_of_all(label, threshold).value for threshold in THRESHOLDS]
    assert everyone == pytest.approx(_of(table, "all"), abs=1e-12)
    curve = decision_curve(probability, label, np.array(THRESHOLDS))
    assert curve.net_benefit == pytest.approx(_of(table, "reader"), abs=1e-12)
    assert curve.treat_all == pytest.approx(_of(table, "all"), abs=1e-12)


@pytest.mark.parametrize("step", [1.0, 20.0])
@pytest.mark.parametrize("seed", range(4))
def test_net_benefit_of_an_event_by_a_horizon(seed, step):
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=400)
    time = np.ceil(rng.exponential(60 * np.exp(-risk)) / step) * step
    censored = np.ceil(rng.exponential(120, 400) / step) * step
    event, time = time <= censored, np.minimum(time, censored)
    probability = np.round(1 / (1 + np.exp(-risk)), 2)
    frame = pd.DataFrame({"event": event, "time": time, "reader": probability})
    table = dcurves.dca(
        frame, "event", ["reader"], thresholds=THRESHOLDS, time=HORIZON, time_to_outcome_col="time"
    )
    follow_up = FollowUp.of(time, event)
    theirs = _of(table, "reader")
    known = np.isfinite(theirs)
    assert known.sum() >= 4
    found = [net_benefit_t(probability, follow_up, HORIZON, threshold).value for threshold in THRESHOLDS]
    assert np.array(found)[known] == pytest.approx(theirs[known], abs=1e-12)
    everyone = [net_benefit_t(np.ones(400), follow_up, HORIZON, one).value for one in THRESHOLDS]
    assert everyone == pytest.approx(_of(table, "all"), abs=1e-12)


def test_where_all_who_are_acted_on_have_the_event_before_the_horizon():
    # Their curve has come down to 0, so that it is known at the horizon; dcurves gives no number, because
    # nobody of them is followed so long. By hand: 2 of 4 acted on, all with the event.
    time, event = np.array([10.0, 20.0, 90.0, 90.0]), np.array([1, 1, 0, 0])
    probability = np.array([0.9, 0.9, 0.1, 0.1])
    frame = pd.DataFrame({"event": event == 1, "time": time, "reader": probability})
    table = dcurves.dca(
        frame, "event", ["reader"], thresholds=[0.5], time=HORIZON, time_to_outcome_col="time"
    )
    assert np.isnan(_of(table, "reader")).all()
    assert net_benefit_t(probability, FollowUp.of(time, event), HORIZON, 0.5).value == pytest.approx(0.5)
