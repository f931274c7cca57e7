"""Each step of preparation does what its sentence says, and marks find their way back to the image."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hilum.errors import ImageError, ModelError
from hilum.preparation import Asked, Picture, Plan, Steps, prepare_picture, prepare_placed
from hilum.preparation.clahe import Clahe
from hilum.preparation.mean_image import as_text, from_text, mean_of
from hilum.preparation.picture import place_array
from hilum.preparation.resample import Resample
from hilum.preparation.upright import turned_by
from hilum.preparation.window import Window
from hilum.study import Preparation


def _film(rows: int = 90, columns: int = 60) -> np.ndarray:
    down, across = np.mgrid[:rows, :columns]
    waves = 0.5 + 0.2 * np.sin(down / 9) + 0.2 * np.cos(across / 7)
    return waves.astype(np.float32)


@given(
    rows=st.integers(20, 200),
    columns=st.integers(20, 200),
    size=st.integers(16, 96),
    fit=st.sampled_from(["letterbox", "stretch"]),
    crop=st.sampled_from(["none", "body"]),
    spacing=st.sampled_from([None, 0.5, 2.0]),
)
@settings(max_examples=60, deadline=None)
def test_points_go_there_and_back(*, rows, columns, size, fit, crop, spacing):
    options = Picture(size=size, fit=fit, steps=Steps(crop=crop, spacing_mm=spacing))
    square, placement = place_array(_film(rows, columns), options, (1.0, 1.0))
    assert square.shape == (size, size)
    assert placement.shape == (rows, columns)
    points = np.array([[0.0, 0.0], [rows / 3, columns / 2], [rows - 1.0, columns - 1.0]])
    np.testing.assert_allclose(placement.points_back(placement.points_forward(points)), points, atol=1e-9)
    assert placement.map_back(square.astype(np.float32)).shape == (rows, columns)


@pytest.mark.parametrize("how", ["area", "antialiased", "b-spline"])
def test_another_size_keeps_smooth_pictures_in_their_place(how):
    film = _film(128, 128)
    small, moved = Resample(64, 64, how).forward(film)
    expected = film.reshape(64, 2, 64, 2).mean(axis=(1, 3))
    assert np.abs(small - expected)[4:-4, 4:-4].max() < 0.01
    assert moved.scale == (0.5, 0.5)
    assert small.min() >= film.min()
    assert small.max() <= film.max()


@pytest.mark.parametrize("how", ["area", "antialiased", "b-spline"])
def test_fine_stripes_do_not_alias(how):
    stripes = np.tile((np.arange(256) % 2).astype(np.float32), (256, 1))
    small, _ = Resample(60, 60, how).forward(stripes)
    assert np.abs(small[4:-4, 4:-4] - 0.5).max() < 0.12


def test_pixels_of_one_size_leave_large_images_cut_and_small_ones_framed():
    film = np.ones((100, 100), np.float32)
    options = Picture(size=64, normalisation="none", steps=Steps(spacing_mm=1.0))
    framed, _ = place_array(film, options, (0.32, 0.32))
    assert (framed > 0).any(axis=0).sum() == 32
    cut, placement = place_array(film, options, (2.0, 2.0))
    assert (cut == 255).all()
    assert placement.steps[-1].offset == (-68, -68)


def test_pixels_of_one_size_need_a_file_that_says_theirs(tmp_path):
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(tmp_path / "film.png")
    with pytest.raises(ImageError, match="does not say how large its pixels are"):
        prepare_picture(tmp_path / "film.png", Picture(size=32, steps=Steps(spacing_mm=1.0)))
    with pytest.raises(ImageError, match="no single slice in Hounsfield units"):
        prepare_picture(tmp_path / "film.png", Picture(size=32, steps=Steps(window=(-600, 1500))))


def test_a_window_shows_hounsfield_units():
    grey = Window(40, 400).forward(np.array([-1000, -160, 40, 240, 3000], np.int16))
    assert grey.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_clahe_raises_faint_contrast():
    faint = (0.5 + 0.02 * _film(128, 128)).astype(np.float32)
    assert Clahe().forward(faint).std() > 2 * faint.std()


@pytest.mark.parametrize("how", ["min-max", "z-score"])
@given(factor=st.floats(0.2, 1.0), offset=st.floats(0.0, 0.2))
@settings(max_examples=20, deadline=None)
def test_brightness_and_contrast_are_cancelled(how, factor, offset):
    film = _film()
    options = Picture(size=48, normalisation=how, bits=16)
    changed = (film * np.float32(factor) + np.float32(offset)).astype(np.float32)
    made = [place_array(each, options)[0].astype(np.float64) / 65535 for each in (film, changed)]
    np.testing.assert_allclose(made[0], made[1], atol=1e-4)


def test_the_darkest_and_brightest_pixels_are_those_of_the_resized_image():
    film = _film()
    film[5, 5] = 5.0  # a hot pixel that resizing takes down
    square, _ = place_array(film, Picture(size=30, normalisation="min-max"))
    assert (square.min(), square.max()) == (0, 255)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_images_on_their_side_are_named(quarters):
    film = _film(64, 64) * np.linspace(0.2, 1, 64, dtype=np.float32)[:, None]
    mean = mean_of([np.asarray(Image.fromarray(film).resize((112, 112)))], on_lungs=False)
    assert turned_by(np.rot90(film, quarters), mean.image) == 90 * quarters
    steps = Steps(upright=True, mean=as_text(mean.image))
    options = Picture(size=64, normalisation="min-max", fit="stretch", steps=steps)
    assert place_array(np.rot90(film, quarters), options)[1].turned == 90 * quarters


def test_a_mean_image_survives_the_plan():
    mean = mean_of([_film(112, 112)], on_lungs=True)
    assert not mean.on_lungs
    plan = Plan(model="small_cnn", picture=Picture(steps=Steps(upright=True, mean=as_text(mean.image))))
    again = Plan.from_json(plan.to_json())
    assert again == plan
    np.testing.assert_allclose(from_text(again.picture.steps.mean), mean.image, atol=1 / 255)


def test_a_damaged_mean_image_ends_in_one_sentence():
    with pytest.raises(ModelError, match="mean image in the plan is damaged"):
        from_text("AAAA")


def test_older_plans_open_and_stay_as_they_were_written():
    old = (
        '{"size": 64, "fit": "stretch", "normalisation": "percentile", "bits": 8, "channels": 1, "depth": 1}'
    )
    picture = Picture.model_validate_json(old)
    assert picture.steps == Steps()
    assert picture.model_dump_json() == old.replace(": ", ":").replace(", ", ",")


def test_images_of_another_view_are_named_and_turned_ones_are_not(tmp_path):
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:64, :64] / 64

    def frontal() -> np.ndarray:
        down, across = rng.uniform(0.46, 0.54, 2)
        lungs = sum(
            ((rows - down) / 0.28) ** 2 + ((columns - across - 0.2 * side) / 0.13) ** 2 < 1
            for side in (-1, 1)
        )
        return np.clip(0.7 * (rows * 0.3 + 0.6) * (lungs == 0) + 0.2 + rng.normal(0, 0.03, (64, 64)), 0, 1)

    def lateral() -> np.ndarray:
        one = ((rows - 0.45) / 0.35) ** 2 + ((columns - 0.75) / 0.2) ** 2 < 1
        return np.clip(0.8 * one + 0.1 + rng.normal(0, 0.03, (64, 64)), 0, 1)

    def write(name: str, film: np.ndarray) -> Path:
        Image.fromarray(np.round(film * 255).astype(np.uint8)).save(tmp_path / name)
        return tmp_path / name

    training = [write(f"{number}.png", frontal()) for number in range(30)]
    asked = Asked.of(Preparation(check_view=True, check_upright=True), "stretch", training)
    options = Picture(size=48, fit="stretch", normalisation="min-max", steps=asked.steps)
    assert -1 < asked.steps.least_like < 1
    other = [prepare_placed(write("l.png", lateral()), options)[1] for _ in range(5)]
    assert all(placement.strange for placement in other)
    same = [prepare_placed(write("f.png", frontal()), options)[1] for _ in range(30)]
    assert sum(placement.strange for placement in same) <= 1
    upside_down = prepare_placed(write("u.png", np.rot90(frontal(), 2)), options)[1]
    assert (upside_down.strange, upside_down.turned) == (False, 180)
