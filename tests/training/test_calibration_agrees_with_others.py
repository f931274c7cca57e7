"""Stretch and shift on the validation part, against scikit-learn, direct minimisation and made-up worlds."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import norm
from scipy.stats import t as student
from sklearn.linear_model import LogisticRegression

from hilum.models import Shape, build_model
from hilum.tasks import (
    ClassificationTask,
    CompetingTask,
    FindingsTask,
    HorizonTask,
    RegressionTask,
    SurvivalTask,
)
from hilum.training.calibrate import Calibration, Opinions, calibrate, into_head, settled

TWO = ClassificationTask(("normal", "pneumonia"))
THREE = ClassificationTask(("normal", "bacterial", "viral"))


def chance(logits):
    return 1 / (1 + np.exp(-logits))


def two_classes(logits, rng):
    ill = rng.random(len(logits)) < chance(logits)
    return pd.DataFrame({"label": np.where(ill, "pneumonia", "normal")})


def loss(task, outputs, cases):
    return float(task.loss(torch.from_numpy(outputs), torch.from_numpy(task.targets(cases)), 0.0).mean())


def test_two_classes_get_platts_line_as_scikit_learn_finds_it():
    rng = np.random.default_rng(0)
    truth = rng.normal(-1, 1.5, 20_000)
    said = ((truth + 0.7) / 0.4)[:, None].astype(np.float32)
    cases = two_classes(truth, rng)
    found = calibrate(TWO, said, cases)
    platt = LogisticRegression(C=np.inf, tol=1e-10).fit(said.astype(np.float64), cases["label"])
    assert found.stretch[0] == pytest.approx(float(platt.coef_[0, 0]), abs=2e-3)
    assert found.shift[0] == pytest.approx(float(platt.intercept_[0]), abs=2e-3)
    assert found.cases == 20_000


def test_more_classes_get_temperature_and_bias_as_scipy_finds_them():
    rng = np.random.default_rng(1)
    truth = np.array([1.0, 0.0, -0.5]) + rng.normal(0, 1.5, (400, 3))
    label = (truth + rng.gumbel(size=truth.shape)).argmax(axis=1)
    cases = pd.DataFrame({"label": np.array(THREE.classes)[label]})
    said = (2 * truth + [0.0, 1.0, 0.5]).astype(np.float32)

    def penalised(chosen):
        logits = said * np.exp(chosen[0]) + chosen[1:]
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        believed = student.logpdf(chosen[0], df=3, scale=0.2) + norm.logpdf(chosen[1:]).sum()
        return -logs[np.arange(400), label].sum() - believed

    best = minimize(penalised, np.zeros(4), method="Nelder-Mead", options={"xatol": 1e-7, "maxiter": 9999})
    found = calibrate(THREE, said, cases)
    assert found.stretch == pytest.approx([np.exp(best.x[0])] * 3, abs=1e-3)
    assert found.shift == pytest.approx(best.x[1:], abs=1e-3)


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_outputs_that_are_right_already_stay_as_they_are(slope):
    rng = np.random.default_rng(2)
    truth = rng.normal(-0.5, slope, 20_000)
    found = calibrate(TWO, truth[:, None].astype(np.float32), two_classes(truth, rng))
    assert found.stretch[0] == pytest.approx(1, abs=0.08)
    assert found.shift[0] == pytest.approx(0, abs=0.06)


def stretches_of_samples(raw, rng, samples=40, n=1000):
    """What hilum and Platt's line choose on small samples, where the right stretch is 1 / raw."""
    ours, platts = [], []
    for _ in range(samples):
        truth = rng.normal(-1.8, 0.95, n)
        said, cases = (raw * truth)[:, None].astype(np.float32), two_classes(truth, rng)
        ours.append(raw * calibrate(TWO, said, cases).stretch[0])
        platts.append(raw * LogisticRegression(C=np.inf).fit(said, cases["label"] == "pneumonia").coef_[0, 0])
    return np.log(ours), np.log(platts)


def test_two_hundred_events_move_outputs_that_are_nearly_right_less_than_platts_line_does():
    ours, platts = stretches_of_samples(1.05, np.random.default_rng(3))
    assert np.sqrt((ours**2).mean()) < 0.8 * np.sqrt((platts**2).mean())
    assert (abs(ours) < np.log(1.15)).mean() > (abs(platts) < np.log(1.15)).mean()


