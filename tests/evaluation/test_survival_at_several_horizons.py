"""A whole evaluation with several horizons, competing events, repeats, and follow-up that is not right."""

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import EvaluationOptions, Readings, Truth, choose_threshold, evaluate
from hilum.evaluation.measures.censoring import auc_t
from hilum.evaluation.measures.cox_slope import calibration_slope_t
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.incidence import aalen_johansen
from hilum.evaluation.measures.survival_benefit import net_benefit_t
from hilum.evaluation.measures.survival_brier import integrated_brier
from hilum.evaluation.measures.uno import uno_c

N, DAYS = 500, (30.0, 90.0)


def _truth(seed=21, *, causes=1):
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=N)
    times = [rng.uniform(5, 200, N), rng.exponential(60 * np.exp(-risk)), rng.exponential(120, N)]
    stacked = np.stack(times[: causes + 1])
    frame = pd.DataFrame(
        {
            "case": np.arange(N),
            "part": np.repeat(["validation", "test", "B"], [120, 200, 180]),
            "time": stacked.min(axis=0),
            "event": stacked.argmin(axis=0),
        }
    )
    return frame, risk


def _readings(risk, noise, name, *, repeats=1):
    rng = np.random.default_rng(int(noise * 100))
    tables = []
    for repeat in range(1, repeats + 1):
        seen = risk + rng.normal(size=N) * noise
        table = {"case": np.arange(N), "risk": seen}
        table |= {f"risk_{day:g}d": 1 - np.exp(-day / 70 * np.exp(seen)) for day in DAYS}
        tables.append(pd.DataFrame(table | ({"repeat": repeat} if repeats > 1 else {})))
    return Readings.from_frame(pd.concat(tables), name)


@pytest.fixture(scope="module")
def whole():
    frame, risk = _truth()
    readers = [_readings(risk, 0.4, "model"), _readings(risk, 1.0, "score")]
    return frame, readers, evaluate(readers, Truth.from_frame(frame))


def _test_rows(frame, reader):
    rows = (frame["part"] == "test").to_numpy()
    return (
        rows,
        reader.frame[rows],
        FollowUp.of(frame["time"][rows].to_numpy(), frame["event"][rows].to_numpy()),
    )


def test_every_horizon_has_its_threshold_from_its_own_validation_cases(whole):
    frame, readers, result = whole
    for day, key in ((30, "model"), (90, "model@90d")):
        known = (frame["time"] >= day) | (frame["event"] == 1)
        rows = ((frame["part"] == "validation") & known).to_numpy()
        dead = ((frame["time"] <= day) & (frame["event"] == 1)).to_numpy()[rows]
        expected = choose_threshold(readers[0].frame[f"risk_{day}d"].to_numpy()[rows], dead)
        assert result.thresholds[key] == expected
        assert result.find("model", "test", "sensitivity", at=f"{day}d").value > 0
    assert set(result.thresholds) == {"model", "score", "model@90d", "score@90d"}
    places = {matrix.at for matrix in result.confusions if (matrix.reader, matrix.part) == ("model", "test")}
    assert places == {"30d", "90d"}
    assert result.compare("model", "score", "test", "specificity", at="90d") is not None


def test_what_a_probability_is_measured_by(whole):
    frame, readers, result = whole
    rows, table, follow_up = _test_rows(frame, readers[0])
    probability = table["risk_90d"].to_numpy()
    row = result.find("model", "test", "calibration_slope", at="90d")
    expected = calibration_slope_t(probability, follow_up, 90)
    assert (row.value, row.low, row.method) == (expected.value, expected.low, "cox_efron_wald")
    row = result.find("model", "test", "net_benefit", at="90d,threshold=0.2")
    expected = net_benefit_t(probability, follow_up, 90, 0.2)
    assert (row.value, row.se) == (expected.value, expected.se)
    null, brier = (result.find("model", "test", name, at="90d").value for name in ("brier_null_t", "brier_t"))
    assert result.find("model", "test", "scaled_brier_t", at="90d").value == pytest.approx(1 - brier / null)
    row = result.find("model", "test", "integrated_brier")
    grid = table[["risk_30d", "risk_90d"]].to_numpy()
    assert (row.at, row.value) == ("grid=30d,90d", integrated_brier(grid, follow_up, np.array(DAYS)).value)
    assert row.n == int(rows.sum())
    assert result.compare("model", "score", "test", "brier_t", at="90d").difference < 0
    assert result.compare("model", "score", "test", "net_benefit", at="30d,threshold=0.3").p is not None


