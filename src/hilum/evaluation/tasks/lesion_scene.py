"""Lesions and marks as regions on images: whose image, in which dimensions, of which class."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.detections import Images
from hilum.evaluation.measures.regions import Codes, Regions
from hilum.evaluation.tasks.images_of_cases import images_of_cases

SIZES = ("width", "height", "depth", "diameter")


@dataclass(frozen=True, eq=False)
class Marker:
    """One reader's marks.

    Attributes:
        scored: Whether the marks have scores; without them there is one operating point.
        classed: Whether the marks name classes of the truth.
    """

    name: str
    marks: Regions
    score: Floats
    scored: bool
    classed: bool

    @property
    def sized(self) -> bool:
        """Whether every mark has an extent, so that overlaps can be measured."""
        return bool(self.marks.sized.all())


@dataclass(frozen=True, eq=False)
class Scene:
    """True lesions on the images of all cases, and all readers' marks on them.

    Attributes:
        classes: Classes of the lesions in alphabetical order; empty where the truth names none.
    """

    lesions: Regions
    images: Images
    classes: tuple[str, ...]
    markers: tuple[Marker, ...]

    @property
    def lesions_of_cases(self) -> Codes:
        """How many lesions each case has."""
        cases = self.images.case[self.lesions.image]
        return np.bincount(cases, minlength=len(self.images.count)).astype(np.int64)


def lesion_scene(work: Work) -> Scene:
    """Put lesions and all readers' marks on the images of the truth's cases.

    Raises:
        ReadingsError: lesions have no extent, or marks and lesions do not lie in the same dimensions.
    """
    truth = work.alignment.truth
    assert truth.marks is not None
    frames = [truth.marks, *(_marks(opinions) for opinions in work.alignment.opinions)]
    names = ["the truth", *(opinions.reader for opinions in work.alignment.opinions)]
    images, codes = images_of_cases(work, frames, names)
    placed = [
        _single(work, frame.assign(image_code=code)[frame["x"].notna().to_numpy()], name)
        for frame, code, name in zip(frames, codes, names, strict=True)
    ]
    wanted = _classes(placed[0])
    dimensions = 3 if np.isfinite(_column(placed[0], "z")).any() else 2
    lesions = _regions(placed[0], _kinds(placed[0], wanted), dimensions, "the truth")
    unsized = int((~lesions.sized).sum())
    if unsized:
        raise ReadingsError(
            f"{unsized} lesions of the truth have no extent, so that no mark can be said to hit them: give "
            "`width` and `height`, or `diameter`"
        )
    markers = tuple(
        _marker(work, frame, name, wanted, dimensions)
        for frame, name in zip(placed[1:], names[1:], strict=True)
    )
    return Scene(lesions, images, wanted, markers)


def _marks(opinions: Opinions) -> pd.DataFrame:
    assert opinions.marks is not None
    return opinions.marks


def _single(work: Work, frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Exact copies of a mark are counted and count once."""
    told = [column for column in frame.columns if column != "case"]
    again = frame.duplicated(told)
    copies = int(again.sum())
    if copies:
        work.ledger.warn(
            "duplicate_marks",
            f"{copies} marks of {name} are exact copies of another on the same image; each counts once",
            copies,
        )
    return frame[~again].reset_index(drop=True)


def _classes(frame: pd.DataFrame) -> tuple[str, ...]:
    if "class" not in frame.columns or not (frame["class"] != "").any():
        return ()
    unnamed = int((frame["class"] == "").sum())
    if unnamed:
        raise ReadingsError(
            f"{unnamed} lesions of the truth have no class although others have one: fill the column `class`"
        )
    return tuple(sorted(frame["class"].unique()))


def _kinds(frame: pd.DataFrame, classes: tuple[str, ...]) -> Codes:
    """Codes of classes; a class that the truth does not know gets the code after the last."""
    if not classes or "class" not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64)
    codes = pd.Index(classes).get_indexer(pd.Index(frame["class"]))
    return np.where(codes < 0, len(classes), codes).astype(np.int64)


def _marker(work: Work, frame: pd.DataFrame, name: str, classes: tuple[str, ...], dimensions: int) -> Marker:
    kept, score, scored = _scored(work, frame, name)
    classed = "class" in kept.columns and bool((kept["class"] != "").any())
    if classes and len(kept) and not classed:
        work.ledger.warn(
            "no_class",
            f"{name} names no class for its marks: a mark of any place counts for lesions of every class",
        )
    kinds = _kinds(kept, classes if classed else ())
    strange = int((kinds == len(classes)).sum()) if classed and classes else 0
    if strange:
        work.ledger.warn(
            "unknown_class",
            f"{strange} marks of {name} are of a class that no lesion of the truth has; they find nothing",
            strange,
        )
    classed = classed or len(kept) == 0
    return Marker(name, _regions(kept, kinds, dimensions, name), score, scored, classed)


def _scored(work: Work, frame: pd.DataFrame, name: str) -> tuple[pd.DataFrame, Floats, bool]:
    """Marks with a usable score; all marks with the score 1 where none has one."""
    score = _column(frame, "score")
    if len(frame) and np.isnan(score).all():
        return frame, np.ones(len(frame)), False
    for code, wrong, word in (
        ("missing_score", np.isnan(score), "have no score"),
        ("infinite_score", np.isinf(score), "have an infinite score"),
    ):
        if wrong.any():
            work.ledger.warn(
                code, f"{int(wrong.sum())} marks of {name} {word}; they are left out", int(wrong.sum())
            )
    finite = np.isfinite(score)
    return frame[finite].reset_index(drop=True), score[finite], True


def _column(frame: pd.DataFrame, column: str) -> Floats:
    if column not in frame.columns:
        return np.full(len(frame), np.nan)
    return np.asarray(frame[column], dtype=np.float64)


def _regions(frame: pd.DataFrame, kind: Codes, dimensions: int, name: str) -> Regions:
    """Boxes where width and height are given, else discs where a diameter is, else points."""
    axes = ["x", "y", "z"][:dimensions]
    place = np.stack([_column(frame, axis) for axis in axes], axis=1)
    flat = int(np.isnan(place).any(axis=1).sum())
    if flat:
        raise ReadingsError(
            f"{flat} marks of {name} have no `z` although the lesions lie in volumes: give it"
        )
    width, height, depth, diameter = (_column(frame, size) for size in SIZES)
    sizes = np.stack([width, height, depth][:dimensions], axis=1)
    box = np.asarray(np.isfinite(sizes).all(axis=1), dtype=np.bool_)
    _refuse_half_boxes(sizes, diameter, name)
    ball = ~box & np.isfinite(diameter)
    half = np.where(box[:, None], sizes / 2, np.where(ball, diameter / 2, np.nan)[:, None])
    centre = np.where(box[:, None], place + np.nan_to_num(sizes) / 2, place)
    return Regions(frame["image_code"].to_numpy(dtype=np.int64), centre, half, ball, kind)


def _refuse_half_boxes(sizes: Floats, diameter: Floats, name: str) -> None:
    given: NDArray[np.bool_] = np.isfinite(sizes)
    half = int((given.any(axis=1) & ~given.all(axis=1) & np.isnan(diameter)).sum())
    if half:
        wanted = "`width`, `height` and `depth`" if sizes.shape[1] == 3 else "`width` and `height`"
        raise ReadingsError(f"{half} boxes of {name} lack a side: give {wanted}, or `diameter`")
