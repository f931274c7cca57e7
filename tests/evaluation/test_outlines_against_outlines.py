"""Dice, HD95 and NSD of shapes whose distances are known, and of balls measured by MONAI."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.overlap import VoxelCounts
from hilum.evaluation.measures.patient_means import (
    mean_of_patients,
    median_of_patients,
    patient_means,
    wilcoxon_signed_rank,
)
from hilum.evaluation.measures.surface import SurfaceDistances

MM = (1.0, 1.0, 1.0)


def _cube(corner, side, shape=(20, 20, 20)):
    mask = np.zeros(shape, dtype=bool)
    mask[tuple(slice(start, start + side) for start in corner)] = True
    return mask


def test_a_cube_moved_by_three_slices_of_two_and_a_half_millimetres():
    one, other = _cube((4, 4, 4), 6), _cube((7, 4, 4), 6)
    counts = VoxelCounts.of(one, other)
    # 216 voxels each, half of them in common.
    assert counts.dice == pytest.approx(0.5)
    assert counts.sensitivity == pytest.approx(0.5)
    assert counts.specificity == pytest.approx(1 - 108 / (8000 - 216))
    distances = SurfaceDistances.of(one, other, (2.5, 1.0, 1.0))
    # The far face lies 3 slices = 7.5 mm away; its inner 16 voxels' nearest boundary may be the cube's side.
    assert distances.hausdorff(100) == pytest.approx(7.5)
    assert distances.surface_dice(7.5) == 1
    assert distances.surface_dice(0) < distances.surface_dice(2.5) < 1


def test_a_square_inside_a_square_by_hand():
    # A 3 x 3 square in the middle of a 7 x 7 one, pixels of 2 mm. Boundary: 8 and 24 pixels. Every inner
    # pixel is 2 pixels = 4 mm from the outer boundary. Of the outer 24, the 12 beside the inner square's
    # sides are 4 mm away, the 8 next to the corners sqrt(4 + 1) and the 4 corners sqrt(8) pixels.
    outer, inner = np.zeros((1, 9, 9), bool), np.zeros((1, 9, 9), bool)
    outer[0, 1:8, 1:8], inner[0, 3:6, 3:6] = True, True
    distances = SurfaceDistances.of(inner, outer, (9.0, 2.0, 2.0))
    assert sorted(np.round(distances.from_truth, 9)) == [4.0] * 8
    expected = [4.0] * 12 + [2 * 5**0.5] * 8 + [2 * 8**0.5] * 4
    assert np.sort(distances.from_outline) == pytest.approx(expected)
    # The 95th percentile of 24 values lies between the 22nd and 23rd from below (0.95 * 23 = 21.85).
    assert distances.hausdorff() == pytest.approx(2 * 8**0.5)
    assert distances.surface_dice(4.0) == pytest.approx((8 + 12) / 32)
    assert distances.surface_dice(5.0) == pytest.approx((8 + 20) / 32)


def test_two_points_lie_apart_as_pythagoras_says():
    one, other = np.zeros((20, 20, 20), bool), np.zeros((20, 20, 20), bool)
    one[0, 0, 0], other[4, 6, 2] = True, True
    expected = ((4 * 3.0) ** 2 + (6 * 0.5) ** 2 + (2 * 0.5) ** 2) ** 0.5
    assert SurfaceDistances.of(one, other, (3.0, 0.5, 0.5)).hausdorff() == pytest.approx(expected)


def test_a_tolerance_reached_exactly_counts_although_sizes_are_stored_in_32_bits():
    one, other = np.zeros((1, 1, 40), bool), np.zeros((1, 1, 40), bool)
    one[0, 0, 5], other[0, 0, 25] = True, True
    step = float(np.float32(0.1))
    assert 20 * step > 2
    assert SurfaceDistances.of(one, other, (1.0, 1.0, step)).surface_dice(2.0) == 1


@pytest.mark.parametrize("shape", [(5, 6, 7), (1, 6, 7)])
def test_empty_outlines_are_defined(shape):
    empty, full = np.zeros(shape, bool), np.ones(shape, bool)
    both = SurfaceDistances.of(empty, empty, MM)
    assert (VoxelCounts.of(empty, empty).dice, both.hausdorff(), both.surface_dice(2)) == (1, 0, 1)
    for truth, outline in ((empty, full), (full, empty)):
        one = SurfaceDistances.of(truth, outline, MM)
        assert (VoxelCounts.of(truth, outline).dice, one.hausdorff(), one.surface_dice(2)) == (0, None, 0)
    assert VoxelCounts.of(empty, full).sensitivity is None
    assert VoxelCounts.of(full, full).specificity is None


# MONAI 1.6.1: compute_hausdorff_distance(percentile=95), compute_surface_dice([2.0]) and compute_dice, all
# with the spacing 2.5, 0.8, 0.7 mm, of the two balls below.
MONAI = {0: (5.0, 0.509158, 0.604167), 1: (2.8, 0.666667, 0.69569), 2: (3.7376, 0.529101, 0.670848)}
SPACING = (2.5, 0.8, 0.7)


def _ball(centre, radius):
    grid = np.mgrid[:12, :30, :30]
    squares = sum(((axis - at) * step) ** 2 for axis, at, step in zip(grid, centre, SPACING, strict=True))
    return squares <= radius**2


@pytest.mark.parametrize("seed", MONAI)
def test_the_numbers_of_monai(seed):
    rng = np.random.default_rng(seed)
    truth = _ball((6, 14, 15), 8.0)
    centre = (6 + rng.integers(-1, 2), 14 + rng.integers(-3, 4), 15 + rng.integers(-3, 4))
    outline = _ball(centre, rng.uniform(6, 9))
    distances = SurfaceDistances.of(truth, outline, SPACING)
    found = (distances.hausdorff(), distances.surface_dice(2.0), VoxelCounts.of(truth, outline).dice)
    assert found == pytest.approx(MONAI[seed], rel=2e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_what_holds_for_any_two_outlines(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 9, 3))
    one, other = rng.random(shape) < 0.4, rng.random(shape) < 0.4
    spacing = tuple(rng.uniform(0.5, 3, 3))
    here, there = SurfaceDistances.of(one, other, spacing), SurfaceDistances.of(other, one, spacing)
    assert here.hausdorff() == there.hausdorff()
    assert here.surface_dice(1.0) == pytest.approx(there.surface_dice(1.0))
    assert VoxelCounts.of(one, other).dice == VoxelCounts.of(other, one).dice
    assert SurfaceDistances.of(one, one, spacing).hausdorff() == 0
    double = SurfaceDistances.of(one, other, tuple(2 * step for step in spacing))
    if here.hausdorff() is not None:
        assert double.hausdorff() == pytest.approx(2 * here.hausdorff())
    assert double.surface_dice(2.0) == pytest.approx(here.surface_dice(1.0))
    if min(shape) > 1:
        margin = [np.pad(mask, 2) for mask in (one, other)]
        padded = SurfaceDistances.of(*margin, spacing)
        assert padded.hausdorff() == here.hausdorff()


def test_outlines_on_other_grids_are_refused():
    one, other = np.zeros((2, 3, 4), bool), np.zeros((2, 3, 5), bool)
    with pytest.raises(MeasureError, match="same grid"):
        VoxelCounts.of(one, other)
    with pytest.raises(MeasureError, match="same grid"):
        SurfaceDistances.of(one, other, MM)
    with pytest.raises(MeasureError, match="correct the file's spacing"):
        SurfaceDistances.of(one, one, (0.0, 1.0, 1.0))
    with pytest.raises(MeasureError, match="tolerance"):
        SurfaceDistances.of(one, one, MM).surface_dice(-1)


def test_images_of_a_patient_are_averaged_first():
    means = patient_means(np.array([0.2, 0.4, 0.9]), np.array([0, 0, 1]))
    assert means == pytest.approx([0.3, 0.9])
    assert mean_of_patients(means)[0] == pytest.approx(0.6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_a_weighted_median_is_the_median_of_the_repeated_values(seed):
    rng = np.random.default_rng(seed)
    values, times = np.round(rng.normal(size=9), 1), rng.integers(0, 4, 9)
    times[0] += 1
    median = median_of_patients(values, times[None].astype(float))[0]
    assert median == pytest.approx(np.median(np.repeat(values, times)))


def test_wilcoxons_test_by_hand():
    # All five above 0: 2 of 2^5 signs are as extreme. The smallest below 0: ranks 1 or 0 below, 4 of 2^5.
    assert wilcoxon_signed_rank(np.arange(1.0, 6)).p == pytest.approx(0.0625)
    assert wilcoxon_signed_rank(np.array([-1.0, 2, 3, 4, 5])).p == pytest.approx(0.125)
    assert wilcoxon_signed_rank(np.zeros(4)).p == 1
    assert wilcoxon_signed_rank(np.array([1.0, 1, -1, 0])).p > 0.5
    with pytest.raises(MeasureError, match="every patient"):
        wilcoxon_signed_rank(np.array([np.nan]))
