"""Slices of CT are read through several windows at once, from the study file to new slices and to ONNX."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from hilum.conduct.inside import inside_model
from hilum.conduct.study_run import run_study
from hilum.errors import ImageError, ModelError
from hilum.evaluation import Readings
from hilum.explanation import explain
from hilum.explanation.grad_cam import GRAD_CAM
from hilum.image import resize
from hilum.preparation import Picture, Plan, Steps, prepare_picture
from hilum.readers.trained import TrainedModel

STUDY = """
version = 1
title = "Is there calcium?"
[cohort]
images = "slices"
patient_pattern = '^(p[0-9]+)'
[task]
positive = "calcium"
[split]
parts = {{ train = 0.6, validation = 0.2, test = 0.2 }}
seed = 1
[preparation]
windows = ["lung", [40, 400], "bone"]
{further}
[explanation]
methods = ["gradcam"]
[[readers]]
model = "{model}"
pretrained = false
size = 32
epochs = {epochs}
[evaluation]
bootstrap = 100
"""
SIDE = 40


def _slice(rng: np.random.Generator, *, calcium: bool) -> np.ndarray:
    """Air, a body of 40 HU, and a spot that only the window for bone tells from a vessel with contrast."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    down, across, high, wide = (*rng.uniform(17, 23, 2), *rng.uniform(11, 19, 2))
    values = np.where(((rows - down) / high) ** 2 + ((columns - across) / wide) ** 2 < 1, 40.0, -1000.0)
    values += 150 * resize(rng.normal(0, 1, (5, 5)), (SIDE, SIDE)) * (values > 0)
    row, column = rng.integers(12, 28, 2)
    values[row - 3 : row + 4, column - 3 : column + 4] = 1200 if calcium else 320
    return np.round(values + rng.normal(0, 20, values.shape)).astype(np.int16)


def _write(path: Path, values: np.ndarray, modality: str = "CT") -> Path:
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid()
    dataset.Modality, dataset.PixelSpacing = modality, [0.8, 0.8]
    dataset.Rows, dataset.Columns = values.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 1
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
    dataset.PixelData = values.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """60 patients with a slice each, read through three windows."""
    folder, rng = tmp_path_factory.mktemp("windows"), np.random.default_rng(0)
    for number in range(60):
        label = ("calcium", "none")[number % 2]
        values = _slice(rng, calcium=label == "calcium")
        _write(folder / "slices" / label / f"p{number:02d}.dcm", values)
    (folder / "study.toml").write_text(STUDY.format(model="small_cnn", epochs=12, further=""))
    return run_study(folder / "study.toml")


def test_the_plan_says_three_channels_and_which_windows(run):
    plan = Plan.from_json(json.dumps(json.loads((run.folder / "plan.json").read_text())["small_cnn"]))
    assert plan.picture.channels == 3
    assert plan.picture.steps.windows == ((-600, 1500), (40, 400), (400, 1800))
    assert any("three windows at once" in note or "3 windows at once" in note for note in plan.notes)


def test_what_one_window_hides_is_learnt(run):
    measures = run.evaluation.measures_frame()
    found = measures[(measures["measure"] == "auroc") & (measures["part"] == "test")]["value"]
    assert found.iloc[0] > 0.9


def test_a_new_slice_gets_the_number_that_it_had_in_the_study(run):
    model = TrainedModel.load(run.folder / "models" / "small_cnn")
    kept = Readings.load(run.folder / "readings" / "small_cnn.parquet").frame
    some = kept[kept["part"] == "test"].head(3)
    root = run.folder.parent.parent / "slices"
    again = model.predict([root / case for case in some["case"]])
    np.testing.assert_allclose(again["score"], some["score"], atol=1e-6)


def test_onnx_reads_three_channels_and_agrees(run):
    folder = run.folder / "models" / "small_cnn" / "1"
    plan = TrainedModel.load(folder).plan
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].shape[1] == 3
    path = next((run.folder.parent.parent / "slices" / "calcium").iterdir())
    prepared = prepare_picture(path, plan.picture)
    assert prepared.shape == (3, 32, 32)
    grey = prepared[np.newaxis].astype(np.float32) / np.iinfo(prepared.dtype).max
    output = float(session.run(None, {"image": grey})[0].ravel()[-1])
    score = TrainedModel.load(folder).predict([path])["score"].iloc[0]
    assert score == pytest.approx(1 / (1 + np.exp(-output)), abs=1e-4)


def test_maps_lie_on_the_slice_and_the_network_can_be_looked_into(run):
    folder = run.folder / "models" / "small_cnn"
    path = next((run.folder.parent.parent / "slices" / "calcium").iterdir())
    shown = explain(TrainedModel.load(folder), [path], method=GRAD_CAM)
    assert shown[0][1].shape == (SIDE, SIDE)
    seen, _ = inside_model(folder, path, "calcium")
    assert seen.prepared.shape == (32, 32)
    assert seen.by_hand is not None
    assert seen.by_hand.window.shape[0] == 3
    assert abs(seen.by_hand.value - seen.by_hand.own) < 1e-3


def test_the_report_looks_inside_and_a_page_of_its_own_says_all(run):
    section = json.loads((run.folder / "inside" / "section.json").read_text())
    assert section["title"].startswith("small_cnn (small_cnn, training 1), case ")
    assert sum(len(each["picture"]) for each in section["pictures"]) <= 360_000
    titles = [each["title"] for each in section["pictures"]]
    assert titles[:2] == ["The image as it was prepared", "Kernels of the first convolution"]
    assert any(title.startswith("After ReLU") for title in titles)
    report = (run.folder / "report.html").read_text()
    assert report.count('id="inside-') == len(titles)
    assert "The truth is " in report
    assert "One step of learning" in (run.folder / "inside" / "inside.html").read_text()
    attached = json.loads((run.folder / "evidence.json").read_text())["inside"]
    assert attached["table"][-1][0] == "sum z"


def test_whoever_wants_no_look_inside_gets_none(run, tmp_path):
    folder = run.folder.parent.parent
    text = (folder / "study.toml").read_text().replace("[explanation]", "[explanation]\ninside = false")
    (folder / "study-without.toml").write_text(text)
    again = run_study(folder / "study-without.toml")
    assert not (again.folder / "inside").exists() or again.folder == run.folder
    assert 'aria-labelledby="inside"' not in again.report.read_text()


def test_what_has_no_hounsfield_units_is_refused(tmp_path):
    options = Picture(
        size=32, channels=2, normalisation="none", steps=Steps(windows=((-600, 1500), (40, 400)))
    )
    film = _write(tmp_path / "film.dcm", _slice(np.random.default_rng(1), calcium=True), "DX")
    with pytest.raises(ImageError, match="no single slice in Hounsfield units"):
        prepare_picture(film, options)


def test_a_model_of_one_grey_picture_is_refused(run, tmp_path):
    (tmp_path / "slices").symlink_to(run.folder.parent.parent / "slices")
    (tmp_path / "study.toml").write_text(
        STUDY.format(model="linear", epochs=1, further="").replace("epochs = 1", "")
    )
    with pytest.raises(ModelError, match="reads one grey picture"):
        run_study(tmp_path / "study.toml")
