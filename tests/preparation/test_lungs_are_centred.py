"""Lung scans are moved until the point midway between the lungs is in the middle, and can be moved back."""

import time
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hilum.image import resize
from hilum.phantom.scintigram_drawing import count, draw_scan, expected_counts
from hilum.phantom.scintigrams import order_scans, shown
from hilum.preparation import Picture, Steps, prepare_placed
from hilum.preparation.mean_image import SIDE, as_text, from_text, mean_of
from hilum.preparation.mutual_information import (
    BINS,
    best_shift,
    joint_counts,
    joint_counts_of_all_shifts,
    normalised_mutual_information,
)
from hilum.preparation.picture import place_array
from hilum.preparation.placement import pasted
from hilum.preparation.two_lungs import find_two_lungs

SIZE, SCANS = 224, 500


@cache
def _scans():
    """Each scan twice, counted anew the second time and moved by a known number of pixels."""
    rng = np.random.default_rng(11)
    first, second, moved, training = [], [], [], []
    for row in order_scans(530, seed=3).head(SCANS).itertuples():
        expected = expected_counts(draw_scan(str(row.kind), neck=bool(row.neck), rng=rng))
        by = tuple(int(step) for step in rng.integers(-20, 21, 2))
        first.append(shown(count(expected, rng)))
        second.append(shown(count(pasted(expected, expected.shape, by), rng)))
        moved.append(by)
        training.append(row.part == "train")
    return first, second, np.array(moved), np.array(training)


@cache
def _picture(fallback="mutual information", size=SIZE):
    first, _, _, training = _scans()
    squares = [resize(scan, (SIDE, SIDE)) for scan, used in zip(first, training, strict=True) if used]
    mean = mean_of(squares, on_lungs=True)
    assert mean.on_lungs
    steps = Steps(centre="lungs", fallback=fallback, mean=as_text(mean.image))
    return Picture(size=size, fit="stretch", normalisation="min-max", steps=steps)


@cache
def _placed():
    first, second, *_ = _scans()
    return [[place_array(scan, _picture())[1] for scan in scans] for scans in (first, second)]


def test_known_offsets_of_500_scans_are_found():
    first, second = _placed()
    known = _scans()[2] * SIZE / 256
    found = np.array([one.shift for one in first]) - np.array([other.shift for other in second])
    error = np.hypot(*(found - known).T)
    assert np.median(error) <= 1
    assert np.percentile(error, 99) <= 4
    fallback = np.array(
        [{one.way, other.way} == {"mutual information"} for one, other in zip(first, second, strict=True)]
    )
    assert fallback.sum() >= 50
    assert np.median(error[fallback]) <= 1
    assert error[fallback].max() <= 2


def test_two_hundred_scans_a_second_are_centred():
    scans, options = _scans()[0], _picture()
    place_array(scans[0], options)
    start = time.process_time()
    for scan in scans:
        place_array(scan, options)
    assert len(scans) / (time.process_time() - start) >= 200


def test_lungs_joined_by_activity_in_the_airways_are_left_to_the_fallback():
    ways = [placement.way for placement in _placed()[0]]
    perfusion = [row.kind == "perfusion" for row in order_scans(530, seed=3).head(SCANS).itertuples()]
    assert {way for way, kind in zip(ways, perfusion, strict=True) if kind} <= {"lungs", "mutual information"}
    assert sum(way == "lungs" for way, kind in zip(ways, perfusion, strict=True) if kind) > 0.95 * sum(
        perfusion
    )
    assert ways.count("mutual information") > 0


def test_after_centring_the_lungs_lie_in_the_middle():
    for scan in _scans()[0][:40]:
        square, placement = place_array(scan, _picture())
        if placement.way == "lungs":
            again = find_two_lungs(square.astype(np.float32))
            assert again is not None
            assert np.abs(np.array(again.midway) - (SIZE - 1) / 2).max() <= 1


def test_the_way_back_is_exact():
    scan = _scans()[1][0]
    plain = Picture(size=SIZE, fit="stretch", normalisation="min-max")
    unmoved = place_array(scan, plain)[0].astype(np.float32)
    centred, placement = place_array(scan, _picture())
    assert placement.shift != (0, 0)
    back = placement.steps[-1].map_back(centred.astype(np.float32))
    seen = placement.steps[-1].map_back(np.ones((SIZE, SIZE), np.float32)) > 0
    np.testing.assert_array_equal(back[seen], unmoved[seen])
    assert not back[~seen].any()
    assert placement.map_back(centred.astype(np.float32)).shape == scan.shape
    points = np.array([[0.0, 0.0], [100.0, 31.5], [255.0, 255.0]])
    np.testing.assert_allclose(placement.points_back(placement.points_forward(points)), points, atol=1e-9)


