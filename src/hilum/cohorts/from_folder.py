"""Images of a folder: labels from its sub-folders, patients from the file names, and perhaps a table."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from hilum.cohorts.flow import CASE, IMAGE, LABEL, PATIENT, ROW, Candidates
from hilum.cohorts.from_archive import TableRows
from hilum.errors import CohortError
from hilum.study import CohortOptions
from hilum.study.values import texts_of

# Names of parts that people give to folders; such folders are no labels.
_PARTS = frozenset({"train", "training", "val", "valid", "validation", "dev", "test", "testing", "holdout"})


def list_folder(folder: Path, options: CohortOptions, *, labelled: bool = False) -> Candidates:
    """Every image of the study's folder as a row, with the person that its name or sub-folder tells.

    Args:
        folder: The study file's folder.
        options: The study's `[cohort]`; `images` names the folder.
        labelled: Whether the first sub-folder is a label and so no person.

    Returns:
        One row an image; `LABEL` is the first sub-folder, "" for an image that lies outside any.

    Raises:
        CohortError: The folder is not there or holds no images.
    """
    root = (folder / str(options.images)).resolve()
    if not root.is_dir():
        raise CohortError(
            f"there is no folder {options.images} beside the study file: correct `images` in [cohort]"
        )
    paths, files = _volumes(root, options) if options.volumes else (_files(root, options),) * 2
    if (options.together or options.volumes) and options.patient_pattern is None:
        people, note = people_in_folders(files, labelled=labelled)
    else:
        people, note = people_of(files, options.patient_pattern, by_stem=options.patient is not None)
    labels = [path.split("/", 1)[0] if "/" in path else "" for path in paths]
    frame = pd.DataFrame(
        {IMAGE: paths, PATIENT: people, LABEL: labels, CASE: paths, ROW: np.arange(len(paths))}
    )
    return Candidates(frame, root).say(note).begin(f"images in {options.images}")


def _files(root: Path, options: CohortOptions) -> list[str]:
    """Every image file below a folder."""
    from hilum.image import list_images

    paths = [path.relative_to(root).as_posix() for path in list_images(root)]
    if not paths:
        raise CohortError(
            f"the folder {options.images} holds no images (DICOM, PNG, JPEG, NIfTI): correct `images`"
        )
    return paths


def _volumes(root: Path, options: CohortOptions) -> tuple[list[str], list[str]]:
    """Every series and NIfTI file below a folder, and each with an ending, since a folder's name has none."""
    from hilum.image import list_series, list_volume_files

    series = [path.relative_to(root).as_posix() for path in list_series(root)]
    if "." in series:
        raise CohortError(
            f"DICOM files lie in {options.images} itself, and `volumes` takes each folder for a series: put "
            "each series into a folder of its own"
        )
    files = [path.relative_to(root).as_posix() for path in list_volume_files(root)]
    if not series and not files:
        raise CohortError(
            f"the folder {options.images} holds no volumes (folders of DICOM series, NIfTI): correct "
            "`images`, or leave out `volumes`"
        )
    both = sorted([(path, f"{path}.dcm") for path in series] + [(path, path) for path in files])
    return [path for path, _ in both], [named for _, named in both]


def keep_labelled(candidates: Candidates, folder: str) -> Candidates:
    """Keep the images that lie in a sub-folder, whose name is their label.

    Args:
        candidates: Images of a folder.
        folder: The folder's name, for sentences.

    Returns:
        Images with a label.

    Raises:
        CohortError: There are no sub-folders, or they are named like parts.
    """
    labels = {label for label in candidates.frame[LABEL] if label}
    if not labels:
        raise CohortError(
            f"the folder {folder} has no sub-folders with images: put each label's images into one"
        )
    if all(label.casefold() in _PARTS for label in labels):
        raise CohortError(
            f"the sub-folders of {folder} are named like parts ({', '.join(sorted(labels))}), not like "
            "labels: "
            "name a folder whose sub-folders are the labels"
        )
    inside = (candidates.frame[LABEL] != "").to_numpy(dtype=np.bool_)
    return candidates.keep(inside, "image in no sub-folder, so without a label")


def people_of(paths: list[str], pattern: str | None, *, by_stem: bool = False) -> tuple[list[str], str]:
    r"""The person of every image, from its file name.

    Args:
        paths: Paths below the folder.
        pattern: A regular expression; its first group, else the whole match, is the person. Where it
            does not match, the name without its ending is.
        by_stem: Take the name without its ending even where two folders hold the same name, because a
            table tells them.

    Returns:
        One person an image, and a sentence about how they were told.

    Example:
        >>> people_of(["a/p1_1.png", "a/p1_2.png", "b/x.png"], r"^(p\d+)_")
        (['p1', 'p1', 'x'], 'patients are told from the file names: 2, and 1 name does not fit the pattern')
    """
    stems = [_stem(path) for path in paths]
    if pattern is None:
        unique = by_stem or len(set(stems)) == len(stems)
        people = stems if unique else [str(PurePosixPath(path).with_name(_stem(path))) for path in paths]
        return people, "no patient_pattern is given: the file name without its ending is the patient"
    compiled = re.compile(pattern)
    matches = [compiled.search(PurePosixPath(path).name) for path in paths]
    people = [
        stem if match is None else (match.group(1) if compiled.groups else match.group(0)) or stem
        for match, stem in zip(matches, stems, strict=True)
    ]
    unfit = sum(match is None for match in matches)
    words = f"{unfit} name{' does' if unfit == 1 else 's do'} not fit the pattern"
    return people, f"patients are told from the file names: {len(set(people))}, and {words}"


