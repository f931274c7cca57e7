"""Series assembled by geometry: the order of their slices, and what is wrong with them by name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hilum.archive.series_defects import DefectFound, SeriesDefect, found_in
from hilum.archive.series_distances import DISTANCES
from hilum.archive.series_geometry import arrange
from hilum.archive.series_lacks import LACKS
from hilum.archive.series_mixtures import MIXTURES
from hilum.archive.series_slice import VOLUMES, Slice, slices_of
from hilum.errors import ImageError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.archive import Archive

SERIES_DEFECTS: tuple[SeriesDefect, ...] = (*MIXTURES, *DISTANCES, *LACKS)
"""All defects that are looked for in series of slices."""

_OF_ANY_SERIES = ("several patients", "several studies", "mixed modality", "same instance twice")


@dataclass(frozen=True)
class Series:
    """A series with its slices in the order of the volume.

    Attributes:
        series: Series Instance UID.
        study: Study Instance UID.
        patient: PatientID; in the archive the research identifier.
        modality: of most slices.
        slices: in the order of the volume, stack after stack; overview images come last.
        distance: millimetres between neighbours, as usual; None where there are none.
        defects: what is wrong, in a fixed order.
    """

    series: str
    study: str
    patient: str
    modality: str
    slices: tuple[Slice, ...]
    distance: float | None
    defects: tuple[DefectFound, ...]

    @property
    def is_volume(self) -> bool:
        """Whether the slices make one even volume, as far as headers tell."""
        even = not any(defect.spoils for defect in self.defects)
        return self.modality in VOLUMES and self.distance is not None and even


def assemble(slices: Iterable[Slice]) -> Series:
    """Put the slices of a series in order by where they lie, and name what is wrong.

    Overview images (localisers) are kept out of the volume and come last. The order of files does not matter.
    What is no stack of slices (films, ultrasound) is ordered by instance number.

    Args:
        slices: of one series; at least one.

    Example:
        >>> axial = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
        >>> stack = [
        ...     Slice(str(z), f"1.{z}", 0, z, (0.0, 0.0, 5.0 * z), axial, 5.0, None, (1.0, 1.0), (8, 8),
        ...           same={"Modality": "CT"})
        ...     for z in (3, 1, 2, 5)
        ... ]
        >>> found = assemble(stack)
        >>> [one.name for one in found.slices], [defect.name for defect in found.defects]
        (['1', '2', '3', '5'], ['missing slice'])
    """
    everything = sorted(slices, key=lambda one: one.identity)
    overviews = [one for one in everything if one.is_localiser]
    stack = [one for one in everything if not one.is_localiser] or everything
    arrangement = arrange(stack)
    left = overviews if len(overviews) < len(everything) else []
    ordered = (*arrangement.ordered, *left)
    first = ordered[0]
    pairs = [pair for one in arrangement.stacks for pair in one.pairs]
    volume = first.modality in VOLUMES and len(overviews) < len(everything)
    defects = found_in(SERIES_DEFECTS, arrangement.ordered, arrangement)
    of_all = found_in(MIXTURES, ordered, arrangement) if left else defects
    inside = [one for one in of_all if one.name == "localiser inside"]
    kept = [one for one in defects if volume or one.name in _OF_ANY_SERIES]
    return Series(
        first.same.get("SeriesInstanceUID", ""),
        first.same.get("StudyInstanceUID", ""),
        first.same.get("PatientID", ""),
        first.modality,
        ordered,
        pairs[0].usual if pairs else None,
        (*inside, *kept) if left else tuple(kept),
    )


def read_series(files: Iterable[tuple[str, Path]], problems: list[str]) -> Iterator[Series]:
    """Assemble the series of DICOM files, in the order of their UIDs.

    Args:
        files: (how to call it, where it is).
        problems: gets a sentence for each file that cannot be read.
    """
    from hilum.dicom import is_dicom, quietly, read_dataset

    groups: dict[str, list[Slice]] = defaultdict(list)
    for name, path in files:
        try:
            with quietly():
                if not is_dicom(path):
                    continue
                found = slices_of(read_dataset(path, stop_before_pixels=True), name)
        except (ImageError, OSError):
            problems.append(f"{name} cannot be read")
            continue
        groups[found[0].same.get("SeriesInstanceUID", "")] += found
    for series in sorted(groups):
        yield assemble(groups[series])


def archive_series(
    archive: "Archive", images: "pd.DataFrame | None" = None, progress: Progress = silent
) -> Iterator[Series]:
    """Assemble the archive's series, one after another, so that memory holds one at a time.

    Args:
        archive: the archive.
        images: of `Archive.images()`, to look at some of them only.
        progress: is told how far it is.

    Raises:
        ImageError: a file of the archive cannot be read; `hilum archive verify` tells which.
    """
    from hilum.dicom import quietly, read_dataset

    frame = archive.images() if images is None else images
    done = 0
    for _, rows in frame.groupby("series", sort=True):
        slices: list[Slice] = []
        with quietly():
            for image in rows["image"]:
                slices += slices_of(read_dataset(archive.path(image), stop_before_pixels=True), image)
        yield assemble(slices)
        done += len(rows)
        progress(done, len(frame), "assembling series")
