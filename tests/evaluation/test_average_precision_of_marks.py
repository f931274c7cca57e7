"""Average precision as COCO computes it, against numbers of pycocotools and worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.errors import MeasureError
from hilum.evaluation.measures.detections import Detections, Images, detect
from hilum.evaluation.measures.matching import Hit
from hilum.evaluation.measures.mean_average_precision import (
    COCO_OVERLAPS,
    interpolated_precision,
    mean_average_precision,
    most_certain,
)
from hilum.evaluation.measures.regions import Regions

IMAGES = 12


def _boxes(seed):
    """Lesions (image, class, x, y, width, height) and marks (the same and a score), two classes."""
    rng = np.random.default_rng(seed)
    lesions, marks = [], []
    for image in range(IMAGES):
        for _ in range(rng.integers(0, 5)):
            x, y, w, h = (
                rng.integers(0, 80),
                rng.integers(0, 80),
                rng.integers(8, 40),
                rng.integers(8, 40),
            )
            kind = int(rng.integers(2))
            lesions.append((image, kind, x, y, w, h))
            for _ in range(rng.integers(0, 3)):
                d = rng.integers(-6, 7, 4)
                said = kind if rng.random() < 0.9 else 1 - kind
                marks.append(
                    (image, said, x + d[0], y + d[1], max(4, w + d[2]), max(4, h + d[3]), rng.random())
                )
        for _ in range(rng.integers(0, 4)):
            kind = int(rng.integers(2))
            marks += [(image, kind, *rng.integers(0, 80, 2), *rng.integers(8, 40, 2), rng.random())]
    return np.array(lesions, float), np.array(marks, float)


def _regions(table):
    return Regions.boxes(table[:, 0].astype(int), table[:, 2:4], table[:, 4:6], table[:, 1].astype(int))


def _made(lesions, marks, overlap):
    found = []
    for kind in (0, 1):
        true, said = lesions[lesions[:, 1] == kind], marks[marks[:, 1] == kind]
        images = Images.one_each(IMAGES)
        found.append(
            detect(_regions(said), said[:, 6], _regions(true), images, hit=Hit(overlap), further="false")
        )
    return found


# pycocotools 2.0.11 on these boxes: AP at IoU 0.1, 0.5, 0.75 and over 0.50:0.95, two classes, all areas,
# 100 marks an image.
PYCOCOTOOLS = {
    0: (0.2949502946, 0.0704493526, 0.0099009901, 0.0127792587),
    1: (0.5683117831, 0.279334362, 0.0257897218, 0.0757892932),
    2: (0.248334855, 0.0690417256, 0.009169667, 0.0199048476),
}


@pytest.mark.parametrize("seed", PYCOCOTOOLS)
def test_the_numbers_of_pycocotools(seed):
    lesions, marks = _boxes(seed)
    for overlaps, expected in zip(((0.1,), (0.5,), (0.75,), COCO_OVERLAPS), PYCOCOTOOLS[seed], strict=True):
        by_overlap = [_made(lesions, marks, overlap) for overlap in overlaps]
        by_class = [[made[kind] for made in by_overlap] for kind in (0, 1)]
        assert mean_average_precision(by_class)[0] == pytest.approx(expected, abs=1e-9)


def test_a_further_mark_on_a_found_lesion_is_false():
    # Right, again on the same lesion, right: precision 1 to recall 1/2 (51 recalls), then 2/3 (50 recalls).
    box = np.array([[0, 0, 0, 0, 10, 10.0]])
    other = np.array([[0, 0, 50, 50, 10, 10.0]])
    lesions, marks = _regions(np.vstack([box, other])), _regions(np.vstack([box, box, other]))
    score = np.array([0.9, 0.8, 0.7])
    made = detect(marks, score, lesions, Images.one_each(1), hit=Hit(0.5), further="false")
    assert interpolated_precision(made)[0] == pytest.approx((51 + 50 * 2 / 3) / 101)


def test_a_recall_that_is_never_reached_has_no_precision():
    made = Detections.of([0], [0.9], [1], [0, 0], [0.9, -np.inf], images=[1])
    assert interpolated_precision(made)[0] == pytest.approx(51 / 101)
    silent = Detections.of([], [], [], [0], [-np.inf], images=[1])
    assert interpolated_precision(silent)[0] == 0


def test_marks_of_one_score_are_one_step_whatever_their_order():
    one = Detections.of([0, 0], [0.5, 0.5], [1, 0], [0], [0.5], images=[1])
    other = Detections.of([0, 0], [0.5, 0.5], [0, 1], [0], [0.5], images=[1])
    assert interpolated_precision(one)[0] == interpolated_precision(other)[0] == 0.5


def test_a_class_without_lesions_in_a_sample_does_not_count():
    first = Detections.of([0], [0.9], [1], [0], [0.9], images=[1, 1])
    second = Detections.of([], [], [], [1], [-np.inf], images=[1, 1])
    weights = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    means = mean_average_precision([[first], [second]], weights)
    assert means[:3] == pytest.approx([0.5, 1.0, 0.0])
    assert np.isnan(means[3])


def test_only_a_hundred_marks_an_image_count():
    group = np.repeat([0, 1], [150, 3])
    order = np.argsort(-np.linspace(0, 1, 153), kind="stable")
    kept = most_certain(group, order)
    assert list(kept) == list(range(50, 153))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    lesions, marks = _boxes(seed)
    if len(lesions) == 0 or len(marks) == 0 or len(np.unique(lesions[:, 1])) < 2:
        return
    marks[:, 6] = np.round(marks[:, 6], 1)
    rng = np.random.default_rng(seed)
    turned = rng.permutation(lesions), rng.permutation(marks)
    for overlap in (0.1, 0.5):
        here = mean_average_precision([[one] for one in _made(lesions, marks, overlap)])
        there = mean_average_precision([[one] for one in _made(*turned, overlap)])
        assert here == pytest.approx(there)
        assert 0 <= here[0] <= 1


def test_without_lesions_there_is_no_average_precision():
    with pytest.raises(MeasureError, match="needs lesions"):
        interpolated_precision(Detections.of([0], [0.5], [0], [], [], images=[1]))
    with pytest.raises(MeasureError, match="at least one class"):
        mean_average_precision([])
