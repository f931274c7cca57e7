"""Volumes, and NIfTI against its own definition of millimetres."""

import gzip
from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicom.making import image, write
from hilum.errors import ImageError
from hilum.image import Volume, read_display, read_image

VALUES = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
EXAMPLE = Path(__file__).parents[3] / "shared" / "data" / "ct_series" / "example_ct.nii.gz"


def nifti(path: Path, array=VALUES, affine=None, **header: object) -> Path:
    made = nibabel.Nifti1Image(array, np.eye(4) if affine is None else affine)
    if "units" in header:
        made.header.set_xyzt_units(header["units"])
    if header.get("placed", True) is False:
        made.set_sform(None, code=0)
        made.set_qform(None, code=0)
    nibabel.save(made, path)
    return path


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz", "A.NII.GZ"])
def test_nifti_coordinates_become_those_of_dicom(tmp_path, name):
    """NIfTI grows to the right, anterior, superior; DICOM left, posterior, superior: x and y change sign."""
    affine = np.array([[2.0, 0, 0, -10], [0, 3.0, 0, -20], [0, 0, 4.0, 30], [0, 0, 0, 1]])
    volume = read_image(nifti(tmp_path / name, affine=affine))
    assert volume.millimetres((0, 0, 0)) == (10, 20, 30)
    assert volume.millimetres((1, 1, 1)) == (8, 17, 34)
    assert (volume.spacing, volume.orientation, volume.in_patient) == ((2, 3, 4), "RAS", True)
    assert np.array_equal(volume.array, VALUES)
    assert volume.array.dtype == np.int16


def test_a_slice_in_dicom_and_in_nifti_lies_at_the_same_place(tmp_path):
    geometry = {
        "ImagePositionPatient": [-10, -20, 30],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.7, 0.5],
        "SliceThickness": 5,
    }
    path = write(image(VALUES[:1], **geometry), tmp_path / "a.dcm")
    ras = np.array([[0, 0, -0.5, 10], [0, -0.7, 0, 20], [5, 0, 0, 30], [0, 0, 0, 1.0]])
    one, other = read_image(path), read_image(nifti(tmp_path / "a.nii", VALUES[:1], ras))
    assert np.allclose(one.affine, other.affine, atol=1e-6)
    assert one.orientation == other.orientation == "SPL"


def test_scaled_values_are_those_of_nibabel(tmp_path):
    made = nibabel.Nifti1Image(VALUES, np.eye(4))
    made.header.set_slope_inter(0.5, -3)
    nibabel.save(made, tmp_path / "a.nii")
    assert np.array_equal(read_image(tmp_path / "a.nii").array, nibabel.load(tmp_path / "a.nii").get_fdata())


def test_metres_become_millimetres_and_no_place_is_no_place(tmp_path):
    volume = read_image(nifti(tmp_path / "a.nii", affine=np.diag([0.002, 0.002, 0.002, 1]), units="meter"))
    assert volume.spacing == pytest.approx((2, 2, 2))
    volume = read_image(nifti(tmp_path / "b.nii", affine=np.diag([2.0, 2, 2, 1]), placed=False))
    assert (volume.in_patient, volume.orientation) == (False, None)
    assert volume.spacing == pytest.approx((2, 2, 2))
    assert "no place in the patient" in volume.notes[0]


@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 4, 1), (2, 3, 4, 1, 1)])
def test_axes_of_length_one_are_no_axes(tmp_path, shape):
    volume = read_image(nifti(tmp_path / "a.nii", np.zeros(shape, np.int16)))
    assert volume.shape == (*shape, 1)[:3]


def test_time_and_colours_are_refused(tmp_path):
    with pytest.raises(ImageError, match="three axes in space"):
        read_image(nifti(tmp_path / "a.nii", np.zeros((2, 2, 2, 5), np.int16)))
    with pytest.raises(ImageError, match="real numbers"):
        read_image(nifti(tmp_path / "a.nii", np.zeros((2, 2, 2), np.complex64)))


def test_a_volume_is_no_picture(tmp_path):
    with pytest.raises(ImageError, match=r"a\.nii is a volume"):
        read_display(nifti(tmp_path / "a.nii"))


def test_a_header_that_claims_terabytes_is_refused_before_reading(tmp_path):
    content = bytearray(nifti(tmp_path / "a.nii").read_bytes())
    content[40:56] = np.array([3, 30000, 30000, 30000, 1, 1, 1, 1], "<i2").tobytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(ImageError, match="too much memory"):
        read_image(tmp_path / "a.nii.gz")


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_every_cut_is_noticed(tmp_path, name):
    whole = nifti(tmp_path / name).read_bytes()
    path = tmp_path / f"cut-{name}"
    for length in {*range(0, len(whole), 7), len(whole) - 1}:
        path.write_bytes(whole[:length])
        with pytest.raises(ImageError, match=f"cut-{name}"):
            read_image(path)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 351), value=st.integers(0, 255), second=st.integers(0, 351))
def test_flipped_header_bytes_give_a_volume_or_an_image_error(tmp_path, place, value, second):
    content = bytearray(nifti(tmp_path / "a.nii").read_bytes())
    content[place], content[second] = value, 255 - value
    (tmp_path / "b.nii").write_bytes(content)
    try:
        read_image(tmp_path / "b.nii")
    except ImageError as error:
        assert "b.nii" in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the real NIfTI file (../shared/data) is not here")
def test_a_real_nifti_ct_has_the_values_of_nibabel():
    volume = read_image(EXAMPLE)
    theirs = nibabel.load(EXAMPLE)
    assert np.array_equal(volume.array, theirs.get_fdata())
    corner = theirs.affine @ [5, 6, 7, 1]
    assert volume.millimetres((5, 6, 7)) == pytest.approx((-corner[0], -corner[1], corner[2]))


def test_a_volume_checks_its_form():
    for array, affine in [
        (np.zeros((2, 2)), None),
        (np.zeros((0, 2, 2)), None),
        (np.zeros((2, 2, 2)), np.eye(3)),
        (np.zeros((2, 2, 2)), np.diag([1, 1, 0, 1.0])),
        (np.zeros((2, 2, 2)), np.diag([1, 1, np.nan, 1.0])),
        (np.zeros((2, 2, 2)), np.diag([1, 1, 1, 2.0])),
    ]:
        with pytest.raises(ImageError):
            Volume(array, affine)
    with pytest.raises(ImageError, match="cannot have a place"):
        Volume(np.zeros((2, 2, 2)), in_patient=True)
    with pytest.raises(ImageError, match="no millimetres"):
        Volume(np.zeros((2, 2, 2))).millimetres((0, 0, 0))


def test_a_volume_keeps_its_own_affine():
    affine = np.diag([5.0, 0.5, 0.5, 1.0])
    volume = Volume(np.zeros((2, 2, 2)), affine)
    affine[0, 0] = 99
    assert volume.spacing == (5.0, 0.5, 0.5)
    assert volume.origin == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="read-only"):
        volume.affine[0, 0] = 1


@pytest.mark.parametrize(
    ("axes", "letters"),
    [
        ([[0, 0, 1], [0, 1, 0], [1, 0, 0]], "SPL"),
        ([[-1, 0, 0], [0, -1, 0], [0, 0, 1]], "RAS"),
        ([[0.1, 0.9, 0.2], [0, 0.3, -1], [1, 0, 0.3]], "PIL"),
    ],
)
def test_letters_say_where_each_axis_leads(axes, letters):
    affine = np.eye(4)
    affine[:3, :3] = np.transpose(axes)
    assert Volume(np.zeros((2, 2, 2)), affine, in_patient=True).orientation == letters
