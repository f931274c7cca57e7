"""Readers of risk: C over the whole follow-up, a question at each horizon, groups with frozen limits."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import ReadingsError
from hilum.evaluation import (
    EvaluationOptions,
    Readings,
    Truth,
    auroc,
    choose_threshold,
    evaluate,
    log_rank,
    risk_groups,
)


@pytest.fixture
def patients():
    rng = np.random.default_rng(21)
    n = 500
    risk = rng.normal(size=n)
    death, censored = rng.exponential(50 * np.exp(-risk)), rng.uniform(5, 150, n)
    frame = pd.DataFrame(
        {
            "case": np.arange(n),
            "patient": np.arange(n),
            "part": np.repeat(["validation", "test", "B"], [120, 200, 180]),
            "time": np.minimum(death, censored),
            "event": (death <= censored).astype(int),
        }
    )
    noisy = risk + rng.normal(size=n) * 0.5
    model = pd.DataFrame({"case": np.arange(n), "risk": noisy, "risk_30d": 1 - np.exp(-0.6 * np.exp(noisy))})
    points = pd.DataFrame({"case": np.arange(n), "risk": np.round(risk + rng.normal(size=n))})
    return frame, Readings.from_frame(model, "model"), Readings.from_frame(points, "points")


@pytest.fixture
def result(patients):
    frame, model, points = patients
    return evaluate([model, points], Truth.from_frame(frame))


def test_horizons_are_those_that_a_reader_gives_a_probability_for(result):
    assert result.horizons_days == (30.0,)
    assert {row.at for row in result.measures if row.measure == "auroc"} == {"30d"}


def test_a_case_censored_before_the_horizon_is_left_out_and_counted(patients, result):
    frame, model, _ = patients
    test = frame[frame["part"] == "test"]
    unknown = (test["time"] < 30) & (test["event"] == 0)
    row = result.find("model", "test", "auroc", at="30d")
    dead = ((test["time"] <= 30) & (test["event"] == 1))[~unknown].to_numpy()
    expected = auroc(model.frame.loc[test.index[~unknown], "risk_30d"].to_numpy(), dead)
    assert (row.value, row.se) == (expected.value, expected.se)
    assert (row.n, row.events) == (int((~unknown).sum()), int(dead.sum()))
    counted = [n.n for n in result.warnings if n.code == "censored_before_horizon" and "of test" in n.text]
    assert counted == [int(unknown.sum())]
    assert result.find("model", "test", "auc_t").n == len(test)


def test_a_probability_is_checked_for_truth_and_a_mere_risk_is_not(result):
    assert result.find("model", "test", "brier_t", at="30d").low is not None
    assert result.find("model", "test", "o_e", at="30d").value == pytest.approx(1, abs=0.4)
    assert result.find("points", "test", "brier_t") is None


def test_everything_is_compared_on_the_same_cases(result):
    for measure in ("auroc", "auc_t", "harrell_c"):
        row = result.compare("model", "points", "test", measure)
        here = result.find("model", "test", measure)
        there = result.find("points", "test", measure)
        assert row.difference == pytest.approx(here.value - there.value)
        assert row.n == here.n
    assert result.compare("model", "points", "validation", "auroc") is None


def test_risk_groups_are_cut_on_validation_and_held(patients, result):
    frame, model, _ = patients
    risk = model.frame["risk"].to_numpy()
    validation = np.sort(risk[:120])
    assert result.risk_cuts["model"] == (validation[40], validation[80])
    group = risk_groups(risk[120:320], result.risk_cuts["model"])
    test = frame.iloc[120:320]
    expected = log_rank(test["time"].to_numpy(), test["event"].to_numpy(), group)
    row = result.compare("model", None, "test", "log_rank", of="risk_group")
    assert (row.statistic, row.df, row.p) == (expected.statistic, 2.0, expected.p)
    sizes = [
        row.n
        for row in result.measures
        if (row.reader, row.part, row.measure) == ("model", "test", "survival_t")
    ]
    assert sizes == list(np.bincount(group))


def test_coarse_points_make_as_many_groups_as_they_can(result):
    assert len(result.risk_cuts["points"]) in {1, 2}
    assert all(cut == round(cut) for cut in result.risk_cuts["points"])


def test_all_followed_for_exactly_the_horizon():
    rng = np.random.default_rng(1)
    risk = rng.normal(size=200)
    death = rng.exponential(60 * np.exp(-risk))
    frame = pd.DataFrame({"case": np.arange(200), "time": np.minimum(death, 30), "event": death <= 30})
    readings = Readings.from_frame(pd.DataFrame({"case": np.arange(200), "risk": risk}), "model")
    result = evaluate([readings], Truth.from_frame(frame), EvaluationOptions(horizons_days=(30.0,)))
    area, weighted = result.find("model", "test", "auroc"), result.find("model", "test", "auc_t")
    assert area.n == 200
    # Nobody is lost before the horizon, so that both are the same question.
    assert weighted.value == pytest.approx(area.value)
    assert weighted.se == pytest.approx(area.se, rel=0.02)


def test_a_horizon_beyond_the_follow_up_is_said(patients):
    frame, model, _ = patients
    result = evaluate([model], Truth.from_frame(frame), EvaluationOptions(horizons_days=(9999.0,)))
    assert "horizon_not_reached" in {notice.code for notice in result.warnings}
    assert result.find("model", "test", "auc_t") is None
    assert result.find("model", "test", "harrell_c") is not None


def test_a_risk_by_a_day_must_be_a_probability(patients):
    frame, model, _ = patients
    percent = Readings.from_frame(model.frame.assign(risk_30d=model.frame["risk_30d"] * 100))
    with pytest.raises(ReadingsError, match="`risk_30d` of model are not between 0 and 1"):
        evaluate([percent], Truth.from_frame(frame))


def test_unknown_outcomes_are_left_out_and_counted(patients):
    frame, model, _ = patients
    frame["event"] = frame["event"].astype(object)
    frame.loc[[130, 131], "event"] = ""
    result = evaluate([model], Truth.from_frame(frame))
    assert {n.code: n.n for n in result.warnings}["unknown_outcome"] == 2
    assert result.find("model", "test", "harrell_c").n == 198


def test_a_part_without_events(patients):
    frame, model, _ = patients
    frame.loc[frame["part"] == "B", "event"] = 0
    result = evaluate([model], Truth.from_frame(frame))
    assert result.find("model", "B", "harrell_c") is None
    assert "no_events" in {notice.code for notice in result.warnings}


def test_repeats_and_ensemble(patients):
    frame, model, points = patients
    rng = np.random.default_rng(0)
    tables = [
        model.frame.assign(repeat=number, risk=model.frame["risk"] + rng.normal(size=500))
        for number in (1, 2, 3)
    ]
    result = evaluate([Readings.from_frame(pd.concat(tables)), points], Truth.from_frame(frame))
    row = result.find("model", "test", "harrell_c")
    assert row.method == "hierarchical_bootstrap_percentile"
    assert row.low < row.value < row.high < 1
    assert result.find("model-ensemble", "test", "harrell_c").value > row.value
    assert result.compare("model", "points", "test", "harrell_c").method == "hierarchical_bootstrap_wald"


def test_readers_of_other_cases_are_compared_as_if_independent(patients):
    frame, model, points = patients
    result = evaluate([model, points], Truth.from_frame(frame), EvaluationOptions(unpaired=True))
    row = result.compare("model", "points", "test", "harrell_c")
    here, there = result.find("model", "test", "harrell_c"), result.find("points", "test", "harrell_c")
    assert row.method == "unpaired_wald"
    assert row.se == pytest.approx(np.hypot(here.se, there.se))


def test_a_rule_that_only_decides_is_judged_at_the_horizon(patients):
    frame, model, _ = patients
    high = np.where(model.frame["risk"] > 0.5, "yes", "no")
    rule = Readings.from_frame(pd.DataFrame({"case": frame["case"], "decision": high}), "rule")
    result = evaluate([model, rule], Truth.from_frame(frame))
    assert result.find("rule", "test", "harrell_c") is None
    assert result.find("rule", "test", "auroc") is None
    row = result.find("rule", "test", "sensitivity")
    assert 0.3 < row.value < 1
    assert row.n == result.find("model", "test", "auroc", at="30d").n
    assert result.compare("model", "rule", "test", "specificity", at="30d").method == "mcnemar_exact"
    assert "auroc_refused" in {notice.code for notice in result.warnings}


def test_thresholds_are_chosen_on_validation_cases_of_known_status(patients, result):
    frame, model, _ = patients
    known = (frame["time"] >= 30) | (frame["event"] == 1)
    rows = ((frame["part"] == "validation") & known).to_numpy()
    dead = ((frame["time"] <= 30) & (frame["event"] == 1)).to_numpy()
    expected = choose_threshold(model.frame["risk_30d"].to_numpy()[rows], dead[rows])
    assert result.thresholds["model"] == expected
    assert result.find("model", "test", "sensitivity").at == "30d"