def test_unos_c_looks_up_to_the_largest_horizon_or_the_day_asked_for(whole):
    frame, readers, result = whole
    _, table, follow_up = _test_rows(frame, readers[0])
    row, expected = result.find("model", "test", "uno_c"), uno_c(table["risk"].to_numpy(), follow_up, 90)
    assert (row.at, row.value, row.se) == ("90d", expected.value, expected.se)
    assert row.events == int(((follow_up.event == 1) & (follow_up.time < 90)).sum())
    assert result.compare("model", "score", "test", "uno_c").difference == pytest.approx(
        row.value - result.find("score", "test", "uno_c").value
    )
    other = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(tau_days=40))
    assert other.find("model", "test", "uno_c").at == "40d"
    late = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(tau_days=4000))
    assert late.find("model", "test", "uno_c") is None
    assert any(n.code == "tau_not_reached" and "day 4000" in n.text for n in late.warnings)


def test_without_a_horizon_unos_c_looks_as_far_as_a_tenth_is_followed():
    frame, risk = _truth()
    readings = Readings.from_frame(pd.DataFrame({"case": np.arange(N), "risk": risk}), "model")
    row = evaluate([readings], Truth.from_frame(frame)).find("model", "test", "uno_c")
    day = float(row.at.removesuffix("d"))
    shares = frame.groupby("part")["time"].apply(lambda time: (time >= day - 0.01).mean())
    assert shares.min() == pytest.approx(0.1, abs=0.005)


def test_a_reader_trained_several_times_has_hierarchical_intervals_at_horizons():
    frame, risk = _truth()
    readers = [_readings(risk, 0.6, "model", repeats=3), _readings(risk, 1.0, "score")]
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(bootstrap=400))
    rows = np.flatnonzero((frame["part"] == "test").to_numpy())
    follow_up = FollowUp.of(frame["time"].to_numpy()[rows], frame["event"].to_numpy()[rows])
    tables = [table for _, table in readers[0].frame.groupby("repeat")]
    areas = [auc_t(table["risk_30d"].to_numpy()[rows], follow_up, 30).value for table in tables]
    row = result.find("model", "test", "auc_t", at="30d")
    assert row.value == pytest.approx(np.mean(areas))
    ensemble = result.find("model-ensemble", "test", "auc_t", at="30d")
    assert row.se == pytest.approx(ensemble.se, rel=0.35)
    for name, at in (
        ("brier_t", "30d"),
        ("o_e", "30d"),
        ("uno_c", "90d"),
        ("net_benefit", "30d,threshold=0.2"),
    ):
        row = result.find("model", "test", name, at=at)
        assert row.method == "hierarchical_bootstrap_percentile", name
        assert row.low < row.value < row.high
        compared = result.compare("model", "score", "test", name, at=at)
        assert name == "o_e" or compared.method == "hierarchical_bootstrap_wald"
    assert result.thresholds.keys() >= {"model/1", "model@90d/1", "model@90d/3", "model-ensemble@90d"}
    # The number of events is a matter of chance too: about 13 % of observed / expected here.
    analytic = result.find("model-ensemble", "test", "o_e", at="30d")
    assert result.find("model", "test", "o_e", at="30d").se == pytest.approx(analytic.se, rel=0.35)


def test_competing_events_change_what_is_shown_and_are_said():
    frame, risk = _truth(causes=2)
    model = _readings(risk, 0.4, "model")
    result = evaluate([model], Truth.from_frame(frame))
    competing = {n.text.split(" had")[0]: n.n for n in result.warnings if n.code == "competing_events"}
    rows = (frame["part"] == "test").to_numpy()
    count = int((frame["event"][rows] == 2).sum())
    assert competing[f"{count} cases of test"] == count
    assert result.find("model", "test", "harrell_c").events == int((frame["event"][rows] == 1).sum())
    assert result.find("model", "test", "survival_t") is None
    assert result.find("model", "test", "uno_c") is None
    assert result.find("model", "test", "calibration_slope") is None
    assert result.find("model", "test", "net_benefit", at="30d,threshold=0.2").value is not None
    low, middle = result.risk_cuts["model"]
    group = rows & (model.frame["risk"] >= middle).to_numpy()
    expected = aalen_johansen(frame["time"][group].to_numpy(), frame["event"][group].to_numpy()).at(90)
    row = result.find("model", "test", "cumulative_incidence_t", at="90d", of="risk_group=high")
    assert (row.value, row.low, row.method) == (expected.value, expected.low, "aalen_johansen_log_log")
    assert low < middle