@pytest.mark.parametrize("raw", [2.0, 0.25])
def test_outputs_that_are_far_off_are_set_right_nearly_as_far_as_platts_line_does(raw):
    ours, platts = stretches_of_samples(raw, np.random.default_rng(4))
    assert abs(ours.mean()) < 0.06
    assert np.sqrt((ours**2).mean()) < 1.2 * np.sqrt((platts**2).mean())


@pytest.mark.parametrize("raw", [0.6, 1.0, 1.4])
def test_the_same_cases_asked_twice_say_no_more(raw):
    rng = np.random.default_rng(12)
    truth = rng.normal(-1.8, 0.95, 500)
    said, cases = (raw * truth)[:, None].astype(np.float32), two_classes(1.2 * truth, rng)
    first = calibrate(TWO, said, cases)
    again = calibrate(TWO, first.applied(said), cases, np.array(first.stretch))
    unaware = calibrate(TWO, first.applied(said), cases)
    assert again.stretch[0] == pytest.approx(1, abs=0.01)
    assert abs(np.log(again.stretch[0])) < abs(np.log(unaware.stretch[0]))


def test_cases_that_were_read_unseen_count_as_scipy_weighs_them():
    rng = np.random.default_rng(13)
    truth, others = rng.normal(-1.5, 1, 300), rng.normal(-1.5, 1, 900)
    said, cases = (0.7 * truth)[:, None].astype(np.float32), two_classes(truth, rng)
    unseen = Opinions(TWO, (1.3 * others + 0.2)[:, None].astype(np.float32), two_classes(others, rng))
    first = calibrate(TWO, said, cases)
    ill = np.concatenate([cases["label"], unseen.cases["label"]]) == "pneumonia"
    logits = np.concatenate([first.applied(said)[:, 0], unseen.outputs[:, 0]]).astype(np.float64)

    def penalised(chosen):
        found = logits * np.exp(chosen[0]) + chosen[1]
        believed = student.logpdf(chosen[0] + np.log(first.stretch[0]), df=3, scale=0.2)
        return np.logaddexp(0, np.where(ill, -found, found)).sum() - believed - norm.logpdf(chosen[1])

    best = minimize(penalised, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
    found = calibrate(TWO, said, cases, unseen=[unseen])
    assert (found.cases, found.unseen) == (300, 900)
    assert found.stretch[0] == pytest.approx(first.stretch[0] * np.exp(best.x[0]), abs=1e-3)
    assert found.shift[0] == pytest.approx(first.shift[0] * np.exp(best.x[0]) + best.x[1], abs=1e-3)


def test_with_cases_read_unseen_a_small_validation_part_misleads_less():
    """Three networks read a third each; all four were set right on the same two hundred events."""
    rng, alone, together = np.random.default_rng(14), [], []
    for _ in range(20):
        truth = rng.normal(-1.8, 0.95, 1000)
        cases, unseen = two_classes(truth, rng), []
        for raw in (0.9, 1.0, 1.1):
            own = calibrate(TWO, (raw * truth)[:, None].astype(np.float32), cases)
            others = rng.normal(-1.8, 0.95, 1333)
            outputs = own.applied((raw * others)[:, None].astype(np.float32))
            unseen.append(Opinions(TWO, outputs, two_classes(others, rng)))
        said = (0.95 * truth)[:, None].astype(np.float32)
        alone.append(np.log(0.95 * calibrate(TWO, said, cases).stretch[0]))
        together.append(np.log(0.95 * calibrate(TWO, said, cases, unseen=unseen).stretch[0]))
    assert np.square(together).mean() < 0.6 * np.square(alone).mean()


def test_networks_with_other_intervals_of_time_count_too():
    rng = np.random.default_rng(15)
    severity, others = rng.normal(size=(400, 1)), rng.normal(size=(4000, 1))
    level = np.array([-3.0, -2.0, -1.0])
    cases, further = hazards_to_cases(level + severity, rng), hazards_to_cases(level + others, rng)
    edges = (30.0, 365.0, 3650.0)
    coarse = SurvivalTask((365.0, 3650.0), (365.0,))
    two = np.concatenate(
        [np.log(np.exp(level[0] + others) + np.exp(level[1] + others)), level[2] + others], 1
    )
    unseen = Opinions(coarse, (two.mean(axis=0) + (two - two.mean(axis=0)) / 1.5).astype(np.float32), further)
    task, said = SurvivalTask(edges, edges), (level + severity / 1.5).astype(np.float32)
    found = calibrate(task, said, cases, unseen=[unseen])
    alone = calibrate(task, said, cases)
    assert found.unseen == 4000
    assert found.stretch[0] > 1.2 * alone.stretch[0]  # the others lack a stretch of 1.5 after theirs
    of_another_kind = Opinions(TWO, said[:, :1], two_classes(severity[:, 0], rng))
    assert calibrate(task, said, cases, unseen=[of_another_kind]) == alone


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 5), st.floats(-4, 4), st.integers(20, 80))
def test_the_loss_on_its_own_cases_is_never_larger(seed, stretch, shift, n):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    label = rng.choice(THREE.classes, n)
    known = np.where(rng.random((n, 2)) < 0.3, np.nan, rng.random((n, 2)) < 0.4)
    time = pd.DataFrame({"time": rng.uniform(1, 99, n), "event": rng.integers(0, 3, n)})
    for task, cases in (
        (TWO, two_classes(truth, rng)),
        (THREE, pd.DataFrame({"label": label})),
        (FindingsTask(("mass", "nodule")), pd.DataFrame(known, columns=["mass", "nodule"])),
        (SurvivalTask((20.0, 60.0, 100.0)), time),
        (CompetingTask((20.0, 60.0, 100.0)), time),
        (HorizonTask(50.0), time),
    ):
        said = (rng.normal(size=(n, task.outputs)) * stretch + shift).astype(np.float32)
        right = calibrate(task, said, cases).applied(said)
        assert loss(task, right, cases) <= loss(task, said, cases) + 1e-5


