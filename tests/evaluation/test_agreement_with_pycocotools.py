"""The same average precision as pycocotools, on boxes of which no two have the same score."""

import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from hilum.evaluation.measures.detections import Images, detect
from hilum.evaluation.measures.matching import Hit, order_of_marks
from hilum.evaluation.measures.mean_average_precision import (
    COCO_OVERLAPS,
    interpolated_precision,
    mean_average_precision,
    most_certain,
)
from hilum.evaluation.measures.regions import Regions

KINDS = (0, 1)


def _boxes(seed, images, crowding):
    """Lesions (image, class, x, y, width, height) and marks (the same and a score)."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 100, (crowding * images, 2))
    lesions = np.column_stack(
        [
            rng.integers(0, images, len(place)),
            rng.integers(0, 2, len(place)),
            place,
            rng.uniform(5, 60, place.shape),
        ]
    )
    near = lesions[rng.integers(0, len(lesions), 2 * len(lesions))].copy()
    near[:, 2:4] += rng.normal(0, 3, (len(near), 2))
    near[:, 4:] *= rng.uniform(0.7, 1.3, (len(near), 2))
    elsewhere = near[: len(near) // 3].copy()
    elsewhere[:, 0] = rng.integers(0, images, len(elsewhere))
    marks = np.vstack([near, elsewhere])
    score = rng.permutation(len(marks)) / len(marks)
    return lesions, np.column_stack([marks, score])


def _theirs(lesions, marks, images, overlaps, most):
    """(overlaps, recalls, classes) interpolated precision of pycocotools, all areas."""
    annotations = [
        {
            "id": number + 1,
            "image_id": int(row[0]),
            "category_id": int(row[1]),
            "bbox": row[2:6].tolist(),
            "area": float(row[4] * row[5]),
            "iscrowd": 0,
        }
        for number, row in enumerate(lesions)
    ]
    results = [
        {
            "image_id": int(row[0]),
            "category_id": int(row[1]),
            "bbox": row[2:6].tolist(),
            "score": float(row[6]),
        }
        for row in marks
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": number} for number in range(images)],
            "categories": [{"id": kind} for kind in KINDS],
            "annotations": annotations,
        }
        truth.createIndex()
        work = COCOeval(truth, truth.loadRes(results), "bbox")
        work.params.iouThrs = np.array(overlaps)
        work.params.maxDets = [most]
        work.evaluate()
        work.accumulate()
    return work.eval["precision"][:, :, :, 0, 0]


def _regions(table):
    return Regions.boxes(table[:, 0].astype(int), table[:, 2:4], table[:, 4:6], table[:, 1].astype(int))


def _ours(lesions, marks, images, overlap, kind):
    true, said = lesions[lesions[:, 1] == kind], marks[marks[:, 1] == kind]
    every = Images.one_each(images)
    return detect(_regions(said), said[:, 6], _regions(true), every, hit=Hit(overlap), further="false")


@pytest.mark.parametrize("crowding", [1, 4])
@pytest.mark.parametrize("images", [1, 5, 40])
@pytest.mark.parametrize("seed", range(3))
def test_average_precision_of_each_class_and_overlap(seed, images, crowding):
    lesions, marks = _boxes(seed, images, 2 * crowding)
    overlaps = (0.1, 0.2, *COCO_OVERLAPS)
    theirs = _theirs(lesions, marks, images, overlaps, 1000)
    for kind in KINDS:
        if not (lesions[:, 1] == kind).any():
            continue
        for number, overlap in enumerate(overlaps):
            found = interpolated_precision(_ours(lesions, marks, images, overlap, kind))[0]
            assert found == pytest.approx(theirs[number, :, kind].mean(), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_mean_over_overlaps_and_classes(seed):
    lesions, marks = _boxes(seed, 30, 3)
    theirs = _theirs(lesions, marks, 30, COCO_OVERLAPS, 1000)
    made = [[_ours(lesions, marks, 30, overlap, kind) for overlap in COCO_OVERLAPS] for kind in KINDS]
    assert mean_average_precision(made)[0] == pytest.approx(theirs.mean(), abs=1e-12)


@pytest.mark.parametrize("most", [1, 5, 20])
def test_only_the_most_certain_marks_of_an_image_count(most):
    lesions, marks = _boxes(0, 6, 12)
    theirs = _theirs(lesions, marks, 6, (0.5,), most)
    for kind in KINDS:
        said = marks[marks[:, 1] == kind]
        kept = most_certain(said[:, 0].astype(int), order_of_marks(_regions(said), said[:, 6]), most)
        found = interpolated_precision(_ours(lesions, said[kept], 6, 0.5, kind))[0]
        assert found == pytest.approx(theirs[0, :, kind].mean(), abs=1e-12)


def test_where_marks_of_equal_score_differ():
    # A right and a wrong mark of one score: pycocotools takes the file's order, so that the same reader has
    # 1 or 1/2. Here they are one step of precision 1/2, whatever the order.
    lesions = np.array([[0, 0, 10.0, 10, 20, 20]])
    marks = np.array([[0, 0, 10.0, 10, 20, 20, 0.5], [0, 0, 70, 70, 20, 20, 0.5]])
    for order, theirs in (([0, 1], 1.0), ([1, 0], 0.5)):
        table = _theirs(lesions, marks[order], 1, (0.5,), 100)
        assert table[0, :, 0].mean() == pytest.approx(theirs, abs=1e-12)
        found = interpolated_precision(_ours(lesions, marks[order], 1, 0.5, 0))[0]
        assert found == pytest.approx(0.5, abs=1e-12)
