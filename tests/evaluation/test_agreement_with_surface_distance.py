"""The same numbers as DeepMind's surface-distance where its conventions and ours must agree.

It places the surface between the voxels and weighs each piece by its area; we count boundary voxels, each the
same, as MONAI does. Dice is the same always. The largest distance of boxes within one another is, and so is
the share within a tolerance that all of the surface, or none of it, keeps.
"""

import warnings

import numpy as np
import pytest
import surface_distance
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.evaluation.measures.overlap import VoxelCounts
from hilum.evaluation.measures.surface import SurfaceDistances

SHAPE = (24, 22, 20)
SPACINGS = [(1.0, 1.0, 1.0), (2.5, 0.7, 0.7)]


def _box(low, high):
    mask = np.zeros(SHAPE, dtype=bool)
    mask[tuple(slice(first, last) for first, last in zip(low, high, strict=True))] = True
    return mask


def _theirs(truth, outline, spacing):
    with warnings.catch_warnings():  # it calls parts of scipy by their former names
        warnings.simplefilter("ignore", DeprecationWarning)
        return surface_distance.compute_surface_distances(truth, outline, spacing)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_dice_of_any_masks(seed, first, second):
    rng = np.random.default_rng(seed)
    truth, outline = rng.random((6, 7, 5)) < first, rng.random((6, 7, 5)) < second
    truth[0, 0, 0] = True
    expected = surface_distance.compute_dice_coefficient(truth, outline)
    assert VoxelCounts.of(truth, outline).dice == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("margin", [1, 3])
def test_a_box_within_a_box(margin, spacing):
    truth = _box((4, 4, 4), (18, 17, 16))
    outline = _box((4 + margin,) * 3, (18 - margin, 17 - margin, 16 - margin))
    found, theirs = SurfaceDistances.of(truth, outline, spacing), _theirs(truth, outline, spacing)
    furthest = margin * np.sqrt(np.sum(np.square(spacing)))  # from corner to corner
    assert surface_distance.compute_robust_hausdorff(theirs, 100) == pytest.approx(furthest)
    assert found.hausdorff(100) == pytest.approx(furthest)
    # Nothing is nearer than the margin along the finest axis, nothing further than from corner to corner.
    for tolerance, share in ((0.99 * margin * min(spacing), 0.0), (1.01 * furthest, 1.0)):
        assert surface_distance.compute_surface_dice_at_tolerance(theirs, tolerance) == share
        assert found.surface_dice(tolerance) == share


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("more", [1, 4])
def test_a_box_that_is_too_long_on_one_side(more, axis, spacing):
    truth = _box((4, 4, 4), (14, 14, 14))
    end = [14, 14, 14]
    end[axis] += more
    outline = _box((4, 4, 4), end)
    found, theirs = SurfaceDistances.of(truth, outline, spacing), _theirs(truth, outline, spacing)
    expected = surface_distance.compute_robust_hausdorff(theirs, 100)
    assert expected == pytest.approx(more * spacing[axis])
    assert found.hausdorff(100) == pytest.approx(expected)


@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("apart", [2, 9])
def test_two_single_voxels(apart, spacing):
    truth, outline = _box((3, 5, 6), (4, 6, 7)), _box((3 + apart, 5, 6), (4 + apart, 6, 7))
    found, theirs = SurfaceDistances.of(truth, outline, spacing), _theirs(truth, outline, spacing)
    assert found.hausdorff(95) == pytest.approx(apart * spacing[0])
    # Theirs runs from the far side of one to the near side of the other, at most.
    expected = surface_distance.compute_robust_hausdorff(theirs, 95)
    assert (apart - 1) * spacing[0] <= expected <= apart * spacing[0]


@pytest.mark.parametrize("spacing", SPACINGS)
def test_balls_differ_by_less_than_a_voxel(spacing):
    grid = np.stack(np.meshgrid(*(np.arange(length) for length in SHAPE), indexing="ij"))
    distance = np.sqrt(np.sum((grid - np.array([11, 11, 10])[:, None, None, None]) ** 2, axis=0))
    truth, outline = distance <= 8, distance <= 5
    found, theirs = SurfaceDistances.of(truth, outline, spacing), _theirs(truth, outline, spacing)
    expected = surface_distance.compute_robust_hausdorff(theirs, 95)
    assert found.hausdorff(95) == pytest.approx(expected, abs=max(spacing))


def test_a_mask_with_itself():
    truth = _box((2, 2, 2), (9, 9, 9))
    theirs, found = _theirs(truth, truth, SPACINGS[1]), SurfaceDistances.of(truth, truth, SPACINGS[1])
    assert surface_distance.compute_robust_hausdorff(theirs, 95) == found.hausdorff(95) == 0
    assert surface_distance.compute_surface_dice_at_tolerance(theirs, 0.0) == found.surface_dice(0.0) == 1
