"""What is written in any form is read back as it was drawn."""

import json
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydicom import dcmread

from annotation.marked import COLUMNS, EVERY_SHAPE, INFO, ROWS, case_of, framed_case
from hilum.annotation.coco import from_coco, to_coco
from hilum.annotation.dicom_seg import read_segmentation, write_segmentations
from hilum.annotation.dicom_sr import read_report, write_report
from hilum.annotation.guideline_tree import write_tree
from hilum.annotation.lesion import Lesion
from hilum.annotation.nifti import read_masks, write_masks
from hilum.annotation.proposals import shapes_of_map, shapes_of_readings
from hilum.annotation.rasterising import rasterise
from hilum.annotation.shapes import Box
from hilum.annotation.tree_check import check_tree
from hilum.annotation.tree_reading import read_tree
from hilum.errors import ReadingsError


def _pixels(found, case):
    """By image and lesion: category and pixels."""
    keys = {(image.instance, image.frame): image.key for image in case.images}
    return {
        (keys[one.image, one.frame], int(one.lesion)): (one.category, rasterise(one.shape, ROWS, COLUMNS))
        for one in found
    }


def _wanted(case):
    return {
        (image.key, lesion.number): (lesion.category, rasterise(shape, ROWS, COLUMNS))
        for image, lesion, shape in case.marked()
    }


def _same(found, wanted):
    assert found.keys() == wanted.keys()
    for key, (category, pixels) in wanted.items():
        assert found[key][0] == category
        assert np.array_equal(found[key][1], pixels)


@pytest.fixture(params=["CCT", "XRY", "frames", "frames that lie nowhere"])
def case(request, tmp_path):
    """A case with every kind of shape, some of them on top of each other."""
    lesions = tuple(
        Lesion(f"l{n}", n, 1 + n % 3, {0: shape}) for n, shape in enumerate(EVERY_SHAPE.values(), 1)
    )
    if request.param != "XRY":
        lesions += (Lesion("far", 9, 2, {0: EVERY_SHAPE["a box"], 2: EVERY_SHAPE["painted"]}),)
    if request.param.startswith("frames"):
        return framed_case(tmp_path / "images", lesions, placed=request.param == "frames")
    return case_of(tmp_path / "images", request.param, lesions)


def test_the_guidelines_tree_is_read_back_as_it_was_drawn_and_has_no_defect(case, tmp_path):
    done = write_tree(tmp_path, [case], INFO)
    assert check_tree(tmp_path) == []
    count = len(case.files())
    assert (done.images, done.described) == (count, count)
    (back,) = read_tree(tmp_path).cases
    # Frames of a file are read in the order in which they are stored.
    stored = sorted(case.images, key=lambda image: (image.facts.name, image.frame))
    keys = {image.key: place for place, image in enumerate(stored)}
    drawn = {
        (keys[key], lesion.number): shape for lesion in case.lesions for key, shape in lesion.shapes.items()
    }
    numbers = {lesion.number: lesion for lesion in back.lesions}
    assert len(numbers) == len(case.lesions)
    found = {
        (key, lesion.number): shape
        for lesion, old in zip(back.lesions, case.lesions, strict=True)
        for key, shape in lesion.shapes.items()
    }
    assert [one.category for one in back.lesions] == [one.category for one in case.lesions]
    assert list(found.values()) == list(drawn.values())
    assert sorted(key for key, _ in found) == sorted(key for key, _ in drawn)
    assert [(image.instance, image.frame) for image in back.images] == [
        (image.instance, image.frame) for image in stored
    ]
    assert [image.facts for image in back.images] == [image.facts for image in stored]


def test_a_mask_is_dicom_of_the_same_place_and_study(tmp_path, dciodvfy_or_none):
    case = case_of(tmp_path / "images")
    write_tree(tmp_path, [case], INFO)
    place = tmp_path / "lung_cancer/chest-ct/malignant/0KDNRJF/001"
    mask = dcmread(place / "binary" / "cct_0KDNRJF_001_0001_1_binary.dcm")
    source = dcmread(place / "dcm" / "cct_0KDNRJF_001_0001.dcm")
    for keyword in ("FrameOfReferenceUID", "StudyInstanceUID", "PatientID", "ImagePositionPatient", "Rows"):
        assert mask[keyword].value == source[keyword].value
    assert np.array_equal(mask.pixel_array, rasterise(EVERY_SHAPE["a polygon"], ROWS, COLUMNS))
    assert mask.SourceImageSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID
    first = (place / "binary" / "cct_0KDNRJF_001_0001_1_binary.dcm").read_bytes()
    write_tree(tmp_path / "again", [case], INFO)
    again = tmp_path / "again" / place.relative_to(tmp_path) / "binary" / "cct_0KDNRJF_001_0001_1_binary.dcm"
    assert again.read_bytes() == first
    if dciodvfy_or_none:
        import subprocess

        told = subprocess.run([dciodvfy_or_none, again], capture_output=True, text=True, check=False).stderr
        assert not [line for line in told.splitlines() if line.startswith("Error")], told


