"""How many patients, studies, series and images the archive holds, and of which kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from hilum.archive.guideline import CLASSES, DATASETS, dataset_names

if TYPE_CHECKING:
    import pandas as pd

NOT_SAID = "not said"
_OLDEST = 90


@dataclass(frozen=True)
class StatisticsRow:
    """One line of the statistics.

    Attributes:
        by: what is told apart: `all`, `class`, `data set`, `data set and class`, `modality`, `sex`, `age`,
            `maker`, `year`.
        value: which of them; `not said` where files do not say it.
        patients: how many different patients.
        studies: how many different studies.
        series: how many different series.
        images: how many images (files).
        frames: how many pictures, those of multi-frame files counted each.
        bytes: how large the files are together.
    """

    by: str
    value: str
    patients: int
    studies: int
    series: int
    images: int
    frames: int
    bytes: int


@dataclass(frozen=True)
class ArchiveStatistics:
    """The statistics of an archive (guideline, sections 1.5.1 and 1.5.2).

    Images, frames and bytes of each `by` add up to those of `all`. Patients, studies and series may count in
    several lines: a patient with a film and a CT counts in both modalities.

    Attributes:
        rows: the lines; the first is `all`.
        missing_files: images of the index whose file is not there; they count with 0 bytes.
        notes: what to know when reading them.
    """

    rows: tuple[StatisticsRow, ...]
    missing_files: int
    notes: tuple[str, ...]

    def of(self, by: str) -> tuple[StatisticsRow, ...]:
        """The lines that tell one thing apart."""
        return tuple(row for row in self.rows if row.by == by)

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the total, the lines of each kind, and the notes."""
        kinds = dict.fromkeys(row.by for row in self.rows[1:])
        total = {name: value for name, value in asdict(self.rows[0]).items() if name not in ("by", "value")}
        lines = {
            kind: [{k: v for k, v in asdict(row).items() if k != "by"} for row in self.of(kind)]
            for kind in kinds
        }
        return {
            "total": total,
            "by": lines,
            "missing_files": self.missing_files,
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pd.DataFrame":
        """As a table, one line a row."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows], columns=list(StatisticsRow.__annotations__))


def statistics_of(
    images: "pd.DataFrame", sizes: Mapping[str, int], classes: "pd.Series[str] | None" = None
) -> ArchiveStatistics:
    """Count images.

    Args:
        images: of `Archive.images()`, or some of them.
        sizes: bytes of each image by its path; those whose file is missing are left out.
        classes: the class of each image, empty where it has none; None where no classes are given.

    Example:
        >>> import pandas as pd
        >>> columns = ["image", "patient", "study", "series", "frames", "modality", "sex", "age",
        ...            "manufacturer", "study_date"]
        >>> one = ["a", "P1", "1.1", "1.2", 1, "DX", "F", 61.0, "SIEMENS", "2024-03-01"]
        >>> found = statistics_of(pd.DataFrame([one], columns=columns), {"a": 2048})
        >>> found.rows[0].images, found.of("age")[0].value
        (1, '60-69')
    """
    frame = images.assign(
        bytes=[sizes.get(image, 0) for image in images["image"]],
        dataset=[name or "other" for name in dataset_names(images)],
        band=[_band(age) for age in images["age"]],
        year=[str(date)[:4] or NOT_SAID for date in images["study_date"]],
    )
    groups = [("data set", frame["dataset"]), ("modality", frame["modality"]), ("sex", frame["sex"])]
    groups += [("age", frame["band"]), ("maker", frame["manufacturer"]), ("year", frame["year"])]
    if classes is not None:
        words = classes.replace("", "no class")
        groups = [
            ("data set and class", frame["dataset"] + " " + words),
            ("class", words),
            *groups,
        ]
    rows = [_row("all", "", frame)]
    for by, values in groups:
        told = values.astype(str).replace("", NOT_SAID)
        values_in_order = sorted(set(told), key=_in_order)
        rows += [_row(by, value, frame[(told == value).to_numpy()]) for value in values_in_order]
    missing = sum(image not in sizes for image in images["image"])
    notes = ("years are of dates moved by each patient's own offset where the protocol moves dates",)
    return ArchiveStatistics(tuple(rows), missing, notes)


def _row(by: str, value: str, frame: "pd.DataFrame") -> StatisticsRow:
    return StatisticsRow(
        by,
        value,
        int(frame["patient"].nunique()),
        int(frame["study"].nunique()),
        int(frame["series"].nunique()),
        len(frame),
        int(frame["frames"].sum()),
        int(frame["bytes"].sum()),
    )


def _band(age: float) -> str:
    """Ten years of age, as tables of patients have them; everyone above 89 is 90 in the archive."""
    if age != age:  # noqa: PLR0124 - a missing number is not itself
        return NOT_SAID
    low = int(age) // 10 * 10
    return f"{_OLDEST} and older" if low >= _OLDEST else f"{low}-{low + 9}"


def _in_order(value: str) -> tuple[Any, ...]:
    """The guideline's order of data sets and classes, then the alphabet; what is not said comes last."""
    known: Sequence[str] = [*(one.folder for one in DATASETS), *CLASSES]
    words = value.split(" ", 1)
    places = [known.index(word) if word in known else len(known) for word in words]
    return (value == NOT_SAID, tuple(places), value.zfill(8) if value[:1].isdigit() else value)
