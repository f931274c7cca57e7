"""Permutation p-values beside nilearn's, and beside a plain second way to count them.

The plain way does what nilearn's `permuted_ols` does for two groups: it gives the labels anew, takes the
largest absolute t of the whole map each time, and counts the observed map among the permutations.
"""

import warnings
from itertools import combinations

import numpy as np
import pytest
from nilearn.mass_univariate import permuted_ols
from scipy import ndimage, stats

from hilum.explanation.atlas import AtlasOptions, make_atlas
from hilum.explanation.atlas_patients import GroupedMaps
from hilum.explanation.pixel_tests_clusters import threshold_free
from hilum.explanation.pixel_tests_permuted import permutation_test
from hilum.explanation.pixel_tests_relabelling import relabellings


def _smooth(rng, n, shape, sigma=1.5):
    return np.stack([ndimage.gaussian_filter(rng.normal(size=shape), sigma) for _ in range(n)])


def _plain(maps, first, ways, enhance=None):
    """Largest absolute statistic of each way, one t-test after the other."""
    found = []
    for way in ways:
        chosen = np.zeros(len(maps), bool)
        chosen[list(way)] = True
        t = stats.ttest_ind(maps[chosen], maps[~chosen]).statistic
        found.append(np.abs(t if enhance is None else enhance(t)).max())
    return np.array(found)


def _by_steps(t, steps=1000):
    """Cluster enhancement as papers describe it: a sum over small steps of the threshold."""
    total = np.zeros_like(t)
    for sign in (1, -1):
        height = np.maximum(sign * t, 0)
        step = height.max() / steps
        for place in range(steps):
            threshold = (place + 0.5) * step
            labels, count = ndimage.label(height > threshold)
            if count:
                extent = np.bincount(labels.ravel())
                extent[0] = 0
                total += sign * np.sqrt(extent[labels]) * threshold**2 * step
    return total


def test_all_permutations_of_a_few_patients_by_hand():
    """3 against 3: 20 ways. In the first pixel only the given one and its mirror reach t; 2 of 20 = 0.1."""
    maps = np.array([[0.0, 5], [1, 3], [2, 4], [10, 4], [11, 5], [12, 3]])
    found = permutation_test(maps[:3], maps[3:])
    assert found.exact
    assert found.ways == 20
    assert found.p_max_t.tolist() == [0.1, 1.0]


def test_exact_p_values_equal_a_plain_count():
    rng = np.random.default_rng(1)
    maps = _smooth(rng, 8, (6, 7))
    maps[:4, :3, :3] += 0.8
    ways = list(combinations(range(8), 4))
    found = permutation_test(maps[:4], maps[4:], tfce=True)
    for observed, p, enhance in (
        (found.t, found.p_max_t, None),
        (found.tfce, found.p_tfce, threshold_free),
    ):
        largest = _plain(maps, 4, ways, enhance)
        plain = [np.mean(largest >= value * (1 - 1e-9)) for value in np.abs(observed).ravel()]
        np.testing.assert_allclose(p.ravel(), plain)


