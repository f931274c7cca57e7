import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hilum.preparation import Picture, fit_square, prepare_array, prepare_picture, standardise


def _film() -> np.ndarray:
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:60, :80] / 80
    return np.clip(0.3 + 0.4 * rows * columns + rng.normal(0, 0.02, (60, 80)), 0, 1).astype(np.float32)


@given(factor=st.floats(0.3, 1.2), offset=st.floats(0.0, 0.1))
@settings(max_examples=25, deadline=None)
def test_percentiles_cancel_brightness_and_contrast(factor, offset):
    film = _film()
    changed = (film * np.float32(factor) + np.float32(offset)).astype(np.float32)
    np.testing.assert_allclose(standardise(changed, "percentile"), standardise(film, "percentile"), atol=2e-4)


@given(gamma=st.floats(0.5, 2.0))
@settings(max_examples=25, deadline=None)
def test_equalisation_cancels_gamma(gamma):
    film = _film()
    changed = (film ** np.float32(gamma)).astype(np.float32)
    assert np.abs(standardise(changed, "equalise") - standardise(film, "equalise")).max() < 0.02


def test_local_equalisation_stays_in_range():
    made = standardise(_film(), "local")
    assert made.min() >= 0
    assert made.max() <= 1


def test_a_picture_of_one_grey_is_no_error():
    flat = np.full((20, 20), 0.7, np.float32)
    for how in ("none", "percentile", "equalise", "local"):
        assert np.isfinite(standardise(flat, how)).all()


def test_letterbox_keeps_the_shape_and_stretch_does_not():
    tall = np.ones((90, 30), np.float32)
    square, (rows, columns) = fit_square(tall, 30, "letterbox")
    assert (rows, columns) == (slice(0, 30), slice(10, 20))
    assert square.sum() == 300
    assert fit_square(tall, 30, "stretch")[0].sum() == 900


def test_sixteen_bits_keep_what_eight_would_lose(tmp_path):
    ramp = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    deep = prepare_picture(
        tmp_path / "ramp.png", Picture(size=64, bits=16, fit="stretch", normalisation="none")
    )
    flat = prepare_picture(
        tmp_path / "ramp.png", Picture(size=64, bits=8, fit="stretch", normalisation="none")
    )
    np.testing.assert_allclose(deep, ramp, atol=1)
    assert len(np.unique(deep)) > 4000
    assert len(np.unique(flat)) == 256


def test_a_large_film_is_thinned_out_without_changing_its_greys():
    rng = np.random.default_rng(0)
    large = np.kron(rng.random((60, 60)).astype(np.float32), np.ones((40, 40), np.float32))
    options = Picture(size=60, fit="stretch", normalisation="none")
    expected = np.round(large[::40, ::40] * 255)
    np.testing.assert_allclose(prepare_array(large, options), expected, atol=1)
