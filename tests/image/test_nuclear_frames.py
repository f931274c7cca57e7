"""Nuclear medicine: the anterior frame is known by its tags or not at all, and counts stay counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, NuclearMedicineImageStorage, SecondaryCaptureImageStorage

from hilum.errors import ImageError
from hilum.image import read_display, read_image
from hilum.image.nuclear import choose_frame, counts_as_grey, is_planar, nuclear_frames
from hilum.preparation import Picture, prepare_picture

ANTERIOR, POSTERIOR, OBLIQUE = "399321004", "399001007", "399074003"
FRONT, BACK, AXIAL = [1, 0, 0, 0, 0, -1], [-1, 0, 0, 0, 0, -1], [1, 0, 0, 0, 1, 0]


def _detector(code: str = "", *, plane=None, meaning: str = "", modifier: bool = False) -> Dataset:
    item = Dataset()
    if plane:
        item.ImageOrientationPatient = plane
    if code or meaning:
        view = Dataset()
        view.CodeValue, view.CodingSchemeDesignator, view.CodeMeaning = (
            code or "X1",
            "SCT",
            meaning or "a view",
        )
        if modifier:
            tilt = Dataset()
            tilt.CodeValue, tilt.CodingSchemeDesignator, tilt.CodeMeaning = "R-102CD", "SRT", "cephalad"
            view.ViewModifierCodeSequence = [tilt]
        item.ViewCodeSequence = [view]
    return item


def _scan(detectors, *, of_frame=None, windows=None, kind="STATIC", frames=None) -> Dataset:
    of_frame = list(range(1, len(detectors) + 1)) if of_frame is None else of_frame
    count = len(of_frame) if frames is None else frames
    data = Dataset()
    data.SOPClassUID, data.Modality = NuclearMedicineImageStorage, "NM"
    data.SOPInstanceUID = "1.2.3"
    data.ImageType = ["ORIGINAL", "PRIMARY", kind, "EMISSION"]
    data.NumberOfFrames, data.Rows, data.Columns = count, 4, 6
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    data.PixelSpacing = [2.0, 3.0]
    data.WindowCenter, data.WindowWidth = 5, 4
    counts = np.arange(count * 24, dtype="<u2").reshape(count, 4, 6)
    data.PixelData = counts.tobytes()
    data["PixelData"].VR = "OW"
    data.NumberOfDetectors = len(detectors)
    data.DetectorInformationSequence = detectors
    if of_frame:
        data.DetectorVector = of_frame
    data.NumberOfEnergyWindows = len(set(windows)) if windows else 1
    if windows:
        data.EnergyWindowVector = windows
    return data


def _file(data: Dataset, folder):
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path = folder / "scan.dcm"
    data.save_as(path, enforce_file_format=True)
    return path


def test_the_anterior_frame_is_found_wherever_it_stands():
    front, back = _detector(ANTERIOR), _detector(POSTERIOR)
    assert choose_frame(_scan([front, back])) == 0
    assert choose_frame(_scan([back, front])) == 1
    assert choose_frame(_scan([front, back], of_frame=[2, 1])) == 1
    assert choose_frame(_scan([back, front]), "posterior") == 0
    assert choose_frame(_scan([back, front]), 1) == 0


def test_the_plane_tells_the_side_where_no_code_does():
    assert choose_frame(_scan([_detector(plane=BACK), _detector(plane=FRONT)])) == 1
    assert choose_frame(_scan([_detector(meaning="POST"), _detector(meaning="Ant")])) == 1
    # A code is believed before a plane, which some machines write alike for both detectors.
    same = [_detector(POSTERIOR, plane=FRONT), _detector(ANTERIOR, plane=FRONT)]
    assert choose_frame(_scan(same)) == 1


def test_old_codes_and_codes_of_the_image_itself_are_understood():
    assert choose_frame(_scan([_detector("G-5216"), _detector("G-5215")])) == 1
    single = _scan([Dataset()], of_frame=[1])
    single.ViewCodeSequence = _detector(ANTERIOR).ViewCodeSequence
    assert choose_frame(single, "anterior") == 0
    with pytest.raises(ImageError, match="1 anterior"):
        choose_frame(single, "posterior")


@pytest.mark.parametrize(
    ("detectors", "found"),
    [
        ([Dataset(), Dataset()], "2 unknown"),
        ([_detector(plane=FRONT), _detector(plane=FRONT)], "2 unknown"),
        ([_detector(plane=AXIAL), _detector(plane=AXIAL)], "2 unknown"),
        ([_detector(POSTERIOR), Dataset()], "1 posterior, 1 unknown"),
        ([_detector(POSTERIOR), _detector(POSTERIOR)], "2 posterior"),
        ([_detector(ANTERIOR), _detector(ANTERIOR)], "2 frames .* anterior"),
        ([_detector(OBLIQUE), _detector(POSTERIOR)], "1 left anterior oblique, 1 posterior"),
        ([_detector(ANTERIOR, modifier=True), _detector(POSTERIOR)], "1 anterior, modified"),
    ],
)
def test_a_side_is_never_guessed(detectors, found):
    with pytest.raises(ImageError, match=found):
        choose_frame(_scan(detectors))


def test_the_first_energy_window_is_taken():
    sides = [_detector(POSTERIOR), _detector(ANTERIOR)]
    scan = _scan(sides, of_frame=[1, 2, 1, 2], windows=[2, 2, 1, 1])
    assert choose_frame(scan) == 3
    del scan.EnergyWindowVector
    with pytest.raises(ImageError, match="does not say which"):
        choose_frame(scan)


def test_a_moving_or_turning_camera_is_refused_with_the_reason():
    sides = [_detector(ANTERIOR), _detector(POSTERIOR)]
    with pytest.raises(ImageError, match=r"3 frames .* are anterior"):
        choose_frame(_scan(sides, of_frame=[1, 2, 1, 2, 1, 2], kind="DYNAMIC"))
    tomography = _scan(sides, kind="RECON TOMO")
    assert not is_planar(tomography)
    with pytest.raises(ImageError, match="tomography"):
        choose_frame(tomography)
    assert choose_frame(tomography, 2) == 1


def test_vectors_that_do_not_fit_are_refused():
    with pytest.raises(ImageError, match="names 2 frames and it has 3"):
        nuclear_frames(_scan([_detector(ANTERIOR), _detector(POSTERIOR)], frames=3))
    with pytest.raises(ImageError, match="2 unknown"):
        choose_frame(_scan([_detector(ANTERIOR), _detector(POSTERIOR)], of_frame=[], frames=2))
    for wrong in (0, 3, -1):
        with pytest.raises(ImageError, match="no frame"):
            choose_frame(_scan([_detector(ANTERIOR), _detector(POSTERIOR)]), wrong)
    with pytest.raises(ImageError, match="`above` is none"):
        choose_frame(_scan([_detector(ANTERIOR)]), "above")


@settings(max_examples=60, deadline=None)
@given(st.permutations([1, 1, 2, 2]), st.permutations([1, 2, 1, 2]))
def test_whatever_the_order_the_frame_is_the_one_whose_tags_say_so(detectors, windows):
    scan = _scan([_detector(POSTERIOR), _detector(ANTERIOR)], of_frame=detectors, windows=windows)
    wanted = [n for n, pair in enumerate(zip(detectors, windows, strict=True)) if pair == (2, 1)]
    if len(wanted) == 1:
        assert choose_frame(scan) == wanted[0]
    else:
        with pytest.raises(ImageError):
            choose_frame(scan)


def test_counts_are_read_as_they_are_and_the_note_says_which_frame(tmp_path):
    path = _file(_scan([_detector(POSTERIOR), _detector(ANTERIOR)]), tmp_path)
    volume = read_image(path)
    assert volume.array.tolist() == [np.arange(24, 48).reshape(4, 6).tolist()]
    assert volume.array.dtype.kind == "i"
    assert volume.spacing == (1.0, 2.0, 3.0)
    assert volume.notes[0] == "frame 2 of 2 was taken: anterior view, energy window 1 of 1"
    assert read_image(path, "posterior").array.max() == 23
    grey = read_display(path)
    # Linear over all counts: the file's own window, from 3 to 7, would have cut nearly all of it off.
    np.testing.assert_allclose(grey, np.arange(24, 48).reshape(4, 6) / 47, rtol=1e-6)
    assert prepare_picture(path, Picture(size=16)).shape == (16, 16)


def test_an_object_of_another_kind_is_read_as_before(tmp_path):
    scan = _scan([_detector(POSTERIOR), _detector(ANTERIOR)])
    scan.SOPClassUID, scan.Modality = SecondaryCaptureImageStorage, "OT"
    path = _file(scan, tmp_path)
    with pytest.raises(ImageError, match="has 2 frames"):
        read_display(path)
    assert read_image(path).array.shape == (2, 4, 6)
    assert read_image(path, 2).array.min() == 24


def test_a_refusal_names_the_file_and_nobody(tmp_path):
    scan = _scan([Dataset(), Dataset()])
    scan.PatientName, scan.PatientID = "Kim^Minsu", "00012046"
    with pytest.raises(ImageError, match=r"scan\.dcm cannot be used: no frame") as caught:
        read_display(_file(scan, tmp_path))
    assert "Kim" not in str(caught.value)
    assert "12046" not in str(caught.value)


def test_nothing_counted_is_black():
    assert counts_as_grey(np.zeros((2, 2), np.int32)).tolist() == [[0, 0], [0, 0]]
