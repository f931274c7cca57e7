"""Shapes become pixels and pixels shapes, without loss."""

import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotation.marked import COLUMNS, EVERY_SHAPE, ROWS, stars
from hilum.annotation.combining import area_by_box, area_by_mask, interpolate, merge, subtract
from hilum.annotation.flat_path import from_flat_path, to_flat_path
from hilum.annotation.outlines import outline
from hilum.annotation.rasterising import bounds_of, mask_of, rasterise
from hilum.annotation.shapes import (
    Box,
    Line,
    Mask,
    Polygon,
    ShapeError,
    must_lie_in,
    shape_from_dict,
    shape_to_dict,
)

PIXELS = arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))


@given(PIXELS)
def test_the_outline_of_pixels_holds_exactly_these_pixels(pixels):
    found = outline(pixels)
    if found is None:
        assert not pixels.any()
    else:
        assert np.array_equal(rasterise(found, *pixels.shape), pixels)


@given(PIXELS)
def test_run_lengths_hold_exactly_these_pixels(pixels):
    found = mask_of(pixels)
    if found is None:
        assert not pixels.any()
    else:
        assert np.array_equal(rasterise(found, *pixels.shape), pixels)
        assert found.bounds == bounds_of(pixels)


@given(PIXELS)
def test_any_rings_become_one_flat_path_with_the_same_pixels_and_come_back(pixels):
    found = outline(pixels)
    if found is not None:
        back = from_flat_path(to_flat_path(found))
        assert len(back.rings) == len(found.rings)
        assert [set(ring) for ring in back.rings] == [set(ring) for ring in found.rings]
        assert np.array_equal(rasterise(back, *pixels.shape), pixels)
        # Whoever knows nothing of the ways between rings fills the same pixels.
        path = to_flat_path(found)
        plain = Polygon((tuple(zip(path[::2], path[1::2], strict=True)),))
        assert np.array_equal(rasterise(plain, *pixels.shape), pixels)


@given(stars())
def test_a_polygon_comes_back_from_its_pixels_within_a_pixel(polygon):
    back = outline(rasterise(polygon, ROWS, COLUMNS))
    if back is None:
        return
    edge = np.array(polygon.rings[0], dtype=np.float32)
    far = [
        abs(cv2.pointPolygonTest(edge, (float(x), float(y)), measureDist=True))
        for ring in back.rings
        for x, y in ring
    ]
    assert max(far) < 0.72


@given(stars())
@settings(max_examples=60)
def test_filling_is_what_testing_every_centre_gives(polygon):
    edge = np.array(polygon.rings[0], dtype=np.float32)
    pixels = rasterise(polygon, ROWS, COLUMNS)
    for row in range(ROWS):
        for column in range(COLUMNS):
            distance = cv2.pointPolygonTest(edge, (column + 0.5, row + 0.5), measureDist=True)
            if abs(distance) > 1e-3:
                assert pixels[row, column] == (distance > 0)


@given(st.integers(1, 31), st.floats(0, 32), st.floats(0, 32))
def test_two_boxes_that_share_an_edge_share_no_pixel_and_leave_none_out(at, low, high):
    low, high = sorted((low, high))
    if high - low < 1e-6:
        return
    left, right = (rasterise(box, ROWS, COLUMNS) for box in (Box(0, low, at, high), Box(at, low, 32, high)))
    assert not (left & right).any()
    assert np.array_equal(left | right, rasterise(Box(0, low, 32, high), ROWS, COLUMNS))


@given(stars(), stars())
def test_merge_and_subtract_are_union_and_difference_of_pixels(one, other):
    first, second = (rasterise(shape, ROWS, COLUMNS) for shape in (one, other))
    if (first | second).any():
        assert np.array_equal(rasterise(merge(one, other, ROWS, COLUMNS), ROWS, COLUMNS), first | second)
    left = subtract(one, other, ROWS, COLUMNS)
    assert np.array_equal(
        np.zeros_like(first) if left is None else rasterise(left, ROWS, COLUMNS), first & ~second
    )


def test_a_box_that_is_cut_across_stays_a_box_and_one_with_a_hole_becomes_a_polygon():
    assert subtract(Box(0, 0, 8, 8), Box(0, 4, 8, 8), 16, 16) == Box(0, 0, 8, 4)
    holed = subtract(Box(0, 0, 8, 8), Box(2, 2, 4, 4), 16, 16)
    assert holed.kind == "polygon"
    assert len(holed.rings) == 2
    assert area_by_mask(holed, 16, 16) == 60
    assert area_by_box(holed, 16, 16) == 64


def test_slices_between_two_discs_are_discs_of_sizes_between():
    rows, columns = np.mgrid[:64, :64] + 0.5
    discs = [mask_of((rows - 32) ** 2 + (columns - 32) ** 2 < radius**2) for radius in (8, 16)]
    found = interpolate(*discs, 3, 64, 64)
    radii = [np.sqrt(area_by_mask(shape, 64, 64) / np.pi) for shape in found]
    assert np.allclose(radii, [10, 12, 14], atol=0.4)
    assert all(shape.kind == "mask" for shape in found)


def test_a_line_holds_every_pixel_it_enters():
    pixels = rasterise(Line(((0.5, 0.5), (3.5, 0.5), (3.5, 2.5))), 4, 5)
    assert pixels.astype(int).tolist() == [[1, 1, 1, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]


@pytest.mark.parametrize("name", EVERY_SHAPE)
def test_a_shape_is_the_same_after_json(name):
    shape = EVERY_SHAPE[name]
    assert shape_from_dict(json.loads(json.dumps(shape_to_dict(shape)))) == shape


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "circle"},
        {"kind": "box", "x1": 0, "y1": 0, "x2": 0, "y2": 1},
        {"kind": "box", "x1": 0, "y1": 0, "x2": float("nan"), "y2": 1},
        {"kind": "line", "points": [[0, 0]]},
        {"kind": "polygon", "rings": []},
        {"kind": "polygon", "rings": [[[0, 0], [1, 1]]]},
        {"kind": "polygon", "rings": [[[0, 0], [1, 1], ["a", 2]]]},
        {"kind": "mask", "x": 0, "y": 0, "width": 2, "height": 2, "runs": [0, 3]},
        {"kind": "mask", "x": 0, "y": 0, "width": 2, "height": 2, "runs": [-1, 5]},
        {"kind": "mask", "x": 0, "y": 0, "width": 10**7, "height": 10**7, "runs": [10**14]},
        {"kind": "mask", "x": 0, "y": 0, "width": 2, "height": 2, "runs": [0.5, 3.5]},
        {"points": []},
    ],
)
def test_what_is_no_shape_is_refused_in_a_sentence(told):
    with pytest.raises(ShapeError, match=r"draw|paint"):
        shape_from_dict(told)


def test_a_shape_that_leaves_its_image_is_refused():
    with pytest.raises(ShapeError, match="8 x 4"):
        must_lie_in(Box(2, 2, 20, 3), rows=4, columns=8)
    with pytest.raises(ShapeError):
        must_lie_in(Mask(7, 0, 2, 1, (0, 2)), rows=4, columns=8)