def test_a_number_and_fewer_than_twenty_cases_are_left_alone():
    rng = np.random.default_rng(3)
    number = calibrate(
        RegressionTask(0.0, 1.0), np.ones((50, 1), np.float32), pd.DataFrame({"value": [1.0] * 50})
    )
    few = calibrate(TWO, np.full((19, 1), 9, np.float32), two_classes(rng.normal(size=19), rng))
    assert number == few == Calibration((1.0,), (0.0,))


def test_cases_told_apart_without_an_error_do_not_make_a_model_sure_without_limit():
    cases = pd.DataFrame({"label": ["normal", "pneumonia"] * 20})
    said = np.tile([[-1.0], [1.0]], (20, 1)).astype(np.float32)
    found = calibrate(TWO, said, cases)
    assert 1 < found.stretch[0] < 20
    nobody = calibrate(TWO, np.zeros((40, 1), np.float32), pd.DataFrame({"label": ["normal"] * 40}))
    assert -4 < nobody.shift[0] < -1


def test_a_finding_is_set_right_as_far_among_fourteen_as_alone():
    there = (np.arange(200) % 10 == 0).astype(float)
    names = tuple(f"finding {number}" for number in range(14))
    alone = calibrate(
        FindingsTask(names[:1]), np.zeros((200, 1), np.float32), pd.DataFrame({names[0]: there})
    )
    among = calibrate(
        FindingsTask(names), np.zeros((200, 14), np.float32), pd.DataFrame(dict.fromkeys(names, there))
    )
    assert among.shift == pytest.approx([alone.shift[0]] * 14, abs=1e-4)


def test_a_finding_that_is_unknown_in_every_validation_case_is_left_as_it_is():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=2000)
    cases = pd.DataFrame({"mass": (rng.random(2000) < chance(truth)).astype(float), "nodule": np.nan})
    said = np.column_stack([truth * 3, truth * 3]).astype(np.float32)
    found = calibrate(FindingsTask(("mass", "nodule")), said, cases)
    assert found.stretch[0] == pytest.approx(1 / 3, abs=0.05)
    assert (found.stretch[1], found.shift[1]) == (1.0, 0.0)


def hazards_to_cases(logits, rng, competing=None):
    """Follow cases through three intervals that end on days 30, 365 and 3650."""
    time, event = np.full(len(logits), 4000.0), np.zeros(len(logits), int)
    alive = np.ones(len(logits), bool)
    for interval, day in enumerate((15.0, 200.0, 2000.0)):
        first, second = np.exp(logits[:, interval]), np.zeros(len(logits))
        if competing is not None:
            second = np.exp(competing[:, interval])
        drawn = rng.random(len(logits)) * (1 + first + second)
        for kind, low, high in ((1, 0.0, first), (2, first, first + second)):
            now = alive & (drawn >= low) & (drawn < high)
            time[now], event[now] = day, kind
            alive &= ~now
    return pd.DataFrame({"time": time, "event": event})