def _codes(frame, readings, options=EvaluationOptions()):  # noqa: B008 - frozen
    result = evaluate([readings], Truth.from_frame(frame), options)
    return {notice.code: notice for notice in result.warnings}, result


def test_day_zero_is_said():
    frame, risk = _truth()
    frame.loc[130:133, ["time", "event"]] = (0.0, 1)
    frame.loc[140:142, ["time", "event"]] = (0.0, 0)
    found, result = _codes(frame, _readings(risk, 0.4, "model"))
    assert (found["event_on_day_zero"].n, found["no_follow_up"].n) == (4, 3)
    assert result.find("model", "test", "harrell_c").n == 200


def test_immortal_time_is_said():
    frame, risk = _truth()
    late = frame.assign(entry=np.where(np.arange(N) == 150, 12, 0))
    found, _ = _codes(late, _readings(risk, 0.4, "model"))
    assert found["immortal_time"].n == 1
    assert "`entry`" in found["immortal_time"].text
    survived = frame.assign(time=frame["time"] + 60)
    found, _ = _codes(survived, _readings(risk, 0.4, "model"))
    assert "no case of" in found["immortal_time"].text
    assert "immortal_time" not in _codes(frame, _readings(risk, 0.4, "model"))[0]
    months = frame.assign(time=np.ceil(frame["time"] / 30) * 30)
    assert "immortal_time" not in _codes(months, _readings(risk, 0.4, "model"))[0]


def test_horizons_out_of_reach_are_named_and_the_rest_is_measured():
    frame, risk = _truth()
    options = EvaluationOptions(horizons_days=(0.01, 30.0, 9999.0), tau_days=60)
    found, result = _codes(frame, _readings(risk, 0.4, "model"), options)
    assert found["no_events_by_horizon"].n in {120, 180, 200}
    assert "9999 days" in found["horizon_not_reached"].text
    assert {row.at for row in result.measures if row.measure == "auc_t"} == {"30d"}


def test_all_censored_in_a_part():
    frame, risk = _truth()
    frame.loc[frame["part"] == "B", "event"] = 0
    found, result = _codes(frame, _readings(risk, 0.4, "model"))
    assert found["no_events"].n == 180
    assert {row.measure for row in result.measures if row.part == "B"} & {
        "harrell_c",
        "uno_c",
        "auc_t",
    } == set()


def test_a_risk_that_falls_with_time_is_said():
    frame, risk = _truth()
    model = _readings(risk, 0.4, "model")
    table = model.frame.drop(columns="reader", errors="ignore")
    table.loc[:9, "risk_90d"] = 0.0
    found, _ = _codes(frame, Readings.from_frame(table, "model"))
    assert found["risk_falls_with_time"].n == 10


def test_several_cases_of_a_patient_widen_the_intervals_of_risk_groups():
    frame, risk = _truth()
    frame["patient"] = np.arange(N) // 2
    result = evaluate([_readings(risk, 0.4, "model")], Truth.from_frame(frame))
    row = result.find("model", "test", "survival_t", at="30d", of="risk_group=high")
    assert row.method == "kaplan_meier_log_log_clustered"
    assert row.low < row.value < row.high
    assert result.find("model", "test", "median_survival", of="risk_group=high").low is None
    assert "log_rank_clustered" in {notice.code for notice in result.warnings}


def test_groups_of_patients_are_measured_at_every_horizon():
    frame, risk = _truth()
    frame["sex"] = np.where(np.arange(N) % 2, "F", "M")
    readers = [_readings(risk, 0.4, "model"), _readings(risk, 0.6, "other", repeats=2)]
    result = evaluate(readers, Truth.from_frame(frame), EvaluationOptions(subgroups=("sex",), bootstrap=100))
    rows = ((frame["part"] == "test") & (frame["sex"] == "F")).to_numpy()
    follow_up = FollowUp.of(frame["time"][rows].to_numpy(), frame["event"][rows].to_numpy())
    expected = auc_t(readers[0].frame["risk_90d"].to_numpy()[rows], follow_up, 90)
    row = result.find("model", "test", "auc_t", at="90d", of="sex=F")
    assert (row.value, row.se, row.n) == (expected.value, expected.se, int(rows.sum()))
    assert result.find("model", "test", "harrell_c", of="sex=M").value > 0.5