def test_a_mark_comes_back_to_where_it_was():
    scan = _scans()[1][0]
    _, placement = place_array(scan, _picture())
    row, column = np.round(placement.points_forward(np.array([[120.0, 80.0]]))[0]).astype(int)
    mark = np.zeros((SIZE, SIZE), np.float32)
    mark[row, column] = 1
    found = np.unravel_index(np.argmax(placement.map_back(mark)), scan.shape)
    assert np.abs(np.array(found) - (120, 80)).max() <= 1


def test_a_file_is_centred_as_its_pixels_are(tmp_path):
    scan = np.round(_scans()[0][0] * 255).astype(np.uint8)
    Image.fromarray(scan).save(tmp_path / "scan.png")
    from_file, placement = prepare_placed(tmp_path / "scan.png", _picture())
    from_array, same = place_array((scan / np.float32(255)).astype(np.float32), _picture())
    np.testing.assert_array_equal(from_file, from_array)
    assert placement == same


@pytest.mark.parametrize("fallback", ["mutual information", "random", "none"])
def test_the_same_scan_is_always_moved_the_same_way(fallback):
    joined = np.zeros((256, 256), np.float32)
    joined[80:160, 60:200] = 1
    made = [place_array(joined, _picture(fallback)) for _ in range(2)]
    np.testing.assert_array_equal(made[0][0], made[1][0])
    assert made[0][1] == made[1][1]
    assert made[0][1].way == fallback


def test_chance_finds_a_better_place_than_none():
    mean = from_text(_picture().steps.mean)
    moved = pasted(mean, mean.shape, (17, -12))
    rows, columns = best_shift(moved, mean, "random")
    assert np.hypot(rows * SIDE + 17, columns * SIDE - 12) < 8


def test_an_empty_scan_is_no_error():
    square, placement = place_array(np.zeros((64, 64), np.float32), _picture())
    assert not square.any()
    assert (placement.way, placement.shift) == ("none", (0, 0))


def test_a_mean_image_of_one_grey_ends_the_search():
    scan = np.zeros((64, 64), np.float32)
    scan[20:40, 10:50] = 1
    assert best_shift(scan, np.zeros((SIDE, SIDE), np.float32), "mutual information") is not None


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(4, 20))
@settings(max_examples=25, deadline=None)
def test_all_shifts_at_once_are_what_each_is_alone(seed, size):
    rng = np.random.default_rng(seed)
    moving, fixed = (rng.dirichlet(np.ones(BINS), (size, size)).transpose(2, 0, 1) for _ in range(2))
    moving, fixed = moving.astype(np.float32), fixed.astype(np.float32)
    farthest = size // 2
    at_once = joint_counts_of_all_shifts(moving, fixed, farthest)
    for rows, columns in ((0, 0), (-farthest, farthest), (1, -1), (farthest, 0)):
        alone = joint_counts(moving, fixed, (rows, columns))
        np.testing.assert_allclose(at_once[rows + farthest, columns + farthest], alone, atol=1e-3)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_mutual_information_is_as_scikit_learn_has_it(seed):
    from sklearn.metrics import mutual_info_score

    rng = np.random.default_rng(seed)
    one = rng.integers(0, BINS, 200)
    other = np.where(rng.random(200) < 0.5, one, rng.integers(0, BINS, 200))
    joint = np.histogram2d(one, other, bins=BINS, range=[[0, BINS], [0, BINS]])[0]
    information, first, second = (
        mutual_info_score(a, b) for a, b in ((one, other), (one, one), (other, other))
    )
    expected = (first + second) / (first + second - information)
    np.testing.assert_allclose(normalised_mutual_information(joint), expected, rtol=1e-10)


def test_scans_upside_down_are_named_and_upright_ones_are_not():
    steps = _picture().steps.model_copy(update={"upright": True})
    options = _picture().model_copy(update={"steps": steps})
    upright, upside_down = (
        [place_array(np.rot90(scan, quarters), options)[1].turned for scan in _scans()[0][:150]]
        for quarters in (0, 2)
    )
    assert np.count_nonzero(upright) <= 2
    assert upside_down.count(180) >= 0.9 * len(upside_down)
