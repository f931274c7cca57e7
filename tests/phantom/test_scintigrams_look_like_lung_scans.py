"""Simulated lung scans: counts are counts, the heart hides tracer on one side, necks in the stated share."""

import dataclasses
import json
import os
import shutil
import subprocess

import numpy as np
import pandas as pd
import pydicom
import pytest
from PIL import Image

from hilum.errors import HilumError
from hilum.image import read_display
from hilum.image.nuclear import nuclear_frames
from hilum.phantom.scintigram_drawing import SIDE, count, draw_scan, expected_counts
from hilum.phantom.scintigram_objects import seen_from_behind
from hilum.phantom.scintigrams import make_back, make_scan, order_scans, write_scintigrams
from hilum.phantom.worlds import world_named, writer_of


def _scan(kind: str, number: int, *, neck: bool = False):
    """A scan in the middle of the picture, of a straight body with even lungs."""
    scan = draw_scan(kind, neck=neck, rng=np.random.default_rng([5, number]))
    straight = tuple(np.zeros((5, 5), np.float32) for _ in range(2))
    return dataclasses.replace(
        scan,
        shift=(0.0, 0.0),
        tilt=0.0,
        bend=straight,
        unevenness=0.0,
        shares=(1.0, 1.0),
        wedges=np.empty((0, 5)),
        spots=np.empty((0, 4)),
    )


@pytest.mark.parametrize("kind", ["perfusion", "ventilation"])
def test_counts_are_poisson_where_the_scan_is_flat(kind):
    """Where as much is expected everywhere, the variance of the counts is their mean."""
    expected = expected_counts(_scan(kind, 1))
    rows, columns = np.nonzero(np.abs(expected - np.percentile(expected, 97)) < 0.02 * expected.max())
    level = expected[rows, columns]
    rng = np.random.default_rng(0)
    drawn = np.array([count(expected, rng)[rows, columns] for _ in range(40)])
    # Of one pixel over forty scans, so that no difference between pixels enters.
    ratio = drawn.var(axis=0, ddof=1).mean() / level.mean()
    assert len(rows) > 500
    assert abs(ratio - 1) < 0.03
    assert abs(drawn.mean() / level.mean() - 1) < 0.01


@pytest.mark.parametrize("number", range(6))
def test_the_heart_hides_the_left_lung_in_perfusion(number):
    scan = dataclasses.replace(_scan("perfusion", number), heights=(23.0, 23.0), widths=(12.5, 12.5))
    scan = dataclasses.replace(scan, domes=(2.5, 2.5))
    picture = expected_counts(scan)
    mirrored = picture[:, ::-1]
    beside = (slice(int(0.55 * SIDE), int(0.70 * SIDE)), slice(int(0.55 * SIDE), int(0.64 * SIDE)))
    above = (slice(int(0.30 * SIDE), int(0.40 * SIDE)), slice(int(0.55 * SIDE), int(0.64 * SIDE)))
    assert picture[beside].mean() < 0.7 * mirrored[beside].mean()
    assert abs(picture[above].mean() / mirrored[above].mean() - 1) < 0.15


@pytest.mark.parametrize("number", range(6))
def test_the_heart_hides_less_in_ventilation(number):
    beside = (slice(int(0.55 * SIDE), int(0.70 * SIDE)), slice(int(0.55 * SIDE), int(0.64 * SIDE)))

    def left_against_right(kind: str) -> float:
        picture = expected_counts(_scan(kind, number))
        return float(picture[beside].mean() / picture[:, ::-1][beside].mean())

    assert left_against_right("perfusion") < left_against_right("ventilation") < 1


def test_necks_are_seen_in_the_stated_share_and_nowhere_else():
    orders = order_scans(530, seed=3)
    assert orders.groupby("kind").size().to_dict() == {"perfusion": 394, "ventilation": 136}
    assert orders[orders["kind"] == "ventilation"]["neck"].sum() == 111
    assert not orders[orders["kind"] == "perfusion"]["neck"].any()
    # What the order says can be seen: counts above the lungs, against what the body alone has there.
    above = (slice(0, int(0.2 * SIDE)), slice(int(0.47 * SIDE), int(0.53 * SIDE)))
    for number in range(6):
        seen, unseen = (expected_counts(_scan("ventilation", number, neck=neck)) for neck in (True, False))
        assert seen[above].mean() / seen.max() > 3 * unseen[above].mean() / unseen.max()


