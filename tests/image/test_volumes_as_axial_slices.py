"""Axial slices of a volume, whatever the order in which its file keeps them; nibabel is the reference."""

from itertools import permutations, product

import nibabel
import numpy as np
import pytest
from nibabel.orientations import axcodes2ornt, inv_ornt_aff
from PIL import Image

from hilum.errors import ImageError
from hilum.image import holds_volume, read_picture, read_slices

ORIENTATIONS = [
    "".join(pair[side] for pair, side in zip(order, sides, strict=True))
    for order in permutations(("RL", "AP", "SI"))
    for sides in product((0, 1), repeat=3)
]


@pytest.fixture
def patient():
    """Columns to the right, rows to the front, slices up, and not two voxels alike."""
    values = np.arange(5 * 7 * 4, dtype=np.int16).reshape(5, 7, 4)
    return nibabel.Nifti1Image(values, np.diag([0.8, 0.8, 3.0, 1.0]))


@pytest.mark.parametrize("codes", ORIENTATIONS)
def test_every_order_of_axes_gives_the_same_slices(tmp_path, patient, codes):
    assert len(ORIENTATIONS) == 48
    wanted = nibabel.orientations.ornt_transform(axcodes2ornt("RAS"), axcodes2ornt(tuple(codes)))
    turned = patient.as_reoriented(wanted)
    assert nibabel.aff2axcodes(turned.affine) == tuple(codes)
    assert np.allclose(turned.affine, patient.affine @ inv_ornt_aff(wanted, patient.shape))
    path = tmp_path / "volume.nii.gz"
    nibabel.save(turned, path)

    slices = read_slices(path)

    canonical = np.asarray(nibabel.as_closest_canonical(turned).dataobj)
    # From right, anterior, superior to superior, posterior, left.
    assert np.array_equal(slices.array, canonical.transpose(2, 1, 0)[:, ::-1, ::-1])
    assert slices.square == (7, 5)


def test_the_middle_slice_has_square_pixels_and_grey_between_0_and_1(tmp_path):
    values = np.random.default_rng(0).normal(-300, 400, (10, 20, 6))
    nibabel.save(nibabel.Nifti1Image(values, np.diag([2.0, 1.0, 5.0, 1.0])), tmp_path / "a.nii")
    picture = read_picture(tmp_path / "a.nii")
    assert picture.shape == (20, 20)
    assert picture.min() >= 0
    assert picture.max() <= 1
    assert picture.std() > 0.1


def test_values_that_are_no_numbers_become_the_smallest(tmp_path):
    values = np.full((4, 4, 4), 7.0)
    values[0, 0, 0], values[1, 1, 1] = np.nan, -3.0
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "a.nii")
    array = read_slices(tmp_path / "a.nii").array
    assert np.isfinite(array).all()
    assert (array == -3).sum() == 2


def test_what_is_no_volume_is_refused_in_words(tmp_path):
    Image.new("L", (8, 8)).save(tmp_path / "film.png")
    assert not holds_volume(tmp_path / "film.png")
    with pytest.raises(ImageError, match=r"film\.png is no volume: a NIfTI file"):
        read_slices(tmp_path / "film.png")
    nibabel.save(nibabel.Nifti1Image(np.ones((8, 8, 1)), np.eye(4)), tmp_path / "one.nii")
    with pytest.raises(ImageError, match="holds a single slice"):
        read_slices(tmp_path / "one.nii")
    nibabel.save(nibabel.Nifti1Image(np.full((4, 4, 4), np.nan), np.eye(4)), tmp_path / "none.nii")
    with pytest.raises(ImageError, match="holds no numbers"):
        read_slices(tmp_path / "none.nii")
    (tmp_path / "cut.nii.gz").write_bytes((tmp_path / "one.nii").read_bytes()[:100])
    with pytest.raises(ImageError, match=r"cut\.nii\.gz"):
        read_slices(tmp_path / "cut.nii.gz")
    with pytest.raises(ImageError, match="cannot be opened"):
        read_slices(tmp_path / "absent.nii")
