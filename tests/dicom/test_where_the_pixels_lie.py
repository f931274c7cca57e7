"""Millimetres, places in the patient, and views, only as far as the file says them."""

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from dicom.making import image
from hilum.dicom import geometry, view_position


def ct(**attributes: object):
    given = {
        "ImagePositionPatient": [-100, -120, 50],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.7, 0.5],
        "SliceThickness": 5,
        **attributes,
    }
    return image(
        np.zeros((1, 4, 4), np.uint16), **{key: value for key, value in given.items() if value is not None}
    )


def lies(dataset, *index: int):
    return (geometry(dataset).affine @ [*index, 1])[:3].tolist()


def test_an_axial_slice():
    """PS3.3 C.7.6.2.1.1: the row index goes down the columns with the first value of PixelSpacing."""
    assert lies(ct(), 0, 0, 0) == [-100, -120, 50]
    assert lies(ct(), 0, 2, 0) == pytest.approx([-100, -120 + 1.4, 50])
    assert lies(ct(), 0, 0, 2) == pytest.approx([-99, -120, 50])
    assert lies(ct(), 1, 0, 0) == pytest.approx([-100, -120, 55])
    found = geometry(ct(FrameOfReferenceUID="1.2.3"))
    assert (found.in_patient, found.spacing_source, found.frame_of_reference) == (
        True,
        "PixelSpacing",
        "1.2.3",
    )
    assert found.notes == ()


def test_an_oblique_slice_keeps_its_angles():
    c, s = np.cos(0.3), np.sin(0.3)
    dataset = ct(ImageOrientationPatient=[c, s, 0, -s, c, 0])
    assert lies(dataset, 0, 0, 1) == pytest.approx([-100 + 0.5 * c, -120 + 0.5 * s, 50])


def test_spacing_between_slices_comes_before_thickness():
    assert lies(ct(SpacingBetweenSlices=3), 1, 0, 0)[2] == 53


def test_no_thickness_is_said():
    assert geometry(ct(SliceThickness=None)).notes == (
        "the file gives no slice thickness; 1 mm stands in its place",
    )


@pytest.mark.parametrize("keyword", ["ImagerPixelSpacing", "NominalScannedPixelSpacing"])
def test_distances_at_the_detector_are_said_to_be_there(keyword):
    found = geometry(image(np.zeros((1, 4, 4), np.uint16), **{keyword: [0.2, 0.1]}))
    assert found.spacing_source == keyword
    assert "in the patient they are smaller" in found.notes[0]
    assert not found.in_patient
    assert np.linalg.norm(found.affine[:3, :3], axis=0).tolist() == [1.0, 0.2, 0.1]


def test_pixel_spacing_that_only_repeats_the_detector_is_said_to_be_there():
    radiograph = image(np.zeros((1, 4, 4), np.uint16), PixelSpacing=[0.2, 0.2], ImagerPixelSpacing=[0.2, 0.2])
    assert "measured at the detector" in geometry(radiograph).notes[0]
    radiograph.PixelSpacing = [0.18, 0.18]
    assert geometry(radiograph).notes == ()


@pytest.mark.parametrize("spacing", [None, [0, 0], [0.5, -1], "", [0.5]])
def test_without_spacing_there_are_no_millimetres(spacing):
    found = geometry(ct(PixelSpacing=spacing))
    assert (found.affine, found.spacing_source, found.in_patient) == (None, "", False)
    assert "no millimetres" in found.notes[0]


@pytest.mark.parametrize(
    "broken",
    [
        {"ImagePositionPatient": None},
        {"ImageOrientationPatient": [0, 0, 0, 0, 0, 0]},
        {"ImageOrientationPatient": [1, 0, 0, 1, 0, 0]},
    ],
)
def test_without_a_place_there_is_only_a_plane(broken):
    found = geometry(ct(**broken))
    assert not found.in_patient
    assert np.linalg.norm(found.affine[:3, :3], axis=0).tolist() == [1.0, 0.7, 0.5]


def enhanced(places):
    dataset = image(np.zeros((len(places), 4, 4), np.uint16))
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, orientation.ImageOrientationPatient = [0.7, 0.5], [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for z in places:
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, z]
        frame.PlanePositionSequence = [position]
        frames.append(frame)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return dataset


def test_frames_of_an_enhanced_object_have_their_own_places():
    assert lies(enhanced([10, 7.5, 5]), 2, 0, 0) == [0, 0, 5]
    assert lies(enhanced([10, 7.5, 5]), 0, 1, 1) == pytest.approx([0.5, 0.7, 10])


@pytest.mark.parametrize("places", [[0, 1, 3], [0, 0, 0], [0, 1, 0]])
def test_uneven_frames_have_no_common_coordinates(places):
    found = geometry(enhanced(places))
    assert found.affine is None
    assert "not lie evenly" in found.notes[0]


def test_a_dose_grid_counts_its_offsets_along_the_normal():
    dataset = image(
        np.zeros((3, 4, 4), np.uint16),
        PixelSpacing=[2, 2],
        ImagePositionPatient=[1, 2, 3],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
    )
    dataset.GridFrameOffsetVector = [0, 2.5, 5]
    assert lies(dataset, 2, 0, 0) == [1, 2, 8]


@pytest.mark.parametrize(
    ("written", "read"), [("PA", "PA"), ("AP", "AP"), ("LL", "LL"), ("", "unknown"), (None, "unknown")]
)
def test_the_view_is_what_is_written_or_unknown(written, read):
    dataset = image(np.zeros((1, 4, 4), np.uint16), SeriesDescription="Chest PA", StudyDescription="CHEST PA")
    if written is not None:
        dataset.ViewPosition = written
    assert view_position(dataset) == read


@pytest.mark.parametrize(
    ("code", "view"),
    [
        ("R-10214", "PA"),
        ("272479007", "PA"),
        ("399348003", "AP"),
        ("R-10206", "AP"),
        ("399173006", "LL"),
        ("x", "unknown"),
    ],
)
def test_the_code_of_the_view_is_read_where_the_position_is_absent(code, view):
    dataset, item = Dataset(), Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code, "SRT"
    dataset.ViewCodeSequence = Sequence([item])
    assert view_position(dataset) == view
    dataset.ViewPosition = "RLO"
    assert view_position(dataset) == "RLO"


def test_nonsense_in_the_header_is_no_error():
    dataset = ct()
    dataset.add_new(0x00280030, "DS", "")
    dataset._dict[dataset["PixelSpacing"].tag] = dataset["PixelSpacing"]
    assert geometry(dataset).affine is None