def test_drawn_p_values_and_t_equal_those_of_nilearn_within_monte_carlo_error():
    rng = np.random.default_rng(7)
    maps = _smooth(rng, 40, (12, 13))
    maps[:18, 3:8, 3:8] += 0.16
    found = permutation_test(maps[:18], maps[18:], permutations=4000, seed=3)
    group = np.r_[np.ones(18), np.zeros(22)][:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = permuted_ols(
            group, maps.reshape(40, -1), n_perm=4000, random_state=11, n_jobs=1, verbose=0, output_type="dict"
        )
    np.testing.assert_allclose(theirs["t"].reshape(12, 13), found.t, rtol=1e-7, atol=1e-9)
    p = 10 ** -theirs["logp_max_t"].reshape(12, 13)
    error = np.sqrt(2 * p * (1 - p) / 4000) + 2 / 4000
    assert (p < 0.05).any()
    assert ((p > 0.1) & (p < 0.9)).any()
    assert (np.abs(found.p_max_t - p) <= 4 * error).all()


def test_drawn_p_values_equal_a_plain_count_with_other_draws_within_monte_carlo_error():
    rng = np.random.default_rng(2)
    maps = _smooth(rng, 24, (10, 10))
    maps[:12, 2:6, 2:6] += 0.25
    found = permutation_test(maps[:12], maps[12:], permutations=2000, seed=5)
    ways = [rng.permutation(24)[:12] for _ in range(2000)]
    largest = _plain(maps, 12, ways)
    plain = (1 + (largest[:, None] >= np.abs(found.t).ravel()).sum(axis=0)) / 2001
    error = np.sqrt(2 * plain * (1 - plain) / 2000)
    assert (np.abs(found.p_max_t.ravel() - plain) <= 4 * error + 0.001).all()
    assert found.p_max_t.min() < 0.05


def test_t_is_students():
    rng = np.random.default_rng(3)
    maps = rng.normal(5, 1, (30, 3, 4, 5))
    found = permutation_test(maps[:9], maps[9:], permutations=50, tfce=True)
    np.testing.assert_allclose(found.t, stats.ttest_ind(maps[:9], maps[9:]).statistic, atol=1e-10)
    assert found.p_tfce.shape == (3, 4, 5)


@pytest.mark.parametrize("shape", [(20, 21), (7, 8, 9)])
def test_cluster_enhancement_equals_the_sum_over_many_small_steps(shape):
    t = 5 * ndimage.gaussian_filter(np.random.default_rng(0).normal(size=shape), 1.2)
    np.testing.assert_allclose(threshold_free(t), _by_steps(t), atol=0.01 * np.abs(t).max())


def test_cluster_enhancement_by_hand():
    """Two neighbours of heights 3 and 1: together up to 1, the higher one alone from there to 3."""
    low = np.sqrt(2) / 3
    expected = [[low + (27 - 1) / 3, low, 0, -8 / 3]]
    np.testing.assert_allclose(threshold_free(np.array([[3.0, 1.0, 0.0, -2.0]])), expected)


def test_pixels_that_touch_at_a_corner_do_not_support_each_other():
    diagonal = np.diag([2.0, 2.0])
    np.testing.assert_allclose(threshold_free(diagonal), np.diag([8 / 3, 8 / 3]))


def test_opposite_signs_do_not_support_each_other():
    assert threshold_free(np.array([[2.0, -2.0]])).tolist() == [[8 / 3, -8 / 3]]


def test_the_same_seed_gives_the_same_p_values_and_another_seed_nearly_the_same():
    rng = np.random.default_rng(4)
    maps = _smooth(rng, 30, (12, 12))
    maps[:15, 4:8] += 0.2
    first = permutation_test(maps[:15], maps[15:], seed=1)
    again = permutation_test(maps[:15], maps[15:], seed=1)
    other = permutation_test(maps[:15], maps[15:], seed=2)
    np.testing.assert_array_equal(first.p_max_t, again.p_max_t)
    assert np.abs(first.p_max_t - other.p_max_t).max() < 0.1
    assert (first.p_max_t != other.p_max_t).any()


def test_no_p_value_is_smaller_than_permutations_can_tell():
    rng = np.random.default_rng(5)
    maps = rng.normal(size=(40, 5, 5))
    maps[:20] += 10
    assert permutation_test(maps[:20], maps[20:], permutations=199).p_max_t.max() == pytest.approx(1 / 200)


def test_constant_pixels_never_become_significant():
    maps = np.random.default_rng(6).normal(size=(20, 4, 4))
    maps[:, 0] = 0.1
    found = permutation_test(maps[:10], maps[10:], permutations=100, tfce=True)
    assert (found.p_max_t[0] == 1).all()
    assert (found.p_tfce[0] == 1).all()
    assert np.isfinite(found.t).all()


def test_ways_are_groups_of_the_sizes_given():
    drawn = relabellings(7, 13, most=300, seed=0)
    assert not drawn.exact
    assert all(len(set(way)) == 7 for way in drawn.first.tolist())
    assert drawn.members(slice(0, 300)).sum(axis=1).tolist() == [7.0] * 300


def test_where_nothing_differs_corrected_maps_show_something_in_at_most_10_of_100_shuffles():
    """Smooth maps that are 0 in most places, as activation maps are; the uncorrected map shows about 5 %."""
    rng = np.random.default_rng(7)
    maps = np.clip(_smooth(rng, 40, (24, 24), 2.5), 0, None)
    maps /= maps.max(axis=(1, 2), keepdims=True)
    shown = dict.fromkeys(("benjamini_hochberg", "max_t", "tfce"), 0)
    uncorrected = []
    for shuffle in range(100):
        groups = np.zeros(40, bool)
        groups[rng.permutation(40)[:20]] = True
        atlas = make_atlas(GroupedMaps(maps, groups), AtlasOptions(permutations=200, seed=shuffle))
        uncorrected.append(atlas.share("uncorrected"))
        for way in shown:
            shown[way] += atlas.significant(way).any()
    assert max(shown.values()) <= 10
    assert 0.035 < np.mean(uncorrected) < 0.065
