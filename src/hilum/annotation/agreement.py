"""Agreement of two people who marked the same case: finding by finding, in place and in class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hilum.annotation.categories import categories_of, category_of
from hilum.annotation.lesion import Lesion, Marking, pixels_of
from hilum.annotation.rasterising import Pixels
from hilum.archive.guideline import BENIGN, MALIGNANT
from hilum.errors import MeasureError

if TYPE_CHECKING:
    from hilum.evaluation import Estimate

Sizes = Mapping[int, tuple[int, int]]
PASSING_SHARE = 0.9
"""Below this an annotator marks the case again (section 2.5.3.2 of the guideline)."""
OVERLAP = 0.5
"""Two marks are of the same finding from this intersection over union on."""


@dataclass(frozen=True)
class Finding:
    """A finding of one person, of the other, or of both.

    Attributes:
        first: the first person's lesion; None where that person has none there.
        second: the second person's lesion.
        first_category: as the first person classed it.
        second_category: as the second person classed it.
        overlap: intersection over union of the two, over all images; 0 where one is missing.
        dice: twice the intersection over the sum.
    """

    first: str | None
    second: str | None
    first_category: int | None
    second_category: int | None
    overlap: float
    dice: float

    @property
    def matched(self) -> bool:
        """Whether both marked it."""
        return self.first is not None and self.second is not None

    @property
    def agrees(self) -> bool:
        """Whether both marked it and gave it the same class."""
        return self.matched and self.first_category == self.second_category


@dataclass(frozen=True)
class Agreement:
    """How far two people agree on a case.

    Attributes:
        findings: of either of them.

    Example:
        >>> Agreement(()).share
        1.0
    """

    findings: tuple[Finding, ...]

    @property
    def share(self) -> float:
        """Share of the findings on which both agree; 1 where neither marked anything."""
        return sum(one.agrees for one in self.findings) / len(self.findings) if self.findings else 1.0

    @property
    def share_in_place(self) -> float:
        """Share of the findings that both marked, whatever they called them."""
        return sum(one.matched for one in self.findings) / len(self.findings) if self.findings else 1.0

    @property
    def passes(self) -> bool:
        """Whether it is good enough (section 2.5.3.2)."""
        return self.share >= PASSING_SHARE


def compare(first: Marking, second: Marking, sizes: Sizes, overlap: float = OVERLAP) -> Agreement:
    """Set two markings of a case against each other.

    Marks are matched so that as many as possible meet, and among those ways so that they overlap most; each
    mark meets one of the other at most. A lesion that lies in several slices is one finding.

    Args:
        first: one person's.
        second: the other's.
        sizes: rows and columns of the images.
        overlap: intersection over union from which on two marks are of the same finding.

    Example:
        >>> from hilum.annotation.shapes import Box
        >>> one = Marking((Lesion("a", 1, 1, {0: Box(0, 0, 4, 4)}),))
        >>> other = Marking((Lesion("b", 1, 3, {0: Box(0, 0, 4, 3)}),))
        >>> found = compare(one, other, {0: (8, 8)}).findings[0]
        >>> found.overlap, found.agrees
        (0.75, False)
    """
    from scipy.optimize import linear_sum_assignment

    mine, theirs = first.counted, second.counted
    shared = np.zeros((len(mine), len(theirs), 2))
    pixels = [[_pixels(lesion, sizes) for lesion in group] for group in (mine, theirs)]
    for row, one in enumerate(pixels[0]):
        for column, other in enumerate(pixels[1]):
            shared[row, column] = _overlap(one, other)
    # Every pair that meets counts more than any overlap, so that none is given up for a better fit elsewhere.
    worth = np.where(shared[..., 0] >= overlap, shared[..., 0] + min(shared.shape[:2]) + 1, 0.0)
    pairs = [
        (row, column)
        for row, column in zip(*linear_sum_assignment(worth, maximize=True), strict=True)
        if worth[row, column] > 0
    ]
    found = [_finding(mine[row], theirs[column], shared[row, column]) for row, column in pairs]
    met = {row for row, _ in pairs}, {column for _, column in pairs}
    found += [_finding(one, None) for row, one in enumerate(mine) if row not in met[0]]
    found += [_finding(None, one) for column, one in enumerate(theirs) if column not in met[1]]
    return Agreement(tuple(found))


def _finding(
    first: Lesion | None, second: Lesion | None, shared: Sequence[float] | np.ndarray = (0.0, 0.0)
) -> Finding:
    return Finding(
        first.id if first else None,
        second.id if second else None,
        first.category if first else None,
        second.category if second else None,
        float(shared[0]),
        float(shared[1]),
    )


def _pixels(lesion: Lesion, sizes: Sizes) -> dict[int, Pixels]:
    return {image: pixels_of(lesion, image, *sizes[image]) for image in lesion.shapes if image in sizes}


def _overlap(one: Mapping[int, Pixels], other: Mapping[int, Pixels]) -> tuple[float, float]:
    """Intersection over union, and Dice, over all images together."""
    both = sum(int((pixels & other[image]).sum()) for image, pixels in one.items() if image in other)
    sums = sum(int(pixels.sum()) for group in (one, other) for pixels in group.values())
    return (both / (sums - both), 2 * both / sums) if both else (0.0, 0.0)


@dataclass(frozen=True)
class AgreementSummary:
    """Agreement over many cases.

    Attributes:
        cases: how many.
        findings: of either person.
        share: of the findings on which both agree, with its interval.
        kappa_class: of the class of findings that both marked.
        kappa_case: of what the whole case shows: malignant, benign or nothing.
        mean_overlap: intersection over union of findings that both marked; None without any.
        mean_dice: of the same.
    """

    cases: int
    findings: int
    share: "Estimate"
    kappa_class: "Estimate"
    kappa_case: "Estimate"
    mean_overlap: float | None
    mean_dice: float | None


def summarise(code: str, agreements: Sequence[tuple[str, Agreement]]) -> AgreementSummary:
    """Agreement over cases, with intervals that know that findings of a patient belong together.

    Args:
        code: XRY, CCT or PCT.
        agreements: of each case, with its patient.

    Example:
        >>> summary = summarise("CCT", [("P1", Agreement((Finding("a", "b", 1, 1, 0.8, 0.9),)))])
        >>> summary.share.value, summary.kappa_class.value
        (1.0, None)
    """
    from hilum.evaluation import Estimate, share_of_cases

    codes = {patient: number for number, patient in enumerate(dict.fromkeys(name for name, _ in agreements))}
    every = [(codes[patient], one) for patient, agreement in agreements for one in agreement.findings]
    matched = [(patient, one) for patient, one in every if one.matched]
    patients = np.array([patient for patient, _ in every], dtype=np.int64)
    agree = np.array([one.agrees for _, one in every], dtype=np.bool_)
    numbers = [one.id for one in categories_of(code)]
    classed = [
        (patient, numbers.index(one.first_category), numbers.index(one.second_category))
        for patient, one in matched
        if one.first_category in numbers and one.second_category in numbers
    ]
    cases = [
        (codes[patient], _shown(code, agreement, "first"), _shown(code, agreement, "second"))
        for patient, agreement in agreements
    ]
    return AgreementSummary(
        len(agreements),
        len(every),
        share_of_cases(agree, patients) if every else Estimate(None),
        _kappa(classed, len(numbers)),
        _kappa(cases, 3),
        float(np.mean([one.overlap for _, one in matched])) if matched else None,
        float(np.mean([one.dice for _, one in matched])) if matched else None,
    )


def _shown(code: str, agreement: Agreement, whose: str) -> int:
    """What one person says that the case shows: 0 nothing, 1 benign, 2 malignant."""
    numbers = [
        getattr(one, f"{whose}_category") for one in agreement.findings if getattr(one, whose) is not None
    ]
    labels = {category_of(code, number).label for number in numbers if number is not None}
    return 2 if MALIGNANT in labels else 1 if BENIGN in labels or numbers else 0


def _kappa(rows: Sequence[tuple[int, int, int]], classes: int) -> "Estimate":
    from hilum.evaluation import Estimate, cohen_kappa

    if not rows:
        return Estimate(None)
    patients, first, second = np.array(rows, dtype=np.int64).T
    try:
        return cohen_kappa(first, second, patients, classes)
    except MeasureError:  # both put everything into one class: kappa is not defined
        return Estimate(None)
