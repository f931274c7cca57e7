"""Whoever is warned of everything reads no warning: images of the same kind are hardly ever called unlike."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import mahalanobis
from sklearn.decomposition import PCA

from hilum.errors import ModelError
from hilum.models.appearance import appearance
from hilum.models.population import Population, upper_limit
from hilum.models.subspace import Subspace
from hilum.readers.unusual_batch import batch_notices

SIZE = 32


def drawn(n, rng):
    """Blurred noise over a bright middle; brightness has heavy tails, contrast and noise are skewed."""
    down, across = np.mgrid[:SIZE, :SIZE] / SIZE - 0.5
    middle = np.exp(-(down**2 + across**2) / 0.08)
    rough = rng.normal(0, 1, (n, SIZE, SIZE)).astype(np.float32)
    width = rng.uniform(1, 3, n)
    smooth = np.stack([cv2.GaussianBlur(one, (0, 0), float(w)) for one, w in zip(rough, width, strict=True)])
    smooth /= smooth.std(axis=(1, 2), keepdims=True)
    each = (slice(None), None, None)
    grey = (
        0.35 + 0.4 * middle * rng.uniform(0.6, 1.2, n)[each] + 0.4 * rng.lognormal(-2, 0.4, n)[each] * smooth
    )
    grey += 0.04 * rng.standard_t(4, n)[each] + rng.lognormal(-3.5, 0.5, n)[each] * rough
    return np.clip(255 * grey, 0, 255).astype(np.uint8)


def features(films, weights):
    patches = np.lib.stride_tricks.sliding_window_view(films / np.float32(255), (9, 9), axis=(1, 2))
    return np.maximum(patches[:, ::4, ::4].reshape(len(films), -1, 81) @ weights.T, 0).mean(1)


@pytest.mark.parametrize(("training", "validation", "test"), [(200, 40, 60), (60, 15, 30)])
def test_a_test_set_of_the_same_kind_is_passed_over(training, validation, test):
    weights = np.random.default_rng(5).normal(0, 1 / 9, (24, 81)).astype(np.float32)
    draws, outside, batches = 50, 0.0, 0
    for number in range(draws):
        films = drawn(training + validation + test, np.random.default_rng([number, training]))
        seen = features(films, weights)
        learnt, held, new = np.split(np.arange(len(films)), [training, training + validation])
        population = Population.of(films, learnt, held, (seen[learnt], seen[held]))
        looks = population.look(films, new, seen[new])
        outside += looks.outside.any(axis=1).mean() / draws
        batches += bool(batch_notices(population, looks))
    assert outside <= 0.01
    # At a rate of one in a hundred, more than two of fifty would come with a probability of 1.4 %.
    assert batches <= 2


def test_the_same_films_inverted_blurred_or_noisy_are_seen():
    films = drawn(300, np.random.default_rng(1))
    population = Population.of(films, np.arange(200), np.arange(200, 250))
    rest = films[250:]
    blurred = np.stack([cv2.GaussianBlur(one, (0, 0), 3) for one in rest])
    noise = np.random.default_rng(2).integers(0, 256, rest.shape).astype(np.uint8)
    for other in (255 - rest, blurred, noise, np.full_like(rest, 128)):
        assert population.look(other, np.arange(50)).outside.any(axis=1).mean() > 0.9


def test_the_distance_is_mahalanobis_with_the_covariance_of_probabilistic_components():
    """Reference: `PCA.get_covariance` of scikit-learn, which is that of Tipping & Bishop."""
    rng = np.random.default_rng(3)
    cloud = (rng.normal(0, 1, (60, 20)) @ rng.normal(0, 1, (20, 20))).astype(np.float32)
    found = Subspace.of(cloud)
    fitted = PCA(n_components=len(found.variances)).fit(cloud)
    inverse = np.linalg.inv(fitted.get_covariance())
    new = rng.normal(0, 3, (5, 20)).astype(np.float32)
    expected = [mahalanobis(one, cloud.mean(0), inverse) / np.sqrt(20) for one in new]
    np.testing.assert_allclose(found.distances(new), expected, rtol=1e-3)


def test_the_limit_for_few_values_is_the_prediction_limit_of_a_normal_distribution():
    values = np.random.default_rng(0).normal(10, 2, 40)
    expected = values.mean() + stats.t.ppf(0.998, 39) * values.std(ddof=1) * np.sqrt(1 + 1 / 40)
    assert upper_limit(values, 0.002) == pytest.approx(expected, rel=1e-12)
    assert upper_limit(np.arange(9.0), 0.01) == np.inf


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["normal", "exponential", "standard_cauchy"]))
def test_of_many_values_few_lie_above_the_limit_whatever_their_distribution(seed, kind):
    values = getattr(np.random.default_rng(seed), kind)(size=2000)
    assert np.mean(values > upper_limit(values, 0.01)) <= 0.01


@pytest.mark.parametrize("sigma", [0.01, 0.05])
def test_noise_is_measured_in_grey_values(sigma):
    ramp = np.linspace(0.3, 0.6, 64)[None, :, None] * np.ones((1, 1, 64))
    noisy = ramp + np.random.default_rng(0).normal(0, sigma, (1, 64, 64))
    films = np.round(noisy * 65535).astype(np.uint16)
    assert np.exp(appearance(films, np.arange(1)).values[0, 3]) == pytest.approx(sigma, rel=0.1)


def test_saved_and_read_again_it_sees_the_same():
    films = drawn(80, np.random.default_rng(4))
    population = Population.of(films, np.arange(50), np.arange(50, 70))
    again = Population.from_json(population.to_json(), population.to_bytes())
    new = np.arange(70, 80)
    np.testing.assert_array_equal(again.look(films, new).steps, population.look(films, new).steps)
    for broken in (b"nothing", b""):
        with pytest.raises(ModelError, match="cannot be read: get the model again"):
            Population.from_json(population.to_json(), broken)
    with pytest.raises(ModelError, match="cannot be read: get the model again"):
        Population.from_json({}, population.to_bytes())
