"""Images without labels that a study may learn from: never one of a patient who is held out.

Patients of every part but the training part are held out, and so are near-identical copies of their images,
whatever the copies are called. What is left out is counted, with the reason, in sentences for the plan.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.cohorts.from_archive import IMAGE_COLUMNS
from hilum.cohorts.from_folder import people_in_folders, people_of
from hilum.cohorts.near_duplicates import copies_among
from hilum.cohorts.signatures import Signatures, read_signatures
from hilum.conduct.context import StudyContext
from hilum.errors import CohortError
from hilum.files import write_atomically
from hilum.image import list_images
from hilum.progress import Progress, silent
from hilum.study import CohortOptions, Study, parse_filter
from hilum.study.filter_rules import All
from hilum.study.filters import Filter

ARCHIVE = "archive"
# So many at a time are compared with the held-out images: all with all would need too much memory.
_BLOCK = 2000


@dataclass(frozen=True)
class Unlabelled:
    """Images without labels, with what was left out.

    Attributes:
        root: the folder to which the images are relative.
        images: their paths.
        notes: what was taken and left out and why, in sentences.
    """

    root: Path
    images: tuple[str, ...]
    notes: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Write them as JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        root = Path(os.path.relpath(self.root.resolve(), path.resolve().parent)).as_posix()
        kept = {"root": root, "notes": self.notes, "images": self.images}
        write_atomically(path, json.dumps(kept, indent=0, ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> "Unlabelled":
        """Read what `save` wrote."""
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        root = (path.resolve().parent / kept["root"]).resolve()
        return cls(root, tuple(kept["images"]), tuple(kept["notes"]))


def find_unlabelled(
    context: StudyContext, cohort: Cohort, source: str, progress: Progress = silent
) -> Unlabelled:
    """Find the images without labels that a reader may learn from.

    Args:
        context: the study, its folder and its archive.
        cohort: its cohort, with all parts.
        source: "archive", or a folder beside the study file.
        progress: told how far the search for copies is.

    Returns:
        The images, none of which is of a patient, or a copy of an image, of any part but the training part.

    Raises:
        CohortError: there is no such folder, or no image is left.
    """
    study, archive = context.study, context.archive
    if source == ARCHIVE and archive is not None:
        root, where = archive.folder, "the archive"
        frame = archive.images().reset_index(drop=True)
        total = len(frame)
        train = cohort.with_cases(cohort.cases[cohort.cases["part"] == "train"])
        own = frame[frame["image"].isin(_images(train))]
        frame, notes = not_held_out(frame, root, cohort)
        frame, further = like_the_study(frame, own, study)
    else:
        root, where = (context.folder / source).resolve(), f"the folder {source}"
        frame = _of_folder(root, where, study.cohort)
        total = len(frame)
        frame, notes = not_held_out(frame, root, cohort, by_name=True)
        further = _what_a_folder_cannot_say(study.cohort)
    frame, copies = _without_copies(frame, root, cohort, progress)
    notes = (*notes, *further, *_left_out(copies, "near-identical to a held-out image"))
    if frame.empty:
        raise CohortError(
            f"no image without a label is left in {where} ({'; '.join(notes) or 'it holds none'}): name "
            "another source in `unlabelled`, or leave it out"
        )
    said = f"{len(frame)} of {total} images in {where} are learnt from without labels"
    return Unlabelled(root, tuple(sorted(frame["image"])), (said, *notes))


def _of_folder(root: Path, where: str, options: CohortOptions) -> pd.DataFrame:
    if not root.is_dir():
        raise CohortError(
            f"{where} of images without labels is not beside the study file: correct `unlabelled` in "
            "[[readers]]"
        )
    paths = [path.relative_to(root).as_posix() for path in list_images(root)]
    if options.together and options.patient_pattern is None:
        people, _ = people_in_folders(paths, labelled=False)
    else:
        people, _ = people_of(paths, options.patient_pattern, by_stem=True)
    return pd.DataFrame({"image": paths, "patient": people})


def _what_a_folder_cannot_say(options: CohortOptions) -> tuple[str, ...]:
    said = []
    if options.patient_pattern is None:
        said.append(
            "no patient_pattern is given: held-out patients are known by the names of files and folders"
        )
    if options.include:
        said.append("the criteria in `include` cannot be asked of images in a folder")
    return tuple(said)


def not_held_out(
    frame: pd.DataFrame, root: Path, cohort: Cohort, *, by_name: bool = False
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out what belongs to a patient of any part but the training part, and the study's own images.

    Args:
        frame: with `image` and `patient`.
        root: the folder to which its images are relative.
        cohort: the study's.
        by_name: a file is also held out where it has the name, without its ending, of a held-out image: in a
            folder the name may be all there is.

    Returns:
        What is left, and sentences about the others.
    """
    outside = _held_out(cohort)
    patients = set(outside.cases["patient"].astype(str))
    held = frame["patient"].astype(str).isin(patients).to_numpy(np.bool_)
    if by_name:
        # A patient may be told by a sub-folder, and then be called by its path.
        names = {_name(image) for image in _images(outside)} | {Path(person).name for person in patients}
        held |= np.array([_name(image) in names for image in frame["image"]], np.bool_)
        held |= np.array([Path(person).name in names for person in frame["patient"]], np.bool_)
    own = {_absolute(cohort.root, image) for image in _images(cohort)}
    labelled = np.array([_absolute(root, image) in own for image in frame["image"]], np.bool_)
    notes = (
        *_left_out(
            int(held.sum()), "of patients of the validation part, the test part or an external cohort"
        ),
        *_left_out(int((labelled & ~held).sum()), "in the training part with their labels"),
    )
    return frame[~held & ~labelled].reset_index(drop=True), notes


