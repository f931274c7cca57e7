"""Which masks there are: the truth's and each reader's, by image and class, and which labels they hold."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ImageError, ReadingsError
from hilum.evaluation.inputs.alignment import Opinions
from hilum.evaluation.ledger import TRAIN, Work
from hilum.evaluation.measures.detections import Images
from hilum.evaluation.measures.regions import Codes
from hilum.evaluation.tasks.images_of_cases import images_of_cases
from hilum.evaluation.tasks.mask_files import read_labels

Flags = NDArray[np.bool_]
Paths = dict[tuple[int, str], list[str]]


@dataclass(frozen=True)
class Structure:
    """What is outlined: everything, one class (with files of its own), or one label of a file.

    Attributes:
        of: Its name in the results.
        kind: The class of its files, "" where files are not named by class.
        label: The value in the file; None for any but 0.
    """

    of: str | None
    kind: str = ""
    label: int | None = None


@dataclass(frozen=True, eq=False)
class ReaderMasks:
    """One reader's masks.

    Attributes:
        paths: By image and class.
        read: (cases,) which cases it read.
    """

    name: str
    paths: Paths
    read: Flags


@dataclass(frozen=True, eq=False)
class Masks:
    """Paths of all masks by image and class."""

    images: Images
    truth: Paths
    readers: tuple[ReaderMasks, ...]
    classes: tuple[str, ...]
    wanted: Codes


def gather_masks(work: Work) -> Masks:
    """Find the masks of every image that is not for training.

    Raises:
        ReadingsError: classes are named in some rows only, or by the truth and not by a reader.
    """
    truth = work.alignment.truth
    assert truth.marks is not None
    opinions = work.alignment.opinions
    frames = [truth.marks, *(_marks(one) for one in opinions)]
    names = ["the truth", *(one.reader for one in opinions)]
    images, codes = images_of_cases(work, frames, names)
    classes = _classes(truth.marks)
    paths = [
        _paths(frame, code, name, classes) for frame, code, name in zip(frames, codes, names, strict=True)
    ]
    readers = tuple(
        ReaderMasks(one.reader, found, np.asarray(one.columns["read"][0] > 0, dtype=np.bool_))
        for one, found in zip(opinions, paths[1:], strict=True)
    )
    parts = truth.frame["part"].to_numpy(dtype=object)[images.case]
    return Masks(images, paths[0], readers, classes, np.flatnonzero(parts != TRAIN).astype(np.int64))


def _marks(opinions: Opinions) -> pd.DataFrame:
    assert opinions.marks is not None
    return opinions.marks


def _classes(frame: pd.DataFrame) -> tuple[str, ...]:
    drawn = frame[frame["mask"] != ""]
    if "class" not in drawn.columns or not (drawn["class"] != "").any():
        return ()
    unnamed = int((drawn["class"] == "").sum())
    if unnamed:
        raise ReadingsError(
            f"{unnamed} masks of the truth have no class although others have one: fill the column `class`"
        )
    return tuple(sorted(drawn["class"].unique()))


def _paths(frame: pd.DataFrame, code: Codes, name: str, classes: tuple[str, ...]) -> Paths:
    drawn = frame["mask"] != ""
    if classes and drawn.any():
        kinds = frame["class"] if "class" in frame.columns else pd.Series([""] * len(frame), dtype=object)
        unnamed = int((drawn & (kinds == "")).sum())
        if unnamed:
            raise ReadingsError(
                f"{unnamed} masks of {name} have no class although those of the truth have one: fill its "
                "column `class`"
            )
    else:
        kinds = pd.Series([""] * len(frame), dtype=object)
    found: Paths = {}
    for image, kind, path in zip(code, kinds, frame["mask"], strict=True):
        if path:
            listed = found.setdefault((int(image), str(kind)), [])
            if path not in listed:
                listed.append(path)
    return found


def structures_of_readers(work: Work, masks: Masks) -> tuple[tuple[Structure, ...], ...]:
    """What each reader's outlines are measured for.

    With classes, each class. Else, where the truth's files hold one label at most, that is the structure; a
    reader whose files hold one label too may give it another value (255 instead of 1). Where the truth's
    files hold several labels, each is a structure.

    Raises:
        ReadingsError: truth and reader use other labels.
    """
    if masks.classes:
        each = tuple(Structure(name, name) for name in masks.classes)
        return tuple(each for _ in masks.readers)
    true = _labels(masks.truth, masks.wanted)
    listed: list[tuple[Structure, ...]] = []
    for reader in masks.readers:
        said = _labels(reader.paths, masks.wanted)
        if len(true) <= 1 and len(said) <= 1:
            listed.append((Structure(None),))
            continue
        if true and said and not true & said:
            raise ReadingsError(
                f"the masks of {reader.name} hold the labels {_list(said)} and those of the truth "
                f"{_list(true)}: give the same structure the same value in both"
            )
        strange = said - true
        if strange:
            work.ledger.warn(
                "unknown_labels",
                f"the masks of {reader.name} hold labels that the truth has nowhere ({_list(strange)}); they "
                "are left out",
                len(strange),
            )
        if len(true) <= 1:
            listed.append((Structure(None, "", min(true, default=None)),))
            continue
        listed.append(tuple(Structure(f"label={value}", "", value) for value in sorted(true)))
    return tuple(listed)


def _labels(paths: Paths, wanted: Codes) -> frozenset[int]:
    found: set[int] = set()
    images = set(wanted.tolist())
    for (image, _), files in paths.items():
        if image not in images:
            continue
        try:
            found |= read_labels(files).values
        except ImageError:
            continue
    return frozenset(found)


def _list(labels: frozenset[int]) -> str:
    return ", ".join(str(value) for value in sorted(labels))
