"""Images are cut to the lungs by a trained mask or by thresholds; which is kept, and maps find back."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hilum.errors import ImageError, ModelError, StudyFileError
from hilum.phantom.scintigrams import make_scan, shown
from hilum.preparation import Asked, Picture, Plan, Steps
from hilum.preparation.crop_to_lungs import CropToLungs
from hilum.preparation.dark_lungs import find_dark_lungs
from hilum.preparation.lung_mask import LungMask
from hilum.preparation.picture import place_array
from hilum.preparation.small_unet import SmallUNet
from hilum.study import Preparation, parse_study
from hilum.training.lung_masks import LungMaskOptions, train_lung_mask

SHAPE = (150, 130)


def _film(rng, down=0.5, across=0.5):
    """A bright body with two dark lungs, on a black ground; and where the lungs are."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]] / np.array(SHAPE)[:, None, None]
    body = np.abs(columns - across) < 0.44
    lungs = np.zeros(SHAPE, np.bool_)
    for side in (-1, 1):
        lungs |= ((rows - down) / 0.26) ** 2 + ((columns - across - 0.2 * side) / 0.13) ** 2 < 1
    grey = np.where(lungs, 0.25, np.where(body, 0.75, 0.0)) + rng.normal(0, 0.02, SHAPE)
    return np.clip(grey, 0, 1).astype(np.float32), lungs


@pytest.fixture(scope="module")
def mask():
    rng = np.random.default_rng(1)
    pairs = [_film(rng, rng.uniform(0.44, 0.56), rng.uniform(0.46, 0.54)) for _ in range(10)]
    options = LungMaskOptions(size=32, steps=60)
    return train_lung_mask([film for film, _ in pairs], [lungs for _, lungs in pairs], options)