def _held_out(cohort: Cohort) -> Cohort:
    return cohort.with_cases(cohort.cases[cohort.cases["part"] != "train"].reset_index(drop=True))


def _images(cohort: Cohort) -> list[str]:
    return [image for of_case in cohort.images_of_cases for image in of_case]


def _name(image: str) -> str:
    """A file's name without its ending; what follows a dot in a number is no ending."""
    path = Path(image)
    return path.stem if path.suffix[1:2].isalpha() else path.name


def _absolute(root: Path, image: str) -> str:
    return os.path.realpath(root / image)


def like_the_study(
    frame: pd.DataFrame, own: pd.DataFrame, study: Study
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out archived images of another kind than the study's, and those like an external cohort's.

    Args:
        frame: images of the archive, with its columns.
        own: the same of the training part, for its modalities and views.
        study: its criteria.

    Returns:
        What is left, and sentences about the others and about criteria that need the table.
    """
    notes: list[str] = []
    for column in ("modality", "view"):
        kept = frame[column].astype(str).isin(set(own[column].astype(str))).to_numpy(np.bool_)
        notes += _left_out(int((~kept).sum()), f"of another {column} than the training part")
        frame = frame[kept].reset_index(drop=True)
    for text in study.cohort.include:
        for criterion in _pieces(text):
            if not criterion.columns <= set(IMAGE_COLUMNS):
                notes.append(f'"{text}" asks the table, in which images without labels are not')
                continue
            kept = criterion.mask(frame)
            notes += _left_out(int((~kept).sum()), f'for which "{text}" does not hold')
            frame = frame[kept].reset_index(drop=True)
    for name, text in study.split.external.items():
        criterion = parse_filter(text)
        if criterion.columns <= set(IMAGE_COLUMNS):
            kept = ~(criterion.mask(frame) | criterion.unknown(frame))
            notes += _left_out(int((~kept).sum()), f"like those of the external cohort `{name}`")
            frame = frame[kept].reset_index(drop=True)
    return frame, tuple(notes)


def _pieces(text: str) -> list[Filter]:
    """The parts of a criterion that are joined by `and`, so that each is asked where it can be."""
    whole = parse_filter(text)
    rules = whole.rule.rules if isinstance(whole.rule, All) else (whole.rule,)
    return [Filter(text, rule) for rule in rules]


def _without_copies(
    frame: pd.DataFrame, root: Path, cohort: Cohort, progress: Progress
) -> tuple[pd.DataFrame, int]:
    """Leave out near-identical copies of held-out images."""
    outside = [cohort.root / image for image in _images(_held_out(cohort))]
    if not outside or frame.empty:
        return frame, 0
    held = read_signatures(outside, progress)
    copy = np.zeros(len(frame), np.bool_)
    for start in range(0, len(frame), _BLOCK):
        paths = [root / image for image in frame["image"].iloc[start : start + _BLOCK]]
        pairs = copies_among(_together(held, read_signatures(paths, progress)))
        across = pairs[(pairs[:, 0] < len(outside)) & (pairs[:, 1] >= len(outside))]
        copy[start + across[:, 1] - len(outside)] = True
    return frame[~copy].reset_index(drop=True), int(copy.sum())


def _together(first: Signatures, second: Signatures) -> Signatures:
    return Signatures(
        np.concatenate([first.readable, second.readable]),
        np.concatenate([first.exact, second.exact]),
        np.concatenate([first.hashes, second.hashes]),
        np.concatenate([first.thumbnails, second.thumbnails]),
    )


def _left_out(count: int, why: str) -> list[str]:
    """A sentence, where there is anything to say."""
    return [f"{count} {'image' if count == 1 else 'images'} left out: {why}"] if count else []
