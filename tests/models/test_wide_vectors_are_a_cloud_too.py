"""A cloud of few wide vectors, such as what several networks together see in some films."""

import time

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from hilum.models import Blend, Shape, Standard, build_model
from hilum.models.pooled import pooled_features
from hilum.models.subspace import Subspace


@pytest.mark.parametrize("width", [30, 90, 4000])
def test_directions_and_variances_are_scikit_learns(width):
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(60, width)) * np.geomspace(9, 0.1, width)).astype(np.float32)
    found, expected = Subspace.of(vectors), PCA(12, svd_solver="full").fit(vectors.astype(np.float64))
    assert len(found.variances) == 12
    np.testing.assert_allclose(found.variances, expected.explained_variance_, rtol=1e-4)
    along = np.abs((found.directions * expected.components_).sum(axis=1))
    np.testing.assert_allclose(along, 1, atol=1e-3)
    left = vectors.var(axis=0, ddof=1, dtype=np.float64).sum() - expected.explained_variance_.sum()
    assert found.rest == pytest.approx(left / (width - 12), rel=1e-3)


def test_vectors_that_are_all_alike_have_distances_that_are_numbers():
    found = Subspace.of(np.ones((10, 50), np.float32))
    assert found.distances(np.ones((1, 50), np.float32)) == pytest.approx(0)
    assert np.isfinite(found.distances(np.zeros((1, 50), np.float32))).all()


def test_very_wide_vectors_take_seconds():
    vectors = np.random.default_rng(1).normal(size=(40, 20_000)).astype(np.float32)
    began = time.process_time()
    Subspace.of(vectors)
    assert time.process_time() - began < 5


def test_what_networks_see_together_is_what_each_sees():
    torch.manual_seed(0)
    shape, standard = Shape(1, 1, 32), Standard(0.5, 0.2)
    members = [build_model(name, shape) for name in ("small_cnn", "resnet18")]
    array = np.random.default_rng(2).integers(0, 255, (5, 32, 32)).astype(np.uint8)
    rows = np.arange(5)
    each = [pooled_features(member, array, rows, standard) for member in members]
    together = pooled_features(Blend(members, shape), array, rows, standard)
    np.testing.assert_allclose(together, np.concatenate(each, axis=1), atol=1e-4)
