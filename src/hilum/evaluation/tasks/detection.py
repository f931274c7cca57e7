"""Detection: lesions found and false marks, where the marks lie, and which cases they make suspicious."""

import numpy as np

from hilum.errors import MeasureError, ReadingsError
from hilum.evaluation.common.estimates import Estimate
from hilum.evaluation.ledger import VALIDATION, Size, Work
from hilum.evaluation.measures.detections import Detections
from hilum.evaluation.measures.froc import (
    false_positives_per_image,
    lesion_ppv,
    lesion_sensitivity,
    threshold_at_rate,
)
from hilum.evaluation.measures.matching import Hit
from hilum.evaluation.measures.operating_point import choose_threshold
from hilum.evaluation.measures.wafroc import wafroc
from hilum.evaluation.tasks.binary import measure_reader
from hilum.evaluation.tasks.binary_comparisons import compare_readers
from hilum.evaluation.tasks.binary_reader import BinaryReader, Question, warn_of_decisions
from hilum.evaluation.tasks.lesion_comparisons import compare_marks
from hilum.evaluation.tasks.lesion_detections import Subject, lesion_samples
from hilum.evaluation.tasks.lesion_scene import Marker, Scene, lesion_scene

CASE = "case"
RATE_RULE = "fp_per_image="
# Upper exact 95 % limit (two-sided) of a Poisson count of 0: -ln(0.025).
NONE_SEEN = 3.689


def evaluate_detection(work: Work) -> None:
    """Write down everything about marks on images against true lesions.

    Lesion by lesion: FROC, wAFROC, average precision, and sensitivity with false positives per image at the
    frozen threshold. Case by case (`of` = `case`): the highest score of a case's marks against whether it has
    a lesion.

    Raises:
        ReadingsError: marks and lesions cannot be compared.
        MeasureError: the option `hit` cannot be understood.
    """
    hit = Hit.parse(work.options.hit)
    scene = lesion_scene(work)
    _refuse_points(scene, hit)
    ill = scene.lesions_of_cases > 0
    question = Question(ill, np.ones(len(ill), dtype=np.bool_), ("no lesion", "lesion"), of=CASE)
    readers = [_case_reader(work, scene, marker) for marker in scene.markers]
    warn_of_decisions(work, readers)
    _warn_of_marks(work, scene)
    for part in work.parts:
        for reader, marker in zip(readers, scene.markers, strict=True):
            measure_reader(work, reader, question, part)
            for of in (None, *scene.classes):
                if of is None or marker.classed:
                    _measure_marks(work, _subject(work, scene, marker, part, of), reader.at)
    for part in work.compared_parts:
        compare_readers(work, readers, question, part)
        for of in (None, *scene.classes):
            named = [
                (_subject(work, scene, marker, part, of), reader.at)
                for reader, marker in zip(readers, scene.markers, strict=True)
                if of is None or marker.classed
            ]
            compare_marks(work, named)


def _refuse_points(scene: Scene, hit: Hit) -> None:
    for marker in scene.markers:
        points = int((~marker.marks.sized).sum())
        if hit.least_overlap is not None and points:
            raise ReadingsError(
                f"{points} marks of {marker.name} are points without an extent, so no overlap can be asked "
                "of them: give their size, or let `hit` be `centre`"
            )


def _subject(work: Work, scene: Scene, marker: Marker, part: str, of: str | None) -> Subject:
    rows = np.flatnonzero(work.alignment.truth.in_part(part))
    return Subject(scene, marker, part, rows, work.patients(rows), of)


def _case_reader(work: Work, scene: Scene, marker: Marker) -> BinaryReader:
    """A reader of whole cases: the highest score of its marks, below all others where there is none."""
    rows = np.arange(len(scene.images.count))
    whole = Subject(scene, marker, "", rows, work.patients(rows)).detections(work)
    highest = whole.highest_scores()
    if not marker.scored:
        return BinaryReader(marker.name, (), None, np.isfinite(highest).astype(np.float64)[None], None)
    lowest = float(marker.score.min(initial=np.inf)) if len(marker.score) else 0.0
    score = np.where(np.isfinite(highest), highest, np.nextafter(lowest, -np.inf))
    cut = _threshold(work, scene, marker, whole)
    if cut is None:
        return BinaryReader(marker.name, (), score[None], None, None)
    work.ledger.thresholds[marker.name] = cut
    call = (highest >= cut).astype(np.float64)
    return BinaryReader(marker.name, (), score[None], call[None], f"threshold={cut:.6g}")