def _box(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return np.array([rows[0], columns[0], rows[-1] + 1, columns[-1] + 1])


def _cut_to(moved):
    top, left = -moved.offset[0], -moved.offset[1]
    return np.array([top, left, top + moved.after[0], left + moved.after[1]])


def test_a_trained_mask_decides_what_is_left(mask):
    film, lungs = _film(np.random.default_rng(2), 0.53, 0.48)
    _, moved, how = CropToLungs(mask, margin=0.0).forward(film)
    assert how == "mask"
    assert np.abs(_cut_to(moved) - _box(lungs)).max() <= 8


def test_without_a_mask_dark_lungs_are_found_by_threshold():
    film, lungs = _film(np.random.default_rng(3))
    _, moved, how = CropToLungs(None, margin_by_threshold=0.0).forward(film)
    assert how == "threshold"
    assert np.abs(_cut_to(moved) - _box(lungs)).max() <= 8


def test_a_mask_that_cannot_be_lungs_gives_way_to_the_threshold():
    network = SmallUNet(8)
    network.head.bias.data.fill_(-50)
    _, _, how = CropToLungs(LungMask.of(network, 32)).forward(_film(np.random.default_rng(3))[0])
    assert how == "threshold"


def test_bright_lungs_of_a_scan_are_found_and_a_picture_without_lungs_is_left_whole():
    scan = shown(make_scan("perfusion", neck=False, seed=(7, 1)))
    assert find_dark_lungs(scan) is None
    _, moved, how = CropToLungs(None).forward(scan)
    assert how == "threshold"
    assert moved.after[0] * moved.after[1] < 0.8 * scan.size
    for other in (np.zeros((40, 40), np.float32), np.random.default_rng(0).random((60, 50), np.float32)):
        _, moved, how = CropToLungs(None).forward(other)
        assert (how, moved.after) == ("whole", other.shape)


@given(down=st.floats(0.4, 0.6), across=st.floats(0.46, 0.54), size=st.integers(16, 80))
@settings(max_examples=20, deadline=None)
def test_maps_return_to_the_whole_field_of_view(down, across, size):
    film, lungs = _film(np.random.default_rng(4), down, across)
    square, placement = place_array(film, Picture(size=size, steps=Steps(crop="lungs")))
    assert placement.cropped == "threshold"
    back = placement.map_back(np.ones((size, size), np.float32))
    assert back.shape == film.shape
    assert back[lungs].mean() > 0.98
    assert not back.all()
    points = np.argwhere(lungs)[::97].astype(np.float64)
    np.testing.assert_allclose(placement.points_back(placement.points_forward(points)), points, atol=1e-9)
    assert square.shape == (size, size)


def test_the_plan_holds_the_mask_itself(mask, tmp_path):
    mask.save(tmp_path / "lungs.safetensors")
    options = Preparation(crop="lungs", lung_mask="lungs.safetensors")
    asked = Asked.of(options, "letterbox", folder=tmp_path)
    assert "a trained model marks" in asked.notes[0]
    (tmp_path / "lungs.safetensors").unlink()
    plan = Plan(model="small_cnn", picture=Picture(size=48, steps=Asked.from_json(asked.to_json()).steps))
    again = Plan.from_json(plan.to_json())
    film, _ = _film(np.random.default_rng(5))
    made, placement = place_array(film, again.picture)
    assert placement.cropped == "mask"
    np.testing.assert_array_equal(made, place_array(film, plan.picture)[0])
    np.testing.assert_array_equal(LungMask.from_text(again.picture.steps.lungs).find(film), mask.find(film))


@pytest.mark.parametrize("damage", ["", "AAAA", "x" * 50])
def test_a_damaged_mask_in_the_plan_ends_in_one_sentence(damage):
    with pytest.raises(ModelError, match="lung mask in the plan is damaged"):
        LungMask.from_text(damage)


def test_a_mask_needs_the_crop_that_it_is_for():
    with pytest.raises(StudyFileError, match='goes with crop = "lungs"'):
        parse_study('version = 1\n[cohort]\nimages = "films"\n[preparation]\nlung_mask = "l.safetensors"\n')


def _folder(folder, n=8):
    rng = np.random.default_rng(6)
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for number in range(n):
        film, lungs = _film(rng, rng.uniform(0.44, 0.56))
        Image.fromarray((film * 255).astype(np.uint8)).save(folder / "images" / f"{number}.png")
        Image.fromarray(lungs.astype(np.uint8) * 255).save(folder / "masks" / f"{number}_mask.png")
    return folder


def test_a_mask_is_taught_from_a_folder_and_marks_new_films(tmp_path):
    from typer.testing import CliRunner

    from hilum.cli import app

    folder, model = _folder(tmp_path / "pairs", 10), tmp_path / "lungs.safetensors"
    asked = ["lung-masks", "train", str(folder), "-o", str(model), "--folds", "2", "--steps", "4"]
    ran = CliRunner().invoke(app, [*asked, "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["films"] == 10
    assert told["folds"] == 2
    assert 0 <= told["lowest"] <= told["dice"] <= 1
    out = tmp_path / "marked"
    ran = CliRunner().invoke(
        app, ["lung-masks", "mark", str(model), str(folder / "images"), "--out", str(out)]
    )
    assert ran.exit_code == 0, ran.output
    made = [np.asarray(Image.open(path)) for path in sorted(out.iterdir())]
    assert len(made) == 10
    assert all(mask.shape == SHAPE and set(np.unique(mask)) <= {0, 255} for mask in made)


def test_too_few_films_for_a_check_are_said(tmp_path):
    from hilum.conduct.lung_masks import train_from

    with pytest.raises(ModelError, match="too few for a check in 2 folds"):
        train_from(_folder(tmp_path / "pairs"), tmp_path / "lungs.safetensors", folds=2)


def test_a_folder_without_pairs_or_with_wrong_masks_is_refused(tmp_path):
    from hilum.conduct.lung_masks import find_pairs, read_pair

    with pytest.raises(ModelError, match="has no folders `images` and `masks`"):
        find_pairs(tmp_path)
    folder = _folder(tmp_path / "pairs")
    (folder / "masks" / "0_mask.png").rename(folder / "masks" / "else.png")
    assert len(find_pairs(folder)) == 7
    with (folder / "index.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["image", "mask", "patient"], ["1.png", "1_mask.png", "a"]])
    assert [pair.patient for pair in find_pairs(folder)] == ["a"]
    (folder / "index.csv").write_text("film,mask\n1.png,1_mask.png\n")
    with pytest.raises(ModelError, match="needs the columns `image` and `mask`"):
        find_pairs(folder)
    small = Image.fromarray(np.zeros((10, 10), np.uint8))
    small.save(folder / "masks" / "1_mask.png")
    with pytest.raises(ImageError, match="a mask of its own shape"):
        read_pair(folder / "images" / "1.png", folder / "masks" / "1_mask.png")
