"""Cases of the archive for a data set of the guideline: examinations, their images named and numbered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hilum.annotation.categories import dataset_of
from hilum.annotation.frames import frame_position, ordered_frames
from hilum.annotation.guideline_json import ImageFacts
from hilum.archive.guideline import dataset_names, moment, short_identifiers
from hilum.archive.guideline_export import Placed, placed_images
from hilum.errors import HilumError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive import Archive


@dataclass(frozen=True)
class PlacedImage:
    """An image of a case.

    Attributes:
        image: path in the archive.
        instance: SOP Instance UID.
        series: Series Instance UID.
        modality: as the header says.
        description: of the series.
        position: ImagePositionPatient in millimetres; None where it is not given.
        facts: what the guideline says of it.
        frame: number of the frame in the file, from 1; 0 where the file is the image.
    """

    image: str
    instance: str
    series: str
    modality: str
    description: str
    position: tuple[float, float, float] | None
    facts: ImageFacts
    frame: int = 0


@dataclass(frozen=True)
class PlacedCase:
    """An examination of the archive.

    Attributes:
        patient: research identifier.
        study: Study Instance UID.
        images: in the order of the volumes.
    """

    patient: str
    study: str
    images: tuple[PlacedImage, ...]


def chosen_images(archive: "Archive", code: str, include: Sequence[str] = ()) -> "pd.DataFrame":
    """The images of a data set for which all criteria hold.

    Args:
        archive: from where.
        code: XRY, CCT or PCT.
        include: criteria such as `view == PA` over the columns of `Archive.images()`.

    Returns:
        Rows of `Archive.images()` with `dataset`.

    Raises:
        FilterError: a criterion cannot be understood.
        HilumError: no image is left.
    """
    from hilum.study.filters import parse_filter

    images = archive.images()
    images = images.assign(dataset=dataset_names(images), label="")
    chosen = images[images["dataset"] == dataset_of(code).folder]
    for criterion in include:
        chosen = chosen[parse_filter(criterion).mask(chosen)]
    if chosen.empty:
        raise HilumError(
            f"no image of the archive belongs to {dataset_of(code).folder} and meets the criteria: see "
            "`hilum archive stats`"
        )
    return chosen


def place_cases(
    archive: "Archive",
    code: str,
    chosen: "pd.DataFrame",
    most: int | None = None,
    progress: Progress = silent,
) -> list[PlacedCase]:
    """Make a case of every examination, with the numbers that the guideline's layout gives its images.

    Args:
        archive: from where.
        code: XRY, CCT or PCT.
        chosen: of `chosen_images`.
        most: so many cases at most, by patient and study.
        progress: is told how far it is.
    """
    everything = archive.images()
    studies = chosen[["patient", "study"]].drop_duplicates().sort_values(["patient", "study"])[:most]
    wanted = chosen[chosen["study"].isin(set(studies["study"]))]
    # Series are counted over all images of a patient, so that names do not depend on what was chosen.
    of_patients = everything.assign(dataset=dataset_names(everything), label="")
    of_patients = of_patients[of_patients["patient"].isin(set(wanted["patient"]))]
    of_patients = of_patients[of_patients["dataset"] == dataset_of(code).folder]
    placed = placed_images(archive, of_patients, short_identifiers(everything["patient"]), progress)
    kept = set(wanted["image"])
    cases: dict[tuple[str, str], list[PlacedImage]] = defaultdict(list)
    for one in placed:
        if one.row["image"] in kept:
            cases[one.row["patient"], one.row["study"]] += _images(archive, one)
    return [PlacedCase(patient, study, tuple(images)) for (patient, study), images in sorted(cases.items())]


def pictures_of(chosen: "pd.DataFrame") -> int:
    """How many pictures there are, those of files with several frames counted each.

    Example:
        >>> import pandas as pd
        >>> pictures_of(pd.DataFrame({"frames": [1, 30, None]}))
        32
    """
    return int(chosen["frames"].fillna(1).clip(lower=1).sum())


def _images(archive: "Archive", one: Placed) -> list[PlacedImage]:
    """The image of a file; of a file with several frames, each of them."""
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import text

    row = one.row
    with quietly():
        header = read_dataset(archive.path(row["image"]), stop_before_pixels=True)
        model, description = text(header, "ManufacturerModelName"), text(header, "SeriesDescription")
        frames = ordered_frames(header)
        positions = [frame_position(header, frame) for frame in frames]
    facts = ImageFacts(
        one.name,
        one.patient,
        f"{one.series:03d}",
        f"{one.number:04d}",
        int(row["columns"]),
        int(row["rows"]),
        moment(row["acquired"] or row["study_date"]),
        str(row["manufacturer"])[:300],
        model[:300],
    )
    of_file = (row["image"], row["instance"], row["series"], row["modality"], description)
    return [
        PlacedImage(*of_file, position, facts, frame)
        for frame, position in zip(frames, positions, strict=True)
    ]
