"""`hilum predict` is given the study's own test films, and then films of another kind."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from hilum.cli import app
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notices")
    cohort, plan = two_classes(folder / "films", n=200), small_plan(epochs=2)
    prepared = prepared_for(cohort, plan, folder / "prepared")
    return cohort, train(cohort, prepared, make_task(cohort), plan, TrainOptions(folder / "cnn", "cnn"))


def predicted(model, films, tmp_path):
    out = tmp_path / "out.json"
    result = CliRunner().invoke(app, ["predict", str(model), *map(str, films), "--json", str(out)])
    assert result.exit_code == 0, result.output
    return json.loads(out.read_text()), result.stderr


def test_its_own_test_films_are_read_in_silence(model, tmp_path):
    cohort, folder = model
    films = [cohort.root / image for image in cohort.test.cases["image"]]
    readings, said = predicted(folder, films, tmp_path)
    assert sum("notices" in reading for reading in readings) <= 1
    assert said == ""


def test_negatives_are_read_and_noticed(model, tmp_path):
    cohort, folder = model
    films = []
    for image in cohort.test.cases["image"][:20]:
        films.append(tmp_path / image)
        Image.fromarray(255 - np.asarray(Image.open(cohort.root / image))).save(films[-1])
    readings, said = predicted(folder, films, tmp_path)
    assert all("negative of the training images" in " ".join(reading["notices"]) for reading in readings)
    assert all(0 <= reading["score"] <= 1 for reading in readings)
    assert "20 of 20 images are unlike those that the model learnt from" in said
