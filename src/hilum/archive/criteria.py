"""The criteria of the guideline, asked of the archive's images."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hilum.archive.criteria_checks import CRITERIA
from hilum.archive.criteria_evidence import FAILED, PASSED, UNKNOWN, Criterion, Evidence, Verdict
from hilum.archive.guideline import DATASETS, dataset_names
from hilum.archive.series import assemble
from hilum.archive.series_slice import Slice, slices_of
from hilum.errors import HilumError
from hilum.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from hilum.archive.archive import Archive
    from hilum.archive.classes import Classes

_HEADER = (*("ConversionType", "SeriesDescription", "ManufacturerModelName", "Manufacturer", "StationName"),)


@dataclass(frozen=True)
class Judged:
    """What a criterion says of one image.

    Attributes:
        image: path in the archive.
        series: Series Instance UID.
        outcome: `passed`, `failed` or `unknown`.
        reason: why.
    """

    image: str
    series: str
    outcome: str
    reason: str


@dataclass(frozen=True)
class CriterionResult:
    """What a criterion says of all images that it asks about.

    Attributes:
        criterion: which.
        judged: image by image; empty where it was not asked or there is nothing to ask about.
        not_asked: why it was not asked; empty where it was.
    """

    criterion: Criterion
    judged: tuple[Judged, ...]
    not_asked: str = ""

    def images(self, outcome: str) -> tuple[Judged, ...]:
        """The images with one outcome."""
        return tuple(one for one in self.judged if one.outcome == outcome)

    def series(self, outcome: str) -> int:
        """How many series have images with this outcome; a series that fails counts as failed only."""
        failed = {one.series for one in self.images(FAILED)}
        doubtful = {one.series for one in self.images(UNKNOWN)} - failed
        if outcome == PASSED:
            return len({one.series for one in self.judged} - failed - doubtful)
        return len(failed if outcome == FAILED else doubtful)


@dataclass(frozen=True)
class CriteriaReport:
    """What the criteria say.

    Attributes:
        results: one a criterion.
        passing: paths of the images that pass every criterion that asks about them.
        images: how many images of the data sets were looked at.
    """

    results: tuple[CriterionResult, ...]
    passing: tuple[str, ...]
    images: int

    @property
    def any_failed(self) -> bool:
        """Whether an image fails a criterion."""
        return any(result.images(FAILED) for result in self.results)


def criteria_named(name: str) -> tuple[Criterion, ...]:
    """The criteria of a data set (`x-ray`, `chest-ct`, `pet-ct`), one by its own name, or `all`.

    Raises:
        HilumError: there are none of this name.

    Example:
        >>> [one.name for one in criteria_named("no-gaps")]
        ['no-gaps']
    """
    chosen = tuple(
        one
        for one in CRITERIA
        if name in ("all", one.name) or any(dataset.folder == name for dataset in one.datasets)
    )
    if not chosen:
        sets = ", ".join(dataset.folder for dataset in DATASETS)
        raise HilumError(f"there is no criterion {name}: name one of `--list`, or {sets}, or all")
    return chosen


def check_criteria(
    archive: "Archive",
    name: str,
    classes: "Classes | None" = None,
    progress: Progress = silent,
) -> CriteriaReport:
    """Ask criteria of the archive's images.

    Args:
        archive: the archive.
        name: as for `criteria_named`; a data set's name also chooses its images.
        classes: of `read_classes`: classes, and columns with what persons judged; criteria whose columns are
            not there are not asked.
        progress: is told how far it is.

    Raises:
        HilumError: there is no criterion of this name.
        ImageError: a file of the archive cannot be read.
    """
    criteria = criteria_named(name)
    images = archive.images()
    datasets = dataset_names(images)
    folders = {dataset.folder for one in criteria for dataset in one.datasets}
    if any(dataset.folder == name for dataset in DATASETS):
        folders = {name}
    frame = images[datasets.isin(folders).to_numpy()]
    columns = set() if classes is None else {str(column).lower() for column in classes.table.columns}
    judged: dict[str, list[Judged]] = {one.name: [] for one in criteria}
    asked = [one for one in criteria if not one.needs or columns & set(one.needs)]
    done = 0
    for _, rows in frame.groupby("series", sort=True):
        for evidence in _evidence(archive, rows, classes):
            for one in asked:
                verdict = _verdict(one, evidence, datasets)
                if verdict is not None:
                    image = evidence.image
                    row = Judged(image["image"], image["series"], verdict.outcome, verdict.reason)
                    judged[one.name].append(row)
        done += len(rows)
        progress(done, len(frame), "judging images")
    results = tuple(
        CriterionResult(one, tuple(judged[one.name]), "" if one in asked else _lacking(one))
        for one in criteria
    )
    stopped = {one.image for result in results for one in result.judged if one.outcome != PASSED}
    met = {one.image for result in results for one in result.judged}
    passing = tuple(image for image in frame["image"] if image in met and image not in stopped)
    return CriteriaReport(results, passing, len(frame))


def _verdict(criterion: Criterion, evidence: Evidence, datasets: "pd.Series[str]") -> Verdict | None:
    dataset = datasets.loc[evidence.image["index"]]
    if not any(one.folder == dataset for one in criterion.datasets):
        return None
    return criterion.judge(evidence)


def _lacking(criterion: Criterion) -> str:
    return f"needs a column {' or '.join(criterion.needs)} in the table of classes (--classes)"


def _evidence(archive: "Archive", rows: "pd.DataFrame", classes: "Classes | None") -> list[Evidence]:
    from hilum.dicom import quietly, read_dataset
    from hilum.dicom.attributes import text

    slices: list[tuple[Slice, ...]] = []
    headers: list[dict[str, str]] = []
    with quietly():
        for image in rows["image"]:
            dataset = read_dataset(archive.path(image), stop_before_pixels=True)
            slices.append(tuple(slices_of(dataset, image)))
            headers.append({word: text(dataset, word) for word in _HEADER})
    series = assemble(one for own in slices for one in own)
    found = []
    records: list[dict[Any, Any]] = rows.to_dict("records")
    for index, record, header, own in zip(rows.index, records, headers, slices, strict=True):
        row: dict[str, Any] = {**record, "index": index}
        label = "" if classes is None else str(classes.of_image.loc[index])
        found.append(Evidence(row, header, series, own, label, _facts(index, classes)))
    return found


def _facts(index: Any, classes: "Classes | None") -> dict[str, str]:
    if classes is None or classes.row_of_image.loc[index] < 0:
        return {}
    row: Sequence[Any] = classes.table.iloc[int(classes.row_of_image.loc[index])].tolist()
    pairs = zip(classes.table.columns, row, strict=True)
    return {
        str(name).lower(): str(value).strip()
        for name, value in pairs
        if value is not None and value == value  # noqa: PLR0124 - a missing number is not itself
    }
