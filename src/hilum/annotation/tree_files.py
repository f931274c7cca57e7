"""The files of a tree in the guideline's layout, found and named, from whomever it comes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from hilum.archive.guideline import DATASETS, NAME, ROOT, GuidelineDataset
from hilum.archive.verification import files_in
from hilum.errors import HilumError

KINDS = ("dcm", "binary", "json")
LARGEST_JSON = 64 << 20
_MASK = re.compile(NAME.pattern + r"_(?P<category>\d{1,2})_binary")
_ENDINGS = {"dcm": ".dcm", "binary": ".dcm", "json": ".json"}


@dataclass
class TreeImage:
    """The files of one image.

    Attributes:
        dataset: of the guideline.
        label: the folder of its class.
        patient: the folder of its patient.
        series: the folder of its series.
        name: of its files without endings.
        image: its DICOM file; None where there is none.
        description: its JSON file; None where there is none.
        masks: its binary DICOM files, by category.
    """

    dataset: GuidelineDataset
    label: str
    patient: str
    series: str
    name: str
    image: Path | None = None
    description: Path | None = None
    masks: dict[int, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class TreeFiles:
    """All files of a tree.

    Attributes:
        top: the folder that places are told from.
        images: in the order of their names.
        strangers: files that belong to no image, each with why.
    """

    top: Path
    images: tuple[TreeImage, ...]
    strangers: tuple[tuple[str, str], ...]

    def place(self, file: Path) -> str:
        """A file's path below the top."""
        return file.relative_to(self.top).as_posix()


def tree_files(folder: Path) -> TreeFiles:
    """Find the files of a tree; links are not followed.

    Args:
        folder: the folder that holds `lung_cancer`, or that folder itself.

    Raises:
        HilumError: no such tree is there.

    Example:
        >>> import tempfile
        >>> tree_files(Path(tempfile.mkdtemp()))
        Traceback (most recent call last):
        hilum.errors.HilumError: ... holds no tree in the layout of the guideline: name the folder above ...
    """
    top = Path(folder)
    root = top / ROOT if (top / ROOT).is_dir() else top
    images: dict[tuple[str, ...], TreeImage] = {}
    strangers: list[tuple[str, str]] = []
    for dataset in DATASETS:
        for parts in _files(root / dataset.folder):
            problem = _put(images, dataset, root / dataset.folder, parts)
            if problem:
                strangers.append(
                    ((root / dataset.folder).joinpath(*parts).relative_to(top).as_posix(), problem)
                )
    if not images and not strangers:
        raise HilumError(
            f"{folder} holds no tree in the layout of the guideline: name the folder above {ROOT}"
        )
    return TreeFiles(top, tuple(images[key] for key in sorted(images)), tuple(strangers))


def _files(place: Path) -> Iterator[tuple[str, ...]]:
    if place.is_dir() and not place.is_symlink():
        for name, _ in files_in(place):
            yield PurePosixPath(name).parts


def _put(
    images: dict[tuple[str, ...], TreeImage], dataset: GuidelineDataset, base: Path, parts: tuple[str, ...]
) -> str:
    """Put a file to its image; say why where it belongs to none."""
    if len(parts) != 5 or parts[3] not in KINDS:
        return "it lies at no place of the layout class/patient/series/{dcm, binary, json}"
    label, patient, series, kind, _ = parts
    path = base.joinpath(*parts)
    if path.is_symlink() or path.suffix.lower() != _ENDINGS[kind]:
        return f"it is no {_ENDINGS[kind]} file"
    stem = path.stem
    named = _MASK.fullmatch(stem) if kind == "binary" else NAME.fullmatch(stem)
    if named is None:
        return "its name is not modality_patient_series_number, with _category_binary for masks"
    if (named["prefix"], named["patient"]) != (dataset.prefix, patient) or not _same(named["series"], series):
        return "its name and its folders disagree"
    name = re.sub(r"_\d+_binary$", "", stem) if kind == "binary" else stem
    key = (dataset.folder, label, patient, series, name)
    image = images.setdefault(key, TreeImage(dataset, label, patient, series, name))
    if kind == "dcm":
        image.image = path
    elif kind == "json":
        image.description = path
    else:
        image.masks[int(named["category"])] = path
    return ""


def _same(one: str, other: str) -> bool:
    return one == other or one.lstrip("0") == other.lstrip("0")


def read_json(file: Path) -> Any:
    """The content of a JSON file from anyone; None where it cannot be read.

    Example:
        >>> read_json(Path("/nothing.json")) is None
        True
    """
    try:
        if file.stat().st_size > LARGEST_JSON:
            return None
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
