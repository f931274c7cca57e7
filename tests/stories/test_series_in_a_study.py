"""Series of slices, in a folder or in the archive, become a study of volumes and a reader of new series."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
from typer.testing import CliRunner

from hilum.archive import create_workspace, open_archive
from hilum.cli import app
from hilum.conduct.study_run import run_study
from hilum.errors import CohortError, ImageError
from hilum.evaluation import Readings
from hilum.image import read_image, read_slices

STUDY = """
version = 1
title = "Is there a ball?"
[cohort]
images = "{images}"
volumes = true
{cohort}
[task]
kind = "classification"
positive = "ball"
{task}
[split]
parts = {{ train = 0.5, validation = 0.25, test = 0.25 }}
seed = 1
[[readers]]
name = "reader"
model = "slices(small_cnn)"
size = 32
epochs = 2
[evaluation]
bootstrap = 100
"""
SIDE, SLICES, STEP = 32, 8, 4.0


def write_series(folder: Path, patient: str, *, ball: bool, places=range(SLICES), series: str = "1") -> None:
    """Axial CT slices of noise, with a bright ball or without; their names say nothing of their order."""
    rng = np.random.default_rng(sum(patient.encode()))
    folder.mkdir(parents=True, exist_ok=True)
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    for place in places:
        inside = ball * ((rows**2 + columns**2 + (place - SLICES / 2) ** 2 * 4) < 49)
        values = rng.normal(-200, 60, (SIDE, SIDE)) + 500 * inside
        values[0, 0] = 10 * place  # tells the slice
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID = CTImageStorage
        dataset.PatientID, dataset.PatientName, dataset.Modality = patient, "Ball^Patient", "CT"
        dataset.StudyInstanceUID = f"1.2.826.0.1.3680043.10.99.{int(patient[1:]) + 1}"
        dataset.SeriesInstanceUID = f"{dataset.StudyInstanceUID}.{series}"
        dataset.SOPInstanceUID = f"{dataset.SeriesInstanceUID}.{place + 1}"
        dataset.FrameOfReferenceUID = f"{dataset.StudyInstanceUID}.9"
        dataset.StudyDate, dataset.AccessionNumber, dataset.InstanceNumber = "20240301", patient, place + 1
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        dataset.ImagePositionPatient = [-16.0, -16.0, STEP * place]
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.PixelSpacing, dataset.SliceThickness = [1.0, 1.0], STEP
        dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = SIDE, SIDE, 1
        dataset.PhotometricInterpretation = "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelRepresentation, dataset.RescaleIntercept, dataset.RescaleSlope = 0, -1024, 1
        stored = np.clip(values + 1024, 0, 4095).astype(np.uint16)
        dataset.PixelData = stored.tobytes()
        dataset["PixelData"].VR = "OW"
        dataset.save_as(folder / f"{(place * 37) % 101:03d}.dcm", enforce_file_format=True)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory) -> Path:
    """24 patients with a CT each, half of them with a ball, and their table."""
    folder, rows = tmp_path_factory.mktemp("series"), []
    for number in range(24):
        label = ("none", "ball")[number % 2]
        write_series(folder / "ct" / label / f"P{number:02d}", f"P{number:02d}", ball=label == "ball")
        rows.append((f"P{number:02d}", label))
    pd.DataFrame(rows, columns=["patient", "label"]).to_csv(folder / "t.csv", index=False)
    return folder


def _run(folder: Path, images: str, cohort: str = "", task: str = ""):
    path = folder / "study.toml"
    path.write_text(STUDY.format(images=images, cohort=cohort, task=task), encoding="utf-8")
    return run_study(path)


def test_a_folder_of_series_becomes_a_report_and_a_reader_of_new_series(hospital, tmp_path):
    run = _run(hospital, "ct")
    assert len(run.cohort.cases) == 24
    assert run.cohort.cases["patient"].nunique() == 24
    plan = json.loads((run.folder / "plan.json").read_text())["reader"]
    assert plan["picture"]["depth"] == SLICES
    assert run.report.is_file()
    readings = Readings.load(run.folder / "readings" / "reader.parquet").frame.set_index("case")["score"]
    said = tmp_path / "said.json"
    model = str(run.folder / "models" / "reader")
    result = CliRunner().invoke(app, ["predict", model, str(hospital / "ct"), "--json", str(said)])
    assert result.exit_code == 0, result.output
    told = {
        Path(one["image"]).relative_to(hospital / "ct").as_posix(): one["score"]
        for one in json.loads(said.read_text())
    }
    assert set(told) == set(readings.index)
    assert max(abs(told[case] - readings[case]) for case in told) < 1e-9


def test_the_archives_series_are_read_as_volumes_in_the_order_in_which_they_lie(hospital, tmp_path):
    workspace = create_workspace(tmp_path / "w")
    archive = open_archive(workspace)
    assert archive.ingest([hospital / "ct"], workers=1).archived == 24 * SLICES
    (workspace.root / "t.csv").write_bytes((hospital / "t.csv").read_bytes())
    table = 'table = "t.csv"\npatient = "patient"\ninclude = ["slices >= 8"]\n'
    run = _run(workspace.root, "archive", table, 'label = "label"')
    assert len(run.cohort.cases) == 24
    volume = read_slices(run.cohort.root / run.cohort.cases["image"].iloc[0]).array
    assert volume.shape == (SLICES, SIDE, SIDE)
    assert volume[:, 0, 0].tolist() == [10 * place for place in range(SLICES)]


def test_the_values_and_the_place_of_a_series_are_exact(hospital):
    volume = read_image(hospital / "ct" / "ball" / "P01")
    assert volume.shape == (SLICES, SIDE, SIDE)
    assert volume.spacing == (STEP, 1.0, 1.0)
    assert volume.orientation == "SPL"
    assert volume.millimetres((3, 0, 0)) == (-16.0, -16.0, 3 * STEP)


def test_what_is_no_even_stack_is_refused_in_words(tmp_path):
    write_series(tmp_path / "gap", "P01", ball=False, places=[0, 1, 2, 4, 5])
    with pytest.raises(ImageError, match="do not lie evenly"):
        read_slices(tmp_path / "gap")
    write_series(tmp_path / "two", "P01", ball=False, places=range(4))
    write_series(tmp_path / "two", "P01", ball=False, places=range(5, 8), series="2")
    with pytest.raises(ImageError, match="holds 2 series"):
        read_slices(tmp_path / "two")
    write_series(tmp_path / "one", "P01", ball=False, places=[3])
    with pytest.raises(ImageError, match="single slice"):
        read_slices(tmp_path / "one")


def test_slices_that_lie_in_the_folder_itself_are_said(tmp_path):
    write_series(tmp_path / "ct", "P01", ball=False)
    with pytest.raises(CohortError, match="a folder of its own"):
        _run(tmp_path, "ct")
