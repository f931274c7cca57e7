"""The archive in the layout of the guideline (sections 1.2 to 1.4): folders, names, JSON, patients."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hilum.archive.export_folder import Copy, copy_all, new_folder
from hilum.archive.guideline import (
    CLASSES,
    DATASETS,
    ROOT,
    GuidelineDataset,
    dataset_names,
    moment,
    short_identifiers,
)
from hilum.archive.series import archive_series
from hilum.errors import HilumError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.archive import Archive
    from hilum.archive.classes import Classes

PATIENTS_TABLE = "patients.csv"
_MOMENT = "%Y-%m-%d %H-%M-%S"


@dataclass(frozen=True)
class GuidelineInfo:
    """What the JSON files say of the whole data set (section 1.3.1), no longer than the guideline allows.

    Attributes:
        description: name of the project, 50 characters.
        version: 5 characters.
        contributor: who took part, 130 characters.
        created: when (UTC); the same moment gives the same bytes.
    """

    description: str = "lung cancer images"
    version: str = "1.0"
    contributor: str = "not said"
    created: datetime | None = None

    def to_dict(self) -> dict[str, str]:
        """As JSON.

        Raises:
            HilumError: a text is longer than the guideline allows.
        """
        now = self.created or datetime.now(UTC)
        for name, most in (("description", 50), ("version", 5), ("contributor", 130)):
            if len(getattr(self, name)) > most:
                raise HilumError(f"the {name} is longer than the {most} characters that the guideline allows")
        return {
            "description": self.description,
            "version": self.version,
            "contributor": self.contributor,
            "date_created": now.strftime(_MOMENT),
        }


@dataclass(frozen=True)
class GuidelineExport:
    """What was exported.

    Attributes:
        images: how many images.
        patients: how many patients.
        left_out: how many images were left out, by reason.
        described: how many images have a JSON file.
    """

    images: int
    patients: int
    left_out: Mapping[str, int]
    described: int


@dataclass(frozen=True)
class Placed:
    """An image with its place in the layout.

    Attributes:
        row: of `Archive.images()`, with `dataset` and `label`.
        dataset: of the guideline.
        label: its class.
        patient: seven letters and digits.
        series: number of the series of the patient, from 1.
        number: of the image in the series, from 1.
    """

    row: Mapping[str, Any]
    dataset: GuidelineDataset
    label: str
    patient: str
    series: int
    number: int

    @property
    def name(self) -> str:
        """Of its files, without ending."""
        return f"{self.dataset.prefix}_{self.patient}_{self.series:03d}_{self.number:04d}"

    @property
    def folder(self) -> PurePosixPath:
        """Of its series."""
        return PurePosixPath(ROOT, self.dataset.folder, self.label, self.patient, f"{self.series:03d}")


def export_guideline(
    archive: "Archive",
    out: Path,
    classes: "Classes",
    info: GuidelineInfo | None = None,
    progress: Progress = silent,
) -> GuidelineExport:
    """Copy the images that have a class and belong to a data set of the guideline.

    `OUT/lung_cancer/<data set>/<class>/<patient>/<series>/dcm/<name>.dcm`, and `json/<name>.json` for the
    classes that the guideline describes. A patient's name has 7 letters and digits; `patients.csv` says which
    research identifier it stands for, with class, age and sex. Series of a patient are counted in the order
    of their acquisition, images of a series in the order of the volume. The files are the archive's, byte for
    byte. There are no annotations in the archive: the lists for them are empty, and there is no `binary`.

    Args:
        archive: from where.
        out: a folder that is not there yet.
        classes: of `read_classes`.
        info: what the JSON files say of the data set.
        progress: is told how far it is.

    Raises:
        WorkspaceError: the folder exists, or the disk is too small.
        HilumError: no image has a class of the guideline, or a text is too long.
        SeriousFindingError: a file is not as it was archived.
    """
    images = archive.images()
    told = (info or GuidelineInfo()).to_dict()
    datasets = dataset_names(images)
    labels = classes.of_image
    reasons = [
        "" if dataset and label in CLASSES else _why_not(dataset, label)
        for dataset, label in zip(datasets, labels, strict=True)
    ]
    kept = images.assign(dataset=datasets, label=labels)[[not reason for reason in reasons]]
    if kept.empty:
        raise HilumError("no image has a class of the guideline (benign, malignant, normal): see --classes")
    placed = placed_images(archive, kept, short_identifiers(images["patient"]), progress)
    copies = [
        Copy(one.row["image"], one.folder / "dcm" / f"{one.name}.dcm", one.row["file_sha256"])
        for one in placed
    ]
    with new_folder(out) as folder:
        copy_all(archive, copies, folder, progress)
        described = [one for one in placed if one.label in one.dataset.described]
        for one in described:
            _describe(archive, folder, one, told)
        _patients(placed).to_csv(folder / ROOT / PATIENTS_TABLE, index=False, lineterminator="\n")
    left = Counter(reason for reason in reasons if reason)
    return GuidelineExport(len(placed), int(kept["patient"].nunique()), dict(left), len(described))


def _why_not(dataset: str, label: str) -> str:
    if not dataset:
        return "neither X-ray, CT nor PET"
    return "of another class than benign, malignant, normal" if label else "without a class"


def placed_images(
    archive: "Archive", kept: "pd.DataFrame", short: Mapping[str, str], progress: Progress = silent
) -> list[Placed]:
    """Give every image its number: series of a patient by acquisition, images of a series by position.

    Args:
        archive: from where.
        kept: rows of `Archive.images()` with `dataset` and `label`; all of a patient, so that numbers stay.
        short: of `short_identifiers`.
        progress: is told how far it is.
    """
    order: dict[str, list[str]] = {}
    for series in archive_series(archive, kept, progress):
        order[series.series] = list(dict.fromkeys(one.name for one in series.slices))
    by_folder = {one.folder: one for one in DATASETS}
    placed = []
    for (patient, dataset), group in _by_patient(kept):
        begun = group.assign(begun=group["acquired"].where(group["acquired"] != "", group["study_date"]))
        moments = begun.groupby("series")["begun"].min()
        numbered = sorted(moments.index, key=lambda series: (moments[series] or "~", series))
        for count, series in enumerate(numbered, 1):
            rows = {row["image"]: row for row in group[group["series"] == series].to_dict("records")}
            ordered = [image for image in order[series] if image in rows]
            for number, image in enumerate(ordered, 1):
                row = rows[image]
                placed.append(Placed(row, by_folder[dataset], row["label"], short[patient], count, number))
    return placed


def _by_patient(kept: "pd.DataFrame") -> "Iterator[tuple[tuple[str, str], pd.DataFrame]]":
    for (patient, dataset), group in kept.groupby(["patient", "dataset"], sort=True):
        yield (str(patient), str(dataset)), group


def _describe(archive: "Archive", folder: Path, one: Placed, info: Mapping[str, str]) -> None:
    """Write the JSON file of an image (sections 1.3.1 and 1.3.3)."""
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import text

    with quietly():
        dataset = read_dataset(archive.path(one.row["image"]), stop_before_pixels=True)
        model = text(dataset, "ManufacturerModelName")[:300]
    image = {
        "id": 1,
        "file_name": f"{one.name}.dcm",
        "patient_id": one.patient,
        "series_id": f"{one.series:03d}",
        "image_id": f"{one.number:04d}",
        "width": int(one.row["columns"]),
        "height": int(one.row["rows"]),
        "date_captured": moment(one.row["acquired"] or one.row["study_date"]),
        "modality": one.dataset.modality,
        "manufacturer": one.row["manufacturer"][:300],
        "manufacturerModelName": model,
    }
    content = {
        "info": info,
        "categories": one.dataset.categories,
        "images": [image],
        "annotations": [],
    }
    place = folder.joinpath(*one.folder.parts, "json")
    place.mkdir(exist_ok=True)
    (place / f"{one.name}.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8"
    )


def _patients(placed: list[Placed]) -> "pd.DataFrame":
    """One row for each patient and data set: what the guideline keeps in a spreadsheet (section 1.2)."""
    import pandas as pd

    rows = [
        {
            "patient_id": one.patient,
            "research_patient": one.row["patient"],
            "dataset": one.dataset.folder,
            "class": one.label,
            "age": one.row["age"],
            "sex": one.row["sex"],
        }
        for one in placed
    ]
    keys = ["patient_id", "dataset", "class"]
    return pd.DataFrame(rows).drop_duplicates(keys).sort_values(keys, kind="stable")
