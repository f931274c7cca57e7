"""What a study asks of the preparation is in its plan, in its models, and done to new images alike."""

import csv
import json
import shutil

import numpy as np
import pandas as pd
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    ExplicitVRLittleEndian,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    generate_uid,
)

from hilum.conduct.study_run import run_study
from hilum.evaluation import Readings
from hilum.explanation import explain
from hilum.image import resize
from hilum.preparation.lung_mask import LungMask
from hilum.preparation.small_unet import SmallUNet
from hilum.readers.trained import TrainedModel

STUDY = """
version = 1
title = "Is there a spot?"
[cohort]
images = "films"
table = "films.csv"
image = "image"
patient = "patient"
[task]
positive = "spot"
[split]
parts_column = "part"
seed = 1
[preparation]
{preparation}
[[readers]]
name = "reader"
model = "{model}"
size = 32
[evaluation]
bootstrap = 100
"""
ROWS, COLUMNS, SPACING = 60, 48, 0.7


def _frames(rng, *, spot):
    """Three frames: noise, a body with or without a spot, noise again."""
    down, across = np.mgrid[:ROWS, :COLUMNS]
    body = np.zeros((ROWS, COLUMNS))
    body[8:52, 6:42] = 0.5 + 0.1 * resize(rng.normal(size=(6, 5)), (44, 36))
    if spot:
        row, column = rng.integers(18, 42), rng.integers(14, 34)
        body += 0.4 * ((down - row) ** 2 + (across - column) ** 2 < 25)
    noise = rng.random((2, ROWS, COLUMNS))
    return np.round(255 * np.clip(np.stack([noise[0], body, noise[1]]), 0, 1)).astype(np.uint8)


def _write(path, frames):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    kind = MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = kind
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid()
    dataset.Modality, dataset.PixelSpacing, dataset.NumberOfFrames = "OT", [SPACING, SPACING], len(frames)
    dataset.Rows, dataset.Columns = frames.shape[1:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    dataset.PixelData = frames.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """50 files of three frames, of which the second shows something."""
    folder, rng, rows = tmp_path_factory.mktemp("frames"), np.random.default_rng(0), []
    for number in range(50):
        label = ("spot", "none")[number % 2]
        _write(folder / "films" / label / f"{number:02d}.dcm", _frames(rng, spot=label == "spot"))
        part = "train" if number < 30 else "validation" if number < 40 else "test"
        rows.append((f"{label}/{number:02d}.dcm", f"p{number}", part))
    pd.DataFrame(rows, columns=["image", "patient", "part"]).to_csv(folder / "films.csv", index=False)
    return folder


def _run(films, folder, preparation, model="linear"):
    shutil.copytree(films, folder, dirs_exist_ok=True)
    (folder / "study.toml").write_text(STUDY.format(preparation=preparation, model=model))
    run = run_study(folder / "study.toml")
    steps = json.loads((run.folder / "plan.json").read_text())["reader"]["picture"]
    kept = Readings.load(run.folder / "readings" / "reader.parquet").frame
    moved = folder / "given-on"
    shutil.copytree(run.folder / "models" / "reader", moved)
    test = kept[kept["part"] == "test"]
    again = TrainedModel.load(moved).predict([folder / "films" / case for case in test["case"]])
    np.testing.assert_allclose(again["score"], test["score"], atol=1e-6)
    return run, steps, TrainedModel.load(moved)


def test_the_named_frame_in_millimetres_turned_ones_named(films, tmp_path):
    preparation = (
        'frame = 2\nspacing_mm = 1.4\nresampling = "b-spline"\nnormalisation = "z-score"\nclahe = true\n'
    )
    run, picture, model = _run(
        films, tmp_path / "study", preparation + "check_upright = true\ncheck_view = true"
    )
    steps = picture["steps"]
    assert (steps["frame"], steps["spacing_mm"], steps["resampling"], steps["clahe"]) == (
        2,
        1.4,
        "b-spline",
        True,
    )
    assert picture["normalisation"] == "z-score"
    measures = run.evaluation.measures_frame()
    found = measures[(measures["measure"] == "auroc") & (measures["part"] == "test")]["value"].iloc[0]
    assert found > 0.7  # the other frames are noise
    report = (run.folder / "report.html").read_text()
    assert "frame 2 is taken" in report
    assert "pixels are 1.4 mm wide" in report.lower()
    path = next((films / "films" / "spot").iterdir())
    picture, where = explain(model, [path])[0]
    assert picture.shape == where.shape == (ROWS, COLUMNS)
    assert picture[:6].max() < 0.05  # the second frame, whose border is black


def test_cut_to_the_body_of_the_named_frame(films, tmp_path):
    run, picture, _ = _run(films, tmp_path / "study", 'frame = 2\ncrop = "body"')
    assert picture["steps"]["crop"] == "body"
    assert "cut to the body" in (run.folder / "report.html").read_text()


def test_cut_to_the_lungs_by_a_named_mask_and_told(films, tmp_path):
    network = SmallUNet(8)
    network.head.weight.data.zero_()
    network.head.bias.data.fill_(5.0)  # all of it is lung
    (tmp_path / "study").mkdir()
    LungMask.of(network, 32).save(tmp_path / "study" / "lungs.safetensors")
    preparation = 'frame = 2\ncrop = "lungs"\nlung_mask = "lungs.safetensors"'
    run, picture, _ = _run(films, tmp_path / "study", preparation)
    assert picture["steps"]["lungs"]
    (table,) = run.folder.glob("prepared/*/placed.csv")
    with table.open() as file:
        ways = [row["cropped_by"] for row in csv.DictReader(file)]
    assert len(ways) == 50
    assert set(ways) == {"whole"}  # such a mask is none, and no threshold finds lungs in a box
    assert "Of 50 images, 50 were left whole." in (run.folder / "report.html").read_text()
    assert (run.folder / "tracking.json").stat().st_size < 50_000


def test_a_mask_that_is_not_there_is_said_before_anything_is_read(films, tmp_path):
    from hilum.errors import StudyFileError

    with pytest.raises(StudyFileError, match=r"names the file masks/lungs\.safetensors"):
        _run(films, tmp_path / "study", 'frame = 2\ncrop = "lungs"\nlung_mask = "masks/lungs.safetensors"')