def test_hazards_of_rare_and_of_frequent_intervals_are_both_set_right():
    rng = np.random.default_rng(5)
    edges, level = (30.0, 365.0, 3650.0), np.array([-5.0, -2.0, 0.0])
    task, severity = SurvivalTask(edges, edges), rng.normal(size=(30_000, 1))
    cases = hazards_to_cases(level + severity, rng)
    said = (level + 2.5 * severity + 0.5).astype(np.float32)
    found = calibrate(task, said[:4000], cases[:4000])
    assert found.stretch == pytest.approx([0.4] * 3, abs=0.04)
    read = task.predict(found.applied(said[4000:]))
    for day in edges:
        observed = ((cases["time"] <= day) & (cases["event"] == 1))[4000:].mean()
        assert read[f"risk_{day:g}d"].mean() == pytest.approx(observed, rel=0.12)


def test_event_and_competing_event_are_set_right_each_by_itself():
    rng = np.random.default_rng(6)
    edges, severity = (30.0, 365.0, 3650.0), rng.normal(size=(30_000, 1))
    event, other = np.array([-4.0, -2.5, -1.0]) + severity, np.array([-3.0, -2.0, -1.0]) - severity / 2
    cases = hazards_to_cases(event, rng, other)
    task = CompetingTask(edges, edges)
    said = np.concatenate([event + 1, other - 1], axis=1).astype(np.float32)
    found = calibrate(task, said[:6000], cases[:6000])
    read = task.predict(found.applied(said[6000:]))
    for day in edges:
        observed = ((cases["time"] <= day) & (cases["event"] == 1))[6000:].mean()
        assert read[f"risk_{day:g}d"].mean() == pytest.approx(observed, rel=0.1)


def test_one_horizon_of_a_balanced_training_is_corrected_once():
    rng = np.random.default_rng(7)
    truth = rng.normal(size=4000) - 3
    died = rng.random(4000) < chance(truth)
    cases = pd.DataFrame({"time": np.where(died, 10.0, 40.0), "event": died.astype(int)})
    task = HorizonTask(30.0).balanced_for(HorizonTask(30.0).targets(cases))
    shift, plain = settled(task)
    as_trained = (truth[:, None] - shift).astype(np.float32)
    assert plain.predict((as_trained + shift).astype(np.float32))["risk"] == pytest.approx(
        task.predict(as_trained)["risk"], abs=1e-6
    )
    right = calibrate(plain, (as_trained + shift).astype(np.float32), cases).applied(as_trained + shift)
    assert plain.predict(right)["risk_30d"].mean() == pytest.approx(died.mean(), rel=0.05)


@pytest.mark.parametrize(
    "task",
    [
        ClassificationTask(("normal", "pneumonia"), (-0.2, -1.7)),
        ClassificationTask(THREE.classes, (-0.5, -1.5, -2.0)),
        FindingsTask(("mass", "nodule"), (3.0, 20.0)),
        HorizonTask(30.0, -2.0),
        SurvivalTask((30.0, 60.0), (30.0,)),
    ],
    ids=lambda task: type(task).__name__,
)
def test_a_settled_task_gives_the_same_opinions_of_shifted_outputs(task):
    outputs = np.random.default_rng(8).normal(size=(30, task.outputs)).astype(np.float32)
    shift, plain = settled(task)
    before, after = task.predict(outputs), plain.predict((outputs + shift).astype(np.float32))
    for column in task.columns:
        np.testing.assert_allclose(after[column], before[column], atol=1e-6)
    assert settled(plain)[1] == plain
    assert not settled(plain)[0].any()


def test_a_network_with_the_calibration_inside_says_what_applying_it_gives():
    torch.manual_seed(0)
    network = build_model("small_cnn", Shape(1, 3, 32)).eval()
    images = torch.randn(5, 1, 32, 32)
    found = Calibration((0.5, 2.0, 1.1), (1.0, -2.0, 0.0), 50)
    with torch.no_grad():
        expected = found.applied(network(images).numpy())
        network.load_state_dict(into_head(network.state_dict(), found))
        np.testing.assert_allclose(network(images).numpy(), expected, atol=1e-5)
