"""Reading a tree in the layout of the guideline, from whomever it comes."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hilum.archive.guideline import CLASSES, DATASETS, NAME, ROOT
from hilum.archive.verification import files_in
from hilum.errors import HilumError, ImageError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    *("file", "dataset", "class", "patient_id", "series_id", "image_id"),
    *("patient", "study", "series", "instance", "modality", "json", "annotations", "problem"),
)
_PREFIX = {one.folder: one.prefix for one in DATASETS}
_LARGEST_JSON = 64 << 20


def read_guideline(folder: Path, progress: Progress = silent) -> "pd.DataFrame":
    """Find the images of a tree in the guideline's layout.

    Args:
        folder: the folder that holds `lung_cancer`, or that folder itself.
        progress: is told how far it is.

    Returns:
        One row an image: `file` (path below the folder), `dataset`, `class`, `patient_id`, `series_id`,
        `image_id` as folders and names say them, `patient`, `study`, `series`, `instance`, `modality` as the
        DICOM header says them, `json` (its JSON file, empty where there is none), `annotations` (how many
        that file holds), `problem` (what does not agree, empty where all does).

    Raises:
        HilumError: no such tree is there.

    Example:
        >>> import tempfile
        >>> read_guideline(Path(tempfile.mkdtemp()))
        Traceback (most recent call last):
        hilum.errors.HilumError: ... holds no images in the layout of the guideline: name the folder above...
    """
    import pandas as pd

    top = Path(folder)
    names = [(name, path) for name, path in _files(top) if "dcm" in PurePosixPath(name).parts]
    rows = []
    for done, (name, path) in enumerate(names, 1):
        rows.append(_row(top, name, path))
        progress(done, len(names), "reading images")
    if not rows:
        raise HilumError(
            f"{folder} holds no images in the layout of the guideline: name the folder above {ROOT}"
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _files(top: Path) -> Iterator[tuple[str, Path]]:
    """Files in the folders of the data sets; links are not followed."""
    root = top / ROOT if (top / ROOT).is_dir() else top
    for dataset in DATASETS:
        place = root / dataset.folder
        if place.is_symlink():
            continue
        for name, _ in files_in(place):
            path = place / name
            yield path.relative_to(top).as_posix(), path


def _row(top: Path, name: str, path: Path) -> dict[str, Any]:
    parts = PurePosixPath(name).parts
    dataset, label, patient, series = (*parts[-6:-2],) if len(parts) >= 6 else ("", "", "", "")
    row: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    row |= {"file": name, "dataset": dataset, "class": label, "patient_id": patient, "series_id": series}
    row["annotations"] = 0
    problems = []
    named = NAME.fullmatch(path.stem)
    if named is None or path.suffix.lower() != ".dcm":
        problems.append("its name is not modality_patient_series_number.dcm")
    else:
        row["image_id"] = named["image"]
        if (named["prefix"], named["patient"]) != (_PREFIX.get(dataset), patient):
            problems.append("its name and its folders disagree")
        elif named["series"] != series and named["series"].lstrip("0") != series.lstrip("0"):
            problems.append("its name and its series folder disagree")
    if label not in CLASSES:
        problems.append("its class is not benign, malignant or normal")
    problems += _header(path, row)
    problems += _described(top, path, row)
    row["problem"] = "; ".join(problems)
    return row


def _header(path: Path, row: dict[str, Any]) -> list[str]:
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import text

    if path.is_symlink() or not path.is_file():
        return ["it is a link, which is not followed"]
    try:
        with quietly():
            dataset = read_dataset(path, stop_before_pixels=True)
            row["patient"] = text(dataset, "PatientID")
            row["modality"] = text(dataset, "Modality")
            for column, level in (("study", "Study"), ("series", "Series"), ("instance", "SOP")):
                row[column] = text(dataset, f"{level}InstanceUID")
    except ImageError:
        return ["it cannot be read as DICOM"]
    return []


def _described(top: Path, path: Path, row: dict[str, Any]) -> list[str]:
    """The JSON file of an image: whether it is there, can be read, and names the image."""
    file = path.parent.parent / "json" / f"{path.stem}.json"
    if file.is_symlink() or not file.is_file():
        return []
    row["json"] = file.relative_to(top).as_posix()
    try:
        if file.stat().st_size > _LARGEST_JSON:
            return ["its JSON file is too large"]
        content = json.loads(file.read_bytes())
        row["annotations"] = len(content.get("annotations", []))
        names = {image.get("file_name") for image in content.get("images", [])}
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return ["its JSON file cannot be read"]
    return [] if path.name in names else ["its JSON file names another image"]
