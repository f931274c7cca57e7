"""The atlas of two groups: one map a patient, words, files, and regions where a simulated difference lies."""

import cv2
import nibabel
import numpy as np
import pytest

from hilum.errors import MeasureError
from hilum.explanation.atlas import AtlasOptions, make_atlas
from hilum.explanation.atlas_files import arrays_of, save_arrays, save_maps, save_nifti
from hilum.explanation.atlas_patients import GroupedMaps, one_map_per_patient
from hilum.explanation.atlas_words import sentences
from hilum.image import read_image
from hilum.phantom.scintigram_drawing import CM_PER_PIXEL, count, draw_scan, expected_counts
from hilum.phantom.scintigrams import shown

SIDE = 64


def _centred(kind, number):
    """A scan of the phantom, moved back by what chance had moved it under the camera."""
    rng = np.random.default_rng([3, number])
    scan = draw_scan(kind, neck=kind == "ventilation", rng=rng)
    counts = count(expected_counts(scan), rng)
    across, down = (-length / CM_PER_PIXEL for length in scan.shift)
    picture = cv2.warpAffine(shown(counts), np.array([[1, 0, across], [0, 1, down]], np.float32), (256, 256))
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def scans():
    kinds = ["perfusion"] * 60 + ["ventilation"] * 60
    maps = np.stack([_centred(kind, number) for number, kind in enumerate(kinds)])
    return GroupedMaps(maps, np.array(kinds) == "perfusion")


def test_neck_and_heart_come_out_where_the_phantom_puts_the_difference(scans):
    atlas = make_atlas(scans, AtlasOptions(permutations=500))
    neck, heart = (slice(2, 14), slice(30, 34)), (slice(40, 48), slice(34, 42))
    for way, least in (("max_t", 0.2), ("tfce", 0.4), ("benjamini_hochberg", 0.4)):
        found = atlas.significant(way)
        assert found[neck].mean() > 0.9
        assert found[heart].mean() > least
        assert found[:8, :8].mean() < 0.1
    assert (atlas.difference[neck] < 0).all()
    assert (atlas.difference[heart][atlas.significant("max_t")[heart]] < 0).all()


def test_with_shuffled_groups_the_corrected_maps_stay_empty_and_the_uncorrected_one_says_so(scans):
    rng = np.random.default_rng(0)
    shares, shown_anything = [], 0
    for shuffle in range(10):
        groups = GroupedMaps(scans.maps, rng.permutation(scans.first))
        atlas = make_atlas(groups, AtlasOptions(permutations=200, seed=shuffle))
        shares.append(atlas.share("uncorrected"))
        shown_anything += atlas.significant("max_t").any()
    assert shown_anything <= 3
    assert 0.02 < np.mean(shares) < 0.1
    assert "about 5 % are expected by chance" in sentences(atlas)[0]


def test_several_maps_of_a_patient_count_once_and_nobody_stands_in_both_groups():
    maps = np.arange(7.0).reshape(7, 1, 1)
    patients = ["a", "a", "b", "c", "d", "d", "e"]
    first = np.array([True, True, True, False, True, False, False])
    found = one_map_per_patient(maps, patients, first)
    assert found.maps.ravel().tolist() == [0.5, 2, 3, 6]
    assert found.first.tolist() == [True, True, False, False]
    assert found.in_both == 1


def test_a_hundred_copies_of_one_patients_map_prove_nothing():
    rng = np.random.default_rng(1)
    maps = rng.normal(size=(6, 5, 5))
    many = np.concatenate([np.repeat(maps[:1], 100, axis=0), maps[1:]])
    patients = ["a"] * 100 + list("bcdef")
    first = np.array([True] * 102 + [False] * 3)
    grouped = one_map_per_patient(many, patients, first)
    np.testing.assert_allclose(grouped.maps, maps, atol=1e-6)
    assert make_atlas(grouped).tests.student.n == (3, 3)


def test_patients_who_all_stand_in_both_groups_are_refused():
    with pytest.raises(MeasureError, match="independent test"):
        one_map_per_patient(np.zeros((2, 2, 2)), ["a", "a"], np.array([True, False]))


def test_groups_of_one_patient_are_averaged_and_not_tested():
    atlas = make_atlas(GroupedMaps(np.arange(12.0).reshape(3, 2, 2), np.array([True, False, False])))
    assert atlas.tests is None
    assert atlas.difference.tolist() == [[-6, -6], [-6, -6]]
    assert sentences(atlas) == ("With 1 and 2 patients nothing is tested: each group needs at least two.",)


def test_volumes_go_the_same_way_into_files_that_other_programs_read(tmp_path):
    rng = np.random.default_rng(2)
    maps = rng.normal(size=(12, 4, 5, 6))
    maps[:6, 1:3] += 4
    atlas = make_atlas(GroupedMaps(maps, np.arange(12) < 6))
    arrays = arrays_of(atlas)
    assert atlas.significant("tfce")[1:3].all()
    save_arrays(tmp_path / "a.npz", arrays)
    with np.load(tmp_path / "a.npz") as kept:
        np.testing.assert_array_equal(kept["t_student"], arrays["t_student"])
    save_nifti(tmp_path / "t.nii.gz", arrays["t_student"], (3.0, 2.0, 1.0))
    image = nibabel.load(tmp_path / "t.nii.gz")
    assert image.shape == (6, 5, 4)
    np.testing.assert_allclose(image.header.get_zooms(), (1, 2, 3))
    np.testing.assert_allclose(image.get_fdata()[5, 4, 3], arrays["t_student"][3, 4, 5], rtol=1e-6)


def test_a_map_of_two_axes_becomes_a_volume_of_one_slice_that_hilum_reads_too(tmp_path):
    values = np.arange(12.0).reshape(3, 4)
    save_nifti(tmp_path / "m.nii.gz", values, (0.5, 0.25))
    volume = read_image(tmp_path / "m.nii.gz")
    assert volume.array.shape == (4, 3, 1)
    assert volume.spacing == (0.25, 0.5, 1.0)
    np.testing.assert_array_equal(volume.array[:, :, 0].T, values)


def test_the_same_maps_are_the_same_bytes_and_name_nobody(tmp_path):
    maps = GroupedMaps(np.random.default_rng(3).random((8, 4, 4)), np.arange(8) < 4)
    for name in ("one", "two"):
        save_maps(tmp_path / f"{name}.npz", maps)
        save_nifti(tmp_path / f"{name}.nii.gz", maps.maps[0])
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert (tmp_path / "one.nii.gz").read_bytes() == (tmp_path / "two.nii.gz").read_bytes()
    with np.load(tmp_path / "one.npz") as kept:
        assert sorted(kept.files) == ["group", "maps"]