def _threshold(work: Work, scene: Scene, marker: Marker, whole: Detections) -> float | None:
    """The threshold that was named, or one chosen on the validation cases alone."""
    given = work.options.threshold_of(marker.name)
    if given is not None:
        return given
    consequence = "measures at one operating point are left out; name a threshold to have them"
    rows = np.flatnonzero(work.alignment.truth.in_part(VALIDATION))
    rule = work.options.rule_of(marker.name)
    if len(rows) == 0:
        work.ledger.warn(
            "no_threshold", f"{marker.name} has no validation rows to choose a threshold on: {consequence}"
        )
        return None
    part = whole.within(rows)
    try:
        if rule.startswith(RATE_RULE):
            return threshold_at_rate(part, _rate(rule))
        lowest = _lowest(part)
        highest = part.highest_scores()
        score = np.where(np.isfinite(highest), highest, np.nextafter(lowest, -np.inf))
        return max(choose_threshold(score, scene.lesions_of_cases[rows] > 0, rule), lowest)
    except MeasureError as error:
        work.ledger.warn(
            "no_threshold", f"no threshold can be chosen for {marker.name} ({error}): {consequence}"
        )
        return None


def _lowest(part: Detections) -> float:
    if len(part.score) == 0:
        raise MeasureError("it left no mark on the validation cases")
    return float(part.score.min())


def _rate(rule: str) -> float:
    try:
        rate = float(rule.removeprefix(RATE_RULE))
    except ValueError:
        rate = float("nan")
    if not 0 < rate < float("inf"):
        raise MeasureError(f"`{rule}` names no number of false positives above 0")
    return rate


def _warn_of_marks(work: Work, scene: Scene) -> None:
    for marker in scene.markers:
        if not marker.scored:
            work.ledger.warn(
                "froc_refused",
                f"{marker.name} gives marks without scores: one operating point has no FROC curve, so its "
                "share of lesions found is given with its false positives per image, and no FROC, wAFROC or "
                "average precision",
            )
        elif not marker.sized:
            work.ledger.warn(
                "marks_without_extent",
                f"some marks of {marker.name} are points: their overlap with lesions is not defined, so "
                "average precision is given for marks whose centre lies in a lesion only",
                int((~marker.marks.sized).sum()),
            )
    if work.options.unpaired:
        work.ledger.warn(
            "unpaired_lesions", "lesion by lesion, readers are compared on the same cases only, so not here"
        )


def _measure_marks(work: Work, subject: Subject, at: str | None) -> None:
    made, patient = subject.detections(work), subject.patient
    where, of, lesions = (subject.marker.name, subject.part), subject.of, subject.lesions
    size = Size(len(subject.rows), lesions)
    if lesions == 0:
        about = "" if of is None else f" of the class {of}"
        work.ledger.warn(
            "no_lesions",
            f"no case of {subject.part} has a lesion{about}: FROC, wAFROC and average precision are not "
            "defined there",
        )
    elif subject.marker.scored:
        still = False
        for (measure, spot), sampled in lesion_samples(work, subject).items():
            estimate = sampled.estimate() if subject.patients > 1 else Estimate(sampled.value)
            work.ledger.measure(where, measure, estimate, size, at=spot, of=of)
            still = still or (estimate.low is not None and estimate.low == estimate.high)
        if still:
            _warn_of_no_variation(work, subject)
        try:
            work.ledger.measure(where, "wafroc", wafroc(made, patient), size, of=of)
        except MeasureError:
            work.ledger.warn(
                "no_healthy_cases",
                f"every case of {subject.part} has a lesion: wAFROC is not defined there",
            )
    if at is not None or not subject.marker.scored:
        called = made if at is None else made.at(work.ledger.thresholds[subject.marker.name])
        for measure, estimate in (
            ("lesion_sensitivity", lesion_sensitivity(called, patient)),
            ("lesion_ppv", lesion_ppv(called, patient)),
            ("fp_per_image", false_positives_per_image(called, patient)),
        ):
            work.ledger.measure(where, measure, estimate, size, at=at, of=of)
        _warn_of_no_false_mark(work, subject, called)


def _warn_of_no_variation(work: Work, subject: Subject) -> None:
    about = "" if subject.of is None else f" for the class {subject.of}"
    work.ledger.warn(
        "no_variation",
        f"{subject.marker.name} finds all lesions of {subject.part}, or none, at some points of its FROC "
        f"curve{about}: samples of cases hold no variation there, and intervals without width are too narrow",
    )


def _warn_of_no_false_mark(work: Work, subject: Subject, called: Detections) -> None:
    """Without a false mark there is no variation: say up to which rate none would still be seen."""
    if subject.of is not None or false_positives_per_image(called, subject.patient).value != 0:
        return
    images = int(subject.scene.images.count[subject.rows].sum())
    work.ledger.warn(
        "no_variation",
        f"{subject.marker.name} left no false mark on {images} images of {subject.part}: the interval of its "
        f"false marks an image has no width, though {NONE_SEEN / images:.2g} an image could still leave none",
        images,
    )
