"""A folder of volumes becomes a report and a model that reads new volumes."""

import json
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
import pytest

from hilum.conduct.study_run import run_study
from hilum.errors import HilumError, ModelError
from hilum.evaluation import Readings
from hilum.explanation import explain
from hilum.readers.trained import TrainedModel

STUDY = """
version = 1
title = "Is there a ball?"
[cohort]
images = "volumes"
{cohort}
[task]
{task}
[split]
parts = {{ train = 0.6, validation = 0.2, test = 0.2 }}
seed = 1
[[readers]]
name = "reader"
size = 32
epochs = {epochs}
{reader}
[evaluation]
bootstrap = 100
"""
SHAPE = (24, 24, 12)


def _ball(rng: np.random.Generator, *, there: bool) -> np.ndarray:
    """Noise of 12 slices, and in half of the volumes a bright ball somewhere."""
    middle = [side / 2 + rng.uniform(-0.15, 0.15) * side for side in SHAPE]
    places = np.meshgrid(*[np.arange(side) for side in SHAPE], indexing="ij")
    steps = (24 / side * (place - at) for place, at, side in zip(places, middle, SHAPE, strict=True))
    ball = sum(step**2 for step in steps) < 49
    return (rng.normal(-200, 60, SHAPE) + 500 * there * ball).astype(np.int16)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """20 volumes with a ball and 20 without, one a patient, and a table that tells more of them."""
    folder, rng, rows = tmp_path_factory.mktemp("study"), np.random.default_rng(0), []
    for number in range(40):
        label = ("none", "ball")[number % 2]
        path = folder / "volumes" / label / f"p{number:02d}.nii.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = nibabel.Nifti1Image(_ball(rng, there=label == "ball"), np.diag([-1.0, -1.0, 2.0, 1.0]))
        nibabel.save(image, path)
        rows.append((f"{label}/{path.name}", f"p{number // 4}{label}", label, round(rng.normal(60, 9), 1)))
    pd.DataFrame(rows, columns=["file", "patient", "label", "age"]).to_csv(folder / "t.csv", index=False)
    return folder


def _run(folder: Path, reader: str, *, table: bool = False, cohort: str = "", epochs: int = 2):
    task = 'kind = "classification"\npositive = "ball"\n' + ('label = "label"' if table else "")
    rows = 'table = "t.csv"\nimage = "file"\npatient = "patient"\n' if table else ""
    text = STUDY.format(cohort=rows + cohort, task=task, reader=reader, epochs=epochs)
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return run_study(path)


@pytest.fixture(scope="module")
def run(folder):
    """The run of a small network over the slices."""
    return _run(folder, 'model = "slices(small_cnn)"', epochs=6)


def _same_numbers(run, folder: Path, table: pd.DataFrame | None = None) -> TrainedModel:
    readings = Readings.load(run.folder / "readings" / "reader.parquet").frame.set_index("case")["score"]
    model = TrainedModel.load(run.folder / "models" / "reader")
    files = sorted((folder / "volumes").rglob("*.nii.gz"))
    said = model.predict(files, table=table)
    cases = [Path(path).relative_to(folder / "volumes").as_posix() for path in said["image"]]
    assert len(said) == 40
    assert np.abs(said["score"].to_numpy() - readings[cases].to_numpy()).max() < 1e-15
    alone = model.predict(files[7:8], table=table)
    assert alone["score"].tolist() == said["score"][7:8].tolist()
    return model


def test_a_folder_of_volumes_becomes_a_report(run, folder):
    plan = json.loads((run.folder / "plan.json").read_text())["reader"]
    assert plan["picture"]["depth"] == 12
    assert (run.folder / "report.html").stat().st_size > 50_000
    assert (run.folder / "models" / "reader" / "1" / "model.onnx").exists()
    assert "One grey volume of 12 axial slices, 32 x 32 pixels" in (
        run.folder / "models" / "reader" / "1" / "card.md"
    ).read_text(encoding="utf-8")
    evaluation = run.evaluation
    assert evaluation.find("reader", "test", "auroc").value == 1.0
    _same_numbers(run, folder)


def test_the_same_study_again_gives_the_same_weights(run, folder):
    first = (run.folder / "models" / "reader" / "1" / "weights.safetensors").read_bytes()
    (run.folder / "models" / "reader" / "1" / "model.json").unlink()
    again = _run(folder, 'model = "slices(small_cnn)"', epochs=6)
    assert again.folder == run.folder
    assert (again.folder / "models" / "reader" / "1" / "weights.safetensors").read_bytes() == first


def test_a_volume_is_explained_on_its_middle_slice(run, folder):
    model = TrainedModel.load(run.folder / "models" / "reader")
    (picture, found) = explain(model, [folder / "volumes" / "ball" / "p01.nii.gz"])[0]
    assert picture.shape == found.shape == (24, 24)


def test_a_film_is_not_read_as_a_volume(run, tmp_path):
    from PIL import Image

    Image.new("L", (40, 40), 80).save(tmp_path / "film.png")
    model = TrainedModel.load(run.folder / "models" / "reader")
    with pytest.raises(HilumError, match=r"film\.png is no volume: a NIfTI file"):
        model.predict([tmp_path / "film.png"])


def test_a_table_is_read_beside_the_volumes(folder):
    run = _run(folder, 'model = "slices(small_cnn)"\ncolumns = ["age"]', table=True)
    assert TrainedModel.load(run.folder / "models" / "reader").columns == ("age",)
    _same_numbers(run, folder, pd.read_csv(folder / "t.csv").rename(columns={"file": "image"}))


@pytest.mark.parametrize(
    ("reader", "table", "cohort", "said"),
    [
        ('model = "auto"', False, "", '"auto" chooses among networks for single pictures'),
        ('model = "small_cnn"', False, "", r'volumes of about 12 slices.*"slices\(small_cnn\)"'),
        (
            'model = "slices(small_cnn)"',
            True,
            'choose = "together"',
            "several volumes of a case cannot be read together",
        ),
    ],
)
def test_what_volumes_cannot_have_is_said_before_training(folder, reader, table, cohort, said):
    with pytest.raises(ModelError, match=said):
        _run(folder, reader, table=table, cohort=cohort)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_network_in_three_dimensions_goes_the_whole_way(folder):
    pytest.importorskip("monai")
    run = _run(folder, 'model = "densenet121_3d"', epochs=1)
    assert json.loads((run.folder / "plan.json").read_text())["reader"]["picture"]["depth"] == 32
    model = _same_numbers(run, folder)
    (_, found) = explain(model, [folder / "volumes" / "ball" / "p01.nii.gz"])[0]
    assert found.shape == (24, 24)
