"""Two readers' marks on the same cases."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, repeats_patients, wald_difference
from hilum.evaluation.comparisons.mcnemar import Paired, mcnemar_clustered
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.measures.detections import Detections
from hilum.evaluation.measures.froc import false_positives_of_cases, rate_error
from hilum.evaluation.measures.wafroc import wafroc_difference
from hilum.evaluation.tasks.lesion_detections import Subject, lesion_samples
from hilum.evaluation.tasks.samples import Sampled


def compare_marks(work: Work, subjects: Sequence[tuple[Subject, str | None]]) -> None:
    """Write down every comparison of two readers' marks on one part.

    Args:
        work: What the evaluation is given.
        subjects: The readers on the part, each with its operating point.
    """
    if work.options.unpaired:
        return
    for (first, at_a), (second, at_b) in itertools.combinations(subjects, 2):
        if first.lesions == 0:
            continue
        if first.marker.scored and second.marker.scored:
            _compare_scores(work, first, second)
        called = _called(work, first, at_a), _called(work, second, at_b)
        if called[0] is not None and called[1] is not None:
            _compare_calls(work, (first, second), (called[0], called[1]), at_a if at_a == at_b else None)


def _where(first: Subject, second: Subject) -> tuple[str, str | None, str]:
    return first.marker.name, second.marker.name, first.part


def _compare_scores(work: Work, first: Subject, second: Subject) -> None:
    size, where = Size(len(first.rows), first.lesions), _where(first, second)
    ours, theirs = lesion_samples(work, first), lesion_samples(work, second)
    for key in [name for name in ours if name in theirs]:
        measure, spot = key
        work.ledger.compare(where, measure, _minus(ours[key], theirs[key], first), size, at=spot, of=first.of)
    patient = work.patients(first.rows)
    try:
        result = wafroc_difference(first.detections(work), second.detections(work), patient)
    except MeasureError:
        return
    work.ledger.compare(where, "wafroc", result, size, of=first.of)


def _minus(ours: Sampled, theirs: Sampled, subject: Subject) -> Difference:
    """The difference; without an interval where one patient has all the lesions."""
    return ours.minus(theirs) if subject.patients > 1 else Difference(ours.value - theirs.value)


def _called(work: Work, subject: Subject, at: str | None) -> Detections | None:
    made = subject.detections(work)
    if at is not None:
        return made.at(work.ledger.thresholds[subject.marker.name])
    return None if subject.marker.scored else made


def _compare_calls(
    work: Work, subjects: tuple[Subject, Subject], called: tuple[Detections, Detections], at: str | None
) -> None:
    first = subjects[0]
    size, where, patient = Size(len(first.rows), first.lesions), _where(*subjects), work.patients(first.rows)
    found_a, found_b = (np.isfinite(one.lesion_score) for one in called)
    person = patient[called[0].lesion_case]
    if repeats_patients(person):
        results = [mcnemar_clustered(found_a, found_b, person)]
    else:
        paired = Paired.of(found_a, found_b)
        results = [paired.difference("mcnemar_exact"), paired.difference("mcnemar_mid_p")]
    for result in results:
        work.ledger.compare(where, "lesion_sensitivity", result, size, at=at, of=first.of)
    rate = _rate_difference(called, patient)
    work.ledger.compare(where, "fp_per_image", rate, size, at=at, of=first.of)


def _rate_difference(called: tuple[Detections, Detections], patient: NDArray[np.int64]) -> Difference:
    images = called[0].images
    apart = false_positives_of_cases(called[0]) - false_positives_of_cases(called[1])
    value = float(apart.sum() / images.sum())
    se = rate_error(apart - value * images, images, patient)
    return Difference(value) if se is None else wald_difference(value, se, "cluster_robust_wald")
