"""Lung cancer by two and five years, where some die of something else first: from table to report."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.conduct.crossfit import LEFT_OUT, fold_cohorts, opinions_on_left_out
from hilum.conduct.learning_curve import UNUSED, held_back, measure_of, with_fewer_patients
from hilum.conduct.study_run import StudyRun, run_study
from hilum.conduct.truth_check import check_truth
from hilum.errors import ModelError
from hilum.evaluation import Evaluation, EvaluationOptions, Measure, Readings, aalen_johansen
from hilum.readers.trained import TrainedModel

STUDY = """
version = 1
title = "Who gets lung cancer?"
[cohort]
images = "films"
table = "people.csv"
image = "file"
patient = "person"
[task]
time_years = "years"
event = "cancer"
horizons_years = {horizons}
[split]
parts = {{ train = 0.5, validation = 0.25, test = 0.25 }}
seed = 2
[[readers]]
model = "small_cnn"
size = 32
epochs = 2
learning_curve = {curve}
[[readers]]
product = "tool.csv"
probability = true
[[readers]]
combine = ["small_cnn", "tool"]
[evaluation]
bootstrap = 100
"""


@pytest.fixture(scope="module")
def people(tmp_path_factory) -> Path:
    """240 films whose disc is the brighter the higher the hazard of cancer; death comes as it comes."""
    folder = tmp_path_factory.mktemp("cancer")
    (folder / "films").mkdir()
    rng = np.random.default_rng(5)
    severity = rng.uniform(0, 1, 240)
    rows, columns = np.mgrid[:40, :40] / 40 - 0.5
    for number, level in enumerate(severity):
        grey = 90 + rng.normal(0, 8, (40, 40)) + 120 * level * (rows**2 + columns**2 < 0.09)
        picture = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
        picture.save(folder / "films" / f"f{number:03d}.png")
    cancer, death = rng.exponential(12 * np.exp(-2.5 * severity)), rng.exponential(9, 240)
    end = rng.uniform(3, 8, 240)
    years = np.minimum(np.minimum(cancer, death), end)
    event = np.where(years == end, 0, np.where(years == cancer, 1, 2))
    names = [f"f{number:03d}.png" for number in range(240)]
    table = pd.DataFrame({"file": names, "person": np.arange(240), "years": years.round(4), "cancer": event})
    table.to_csv(folder / "people.csv", index=False)
    tool = pd.DataFrame({"case": names, "risk_2y": 0.1 + 0.3 * severity, "risk_5y": 0.2 + 0.6 * severity})
    noise = rng.normal(0, 0.05, (240, 2))
    tool[["risk_2y", "risk_5y"]] = (tool[["risk_2y", "risk_5y"]] + noise).clip(0.01, 0.99)
    tool.to_csv(folder / "tool.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def run(people) -> StudyRun:
    study = people / "cancer.toml"
    study.write_text(STUDY.format(horizons="[5, 2]", curve="true"), encoding="utf-8")
    return run_study(study)


def test_the_study_comes_to_its_report(run):
    page = run.report.read_text(encoding="utf-8")
    assert "Risk was read at 2 years and 5 years." in page
    assert "54 rows had a competing event" in page
    assert any(warning.code == "competing_events" for warning in run.evaluation.warnings)
    assert run.evaluation.horizons_days == (730.0, 1826.0)


def test_the_network_learns_cumulative_incidences(run):
    task = json.loads((run.folder / "models/small_cnn/1/model.json").read_text(encoding="utf-8"))["task"]
    assert (task["kind"], task["form"], task["horizons_days"]) == ("survival", "competing", [730.0, 1826.0])
    frame = Readings.load(run.folder / "readings" / "small_cnn.parquet").frame
    assert (frame["risk_1826d"] >= frame["risk_730d"]).all()
    cases = run.cohort.cases
    observed = aalen_johansen(cases["time"].to_numpy(), cases["event"].to_numpy())
    for day in (730, 1826):
        assert frame[f"risk_{day}d"].mean() == pytest.approx(observed.at(day).value, abs=0.15)


def test_a_products_risks_by_years_and_the_combination_are_measured(run):
    for reader in ("tool", "small_cnn+tool"):
        frame = Readings.load(run.folder / "readings" / f"{reader}.parquet").frame
        assert {"risk_730d", "risk_1826d"} <= set(frame.columns)
        for day in ("730d", "1826d"):
            assert run.evaluation.find(reader, "test", "auc_t", at=day).value is not None
            assert run.evaluation.find(reader, "test", "o_e", at=day).value is not None
    crossed = Readings.load(run.folder / "crossfit" / "small_cnn" / "readings.parquet").frame
    assert set(crossed["case"]) == set(run.cohort.train.cases["case"])


def test_the_calibration_rests_on_training_cases_that_were_read_unseen_too(run):
    folder = run.folder / "models" / "small_cnn" / "1"
    found = json.loads((folder / "model.json").read_text(encoding="utf-8"))["calibration"]
    parts = run.cohort.cases["part"].value_counts()
    assert (found["cases"], found["unseen"]) == (parts["validation"], parts["train"])
    words = f"{found['unseen']} training cases, each read by a model that had not seen it"
    assert words in (folder / "card.md").read_text(encoding="utf-8")
    crossed = Readings.load(run.folder / "crossfit" / "small_cnn" / "readings.parquet").frame
    for fold in (1, 2, 3):
        opinions = opinions_on_left_out(run.folder / "crossfit" / "small_cnn" / str(fold), run.cohort)
        said = opinions.task.predict(opinions.outputs)["risk_730d"]
        mine = crossed.set_index("case").loc[opinions.cases["case"], "risk_730d"]
        assert said == pytest.approx(mine.to_numpy())


def test_more_data_is_followed_by_a_measure_that_competing_events_allow(run):
    points = json.loads((run.folder / "learning" / "small_cnn.json").read_text(encoding="utf-8"))
    assert len(points) == 3
    assert all(0 < value < 1 and error > 0 for _, value, error in points)


def test_the_model_reads_a_new_film(run, people):
    read = TrainedModel.load(run.folder / "models" / "small_cnn").predict([people / "films" / "f000.png"])
    assert {"risk", "risk_730d", "risk_1826d", "threshold"} <= set(read.columns)


def test_folds_have_their_share_of_each_kind_of_end(run):
    train = run.cohort.train.cases["event"].value_counts()
    folds = fold_cohorts(run.cohort, 3, seed=1)
    for kind, count in train.items():
        left_out = [int((fold.part(LEFT_OUT).cases["event"] == kind).sum()) for fold in folds]
        assert sum(left_out) == count
        assert max(left_out) - min(left_out) <= 1


def test_fewer_patients_are_measured_on_the_same_unseen_cases(run):
    readings = Readings.load(run.folder / "readings" / "tool.parquet")
    fewer = with_fewer_patients(run.cohort, 0.25, seed=1)
    assert (fewer.cases["part"] == UNUSED).any()
    options = EvaluationOptions(horizons_days=(730.0, 1826.0))
    unseen = held_back(fewer)
    mine = readings.frame[readings.frame["case"].isin(unseen.cases["case"])]
    found = measure_of(Readings.from_frame(mine), unseen, options)
    assert found is not None
    assert found.measure in {"auc_t", "auroc", "harrell_c"}
    assert found.n <= len(run.cohort.test.cases)


def test_an_answer_at_another_horizon_is_not_held_against_the_simulators_thirty_days():
    true = [
        {"reader": "curb65", "measure": measure, "value": 0.7, "site": "A"}
        for measure in ("auroc", "harrell_c")
    ]
    truth = {"site": "A", "measures": [*true, *({**each, "reader": "severity"} for each in true)]}
    row = Measure("curb65", "test", "auroc", value=0.9, se=0.01, method="delong_wald", at="1826d")
    late = Evaluation("survival", measures=(row,))
    assert check_truth(late, truth) == []
    [check] = check_truth(Evaluation("survival", measures=(dataclasses.replace(row, at="30d"),)), truth)
    assert check.standard_errors_off == 20


def test_a_horizon_that_nobody_reached_is_refused_before_any_image_is_looked_at(people):
    study = people / "late.toml"
    study.write_text(STUDY.format(horizons="[5, 20]", curve="false"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"the longest follow-up of the training part is \d+ days"):
        run_study(study)
    assert not (people / "runs" / "late-1" / "fingerprint.json").exists()
