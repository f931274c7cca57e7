"""An evaluation made from files alone: what is not there is left out, and nothing is made up."""

import numpy as np
import pandas as pd

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate
from hilum.reporting import evaluation_report, render_html


def test_sections_that_have_nothing_to_say_are_absent(two_classes):
    evaluation, readings, truth = two_classes
    evidence = evaluation_report(evaluation, readings, truth, "Three readers")
    page = render_html(evidence)
    drawn = [figure["kind"] for figure in evidence["figures"]]
    assert drawn == [
        *("forest", "roc", "precision_recall", "confusion", "calibration", "decision_curve"),
    ]
    for absent in (
        "Cohort</h2>",
        "Examples, right",
        "Characteristics",
        "Survival by risk",
        "What this report was made",
    ):
        assert absent not in page
    assert evidence["question"] == "How well do cnn, vuno and lunit tell pneumonia from normal?"


def test_a_reader_that_only_decides_has_no_area_and_is_said_to(two_classes):
    evaluation, readings, truth = two_classes
    evidence = evaluation_report(evaluation, readings, truth)
    names = [row["reader"] for row in evidence["main_table"]["blocks"][0]["rows"]]
    assert names == ["cnn", "vuno"]
    assert any(note.startswith("lunit: decisions only") for note in evidence["main_table"]["notes"])
    assert [row["reader"] for row in evidence["operating_table"]["rows"]] == ["cnn", "vuno", "lunit"]
    matrix = next(c for c in evaluation.confusions if (c.reader, c.part) == ("lunit", "test"))
    counts = evidence["operating_table"]["rows"][2]["counts"]
    assert [[counts["tn"], counts["fp"]], [counts["fn"], counts["tp"]]] == [
        list(row) for row in matrix.counts
    ]


def test_only_declared_probabilities_are_drawn_for_calibration(two_classes):
    evaluation, readings, truth = two_classes
    figure = next(
        f for f in evaluation_report(evaluation, readings, truth)["figures"] if f["kind"] == "calibration"
    )
    assert [line["reader"] for line in figure["panels"][0]["lines"]] == ["cnn"]


def test_decisions_alone_make_a_report_of_operating_points():
    # Document 003's counts (TN, FP, FN, TP) as decisions of 531 cases.
    labels = ["normal"] * 231 + ["pneumonia"] * 300
    truth = Truth.from_frame(pd.DataFrame({"case": [str(i) for i in range(531)], "label": labels}))
    readings = []
    for name, (tn, fp, fn, tp) in {"CNN": (138, 93, 3, 297), "VUNO": (164, 67, 19, 281)}.items():
        calls = ["normal"] * tn + ["pneumonia"] * fp + ["normal"] * fn + ["pneumonia"] * tp
        readings.append(
            Readings.from_frame(pd.DataFrame({"case": truth.frame["case"], "decision": calls}), name)
        )
    evaluation = evaluate(readings, truth, EvaluationOptions(unpaired=True, bootstrap=100))
    evidence = evaluation_report(evaluation, readings, truth, "Document 003")
    page = render_html(evidence)
    assert "297, 93" in page
    assert "281, 67" in page
    assert evidence["main_table"]["blocks"][0]["label"] == "Balanced accuracy"
    assert "AUROC" not in " ".join(evidence["answer"])
    assert not any(figure["kind"] == "roc" for figure in evidence["figures"])


def test_three_classes_make_a_report():
    rng = np.random.default_rng(2)
    names = np.array(["benign", "malignant", "normal"])
    label = rng.integers(0, 3, 300)
    frame = pd.DataFrame({"case": [str(i) for i in range(300)]})
    truth = Truth.from_frame(frame.assign(label=names[label]))
    chance = rng.dirichlet(np.ones(3), 300) + 1.5 * np.eye(3)[label]
    scores = {f"score_{name}": chance[:, i] / chance.sum(axis=1) for i, name in enumerate(names)}
    readings = [Readings.from_frame(frame.assign(**scores), "cnn")]
    evaluation = evaluate(readings, truth, EvaluationOptions(bootstrap=100))
    page = render_html(evaluation_report(evaluation, readings, truth, "Three classes"))
    assert "How well does cnn tell the 3 classes apart?" in page


def test_survival_without_a_horizon_makes_a_report():
    rng = np.random.default_rng(3)
    x = rng.normal(size=300)
    time = rng.exponential(np.exp(-x) * 100).round(1) + 0.1
    frame = pd.DataFrame(
        {"case": [str(i) for i in range(300)], "part": ["validation"] * 100 + ["test"] * 200}
    )
    truth = Truth.from_frame(frame.assign(time=np.minimum(time, 150), event=(time < 150).astype(int)))
    readings = [Readings.from_frame(frame.assign(risk=x + rng.normal(size=300)), name) for name in ("a", "b")]
    evaluation = evaluate(readings, truth, EvaluationOptions(bootstrap=100))
    evidence = evaluation_report(evaluation, readings, truth)
    assert [block["label"] for block in evidence["main_table"]["blocks"]] == ["Harrell\u2019s C"]
    assert {figure["kind"] for figure in evidence["figures"]} == {"forest", "kaplan_meier"}
    assert render_html(evidence)


def test_a_model_trained_once_shows_its_counts_though_its_training_has_a_number():
    rng = np.random.default_rng(3)
    label = np.tile([0, 1], 60)
    truth = Truth.from_frame(pd.DataFrame({"case": range(120), "label": label}).astype({"case": str}))
    said = pd.DataFrame({"case": truth.frame["case"], "score": label + rng.normal(0, 0.8, 120), "repeat": 1})
    readings = [Readings.from_frame(said, "cnn")]
    evaluation = evaluate(readings, truth, options=EvaluationOptions(thresholds={"cnn": 0.5}))
    (matrix,) = evaluation.confusions
    assert matrix.repeat == 1
    evidence = evaluation_report(evaluation, readings, truth)
    counts = evidence["operating_table"]["rows"][0]["counts"]
    assert ((counts["tn"], counts["fp"]), (counts["fn"], counts["tp"])) == matrix.counts
    assert [f["title"] for f in evidence["figures"] if f["kind"] == "confusion"] == [
        "Confusion matrices, test"
    ]
