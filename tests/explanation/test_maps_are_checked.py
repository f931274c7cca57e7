import numpy as np
import pytest
import torch

from hilum.explanation import method_named
from hilum.explanation.maps import Seeing, maps_of
from hilum.explanation.sanity import Looked, check_curves, check_pointing, check_randomised
from hilum.explanation.sanity_curves import curves_of, map_by_chance
from hilum.explanation.sanity_pointing import points_at
from hilum.explanation.sanity_randomised import rank_correlation, shuffled, structural_similarity
from hilum.explanation.what import one_output
from hilum.models import Network, Shape, Standard, build_model, steady

CAM = method_named("cam")


class _BrightCorner(Network):
    """Says how bright the left upper quarter is, and looks nowhere else."""

    pooled = True

    def __init__(self) -> None:
        super().__init__()
        self.head = torch.nn.Linear(1, 1)
        with torch.no_grad():
            self.head.weight.fill_(8.0)
            self.head.bias.fill_(0.0)

    def features(self, images):
        mask = torch.zeros_like(images)
        mask[..., : images.shape[2] // 2, : images.shape[3] // 2] = 1
        return images * mask

    def classify(self, features):
        return self.head(features.mean(dim=(2, 3)))


def _films(n=12):
    return np.random.default_rng(3).integers(60, 256, (n, 32, 32)).astype(np.uint8)


def test_shuffled_weights_are_the_same_numbers_in_another_place_and_the_network_is_left_alone():
    with steady(1, seed=0):
        network = build_model("small_cnn", Shape(1, 1, 32))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    other = shuffled(network, 4)
    for (name, first), second in zip(before.items(), other.state_dict().values(), strict=True):
        assert torch.equal(first, network.state_dict()[name])
        torch.testing.assert_close(first.flatten().sort().values, second.flatten().sort().values)
    assert all(
        torch.equal(a, b) for a, b in zip(other.parameters(), shuffled(network, 4).parameters(), strict=True)
    )
    assert not torch.equal(other.head.weight, network.head.weight)


def test_the_rank_correlation_is_scipys():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    first = rng.integers(0, 9, (20, 20)).astype(np.float32)
    second = (first + rng.normal(0, 3, (20, 20))).astype(np.float32)
    assert rank_correlation(first, second) == pytest.approx(
        spearmanr(first.ravel(), second.ravel()).statistic
    )
    assert np.isnan(rank_correlation(first, np.zeros_like(first)))


def test_structural_similarity_of_one_window_is_its_formula():
    rng = np.random.default_rng(1)
    a, b = rng.random((7, 7)).astype(np.float32), rng.random((7, 7)).astype(np.float32)
    x, y = a.astype(np.float64), b.astype(np.float64)
    both = np.cov(x.ravel(), y.ravel())
    top = (2 * x.mean() * y.mean() + 1e-4) * (2 * both[0, 1] + 9e-4)
    expected = top / ((x.mean() ** 2 + y.mean() ** 2 + 1e-4) * (both[0, 0] + both[1, 1] + 9e-4))
    assert structural_similarity(a, b) == pytest.approx(expected)


def test_a_map_of_the_right_place_passes_and_a_map_of_the_wrong_one_does_not():
    seeing, films = Seeing(_BrightCorner(), Standard(0.0, 1.0)), _films()
    explained = one_output(0)
    good = maps_of(CAM, seeing, films, explained)
    rows = {row.check: row for row in check_curves(CAM, seeing, Looked(films, good, explained), 0)}
    assert rows["deletion"].passed
    assert rows["insertion"].passed or rows["insertion"].value >= 0
    assert rows["deletion"].n == len(films)
    wrong = {
        row.check: row for row in check_curves(CAM, seeing, Looked(films, good[:, ::-1, ::-1], explained), 0)
    }
    assert not wrong["deletion"].passed
    assert wrong["deletion"].value > rows["deletion"].value


def test_a_map_that_only_shows_the_image_fails_the_shuffled_weights():
    """Shuffling one weight changes nothing, so that the map stays as it was."""
    seeing, films = Seeing(_BrightCorner(), Standard(0.0, 1.0)), _films()
    maps = maps_of(CAM, seeing, films, one_output(0))
    rows = {row.check: row for row in check_randomised(CAM, seeing, Looked(films, maps, one_output(0)), 0)}
    assert rows["rank_correlation"].value == pytest.approx(1)
    assert rows["similarity"].value == pytest.approx(1)
    assert not rows["rank_correlation"].passed
    assert not rows["similarity"].passed


def test_curves_begin_and_end_with_the_whole_image_whatever_the_map():
    film = _films(1)[0]

    def mean(images):
        return images.mean(axis=(1, 2))

    found = curves_of(mean, film, map_by_chance((32, 32), np.random.default_rng(0)))
    assert found.deletion[0] == film.mean()
    assert found.insertion[-1] == film.mean()
    assert found.deletion[-1] == pytest.approx(film.mean(), abs=0.5)


def test_pointing_by_chance_hits_as_often_as_the_area_says():
    rng = np.random.default_rng(0)
    marked = np.zeros((40, 40), bool)
    marked[:20, :16] = True
    pointings = [points_at(rng.random((40, 40)).astype(np.float32), marked) for _ in range(600)]
    [row] = check_pointing(CAM, pointings)
    assert row.chance == pytest.approx(0.2)
    assert row.low < 0.2 < row.high
    assert not row.passed


def test_a_map_that_is_the_same_everywhere_points_nowhere():
    marked = np.ones((4, 4), bool)
    assert points_at(np.zeros((4, 4), np.float32), marked) is None
    assert points_at(np.eye(4, dtype=np.float32), ~marked) is None
    assert check_pointing(CAM, [None]) == []


def test_the_chance_of_pointing_is_counted_within_the_patient():
    marked = np.zeros((4, 4), bool)
    marked[1, 1] = True
    image = np.zeros((4, 4), np.float32)
    image[1:3, 1:3] = 0.5
    found = points_at(marked.astype(np.float32), marked, image)
    assert (found.hit, found.chance, found.chance_in_body) == (True, 1 / 16, 1 / 4)
