"""What a reader's marks came to: lesions found, lesions missed, false positives."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.measures.matching import Hit, Touching, touching
from hilum.evaluation.measures.regions import Codes, Regions

HIT, FALSE_POSITIVE, FURTHER = 1, 0, -1
Count = Literal["ignored", "false"]


@dataclass(frozen=True, eq=False)
class Images:
    """All images of all cases.

    Attributes:
        case: (images,) the case of each image.
        count: (cases,) number of images of each case, at least 1.

    Example:
        >>> Images.one_each(2).case
        array([0, 1])
    """

    case: Codes
    count: Codes

    @classmethod
    def one_each(cls, cases: int) -> "Images":
        """One image a case.

        Example:
            >>> Images.one_each(2).count
            array([1, 1])
        """
        return cls(np.arange(cases, dtype=np.int64), np.ones(cases, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Detections:
    """Marks from the highest score down, what each came to, and the lesions that were there.

    Make it with `of` or `detect`.

    Attributes:
        case: (m,) case of each mark.
        score: (m,) falling scores.
        state: (m,) 1 for the mark that found a lesion, 0 for a false positive, -1 for a further mark on a
            lesion that is found already.
        lesion_case: (l,) case of each lesion.
        lesion_score: (l,) score of the mark that found it, minus infinity where none did.
        images: (n,) number of images of each case.

    Example:
        >>> made = Detections.of([0, 0, 1], [0.9, 0.3, 0.6], [1, -1, 0], [0], [0.9], images=[1, 1])
        >>> made.state
        array([ 1,  0, -1])
    """

    case: Codes
    score: Floats
    state: Codes
    lesion_case: Codes
    lesion_score: Floats
    images: Codes

    @classmethod
    def of(
        cls,
        case: object,
        score: object,
        state: object,
        lesion_case: object,
        lesion_score: object,
        *,
        images: object,
    ) -> "Detections":
        """Sort and check what a matching gave.

        Raises:
            MeasureError: a score is not a finite number, or a case is not among those counted.

        Example:
            >>> Detections.of([0], [np.nan], [0], [], [], images=[1])
            Traceback (most recent call last):
            hilum.errors.MeasureError: every mark needs a finite score: leave out marks without one first
        """
        marked, scores = np.asarray(case, dtype=np.int64), np.asarray(score, dtype=np.float64)
        found, came_to = np.asarray(lesion_score, dtype=np.float64), np.asarray(state, dtype=np.int64)
        lesioned, count = np.asarray(lesion_case, dtype=np.int64), np.asarray(images, dtype=np.int64)
        if not np.isfinite(scores).all():
            raise MeasureError("every mark needs a finite score: leave out marks without one first")
        if np.isnan(found).any() or not np.isin(came_to, (HIT, FALSE_POSITIVE, FURTHER)).all():
            raise MeasureError(
                "a lesion that no mark found has the score minus infinity, and a mark is a hit (1), false "
                "(0) or a further one (-1): correct them"
            )
        for cases in (marked, lesioned):
            if len(cases) and not 0 <= cases.min() <= cases.max() < len(count):
                raise MeasureError("a mark or lesion belongs to a case that is not among the cases read")
        if (count < 1).any():
            raise MeasureError("every case has at least one image: correct the number of images")
        order = np.argsort(-scores, kind="stable")
        return cls(
            marked[order],
            scores[order],
            came_to[order],
            lesioned,
            found,
            count,
        )

    @property
    def last(self) -> NDArray[np.bool_]:
        """Which marks are the last of their score.

        Example:
            >>> Detections.of([0, 0], [0.5, 0.5], [0, 0], [], [], images=[1]).last
            array([False,  True])
        """
        if len(self.score) == 0:
            return np.zeros(0, dtype=np.bool_)
        return np.concatenate([self.score[1:] != self.score[:-1], [True]])

    @property
    def lesions(self) -> Codes:
        """(n,) number of lesions of each case.

        Example:
            >>> Detections.of([], [], [], [1, 1], [-np.inf, -np.inf], images=[1, 1]).lesions
            array([0, 2])
        """
        return np.bincount(self.lesion_case, minlength=len(self.images)).astype(np.int64)

    def highest_scores(self) -> Floats:
        """(n,) the highest score of any mark of each case, minus infinity without a mark.

        Example:
            >>> Detections.of([1, 1], [0.5, 0.7], [0, 0], [], [], images=[1, 1]).highest_scores()
            array([-inf,  0.7])
        """
        return _highest(self.case, self.score, len(self.images))

    def highest_false_scores(self) -> Floats:
        """(n,) the highest score of a false positive of each case, minus infinity without one.

        Example:
            >>> Detections.of([0, 0], [0.5, 0.7], [0, 1], [0], [0.7], images=[1]).highest_false_scores()
            array([0.5])
        """
        wrong = self.state == FALSE_POSITIVE
        return _highest(self.case[wrong], self.score[wrong], len(self.images))

    def within(self, rows: NDArray[np.intp]) -> "Detections":
        """The same for some of the cases, which are then counted from 0 in the order given.

        Example:
            >>> made = Detections.of([0, 1], [0.5, 0.7], [0, 1], [1], [0.7], images=[1, 1])
            >>> made.within(np.array([1])).case
            array([0])
        """
        place = np.full(len(self.images), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        marks, lesions = place[self.case] >= 0, place[self.lesion_case] >= 0
        return Detections(
            place[self.case[marks]],
            self.score[marks],
            self.state[marks],
            place[self.lesion_case[lesions]],
            self.lesion_score[lesions],
            self.images[rows],
        )

    def at(self, threshold: float) -> "Detections":
        """The same with only the marks whose score reaches a threshold.

        Example:
            >>> Detections.of([0, 0], [0.5, 0.7], [0, 1], [0], [0.7], images=[1]).at(0.6).state
            array([1])
        """
        kept = self.score >= threshold
        reached = np.where(self.lesion_score >= threshold, self.lesion_score, -np.inf)
        return Detections(
            self.case[kept], self.score[kept], self.state[kept], self.lesion_case, reached, self.images
        )


def _highest(case: Codes, score: Floats, count: int) -> Floats:
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, case, score)
    return highest


def detect(
    marks: Regions,
    score: Floats,
    lesions: Regions,
    images: Images,
    *,
    hit: Hit,
    further: Count = "ignored",
) -> Detections:
    """Let marks find lesions.

    The mark with the highest score chooses first; it takes the nearest free lesion that it hits. One mark
    finds one lesion at most, one lesion is found once. A further mark on found lesions is ignored, as LUNA16
    does, or counts as a false positive, as COCO does.

    Args:
        marks: m marks.
        score: (m,) their scores.
        lesions: l lesions.
        images: Which images each case has.
        hit: When a mark finds a lesion.
        further: What a further mark on a found lesion is: `ignored` or `false`.

    Raises:
        MeasureError: a score is not a finite number, or places are impossible.

    Reference:
        Setio et al., Medical Image Analysis 2017 (LUNA16); Lin et al., ECCV 2014 (COCO).

    Example:
        >>> lesions = Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[4.0, 4]]))
        >>> marks = Regions.points(np.array([0, 0, 1]), np.array([[2.0, 2], [1, 1], [1, 1]]))
        >>> images = Images.one_each(2)
        >>> detect(marks, np.array([0.8, 0.9, 0.1]), lesions, images, hit=Hit()).state
        array([ 1, -1,  0])
    """
    pairs = touching(marks, score, lesions, hit)
    return from_touching(pairs, (marks, score), lesions, images, hit=hit, further=further)


def from_touching(
    pairs: Touching,
    scored: tuple[Regions, Floats],
    lesions: Regions,
    images: Images,
    *,
    hit: Hit,
    further: Count = "ignored",
) -> Detections:
    """The same from pairs that were found before, for several overlaps in turn.

    Example:
        >>> lesions = Regions.boxes(np.array([0]), np.array([[0.0, 0]]), np.array([[4.0, 4]]))
        >>> scored, images = (lesions, np.array([0.8])), Images.one_each(1)
        >>> pairs = touching(*scored, lesions, Hit(0.5))
        >>> from_touching(pairs, scored, lesions, images, hit=Hit(0.9)).state
        array([1])
    """
    marks, score = scored
    found, touched = pairs.given_away(hit.least_overlap or 0.0)
    state = np.where(found >= 0, HIT, np.where(touched & (further == "ignored"), FURTHER, FALSE_POSITIVE))
    lesion_score = np.full(len(lesions), -np.inf)
    lesion_score[found[found >= 0]] = score[found >= 0]
    return Detections.of(
        images.case[marks.image],
        score,
        state,
        images.case[lesions.image],
        lesion_score,
        images=images.count,
    )