def test_a_defect_is_darker_than_the_same_place_without():
    scan = _scan("perfusion", 2)
    wedge = dataclasses.replace(scan, wedges=np.array([[-1.0, 0.0, 14.0, 3.0, 0.9]]))
    whole, part = expected_counts(scan), expected_counts(wedge)
    changed = part / whole.sum() * scan.total < 0.5 * whole / whole.sum() * scan.total
    rows, columns = np.nonzero(changed & (whole > 0.3 * whole.max()))
    assert len(rows) > 50
    assert columns.max() < SIDE / 2  # the patient's right is on the left of the picture


def test_a_folder_is_written_once_and_the_same_again(tmp_path):
    made = write_scintigrams(tmp_path / "a", patients=24, seed=5)
    again = write_scintigrams(tmp_path / "a", patients=24, seed=5)
    other = write_scintigrams(tmp_path / "b", patients=24, seed=5)
    assert (made.made, again.made, other.made) == (24, 0, 24)
    for path in made.scans.rglob("*.png"):
        same = other.scans / path.relative_to(made.scans)
        assert path.read_bytes() == same.read_bytes()
        with Image.open(path) as picture:
            assert (picture.mode, picture.size) == ("L", (SIDE, SIDE))
    truth = json.loads(made.truth.read_text(encoding="utf-8"))
    assert sum(scan["neck"] for scan in truth["scans"]) == round(6 * 111 / 136)
    assert len(made.table.read_text(encoding="utf-8").splitlines()) == 25


def test_another_seed_is_another_scan_and_too_few_are_refused(tmp_path):
    assert (
        make_scan("perfusion", neck=False, seed=(1, 1)) != make_scan("perfusion", neck=False, seed=(2, 1))
    ).any()
    with pytest.raises(HilumError, match="24 to 99999"):
        write_scintigrams(tmp_path, patients=5)


def test_the_camera_writes_both_detectors_and_its_front_is_the_picture(tmp_path):
    made = write_scintigrams(tmp_path, patients=24, seed=5, dicom=True)
    assert made.dicom is not None
    table = pd.read_csv(tmp_path / "dicom.csv", dtype=str)
    orders = order_scans(24, seed=5)
    assert table["image"].str.replace(".dcm", ".png").tolist() == orders["image"].tolist()
    assert table["patient"].nunique() == 24
    first = set()
    for row in table.itertuples():
        path = made.dicom / row.image
        picture = np.asarray(Image.open((made.scans / row.image).with_suffix(".png")))
        assert np.array_equal(np.round(255 * read_display(path)).astype(np.uint8), picture)
        dataset = pydicom.dcmread(path)
        assert (dataset.PatientID, dataset.AccessionNumber) == (row.patient, row.accession)
        assert dataset.NumberOfFrames == 2
        assert int(dataset.CountsAccumulated) == int(dataset.pixel_array.sum())
        first.add(nuclear_frames(dataset)[0].view)
    assert first == {"anterior", "posterior"}  # so that nobody comes through by the order of frames


def test_from_behind_the_left_lung_is_on_the_left_and_the_heart_hides_less():
    front, back = (make(kind="perfusion", neck=False, seed=(7, 702, 9)) for make in (make_scan, make_back))
    scan = draw_scan("perfusion", neck=False, rng=np.random.default_rng([7, 702, 9]))
    again = expected_counts(seen_from_behind(scan))[:, ::-1]
    assert np.corrcoef(back.ravel(), again.ravel())[0, 1] > 0.9
    assert (
        np.corrcoef(back.ravel(), front[:, ::-1].ravel())[0, 1]
        > np.corrcoef(back.ravel(), front.ravel())[0, 1]
    )
    assert seen_from_behind(scan).shadow < 0.5 * scan.shadow


def test_the_files_keep_the_standard(tmp_path):
    """By dciodvfy, the validator of D. Clunie: not one error, not one warning."""
    if shutil.which("dciodvfy") is None:
        if os.environ.get("HILUM_REQUIRE_PEERS") == "1":
            pytest.fail("dciodvfy is not installed")
        pytest.skip("dciodvfy is not installed: apt install dicom3tools")
    made = write_scintigrams(tmp_path, patients=24, seed=6, dicom=True)
    for path in sorted(made.dicom.rglob("*.dcm"))[:6]:
        done = subprocess.run(
            ["dciodvfy", "-new", path], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr.split(), done.stdout.strip()) == (0, ["NMImage"], "")


def test_only_the_scans_have_a_dicom_form_to_choose():
    for name, said in (("pneumonia-products", "no DICOM form"), ("fracture", "DICOM already")):
        with pytest.raises(HilumError, match=said):
            writer_of(world_named(name), dicom=True)
