"""What one reader's marks come to on one part, for each class and each way to hit, found once."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.detections import Detections, detect
from hilum.evaluation.measures.froc import FALSE_POSITIVE_RATES, froc_mean, froc_sensitivities
from hilum.evaluation.measures.matching import CENTRE, Hit, order_of_marks
from hilum.evaluation.measures.mean_average_precision import (
    COCO_OVERLAPS,
    mean_average_precision,
    most_certain,
)
from hilum.evaluation.measures.regions import Regions
from hilum.evaluation.tasks.lesion_scene import Marker, Scene
from hilum.evaluation.tasks.samples import Sampled

WHOLE_RANGE = "iou=0.50:0.95"
PRECISION_AT: dict[str, tuple[float, ...]] = {
    WHOLE_RANGE: COCO_OVERLAPS,
    "iou=0.50": (0.5,),
    "iou=0.10": (0.1,),
    "iou=0.20": (0.2,),
    CENTRE: (0.0,),
}


@dataclass(frozen=True, eq=False)
class Subject:
    """Whose marks, on which cases, for lesions of which class (None for all).

    Attributes:
        rows: Cases of the part, as rows of the truth.
        patient: Their patients.
    """

    scene: Scene
    marker: Marker
    part: str
    rows: NDArray[np.intp]
    patient: NDArray[np.int64]
    of: str | None = None

    @property
    def lesions(self) -> int:
        """How many lesions there are."""
        wanted = self.scene.lesions.take(self._kept()[1])
        return int(np.isin(self.scene.images.case[wanted.image], self.rows).sum())

    @property
    def patients(self) -> int:
        """How many patients have lesions."""
        wanted = self.scene.lesions.take(self._kept()[1])
        ill = np.isin(self.rows, self.scene.images.case[wanted.image])
        return len(np.unique(self.patient[ill]))

    @property
    def kinds(self) -> tuple[str | None, ...]:
        """The classes over which average precision is averaged."""
        if self.of is not None or not self.scene.classes or not self.marker.classed:
            return (self.of,)
        cases = np.isin(self.scene.images.case[self.scene.lesions.image], self.rows)
        present = np.unique(self.scene.lesions.kind[cases])
        return tuple(self.scene.classes[kind] for kind in present)

    def _kept(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        marks, lesions = self.marker.marks, self.scene.lesions
        if self.of is None:
            return np.ones(len(marks), np.bool_), np.ones(len(lesions), np.bool_)
        kind = self.scene.classes.index(self.of)
        return marks.kind == kind, lesions.kind == kind

    def detections(self, work: Work) -> Detections:
        """Marks against lesions as FROC and wAFROC count: further marks on a found lesion are ignored."""
        key = ("marks", self.marker.name, self.of)
        whole = work.remember(key, lambda: self._matched(Hit.parse(work.options.hit)))
        return whole.within(self.rows)

    def _matched(self, hit: Hit) -> Detections:
        kept, true = self._kept()
        marks, score = self.marker.marks.take(kept), self.marker.score[kept]
        lesions = self.scene.lesions.take(true)
        if not self.marker.classed:
            lesions = _of_one_class(lesions)
        return detect(marks, score, lesions, self.scene.images, hit=hit)

    def precise(self, work: Work, overlaps: tuple[float, ...]) -> list[list[Detections]]:
        """Marks against lesions as COCO counts, for each class and overlap; 0 stands for the centre."""
        return [
            [
                work.remember(
                    ("coco", self.marker.name, kind, overlap), partial(self.of_class(kind).coco, overlap)
                ).within(self.rows)
                for overlap in overlaps
            ]
            for kind in self.kinds
        ]

    def of_class(self, kind: str | None) -> "Subject":
        """The same for lesions of one class."""
        return Subject(self.scene, self.marker, self.part, self.rows, self.patient, kind)

    def coco(self, overlap: float) -> Detections:
        """Marks of one class against its lesions, 100 marks an image, further marks false."""
        kept, true = self._kept()
        marks, score = self.marker.marks.take(kept), self.marker.score[kept]
        chosen = most_certain(marks.image, order_of_marks(marks, score))
        marks, score, lesions = marks.take(chosen), score[chosen], self.scene.lesions.take(true)
        if not self.marker.classed:
            lesions = _of_one_class(lesions)
        hit = Hit(overlap) if overlap else Hit()
        return detect(marks, score, lesions, self.scene.images, hit=hit, further="false")


def _of_one_class(regions: Regions) -> Regions:
    return Regions(
        regions.image, regions.centre, regions.half, regions.ball, np.zeros(len(regions), dtype=np.int64)
    )


def lesion_samples(work: Work, subject: Subject) -> dict[tuple[str, str | None], Sampled]:
    """FROC and average precisions with their bootstrap samples, by (measure, at).

    Patients are drawn apart with and without lesions.
    """
    made, precise = subject.detections(work), _precisions(work, subject)
    names: list[tuple[str, str | None]] = [("froc", None)]
    names += [("froc", f"fp_per_image={rate:g}") for rate in FALSE_POSITIVE_RATES]
    names += [("map", at) for at in precise]

    def statistic(weights: Floats) -> Floats:
        columns = [froc_mean(made, weights)[:, None], froc_sensitivities(made, weights=weights)]
        columns += [mean_average_precision(one, weights)[:, None] for one in precise.values()]
        return np.concatenate(columns, axis=1)

    def draw() -> dict[tuple[str, str | None], Sampled]:
        patients = work.draws(subject.part, subject.rows, subject.scene.lesions_of_cases[subject.rows] > 0)
        drawn = patients.apply(statistic)
        point = statistic(np.ones((1, len(subject.rows))))[0]
        left_out = patients.jackknife(statistic) if work.options.bootstrap_interval == "bca" else ()
        return {
            name: Sampled(
                float(point[place]),
                drawn[:, place],
                repeated=False,
                jackknife=tuple(values[:, place] for values in left_out),
            )
            for place, name in enumerate(names)
        }

    return work.remember(("lesions", subject.marker.name, subject.part, subject.of), draw)


def _precisions(work: Work, subject: Subject) -> dict[str, list[list[Detections]]]:
    wanted = PRECISION_AT if subject.marker.sized else {CENTRE: PRECISION_AT[CENTRE]}
    return {at: subject.precise(work, overlaps) for at, overlaps in wanted.items()}
