"""From tables of masks to results: millimetres and pixels, labels and classes, what is left out and why."""

import nibabel
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.errors import ReadingsError
from hilum.evaluation import EvaluationOptions, Readings, Truth, align
from hilum.evaluation.ledger import Ledger, Work
from hilum.evaluation.tasks.segmentation import evaluate_segmentation

FEW = EvaluationOptions(bootstrap=200)


def _evaluated(folder, truth, *tables: object, options=FEW):
    pd.DataFrame(truth).to_csv(folder / "truth.csv", index=False)
    readings = []
    for number, table in enumerate(tables):
        pd.DataFrame(table).to_csv(folder / f"r{number}.csv", index=False)
        readings.append(Readings.load(folder / f"r{number}.csv"))
    ledger = Ledger()
    alignment = align(readings, Truth.load(folder / "truth.csv", kind="segmentation"))
    evaluate_segmentation(Work(alignment, options, ledger))
    return ledger


def _row(ledger, measure, *, reader="r0", of=None):
    found = [row for row in ledger.measures if (row.reader, row.measure, row.of) == (reader, measure, of)]
    assert len(found) == 1, (measure, of)
    return found[0]


def _codes(ledger):
    return {notice.code: notice.n for notice in ledger.notices}


def _block(first, rows=4, value=1):
    array = np.zeros((20, 16, 10), np.uint8)
    array[first : first + rows, 4:8, 3:6] = value
    return array


def _nifti(folder, name, array, spacing=(2.0, 1.0, 3.0)):
    nibabel.save(nibabel.Nifti1Image(array, np.diag([*spacing, 1.0])), folder / name)
    return name


def _png(folder, name, array):
    Image.fromarray(array).save(folder / name)
    return name


def test_millimetres_come_from_the_file(tmp_path):
    truth = {"case": ["a", "b"], "mask": [_nifti(tmp_path, f"t{n}.nii.gz", _block(4)) for n in (0, 1)]}
    moved = {"case": ["a", "b"], "mask": [_nifti(tmp_path, f"m{n}.nii.gz", _block(4 + n)) for n in (0, 1)]}
    made = _evaluated(tmp_path, truth, moved, options=EvaluationOptions(bootstrap=200, tolerance_mm=1.0))
    # a: the same; b: moved by one row of 2 mm, three of four rows in common.
    dice = _row(made, "dice")
    assert dice.value == pytest.approx((1 + 0.75) / 2)
    assert (dice.n, dice.events, dice.n_excluded, dice.method) == (2, 2, 0, "bootstrap_percentile")
    assert _row(made, "hd95").value == pytest.approx((0 + 2.0) / 2)
    assert _row(made, "hd95").at is None
    assert _row(made, "nsd").at == "tolerance=1mm"
    assert _row(made, "volume").value == pytest.approx(48 * 6 / 1000)
    assert _row(made, "volume_difference").value == 0
    assert _row(made, "voxel_sensitivity").value == pytest.approx((1 + 0.75) / 2)
    assert _row(made, "dice_median").value == pytest.approx(0.875)


def test_pictures_are_measured_in_pixels_and_it_is_said(tmp_path):
    one, other = np.zeros((30, 30), np.uint8), np.zeros((30, 30), np.uint8)
    one[5:15, 5:15], other[8:18, 5:15] = 255, 1
    truth = {"case": ["a"], "mask": [_png(tmp_path, "t.png", one)]}
    made = _evaluated(tmp_path, truth, {"case": ["a"], "mask": [_png(tmp_path, "m.png", other)]})
    assert _row(made, "hd95").value == 3
    assert (_row(made, "hd95").at, _row(made, "nsd").at) == ("pixels", "tolerance=2pixels")
    assert "no_millimetres" in _codes(made)
    assert "volume" not in {row.measure for row in made.measures}
    # A single patient gives no interval.
    assert (_row(made, "dice").value, _row(made, "dice").low) == (pytest.approx(0.7), None)


def test_labels_of_one_file_are_measured_apart(tmp_path):
    array = _block(2) + _block(10, value=2)
    wrong = _block(2) + _block(12, value=2)
    truth = {"case": ["a", "b"], "mask": [_nifti(tmp_path, f"t{n}.nii", array) for n in (0, 1)]}
    said = {"case": ["a", "b"], "mask": [_nifti(tmp_path, f"m{n}.nii", wrong) for n in (0, 1)]}
    made = _evaluated(tmp_path, truth, said)
    assert _row(made, "dice", of="label=1").value == 1
    assert _row(made, "dice", of="label=2").value == 0.5
    assert _row(made, "dice").value == 0.75
    assert "several_structures" in _codes(made)
    strange = {"case": ["a", "b"], "mask": [_nifti(tmp_path, f"s{n}.nii", wrong + 7) for n in (0, 1)]}
    with pytest.raises(ReadingsError, match="hold the labels 7, 8, 9 and those of the truth 1, 2"):
        _evaluated(tmp_path, truth, strange)
    single = {"case": ["a"], "mask": [_nifti(tmp_path, "one.nii", _block(2))]}
    made = _evaluated(tmp_path, single, {"case": ["a"], "mask": ["m0.nii"]})
    assert _row(made, "dice").value == 1
    more = array.copy()
    more[0, 0, 0] = 3
    made = _evaluated(tmp_path, truth, {"case": ["a"], "mask": [_nifti(tmp_path, "x.nii", more)]})
    assert _codes(made)["unknown_labels"] == 1


