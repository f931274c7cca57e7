"""Which images a case has: those that the truth names, and those that only readers name."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hilum.errors import ReadingsError
from hilum.evaluation.ledger import Work
from hilum.evaluation.measures.detections import Images
from hilum.evaluation.measures.regions import Codes


def images_of_cases(
    work: Work, frames: Sequence[pd.DataFrame], names: Sequence[str]
) -> tuple[Images, list[Codes]]:
    """Give every mark the code of its image.

    A mark that names no image lies on its case's only one. Where the truth names no images, every case is
    one image. Where it names some, an image that only a reader names is one without a lesion.

    Args:
        work: What the evaluation is given.
        frames: Marks of the truth, then of each reader; `row`, `case`, `image`.
        names: Whose they are.

    Raises:
        ReadingsError: a mark does not say on which of several images it lies.
    """
    truth = work.alignment.truth
    cases = truth.frame["case"].to_numpy(dtype=object)
    known = _named_images(frames[0])
    unnamed = frames[0][frames[0]["image"] == frames[0]["case"]]
    mixed = set(unnamed["row"]) & set(known)
    if mixed:
        raise ReadingsError(
            f"{len(mixed)} cases of the truth have rows with and rows without an `image`: name it in all"
        )
    whole = set(unnamed["row"]) if known else set(range(len(cases)))
    resolved = [frames[0]["image"].to_numpy(dtype=object)]
    for frame, name in zip(frames[1:], names[1:], strict=True):
        resolved.append(_resolve(work, frame, name, known, whole))
    pairs = [
        pd.DataFrame({"row": frame["row"], "image": image})
        for frame, image in zip(frames, resolved, strict=True)
    ]
    together = pd.concat(pairs, ignore_index=True)
    silent = np.setdiff1d(np.arange(len(cases)), together["row"].to_numpy())
    together = pd.concat([together, pd.DataFrame({"row": silent, "image": cases[silent]})], ignore_index=True)
    code, image = pd.factorize(pd.MultiIndex.from_frame(together))
    case = np.array([row for row, _ in image], dtype=np.int64)
    ends = np.cumsum([len(frame) for frame in frames])
    codes = [found.astype(np.int64) for found in np.split(code[: ends[-1]], ends[:-1])]
    return Images(case, np.bincount(case, minlength=len(cases)).astype(np.int64)), codes


def _named_images(frame: pd.DataFrame) -> dict[int, tuple[str, ...]]:
    named = frame[frame["image"] != frame["case"]]
    found: dict[int, dict[str, None]] = {}
    for row, image in zip(named["row"].tolist(), named["image"].tolist(), strict=True):
        found.setdefault(row, {})[image] = None
    return {row: tuple(images) for row, images in found.items()}


def _resolve(
    work: Work, frame: pd.DataFrame, name: str, known: dict[int, tuple[str, ...]], whole: set[int]
) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    image = frame["image"].to_numpy(dtype=object).copy()
    row, case = frame["row"].to_numpy(), frame["case"].to_numpy(dtype=object)
    unclear, strange = 0, set()
    _warn_of_merged(work, frame, name, whole)
    for number, (of, said) in enumerate(zip(row, image, strict=True)):
        here = known.get(int(of), ())
        if int(of) in whole:
            image[number] = case[number]
        elif said == case[number] and len(here) == 1:
            image[number] = here[0]
        elif said == case[number] and len(here) > 1:
            unclear += 1
        elif here and said not in here:
            strange.add((int(of), said))
    if unclear:
        raise ReadingsError(
            f"{unclear} marks of {name} do not say on which of several images of their case they lie: fill "
            "the column `image` as the truth does"
        )
    if strange:
        work.ledger.warn(
            "unknown_images",
            f"{len(strange)} images on which {name} left marks are not named in the truth; they count as "
            "images without a lesion",
            len(strange),
        )
    return image


def _warn_of_merged(work: Work, frame: pd.DataFrame, name: str, whole: set[int]) -> None:
    """Count the cases whose marks lie on several images that the truth does not tell apart."""
    images = frame[frame["row"].isin(whole)].groupby("row")["image"].nunique()
    merged = int((images > 1).sum())
    if merged:
        work.ledger.warn(
            "images_not_in_truth",
            f"{name} names several images in {merged} cases of which the truth names none: each of these "
            "cases counts as one image, and marks find lesions whatever their image; name the images in the "
            "truth if that is wrong",
            merged,
        )
