"""Several findings a film, or a number, from table to trained network to report."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.conduct.study_run import StudyRun, run_study
from hilum.errors import ModelError
from hilum.evaluation import Readings
from hilum.readers.trained import TrainedModel

FINDINGS = ["mass", "nodule", "Pleural effusion"]
PLACES = ((12, 12), (12, 36), (36, 12))
STUDY = """
version = 1
title = "{title}"
[cohort]
images = "films"
table = "films.csv"
image = "file"
patient = "patient"
[task]
{task}
[split]
parts = {{ train = 0.6, validation = 0.2, test = 0.2 }}
[[readers]]
model = "small_cnn"
size = 32
epochs = {epochs}
repeats = 2
training = {{ {training} }}
[[readers]]
product = "product.csv"
[evaluation]
bootstrap = 100
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Path:
    """150 films, two a patient: a disc in a corner for each finding, and one whose width is a number.

    Of every finding a fifth of the labels is not known; the product calls the effusion by another spelling,
    and is wrong about the mass in one film of five.
    """
    folder = tmp_path_factory.mktemp("several")
    (folder / "films").mkdir()
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:48, :48]
    there = rng.random((150, 3)) < (0.4, 0.3, 0.5)
    width = rng.uniform(4, 16, 150)
    for number in range(150):
        grey = (
            100 + rng.normal(0, 10, (48, 48)) + 60 * (np.hypot(rows - 34, columns - 34) < width[number] / 1.5)
        )
        for place in np.array(PLACES)[there[number]]:
            grey += 90 * (np.hypot(rows - place[0], columns - place[1]) < 6)
        Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / "films" / f"f{number:03d}.png")
    table = pd.DataFrame(
        {"file": [f"f{n:03d}.png" for n in range(150)], "patient": [n // 2 for n in range(150)]}
    )
    for at, name in enumerate(FINDINGS):
        table[name] = pd.Series(there[:, at].astype(int), dtype="Int64").mask(rng.random(150) < 0.2)
    table["volume_ml"] = (width * 3).round(1)
    table.to_csv(folder / "films.csv", index=False)
    said = np.where(rng.random(150) < 0.2, ~there[:, 0], there[:, 0])
    product = pd.DataFrame({"case": table["file"], "volume_ml": table["volume_ml"] + 2})
    product["score_Mass"] = said * 0.7 + rng.uniform(0, 0.3, 150)
    product["score_pleural_effusion"] = there[:, 2] * 0.7 + rng.uniform(0, 0.3, 150)
    product.to_csv(folder / "product.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def findings(films) -> StudyRun:
    study = films / "findings.toml"
    task = f"findings = {json.dumps(FINDINGS)}"
    study.write_text(STUDY.format(title="Findings?", task=task, epochs=8, training=""), encoding="utf-8")
    return run_study(study)


@pytest.fixture(scope="module")
def number(films) -> StudyRun:
    study = films / "number.toml"
    training = "scale = 0.0, stretch = 0.0"
    text = STUDY.format(title="How much?", task='value = "volume_ml"', epochs=8, training=training)
    study.write_text(text, encoding="utf-8")
    return run_study(study)


def test_a_network_learns_findings_of_which_some_labels_are_unknown(findings):
    macro = findings.evaluation.find("small_cnn-ensemble", "test", "auroc", of="macro average")
    assert macro.value > 0.9
    known = findings.cohort.test.cases["nodule"].notna().sum()
    nodule = findings.evaluation.find("small_cnn-ensemble", "test", "auroc", of="nodule")
    assert nodule.n == known < len(findings.cohort.test)
    assert nodule.n_excluded == len(findings.cohort.test) - known
    assert findings.report.exists()


def test_readings_of_findings_have_a_score_each(findings):
    readings = Readings.load(findings.folder / "readings" / "small_cnn.parquet")
    assert readings.opinions == tuple(f"score_{name}" for name in FINDINGS)
    assert sorted(readings.frame["repeat"].unique()) == [1, 2]
    assert readings.frame["score_mass"].between(0, 1).all()


def test_a_product_of_findings_is_read_under_the_names_of_the_study(findings):
    readings = Readings.load(findings.folder / "readings" / "product.parquet")
    assert {"score_mass", "score_Pleural effusion"} <= set(readings.opinions)
    assert findings.evaluation.find("product", "test", "auroc", of="Pleural effusion").value == 1
    assert 0.5 < findings.evaluation.find("product", "test", "auroc", of="mass").value < 1


def test_each_finding_has_its_frozen_threshold_in_the_model(findings):
    models = findings.folder / "models" / "small_cnn"
    chosen = findings.evaluation.thresholds
    together = TrainedModel.load(models).thresholds
    assert together == {name: chosen[f"small_cnn-ensemble:{name}"] for name in FINDINGS}
    for repeat in (1, 2):
        own = TrainedModel.load(models / str(repeat)).thresholds
        assert own == {name: chosen[f"small_cnn:{name}/{repeat}"] for name in FINDINGS}
    text = (models / "1" / "model.json").read_text(encoding="utf-8")
    assert json.loads(text)["threshold_rule"] == "youden"
    (models / "1" / "model.json").write_text(text.replace('"mass": 0', '"mass": 1'), encoding="utf-8")
    with pytest.raises(ModelError, match="was changed after training"):
        TrainedModel.load(models / "1")
    (models / "1" / "model.json").write_text(text, encoding="utf-8")


def test_examples_show_the_most_probable_finding_of_a_film(findings):
    evidence = json.loads((findings.folder / "evidence.json").read_text(encoding="utf-8"))
    frame = Readings.load(findings.folder / "readings" / "small_cnn.parquet").frame
    means = frame.groupby("case")[[f"score_{name}" for name in FINDINGS]].mean()
    labels = findings.cohort.cases.set_index("case")[FINDINGS]
    assert evidence["examples"]
    for example in evidence["examples"]:
        known = labels.loc[example["case"]].dropna().index
        best = max(known, key=lambda name: means.loc[example["case"], f"score_{name}"])
        expected = best if labels.loc[example["case"], best] == 1 else f"no {best}"
        assert example["truth"] == expected
        assert example["map"] is not None


def test_predict_writes_a_score_and_a_threshold_for_each_finding(findings, films, hilum, tmp_path):
    table = tmp_path / "read.csv"
    done = hilum(
        "predict", findings.folder / "models" / "small_cnn", films / "films" / "f000.png", "--csv", table
    )
    assert done.returncode == 0, done.stderr
    read = pd.read_csv(table)
    wanted = [f"{kind}_{name}" for kind in ("score", "threshold") for name in FINDINGS]
    assert read.columns.tolist() == ["image", "reader", *wanted]
    frame = Readings.load(findings.folder / "readings" / "small_cnn.parquet").frame
    mean = frame[frame["case"] == "f000.png"]["score_nodule"].mean()
    assert read["score_nodule"][0] == pytest.approx(mean, rel=1e-9)
    assert read["threshold_mass"][0] == pytest.approx(
        findings.evaluation.thresholds["small_cnn-ensemble:mass"]
    )


def test_a_network_learns_a_number_in_the_tables_unit(number):
    error = number.evaluation.find("small_cnn-ensemble", "test", "mae")
    spread = number.cohort.test.cases["value"].std()
    assert error.value < 0.75 * spread
    values = Readings.load(number.folder / "readings" / "small_cnn.parquet").frame["value"]
    assert 12 < values.median() < 48
    assert number.evaluation.thresholds == {}
    assert number.report.exists()


def test_a_product_of_numbers_is_read_in_its_own_unit(number):
    bias = number.evaluation.find("product", "test", "bias")
    assert bias.value == pytest.approx(2)


def test_predict_writes_the_number_and_no_threshold(number, films, hilum, tmp_path):
    table = tmp_path / "read.json"
    done = hilum(
        "predict", number.folder / "models" / "small_cnn", films / "films" / "f001.png", "--json", table
    )
    assert done.returncode == 0, done.stderr
    [read] = json.loads(table.read_text(encoding="utf-8"))
    assert set(read) == {"image", "reader", "value"}
    frame = Readings.load(number.folder / "readings" / "small_cnn.parquet").frame
    assert read["value"] == pytest.approx(frame[frame["case"] == "f001.png"]["value"].mean(), rel=1e-6)


def test_the_same_study_again_is_done_already(number, films):
    before = (number.folder / "stages.json").read_text(encoding="utf-8")
    again = run_study(films / "number.toml")
    assert again.folder == number.folder
    assert (number.folder / "stages.json").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("task", "balance", "sentence"),
    [
        ('findings = ["mass"]', "sampling", "has no meaning for findings: write none or weights"),
        ('value = "volume_ml"', "weights", "has no meaning for regression: write none, or leave it out"),
    ],
)
def test_a_balance_that_the_task_cannot_have_is_refused(films, task, balance, sentence):
    study = films / f"{balance}.toml"
    training = f'class_balance = "{balance}"'
    study.write_text(STUDY.format(title="?", task=task, epochs=1, training=training), encoding="utf-8")
    with pytest.raises(ModelError, match=sentence):
        run_study(study)


def test_weighted_findings_give_probabilities_all_the_same(films):
    study = films / "weighted.toml"
    task, training = 'findings = ["nodule"]', 'class_balance = "weights"'
    study.write_text(STUDY.format(title="?", task=task, epochs=2, training=training), encoding="utf-8")
    text = study.read_text(encoding="utf-8").replace('[[readers]]\nproduct = "product.csv"\n', "")
    study.write_text(text.replace("repeats = 2", "repeats = 1"), encoding="utf-8")
    run = run_study(study)
    train = run.cohort.train.cases["nodule"]
    # The weight, and what undoes it, stand in the last layer.
    assert TrainedModel.load(run.folder / "models" / "small_cnn").models[0].task.weights == ()
    assert (train == 0).sum() > 2 * (train == 1).sum()
    frame = Readings.load(run.folder / "readings" / "small_cnn.parquet").frame
    assert frame["score_nodule"].mean() == pytest.approx(train.mean(), abs=0.1)


def test_a_finding_that_cannot_be_learnt_is_refused_before_any_image_is_looked_at(films):
    table = pd.read_csv(films / "films.csv").assign(hernia=0)
    table.to_csv(films / "hernia.csv", index=False)
    study = films / "hernia.toml"
    text = STUDY.format(title="?", task='findings = ["mass", "hernia"]', epochs=1, training="")
    study.write_text(text.replace("films.csv", "hernia.csv"), encoding="utf-8")
    with pytest.raises(ModelError, match="no case with and without hernia: take it out of findings"):
        run_study(study)
    assert not (films / "runs" / "hernia-1" / "fingerprint.json").exists()
