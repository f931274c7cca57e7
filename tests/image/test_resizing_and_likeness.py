"""Smaller pictures keep their means, larger ones their range; copies are alike, other pictures are not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.fft import dctn

from hilum.errors import ImageError
from hilum.image import perceptual_hash, read_display, resize

RADIOGRAPHS = Path(__file__).parents[3] / "shared" / "data" / "cxr_pneumonia"


def film(seed: int, side: int = 128) -> np.ndarray:
    """Soft random shadows, as different from each other as radiographs are."""
    rng = np.random.default_rng(seed)
    soft = resize(rng.normal(size=(9, 9)), (side, side)) + 0.05 * rng.normal(size=(side, side))
    return (soft - soft.min()) / (soft.max() - soft.min())


def test_whole_factors_give_the_mean_of_each_block():
    picture = np.random.default_rng(1).random((60, 96)).astype(np.float32)
    blocks = picture.reshape(20, 3, 24, 4).mean(axis=(1, 3))
    assert np.allclose(resize(picture, (20, 24)), blocks, atol=1e-6)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 40),
    columns=st.integers(1, 40),
    to_rows=st.integers(1, 60),
    to_columns=st.integers(1, 60),
    seed=st.integers(0, 99),
)
def test_shape_range_and_mean(rows, columns, to_rows, to_columns, seed):
    picture = np.random.default_rng(seed).random((rows, columns))
    changed = resize(picture, (to_rows, to_columns))
    assert changed.shape == (to_rows, to_columns)
    assert changed.dtype == np.float32
    assert changed.min() >= picture.min() - 1e-6
    assert changed.max() <= picture.max() + 1e-6
    if to_rows <= rows and to_columns <= columns:
        assert changed.mean() == pytest.approx(picture.mean(), abs=1e-5)


def test_fine_stripes_become_grey_and_not_other_stripes():
    stripes = np.tile([0.0, 1.0], (256, 128))
    assert np.allclose(resize(stripes, (64, 64)), 0.5, atol=1e-6)
    assert np.abs(resize(stripes, (100, 100)) - 0.5).max() < 0.25


def test_the_same_size_is_a_copy():
    picture = np.random.default_rng(1).random((5, 5)).astype(np.float32)
    changed = resize(picture, (5, 5))
    changed[0, 0] = 9
    assert picture[0, 0] != 9


def test_integers_read_only_arrays_and_channels():
    picture = np.arange(48, dtype=np.uint16).reshape(4, 4, 3)
    picture.flags.writeable = False
    assert np.allclose(resize(picture, (1, 1))[0, 0], picture.mean(axis=(0, 1)))
    assert resize(picture[..., :1], (2, 2)).shape == (2, 2, 1)
    assert resize(np.asfortranarray(picture[..., 0]), (2, 2)).shape == (2, 2)


@pytest.mark.parametrize(
    ("shape", "size"), [((0, 4), (2, 2)), ((4,), (2, 2)), ((4, 4), (0, 2)), ((2, 2, 2, 2), (2, 2))]
)
def test_what_cannot_be_resized(shape, size):
    with pytest.raises(ImageError):
        resize(np.zeros(shape), size)


def by_scipy(picture: np.ndarray) -> int:
    """The same hash, written with the cosine transform of scipy."""
    low = dctn(resize(picture, (32, 32)).astype(np.float64), type=2, norm="ortho")[1:9, 1:9]
    bits = (low > np.median(low)).ravel()
    return sum(1 << (63 - place) for place in np.flatnonzero(bits).tolist())


@pytest.mark.parametrize("seed", range(20))
def test_the_hash_is_the_one_described(seed):
    assert perceptual_hash(film(seed)) == by_scipy(film(seed))
    assert perceptual_hash(film(seed)).bit_count() == 32


def distance(a: np.ndarray, b: np.ndarray) -> int:
    return (perceptual_hash(a) ^ perceptual_hash(b)).bit_count()


@pytest.mark.parametrize("seed", range(10))
def test_copies_are_alike(seed):
    picture = film(seed)
    assert distance(picture, 0.4 * picture + 0.3) == 0
    assert distance(picture, resize(picture, (224, 224))) <= 4
    assert distance(picture, resize(picture, (96, 96))) <= 4
    assert distance(picture, picture + np.random.default_rng(seed).normal(0, 0.02, picture.shape)) <= 6
    assert distance(picture, np.round(picture * 255) / 255) <= 2


def test_other_pictures_are_not():
    hashes = [perceptual_hash(film(seed)) for seed in range(60)]
    distances = [(a ^ b).bit_count() for n, a in enumerate(hashes) for b in hashes[:n]]
    assert min(distances) > 8
    assert 30 < np.mean(distances) < 34


def test_mirrored_pictures_are_other_pictures():
    assert distance(film(3), film(3)[:, ::-1]) > 8


@pytest.mark.parametrize("value", [0, 1, 0.3, 4095])
def test_a_picture_without_contrast(value):
    assert perceptual_hash(np.full((50, 40), value)) == 0


@pytest.mark.skipif(not RADIOGRAPHS.is_dir(), reason="the real radiographs (../shared/data) are not here")
def test_real_radiographs(tmp_path):
    """Compressed again and smaller, a film stays within a few bits of itself and far from its neighbours."""
    paths = sorted((RADIOGRAPHS / "normal").iterdir())[:40]
    films = [read_display(path) for path in paths]
    for number, shown in enumerate(films):
        Image.fromarray((shown * 255).astype(np.uint8)).resize((160, 160)).save(
            tmp_path / "a.jpg", quality=60
        )
        assert distance(shown, read_display(tmp_path / "a.jpg")) <= 6
        assert all(distance(shown, other) > 6 for other in films[:number])
