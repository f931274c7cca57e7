"""Average precision of marks as COCO computes it, over 101 recalls."""

import numpy as np

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.detections import HIT, Detections
from hilum.evaluation.measures.regions import Codes

COCO_OVERLAPS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
MOST_MARKS = 100
# The same floating-point numbers as in pycocotools, so that a recall such as 0.7 is compared alike.
RECALLS = np.linspace(0.0, 1.0, 101)


def interpolated_precision(detections: Detections, weights: Floats | None = None) -> Floats:
    """Average precision of one class: the mean over recalls 0, 0.01 … 1 of the precision reached there.

    That is the highest precision at this recall or beyond it, 0 where the recall is never reached. Every mark
    that found no lesion of its own is a false positive, further marks on a found lesion included. Marks of
    equal score are one step (pycocotools takes them in the order of the file).

    Args:
        detections: What the marks came to, made with `further="false"`.
        weights: (b, cases) weights of cases, for the bootstrap; left out, every case counts once.

    Returns:
        (b,) average precisions; NaN where the weights leave no lesion.

    Raises:
        MeasureError: there are no lesions.

    Reference:
        Lin et al., ECCV 2014; pycocotools `COCOeval.accumulate`.

    Example:
        Two lesions; the marks are right, wrong, right: precision 1 up to recall 0.5 (51 recalls), then 2/3.

        >>> made = Detections.of([0, 0, 0], [0.9, 0.8, 0.7], [1, 0, 1], [0, 0], [0.9, 0.7], images=[1])
        >>> interpolated_precision(made).round(6)  # (51 + 50 * 2 / 3) / 101
        array([0.834983])
    """
    from hilum.evaluation.measures._lesion_kernels import precision_of_weights

    if len(detections.lesion_case) == 0:
        raise MeasureError("average precision needs lesions: the truth has none in these cases")
    rows = np.ones((1, len(detections.images))) if weights is None else weights
    rows = np.ascontiguousarray(rows, dtype=np.float64)
    result = np.empty(len(rows))
    lesions = rows @ detections.lesions.astype(np.float64)
    hits = np.flatnonzero(detections.state == HIT)
    # Marks below the last hit lower no precision that counts.
    end = 0 if len(hits) == 0 else int(hits[-1] + 1 + np.argmax(detections.last[hits[-1] :]))
    precision_of_weights(
        detections.case[:end], detections.state[:end], detections.last[:end], rows, lesions, RECALLS, result
    )
    return result


def mean_average_precision(detections: list[list[Detections]], weights: Floats | None = None) -> Floats:
    """Mean over overlaps and then over classes of the average precision.

    A class without lesions (in a bootstrap sample) does not count, as in COCO.

    Args:
        detections: For each class, what the marks came to at each overlap.
        weights: As `interpolated_precision`.

    Returns:
        (b,) means; NaN where there is no lesion at all.

    Raises:
        MeasureError: a class has no lesions.

    Example:
        >>> made = Detections.of([0, 0, 0], [0.9, 0.8, 0.7], [1, 0, 1], [0, 0], [0.9, 0.7], images=[1])
        >>> mean_average_precision([[made, made]]).round(6)
        array([0.834983])
    """
    if not detections or any(not overlaps for overlaps in detections):
        raise MeasureError("mean average precision needs at least one class and one overlap")
    of_classes = np.stack(
        [
            np.mean([interpolated_precision(one, weights) for one in overlaps], axis=0)
            for overlaps in detections
        ]
    )
    present = np.isfinite(of_classes)
    counted = present.sum(axis=0)
    total = np.where(present, of_classes, 0.0).sum(axis=0)
    mean: Floats = np.divide(total, counted, out=np.full(total.shape, np.nan), where=counted > 0)
    return mean


def most_certain(group: Codes, order: Codes, most: int = MOST_MARKS) -> Codes:
    """Rows of the marks that count: at most `most` a group (an image), those with the highest scores.

    Args:
        group: (m,) code of the image and class of each mark.
        order: (m,) rows from the highest score down, ties already broken.
        most: How many count; COCO takes 100.

    Example:
        >>> most_certain(np.array([0, 0, 0]), np.array([1, 2, 0]), 2)
        array([1, 2])
    """
    ranked = order[np.argsort(group[order], kind="stable")]
    ordered = group[ranked]
    start = np.searchsorted(ordered, ordered, "left")
    kept = ranked[np.arange(len(ranked)) - start < most]
    return np.sort(kept)
