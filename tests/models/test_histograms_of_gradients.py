"""The fixed features of `linear`, against Dalal & Triggs' own steps done pixel by pixel."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import ModelError
from hilum.models import Shape, build_model
from hilum.models.linear import Linear, area_means, cell_weights, histograms, orientation_maps

CELL, ORIENTATIONS = 8, 9


def slow_histograms(image, floor):
    """Dalal & Triggs, CVPR 2005, section 6: centred differences, votes by linear interpolation between 9
    unsigned orientations and between cells, a Gaussian over blocks of 2 x 2 cells, L2-Hys with 0.2.
    """
    side = len(image)
    blocks = side // CELL - 1
    found = np.zeros((blocks, blocks, 2, 2, ORIENTATIONS))
    for row in range(side):
        for column in range(side):
            dx = image[row, column + 1] - image[row, column - 1] if 0 < column < side - 1 else 0.0
            dy = image[row + 1, column] - image[row - 1, column] if 0 < row < side - 1 else 0.0
            degrees = np.degrees(np.arctan2(dy, dx)) % 180
            vote = degrees / 20 - 0.5
            lower = int(np.floor(vote))
            for up in range(blocks):
                for left in range(blocks):
                    y, x = row + 0.5 - up * CELL, column + 0.5 - left * CELL
                    if not (0 < y < 16 and 0 < x < 16):
                        continue
                    near = np.exp(-((y - 8) ** 2 + (x - 8) ** 2) / (2 * 4.0**2))
                    for i in range(2):
                        for j in range(2):
                            share = max(0, 1 - abs(y - 4 - 8 * i) / 8) * max(0, 1 - abs(x - 4 - 8 * j) / 8)
                            cast = np.hypot(dx, dy) * near * share
                            found[up, left, i, j, lower % ORIENTATIONS] += cast * (1 - (vote - lower))
                            found[up, left, i, j, (lower + 1) % ORIENTATIONS] += cast * (vote - lower)
    for block in found.reshape(blocks * blocks, -1):
        block[:] = np.minimum(block / (np.linalg.norm(block) + floor), 0.2)
        block[:] = block / (np.linalg.norm(block) + 1e-3)
    return found.ravel()


def test_they_are_those_of_the_paper_done_pixel_by_pixel():
    image = np.random.default_rng(0).normal(size=(64, 64))
    image[:, :20] = 0.3
    image[40:, 40:] += np.arange(24)
    found = histograms(
        orientation_maps(torch.tensor(image[None], dtype=torch.float32)), cell_weights(64), 0.1
    )
    np.testing.assert_allclose(found[0].numpy(), slow_histograms(image, 0.1), atol=2e-5)


@pytest.mark.parametrize("degrees", [10, 30, 50, 70, 90, 110, 130, 150, 170])
def test_a_slope_votes_for_its_own_orientation(degrees):
    rows, columns = np.mgrid[:64, :64]
    slope = np.cos(np.radians(degrees)) * columns + np.sin(np.radians(degrees)) * rows
    maps = orientation_maps(torch.tensor(slope[None], dtype=torch.float32))[0, :, 1:-1, 1:-1]
    expected = np.zeros(9)
    expected[(degrees - 10) // 20] = 2
    np.testing.assert_allclose(maps.mean(dim=(1, 2)).numpy(), expected, atol=1e-3)


@settings(deadline=None)
@given(st.integers(0, 1000), st.sampled_from([32, 50, 64, 96]))
def test_left_and_right_change_places_when_the_image_is_turned_over(seed, side):
    image = torch.tensor(np.random.default_rng(seed).normal(size=(1, side, side)), dtype=torch.float32)
    cells = cell_weights(side)
    one = histograms(orientation_maps(image), cells).reshape(7, 7, 2, 2, 9)
    other = histograms(orientation_maps(image.flip(2)), cells).reshape(7, 7, 2, 2, 9)
    torch.testing.assert_close(other.flip(1, 3, 4), one, atol=1e-4, rtol=1e-4)


def test_brightness_and_contrast_change_nothing_but_in_flat_places():
    image = torch.tensor(np.random.default_rng(1).normal(size=(1, 64, 64)), dtype=torch.float32)
    one, other = (
        histograms(orientation_maps(each), cell_weights(64), 0.0) for each in (image, 3 * image + 7)
    )
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)
    flat = histograms(orientation_maps(torch.zeros(1, 64, 64)), cell_weights(64))
    assert not flat.any()


@pytest.mark.parametrize("side", [32, 64, 75, 100])
def test_images_are_averaged_as_opencv_does(side):
    image = np.random.default_rng(2).random((side, side)).astype(np.float32)
    weights = area_means(side, 32).numpy()
    expected = cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA)
    np.testing.assert_allclose(weights @ image @ weights.T, expected, atol=1e-5)


def test_the_network_keeps_the_promises_of_one():
    network = build_model("linear", Shape(1, 3, 64)).eval()
    assert isinstance(network, Linear)
    images = torch.randn(2, 1, 64, 64)
    features = network.features(images)
    assert features.shape == (2, network.head.in_features, 1, 1)
    assert torch.equal(network(images), network.classify(features))
    assert not network.mapped
    with pytest.raises(ModelError, match="at least 32 pixels"):
        build_model("linear", Shape(1, 1, 31))