def people_in_folders(paths: list[str], *, labelled: bool) -> tuple[list[str], str]:
    """The person of every image, from the sub-folder that holds all images of one person.

    Args:
        paths: Paths below the folder.
        labelled: Whether the first sub-folder is a label and so no person.

    Returns:
        One person an image, named by the sub-folder, or by the image where it lies in none; and a sentence
        about how they were told.

    Example:
        >>> people_in_folders(["sick/p1/a.png", "sick/p1/b.png", "sick/c.png"], labelled=True)[0]
        ['p1', 'p1', 'sick/c']
    """
    least = 3 if labelled else 2
    deep = [len(PurePosixPath(path).parts) >= least for path in paths]
    whole = [
        str(PurePosixPath(path).parent if inside else PurePosixPath(path).with_name(_stem(path)))
        for path, inside in zip(paths, deep, strict=True)
    ]
    folders = {folder for folder, inside in zip(whole, deep, strict=True) if inside}
    short = len({PurePosixPath(folder).name for folder in folders}) == len(folders)
    people = [
        PurePosixPath(name).name if inside and short else name
        for name, inside in zip(whole, deep, strict=True)
    ]
    return people, "no patient_pattern is given: the sub-folder with a patient's images is the patient"


def join_folder(images: Candidates, table: TableRows, options: CohortOptions) -> Candidates:
    """Give every row of the table its image: by the column with its path, else by the patient in its name.

    Args:
        images: The folder's images.
        table: The table.
        options: The study's `[cohort]`.

    Returns:
        Rows with their images; rows without image and images without row are counted.

    Raises:
        CohortError: A path leads out of the folder, two rows name one image, or nothing fits.
    """
    rows = table.frame[list(table.named.used)].copy()
    rows[ROW] = np.arange(len(rows))
    by = PATIENT if options.image is None else IMAGE
    keys = texts_of(table.frame[str(options.patient if options.image is None else options.image)])
    rows[by] = keys if by == PATIENT else _paths(keys, images.root, table.name)
    joined = rows.merge(images.frame.drop(columns=ROW), on=by, how="left")
    notes = images.notes
    if by == IMAGE and options.patient is not None and options.patient_pattern is None:
        people = np.array(texts_of(table.frame[options.patient]), dtype=object)
        joined[PATIENT] = people[joined[ROW].to_numpy()]
        notes = (f"patients are those of `{options.patient}` in {table.name}",)
    if options.case is not None:
        joined[CASE] = np.array(texts_of(table.frame[options.case]), dtype=object)[joined[ROW].to_numpy()]
    found = joined[LABEL].notna().to_numpy()
    if not found.any():
        raise CohortError(f"no row of {table.name} fits an image in {options.images}: {_advice(options)}")
    unused = int((~images.frame[by].isin(set(rows[by]))).sum())
    result = replace(images, frame=joined, flow=(), notes=notes).begin(f"rows in {table.name}")
    result = result.count(f"images in {options.images} without a row in {table.name}", unused)
    result = result.keep(found, f"no image in {options.images}")
    return result.keep((result.frame[PATIENT] != "").to_numpy(dtype=np.bool_), "no patient named")


def _paths(written: list[str], root: Path, table: str) -> list[str]:
    """Paths as the folder's listing has them; one that would lead out of the folder is refused."""
    paths = [text.replace("\\", "/").removeprefix("./") for text in written]
    outside = sum(
        path.startswith("/") or ":" in path.split("/")[0] or ".." in path.split("/") for path in paths
    )
    if outside:
        raise CohortError(
            f"{outside} paths in {table} lead out of the folder {root.name}: write paths below that folder"
        )
    named = [path for path in paths if path]
    twice = len(named) - len(set(named))
    if twice:
        raise CohortError(f"{twice} rows of {table} name an image a second time: keep one row each")
    return paths


def _advice(options: CohortOptions) -> str:
    if options.image is not None:
        return f"`{options.image}` must hold paths below that folder, such as normal/film1.png"
    return "name the files by patient, or say with patient_pattern where the patient stands in the name"


def _stem(path: str) -> str:
    name = PurePosixPath(path).name
    name = name[:-3] if name.lower().endswith(".nii.gz") else name
    return PurePosixPath(name).stem
