"""Images of one patient resemble each other: intervals and tests count patients."""

import numpy as np
import pytest

from hilum.evaluation import (
    Calls,
    FollowUp,
    Readings,
    Truth,
    auc_t,
    auroc,
    auroc_difference,
    brier,
    calibration_slope,
    evaluate,
    harrell_c,
    macro_auroc,
    mcnemar_clustered,
    share_of_cases,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(2)
    label = rng.random(200) < 0.4
    scores = rng.normal(size=(2, 200)) + label
    return scores, label, np.arange(200)


def test_with_one_case_a_patient_nothing_changes(data):
    scores, label, patient = data
    assert auroc(scores[0], label, patient) == auroc(scores[0], label)
    assert auroc_difference(scores[0], scores[1], label, patient) == auroc_difference(*scores, label)


@pytest.mark.parametrize("copies", [2, 5])
def test_copies_of_the_same_images_add_no_knowledge(data, copies):
    scores, label, patient = data
    many, labels, patients = (
        np.repeat(scores, copies, axis=1),
        np.repeat(label, copies),
        np.repeat(patient, copies),
    )
    once = auroc(scores[0], label)
    clustered = auroc(many[0], labels, patients)
    assert clustered.method == "delong_clustered_wald"
    assert clustered.value == pytest.approx(once.value)
    assert clustered.se == pytest.approx(once.se, rel=0.01)
    assert auroc(many[0], labels).se == pytest.approx(once.se / np.sqrt(copies), rel=0.02)
    once = auroc_difference(scores[0], scores[1], label)
    clustered = auroc_difference(many[0], many[1], labels, patients)
    assert clustered.p == pytest.approx(once.p, rel=0.02)
    assert clustered.method == "delong_paired_clustered"


def test_copies_add_nothing_to_the_other_measures_either(data):
    scores, label, patient = data
    patients = np.repeat(patient, 3)
    once, clustered = share_of_cases(scores[0] > 0.5), share_of_cases(np.repeat(scores[0] > 0.5, 3), patients)
    assert (clustered.low, clustered.high) == pytest.approx((once.low, once.high), abs=0.002)
    time = np.random.default_rng(0).exponential(50, 200)
    follow_up, many = FollowUp.of(time, label), FollowUp.of(np.repeat(time, 3), np.repeat(label, 3))
    risk, risks = scores[1], np.repeat(scores[1], 3)
    assert harrell_c(risks, many, patients).se == pytest.approx(harrell_c(risk, follow_up).se, rel=0.02)
    assert auc_t(risks, many, 30, patients).se == pytest.approx(auc_t(risk, follow_up, 30).se, rel=0.02)
    probability = 1 / (1 + np.exp(-scores[0]))
    three, labels = np.repeat(probability, 3), np.repeat(label, 3)
    assert brier(three, labels, patients).se == pytest.approx(brier(probability, label).se, rel=0.01)
    assert calibration_slope(three, labels, patients).se == pytest.approx(
        calibration_slope(probability, label).se, rel=0.15
    )
    both, classes = np.stack([-scores[0], scores[0]]), label.astype(np.int64)
    assert macro_auroc(np.repeat(both, 3, axis=1), np.repeat(classes, 3), patients).se == pytest.approx(
        macro_auroc(both, classes).se, rel=0.01
    )


def test_all_right_in_few_patients_is_not_all_right_in_many_cases():
    everything = np.ones(60, dtype=bool)
    few = share_of_cases(everything, np.repeat(np.arange(6), 10))
    assert few.low == pytest.approx(share_of_cases(np.ones(6, dtype=bool)).low)


def test_mcnemar_of_copies_is_that_of_the_patients():
    rng = np.random.default_rng(4)
    right_a, right_b = rng.random(150) < 0.85, rng.random(150) < 0.7
    once = mcnemar_clustered(right_a, right_b, np.arange(150))
    copied = mcnemar_clustered(np.repeat(right_a, 4), np.repeat(right_b, 4), np.repeat(np.arange(150), 4))
    assert copied.p == pytest.approx(once.p)
    assert copied.se == pytest.approx(once.se)


def test_balanced_accuracy_of_copies(data):
    scores, label, patient = data
    call = scores[0] > 0.5
    once = Calls(call, label).balanced_accuracy()
    copied = Calls(np.repeat(call, 3), np.repeat(label, 3), np.repeat(patient, 3)).balanced_accuracy()
    assert copied.method == "cluster_robust_wald"
    assert copied.se == pytest.approx(once.se, rel=0.02)


def test_the_variance_is_right_where_patients_have_images_of_both_kinds():
    # 2,000 drawn sets of 60 patients with 3 images, sick or not, whose scores share a patient's own level.
    rng = np.random.default_rng(8)
    values, errors = [], []
    patient = np.repeat(np.arange(60), 3)
    for _ in range(2000):
        label = rng.random(180) < 0.4
        score = np.repeat(rng.normal(size=60), 3) * 1.5 + rng.normal(size=180) + label
        estimate = auroc(score, label, patient)
        values.append(estimate.value)
        errors.append(estimate.se)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.05)


def test_the_evaluation_takes_the_clustered_methods_and_says_so(cohort):
    truth, model, points = cohort
    frame = truth.frame.assign(patient=[f"p{number // 2}" for number in range(len(truth.frame))])
    result = evaluate([model, points], Truth.from_frame(frame))
    methods = {row.measure: row.method for row in result.measures if row.part == "test"}
    assert methods["auroc"] == "delong_clustered_wald"
    assert methods["sensitivity"] in {"wilson", "wilson_clustered"}
    assert methods["accuracy"] == "wilson_clustered"
    assert result.compare("model", "points", "test", "auroc").method == "delong_paired_clustered"
    assert result.compare("model", "points", "test", "accuracy").method == "mcnemar_clustered"
    assert "several_cases_of_a_patient" in {notice.code for notice in result.warnings}


def test_readings_need_not_name_the_patient(cohort):
    truth, model, _ = cohort
    bare = Readings.from_frame(model.frame[["case", "reader", "score"]])
    assert evaluate([bare], truth).measures == evaluate([model], truth).measures