def test_coco_is_read_back_and_pycocotools_sees_the_same_pixels(case):
    content = json.loads(json.dumps(to_coco([case], INFO)))
    _same(_pixels(from_coco(content, case.code), case), _wanted(case))
    from pycocotools import mask as coco_mask

    # pycocotools converts its arrays in a way that numpy 2 wants to be rid of
    warnings.simplefilter("ignore", DeprecationWarning)

    wanted = _wanted(case)
    for one in content["annotations"]:
        if isinstance(one["segmentation"], dict):
            packed = coco_mask.frPyObjects(one["segmentation"], ROWS, COLUMNS)
            pixels = coco_mask.decode(packed).astype(bool)
            key = (one["image_id"] - 1, one["attributes"]["lesion"])
            assert np.array_equal(pixels, wanted[key][1])
            one["segmentation"] = {"size": packed["size"], "counts": packed["counts"].decode()}
    _same(_pixels(from_coco(content, case.code), case), wanted)  # packed run lengths of others are understood


def test_dicom_seg_is_read_back_pixel_by_pixel(case, tmp_path):
    files = write_segmentations(tmp_path, case)
    _same(_pixels([one for file in files for one in read_segmentation(file)], case), _wanted(case))
    placed = "Image Position (Patient)" in str(dcmread(case.images[0].file)) or len(case.images) == 1
    assert len(files) == (1 if placed else 2)
    for file in files:
        (series,) = dcmread(file).ReferencedSeriesSequence
        told = {one.ReferencedSOPInstanceUID for one in series.ReferencedInstanceSequence}
        assert told <= {image.instance for image in case.images}


def test_dicom_sr_is_read_back_pixel_by_pixel(case, tmp_path):
    file = write_report(tmp_path, case)
    _same(_pixels(read_report(file), case), _wanted(case))
    kinds = {int(one.lesion): one.shape.kind for one in read_report(file) if one.lesion != "9"}
    assert kinds == {lesion.number: lesion.shapes[0].kind for lesion in case.lesions if lesion.number != 9}


def test_nifti_is_read_back_pixel_by_pixel(case, tmp_path):
    files = write_masks(tmp_path, case)
    assert len(files) == len(case.lesions)
    found = [one for file in files for one in read_masks(file, case.images)]
    _same(_pixels(found, case), _wanted(case))


def test_nifti_lies_where_the_images_lie(tmp_path):
    import nibabel

    case = case_of(tmp_path / "images")
    (file, _) = write_masks(tmp_path, case)
    affine = nibabel.load(file).affine
    header = dcmread(case.images[2].file)
    x, y, z = header.ImagePositionPatient
    assert np.allclose(affine @ [0, 0, 2, 1], [-x, -y, z, 1])
    assert np.allclose(affine[:3, 0], [-header.PixelSpacing[1], 0, 0])


def test_seg_and_sr_satisfy_the_validator(tmp_path, dciodvfy):
    import subprocess

    case = case_of(tmp_path / "images")
    for file in (*write_segmentations(tmp_path, case), write_report(tmp_path, case)):
        told = subprocess.run([dciodvfy, file], capture_output=True, text=True, check=False).stderr
        own = [
            line
            for line in told.splitlines()
            if line.startswith("Error") and "Retired Person Name" not in line
        ]
        assert not own, told


def test_readings_and_maps_of_a_model_become_shapes_to_propose():
    rows = [
        {
            "image": "a",
            "x": 4,
            "y": 5,
            "width": 3,
            "height": 2,
            "diameter": None,
            "score": 0.7,
            "class": "기흉",
        },
        {
            "image": "b",
            "x": 9,
            "y": 9,
            "width": None,
            "height": None,
            "diameter": 4,
            "score": None,
            "class": "?",
        },
    ]
    first, second = shapes_of_readings(pd.DataFrame(rows), "XRY")
    assert (first.image, first.shape, first.category, first.score) == ("a", Box(4.0, 5.0, 7.0, 7.0), 6, 0.7)
    assert (second.shape, second.category, second.score) == (Box(7.0, 7.0, 11.0, 11.0), None, None)
    for wrong in ({"width": 0}, {"x": "left"}):
        with pytest.raises(ReadingsError):
            shapes_of_readings(pd.DataFrame([rows[0] | wrong]), "XRY")
    with pytest.raises(ReadingsError):
        shapes_of_readings(pd.DataFrame([{"image": "a", "score": 1}]), "XRY")
    values = np.zeros((ROWS, COLUMNS))
    values[2:8, 2:8], values[20:24, 20:30], values[30, 30] = 0.6, 0.9, 1.0
    found = shapes_of_map("a", values, 0.5)
    assert [one.score for one in found] == [0.9, 0.6]
    assert np.array_equal(rasterise(found[1].shape, ROWS, COLUMNS), values == 0.6)


def test_normal_cases_have_images_alone_and_what_the_layout_cannot_hold_is_said(tmp_path):
    normal = case_of(tmp_path / "images", label="normal", lesions=())
    done = write_tree(tmp_path, [normal], INFO)
    assert (done.images, done.masks, done.described, done.notes) == (3, 0, 0, ())
    assert check_tree(tmp_path) == []
    benign = replace(
        case_of(
            tmp_path / "images",
            "PCT",
            label="benign",
            lesions=(Lesion("a", 1, 4, {0: EVERY_SHAPE["a box"]}),),
        )
    )
    done = write_tree(tmp_path / "pet", [benign], INFO)
    assert done.masks == 0
    assert "1.4" in done.notes[0]