def test_classes_have_files_of_their_own(tmp_path):
    files = [_nifti(tmp_path, f"{name}.nii", _block(at)) for name, at in (("core", 2), ("oedema", 10))]
    truth = {"case": ["a", "a"], "mask": files, "class": ["core", "oedema"]}
    made = _evaluated(tmp_path, truth, {"case": ["a"], "mask": [files[0]], "class": ["core"]})
    assert _row(made, "dice", of="core").value == 1
    assert _row(made, "dice", of="oedema").value == 0
    assert _codes(made)["hd95_undefined"] == 1
    with pytest.raises(ReadingsError, match="1 masks of r0 have no class"):
        _evaluated(tmp_path, truth, {"case": ["a"], "mask": [files[0]]})


def test_nothing_there_and_nothing_outlined(tmp_path):
    block = _nifti(tmp_path, "t.nii", _block(4))
    truth = {"case": ["a", "b", "c", "d"], "mask": [block, "", "", block]}
    said = {"case": ["a", "b", "c", "d"], "mask": [block, "", block, ""]}
    made = _evaluated(tmp_path, truth, said)
    # a: the same, b: nothing in both, c: outlined where nothing is, d: missed.
    assert _row(made, "dice").value == pytest.approx((1 + 1 + 0 + 0) / 4)
    assert _row(made, "nsd").value == pytest.approx(0.5)
    distance = _row(made, "hd95")
    assert (distance.value, distance.n, distance.n_excluded) == (0, 2, 2)
    assert _codes(made)["hd95_undefined"] == 2
    assert (_row(made, "dice").n, _row(made, "dice").events) == (4, 2)
    assert _row(made, "voxel_sensitivity").value == 0.5


def test_masks_that_cannot_be_used_are_counted(tmp_path):
    blocks = [_nifti(tmp_path, f"t{n}.nii", _block(4)) for n in range(5)]
    truth = {"case": list("abcde"), "mask": blocks}
    (tmp_path / "cut.nii").write_bytes((tmp_path / "t0.nii").read_bytes()[:500])
    grey = np.random.default_rng(0).random((20, 16, 10)).astype(np.float32)
    masks = [
        blocks[0],
        "cut.nii",
        _nifti(tmp_path, "other.nii", _block(4), (1.0, 1.0, 1.0)),
        _nifti(tmp_path, "grey.nii", grey),
    ]
    made = _evaluated(tmp_path, truth, {"case": list("abcd"), "mask": masks})
    counted = _codes(made)
    assert (counted["unreadable_mask"], counted["other_grid"], counted["cases_without_reading"]) == (2, 1, 1)
    row = _row(made, "dice")
    assert (row.value, row.n, row.n_excluded) == (1, 1, 4)


def test_images_of_one_patient_are_averaged_before_patients(tmp_path):
    files = [_nifti(tmp_path, f"f{n}.nii", _block(4 + n)) for n in range(5)]
    truth = {"case": list("abc"), "patient": ["p", "p", "q"], "mask": [files[0]] * 3}
    made = _evaluated(tmp_path, truth, {"case": list("abc"), "mask": [files[0], files[2], files[1]]})
    assert _row(made, "dice").value == pytest.approx(((1 + 0.5) / 2 + 0.75) / 2)


def test_two_readers_are_compared_patient_by_patient(tmp_path):
    files = [_nifti(tmp_path, f"f{n}.nii", _block(4 + n)) for n in range(5)]
    cases = [f"c{number}" for number in range(8)]
    truth = {"case": cases, "mask": [files[0]] * 8}
    better = {"case": cases, "mask": [files[0], files[1]] * 4}
    worse = {"case": cases, "mask": [files[1], files[2], files[2], files[3]] * 2}
    made = _evaluated(tmp_path, truth, better, worse)
    rows = [row for row in made.comparisons if row.measure == "dice"]
    assert [row.method for row in rows] == ["bootstrap_wald", "wilcoxon_signed_rank"]
    difference = np.tile([1, 0.75], 4) - np.tile([0.75, 0.5, 0.5, 0.25], 2)
    assert rows[0].difference == pytest.approx(difference.mean())
    assert 0 < rows[0].low < rows[0].high
    assert rows[1].p < 0.05
    assert {row.measure for row in made.comparisons} == {"dice", "hd95", "nsd"}


def test_masks_outside_the_folder_are_refused(tmp_path):
    _nifti(tmp_path, "t.nii", _block(4))
    (tmp_path / "inner").mkdir()
    with pytest.raises(ReadingsError, match="leads out of the folder"):
        _evaluated(tmp_path / "inner", {"case": ["a"], "mask": ["../t.nii"]}, {"case": ["a"], "mask": [""]})


def test_jpeg_and_coloured_masks_are_counted_as_unusable(tmp_path):
    one = np.zeros((30, 30), np.uint8)
    one[5:15, 5:15] = 255
    truth = {"case": ["a", "b"], "mask": [_png(tmp_path, f"t{n}.png", one) for n in (0, 1)]}
    Image.fromarray(one).save(tmp_path / "m.jpg")
    colour = np.stack([one, one, 0 * one], axis=-1)
    said = {"case": ["a", "b"], "mask": ["m.jpg", _png(tmp_path, "c.png", colour)]}
    made = _evaluated(tmp_path, truth, said)
    assert _codes(made)["unreadable_mask"] == 2
    assert made.measures == []
