"""Student's and Welch's t, Benjamini-Hochberg and effect sizes in every pixel, beside scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from hilum.errors import MeasureError
from hilum.explanation.pixel_tests import pixel_t_test
from hilum.explanation.pixel_tests_false_discovery import false_discovery

SHAPES = ((7, 9), (4, 5, 6))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("variances", "equal"), [("equal", True), ("unequal", False)])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e5])
def test_both_t_tests_equal_scipys(shape, variances, equal, scale):
    rng = np.random.default_rng(3)
    first, second = rng.normal(3, 1, (11, *shape)) * scale, rng.normal(2, 4, (29, *shape)) * scale
    found = pixel_t_test(first, second, variances)
    asked = stats.ttest_ind(first, second, equal_var=equal)
    np.testing.assert_allclose(found.t, asked.statistic, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.p, asked.pvalue, rtol=0, atol=1e-10)
    np.testing.assert_allclose(found.df, np.broadcast_to(asked.df, shape), rtol=1e-10)
    assert found.untested == 0


def test_maps_stored_in_single_precision_are_tested_in_double():
    rng = np.random.default_rng(4)
    first, second = (rng.random((n, 30, 30), dtype=np.float32) for n in (20, 20))
    asked = stats.ttest_ind(first.astype(np.float64), second.astype(np.float64))
    np.testing.assert_allclose(pixel_t_test(first, second).t, asked.statistic, rtol=0, atol=1e-10)


def test_more_pixels_than_are_looked_at_together_give_the_same():
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=(3, 200, 200)), rng.normal(size=(4, 200, 200))
    asked = stats.ttest_ind(first, second, equal_var=False)
    np.testing.assert_allclose(pixel_t_test(first, second, "unequal").t, asked.statistic, atol=1e-10)


def test_a_pixel_that_never_varies_is_not_tested_and_counted():
    """Padding is the same in all images; also where its value has no exact mean, such as 0.1."""
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(12, 4, 4))
    maps[:, 0], maps[:, 1, 0] = 0.0, 0.1
    found = pixel_t_test(maps[:5], maps[5:])
    assert found.untested == 5
    assert (found.t[0] == 0).all()
    assert (found.p[0] == 1).all()
    assert found.p[1, 0] == 1
    assert (found.hedges_g[0] == 0).all()
    assert np.isfinite(found.p).all()


def test_groups_that_each_have_one_value_differ_without_doubt():
    first, second = np.full((5, 2, 2), 0.1), np.full((4, 2, 2), 0.2)
    for variances in ("equal", "unequal"):
        found = pixel_t_test(first, second, variances)
        assert np.isneginf(found.t).all()
        assert (found.p == 0).all()


def test_effect_sizes_by_hand():
    """Means 4 and 6, both variances 1: d = -2; of 6 patients J = 1 - 3 / (4 * 4 - 1) to two digits."""
    first = np.array([3.0, 4.0, 5.0])[:, None]
    found = pixel_t_test(first, first + 2)
    assert found.cohens_d[0] == pytest.approx(-2)
    assert found.hedges_g[0] == pytest.approx(-2 * (1 - 3 / 15), abs=0.01)


def test_what_cannot_be_tested_is_refused_in_a_sentence():
    maps = np.zeros((3, 4, 4))
    with pytest.raises(MeasureError, match="at least two"):
        pixel_t_test(maps[:1], maps)
    with pytest.raises(MeasureError, match="one grid"):
        pixel_t_test(maps, np.zeros((3, 5, 5)))
    with pytest.raises(MeasureError, match="no finite numbers"):
        pixel_t_test(maps, np.full((3, 4, 4), np.nan))


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1)))
def test_benjamini_and_hochberg_equals_scipys(p):
    np.testing.assert_allclose(false_discovery(p), stats.false_discovery_control(p), atol=1e-12)


def test_pixels_without_a_test_do_not_count_among_the_tests():
    p = np.array([[0.01, 1.0], [0.04, 1.0]])
    tested = np.array([[True, False], [True, False]])
    np.testing.assert_allclose(false_discovery(p, tested), [[0.02, 1], [0.04, 1]])
