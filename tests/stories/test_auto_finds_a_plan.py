"""Nobody names a network: `model = "auto"` and a time, from sixty films to a report and to new films."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.conduct.study_run import StudyRun, run_study
from hilum.evaluation import Readings
from hilum.readers.trained import TrainedModel

STUDY = """
version = 1
title = "Which network tells discs apart?"
[cohort]
images = "films"
[task]
positive = "ill"
[split]
parts = { train = 0.5, validation = 0.3, test = 0.2 }
seed = 2
[[readers]]
model = "auto"
size = 32
budget_minutes = 0.2
[evaluation]
bootstrap = 100
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """Sixty films of 40 pixels: a grey disc in noise, brighter in the ill."""
    folder = tmp_path_factory.mktemp("auto")
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:40, :40]
    for number in range(60):
        label = ("well", "ill")[number % 2]
        (folder / "films" / label).mkdir(parents=True, exist_ok=True)
        centre = 20 + rng.normal(0, 2, 2)
        disc = np.hypot(rows - centre[0], columns - centre[1]) < 10
        grey = 90 + rng.normal(0, 15, (40, 40)) + disc * (20 + 30 * (number % 2))
        path = folder / "films" / label / f"{number:02d}.png"
        Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(path)
    path = folder / "discs.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(study) -> StudyRun:
    return run_study(study)


def weights_of(run) -> str:
    data = (run.folder / "models" / "auto" / "1" / "weights.safetensors").read_bytes()
    return hashlib.sha256(data).hexdigest()


def test_the_search_is_written_down_and_its_choice_is_a_plan(run):
    found = json.loads((run.folder / "search" / "auto" / "search.json").read_text(encoding="utf-8"))
    assert found["minutes"] == pytest.approx(0.2)
    assert [trial["number"] for trial in found["trials"]] == list(range(1, len(found["trials"]) + 1))
    assert found["trials"][0]["base"] == "linear"
    assert len(found["trials"]) > 1
    plan = json.loads((run.folder / "plan.json").read_text(encoding="utf-8"))["auto"]
    assert plan["members"]
    assert {member["picture"]["size"] for member in plan["members"]} == {32}
    assert any("plans were tried" in note for note in plan["notes"])
    assert not (run.folder / "search" / "auto" / "trials").exists()


def test_the_report_has_its_results_on_cases_that_no_choice_saw(run):
    auroc = run.evaluation.find("auto", "test", "auroc")
    assert auroc.value > 0.7
    readings = Readings.load(run.folder / "readings" / "auto.parquet").frame
    assert set(readings["part"]) == {"train", "validation", "test"}
    text = run.report.read_text(encoding="utf-8")
    assert "plans were tried" in text


def test_new_films_get_the_numbers_of_the_run(run):
    model = TrainedModel.load(run.folder / "models" / "auto")
    readings = Readings.load(run.folder / "readings" / "auto.parquet").frame
    cases = pd.read_parquet(run.folder / "cohort.parquet").merge(readings[["case", "score"]], on="case")
    films = [run.cohort.root / image for image in cases["image"]]
    said = model.predict(films)
    np.testing.assert_array_equal(said["score"], cases["score"])
    assert (said["threshold"] == run.evaluation.thresholds["auto"]).all()


def test_the_plan_gives_the_same_weights_again(study, run):
    before, searched = weights_of(run), (run.folder / "search" / "auto" / "search.json").stat().st_mtime_ns
    shutil.rmtree(run.folder / "models")
    again = run_study(study)
    assert again.folder == run.folder
    assert weights_of(again) == before
    assert (again.folder / "search" / "auto" / "search.json").stat().st_mtime_ns == searched
