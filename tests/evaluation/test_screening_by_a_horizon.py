"""A rule by age and smoking against a model of risk: whom to screen for what happens within six years."""

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.evaluation.terminal import text_table

DAYS = 2190


@pytest.fixture(scope="module")
def result():
    rng = np.random.default_rng(2)
    n = 2400
    age, smoker, hidden = rng.integers(40, 85, n), rng.random(n) < 0.3, rng.normal(size=n)
    risk = 0.05 * (age - 62) + 1.2 * smoker + 0.9 * hidden
    cancer, end = rng.exponential(np.exp(9.5 - risk)), rng.uniform(1500, 4000, n)
    truth = pd.DataFrame(
        {
            "case": range(n),
            "part": np.where(np.arange(n) < 800, "validation", "test"),
            "time": np.minimum(cancer, end).round(),
            "event": (cancer <= end).astype(int),
        }
    )
    rule = ((age >= 54) & (age <= 74) & smoker).astype(int)
    readings = [
        Readings.from_frame(pd.DataFrame({"case": range(n), "risk": risk + rng.normal(size=n)}), "model"),
        Readings.from_frame(pd.DataFrame({"case": range(n), "decision": rule}), "rule"),
    ]
    options = EvaluationOptions(horizons_days=(float(DAYS),), comparator="rule", bootstrap=200)
    return evaluate(readings, Truth.from_frame(truth), options), truth, risk, rule


def test_fewer_are_screened_at_equal_sensitivity_and_more_found_at_equal_number(result):
    found = result[0]
    rule = found.find("rule", "test", "screened_share")
    fewer = found.find("model", "test", "screened_share", at=f"{DAYS}d,equal sensitivity to rule")
    caught = found.find("rule", "test", "sensitivity")
    more = found.find("model", "test", "sensitivity", at=f"{DAYS}d,equal number screened as rule")
    assert fewer.value < rule.value
    assert more.value > caught.value
    change = found.compare(
        "model", "rule", "test", "sensitivity", at=f"{DAYS}d,equal number screened as rule"
    )
    assert change.difference == pytest.approx(more.value - caught.value)
    assert change.p < 0.05


def test_as_many_are_screened_as_by_the_rule(result):
    found, truth, _, rule = result
    known = (truth["time"] >= DAYS) | (truth["event"] == 1)
    inside = known & (truth["part"] == "test")
    assert found.find("rule", "test", "screened_share").value == pytest.approx(rule[inside].mean())


def test_asked_without_a_point_the_models_own_threshold_answers(result):
    found = result[0]
    assert found.find("model", "test", "sensitivity").at == f"{DAYS}d"
    assert found.find("model", "test", "specificity", at=f"{DAYS}d,sensitivity of rule") is not None


def test_the_terminal_shows_the_rule_and_what_it_would_screen(result):
    text = text_table(result[0])
    assert "share screened" in text
    assert "sensitivity at 6 years" in text
