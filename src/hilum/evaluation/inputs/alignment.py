"""Truth and all readers side by side.

Every opinion at its case's place, everything that does not match counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.inputs.classes import decisions_as_numbers
from hilum.evaluation.inputs.doctors import signed_confidence
from hilum.evaluation.inputs.marks import checked_marks
from hilum.evaluation.inputs.readings import BESIDE, OPINION, Readings
from hilum.evaluation.inputs.row_checks import people_of, refuse_shared_names, without_infinite
from hilum.evaluation.inputs.truth import Truth
from hilum.evaluation.results import Notice

ENSEMBLE = "-ensemble"


@dataclass(frozen=True)
class Opinions:
    """All opinions of one reader, at the places of the truth's rows.

    Attributes:
        reader: Its name.
        repeats: 1, 2, 3 … for repeated trainings, empty for a reader that read once.
        columns: By column (`score`, `decision`, `risk`, …) a (repeats or 1, rows of truth) array, NaN
            where missing.
        ensemble_of: The reader whose repeats are averaged here.
        person: Who read, where one person read in several conditions; else the reader.
        condition: Under which condition, empty where there is only one.
        beside: Reading times (`seconds`) and `confidence`, in the form of `columns`.
        marks: Marks on images or outlines, one row each, with the place of their case in `row`.

    Example:
        >>> Opinions("cnn", (), {"score": np.array([[0.1, 0.9]])}).single("score")
        array([0.1, 0.9])
    """

    reader: str
    repeats: tuple[int, ...]
    columns: dict[str, Floats]
    ensemble_of: str | None = None
    person: str = ""
    condition: str = ""
    beside: dict[str, Floats] = field(default_factory=dict)
    marks: pd.DataFrame | None = None

    def single(self, column: str) -> Floats:
        """The opinions of a reader that read once.

        Example:
            >>> Opinions("cnn", (), {"risk": np.array([[2.0]])}).single("risk")
            array([2.])
        """
        values: Floats = self.columns[column][0]
        return values

    def complete(self, column: str) -> NDArray[np.bool_]:
        """Rows with an opinion in every repeat.

        Example:
            >>> Opinions("cnn", (1, 2), {"score": np.array([[0.1, 0.9], [0.2, np.nan]])}).complete("score")
            array([ True, False])
        """
        return np.asarray(np.isfinite(self.columns[column]).all(axis=0), dtype=np.bool_)

    @property
    def present(self) -> NDArray[np.bool_]:
        """Rows with any opinion in any repeat.

        Example:
            >>> Opinions("cnn", (), {"score": np.array([[0.1, np.nan]])}).present
            array([ True, False])
        """
        if self.marks is not None:
            return np.asarray(self.columns["read"][0] > 0, dtype=np.bool_)
        some = [np.isfinite(values).any(axis=0) for values in self.columns.values()]
        return np.asarray(np.any(some, axis=0), dtype=np.bool_)


@dataclass(frozen=True)
class Alignment:
    """Truth, patients as numbers, all readers (ensembles included), and what did not match.

    Example:
        >>> truth = Truth.from_frame(pd.DataFrame({"case": ["a", "b"], "label": ["0", "1"]}))
        >>> readings = Readings.from_frame(pd.DataFrame({"case": ["a", "b"], "score": [0.1, 0.9]}), "cnn")
        >>> align([readings], truth).opinions[0].single("score")
        array([0.1, 0.9])
    """

    truth: Truth
    patient: NDArray[np.int64]
    opinions: tuple[Opinions, ...]
    notices: tuple[Notice, ...] = field(default=())


def align(readings: Sequence[Readings], truth: Truth, *, unpaired: bool = False) -> Alignment:
    """Put every opinion at its case's place in the truth and add the mean-score ensemble of repeated readers.

    A reader that occurs in several readings is one reader. Opinions on unknown cases and cases without
    opinions are counted; the truth's patient and part count where the readings say otherwise.

    Args:
        readings: Of one reader or several each.
        truth: The reference standard.
        unpaired: Do not count cases without opinions, because readers' rows are other cases.

    Raises:
        ReadingsError: there are no readings, a reader read a case twice, no case of a reader is in the
            truth, or a decision cannot be understood.

    Example:
        >>> truth = Truth.from_frame(pd.DataFrame({"case": ["a", "b"], "label": ["0", "1"]}))
        >>> readings = Readings.from_frame(pd.DataFrame({"case": ["a", "z"], "score": [0.1, 0.9]}), "cnn")
        >>> [notice.code for notice in align([readings], truth).notices]
        ['unknown_cases', 'cases_without_reading']
    """
    if not readings:
        raise ReadingsError("there are no readings: give at least one reader's")
    notices: list[Notice] = []
    for one in readings:
        notices.extend(Notice("understood", f"{people_of(one)}: {note}") for note in one.notes)
        if one.ignored:
            names = ", ".join(f"`{name}`" for name in one.ignored)
            notices.append(
                Notice(
                    "ignored_columns", f"columns {names} of the readings mean nothing here and are ignored"
                )
            )
    rows = (
        pd.concat([one.frame for one in readings], ignore_index=True)
        if len(readings) > 1
        else readings[0].frame
    )
    refuse_shared_names(readings)
    place = pd.Index(truth.frame["case"])
    opinions: list[Opinions] = []
    for name, table in rows.groupby("reader", sort=False):
        if truth.marks is not None:
            opinions.append(_marks_of(str(name), table, place, truth, notices))
            continue
        found = _opinions_of(str(name), table, place, truth, notices)
        if not unpaired:
            _count_missing(found, truth, notices)
        opinions.append(found)
        if found.repeats and len(found.repeats) > 1:
            mean = _ensemble(found)
            if mean.columns and f"{name}{ENSEMBLE}" not in set(rows["reader"]):
                opinions.append(mean)
    patient = pd.factorize(truth.frame["patient"])[0].astype(np.int64)
    return Alignment(truth, patient, tuple(opinions), tuple(notices))


def _opinions_of(
    name: str, table: pd.DataFrame, place: "pd.Index[str]", truth: Truth, notices: list[Notice]
) -> Opinions:
    twice = int(table.duplicated(["repeat", "case"], keep=False).sum())
    if twice:
        raise ReadingsError(
            f"{twice} rows of {name} share repeat and case with another row: give each reading once"
        )
    row = _places(name, table, place, notices)
    known = table[row >= 0]
    row = row[row >= 0]
    _count_other_identity(name, known, row, truth, notices)
    numbers = known["repeat"].to_numpy(dtype=np.float64, na_value=0.0).astype(np.int64)
    repeats = tuple(int(number) for number in np.unique(numbers) if number > 0)
    layer = np.searchsorted(np.array(repeats), numbers) if repeats else np.zeros(len(row), dtype=np.int64)
    columns: dict[str, Floats] = {}
    beside: dict[str, Floats] = {}
    for column in [str(found) for found in known.columns if OPINION.match(str(found)) or found in BESIDE]:
        values = _as_numbers(name, column, known[column], truth)
        values = without_infinite(name, column, values, notices)
        if np.isnan(values).all():
            continue
        grid = np.full((max(len(repeats), 1), len(place)), np.nan)
        grid[layer, row] = values
        (beside if column in BESIDE else columns)[column] = grid
    if not columns:
        raise ReadingsError(
            f"{name} has no opinion on any case of the truth: fill its score, decision or risk"
        )
    if truth.positive is not None and signed_confidence(columns, beside):
        text = f"{name}: there is no score: `confidence` with the sign of `decision` is taken for it"
        notices.append(Notice("understood", text))
    return Opinions(name, repeats, columns, None, *_who(name, known), beside)


def _places(
    name: str, table: pd.DataFrame, place: "pd.Index[str]", notices: list[Notice]
) -> NDArray[np.intp]:
    """The row of the truth that each reading is of, -1 where the truth does not know the case."""
    row = place.get_indexer(pd.Index(table["case"]))
    unknown = int(np.sum(row < 0))
    if unknown == len(row):
        raise ReadingsError(
            f"none of the {unknown} cases of {name} is in the truth: check that both name cases in the same "
            "way"
        )
    if unknown:
        notices.append(
            Notice(
                "unknown_cases",
                f"{unknown} readings of {name} are of cases that the truth does not know; they are left out",
                unknown,
            )
        )
    return row


def _who(name: str, table: pd.DataFrame) -> tuple[str, str]:
    """Person and condition of a reader."""
    said = table["person"].iloc[0] if "person" in table.columns else None
    person = name if pd.isna(said) else str(said)
    condition = table["condition"].iloc[0] if "condition" in table.columns else ""
    return person, "" if pd.isna(condition) else str(condition)


def _marks_of(
    name: str, table: pd.DataFrame, place: "pd.Index[str]", truth: Truth, notices: list[Notice]
) -> Opinions:
    """Marks of one reader; a case without a row was read without a mark."""
    row = _places(name, table, place, notices)
    if table["repeat"].notna().any():
        raise ReadingsError(
            f"{name} has repeats: marks on images are evaluated for one training at a time, so name each "
            "repeat as a reader of its own"
        )
    read = np.zeros((1, len(place)))
    read[0, row[row >= 0]] = 1.0
    silent = int(np.sum(read == 0))
    if silent and truth.kind == "detection":
        notices.append(
            Notice(
                "cases_without_marks",
                f"{name} left no row for {silent} of {len(place):,} cases; they count as read without a mark",
                silent,
            )
        )
    marks = checked_marks(table, place, truth.kind, name)
    return Opinions(name, (), {"read": read}, None, *_who(name, table), {}, marks)


def _as_numbers(name: str, column: str, values: "pd.Series[str]", truth: Truth) -> Floats:
    if column.startswith("decision_"):
        words = ["" if pd.isna(value) else str(value) for value in values]
        return decisions_as_numbers(words, ("absent", "present"), "present", name)
    if column != "decision":
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    words = ["" if pd.isna(value) else str(value) for value in values]
    if truth.kind == "survival":
        return decisions_as_numbers(words, ("no event", "event"), "event", name)
    if truth.positive is not None:
        return decisions_as_numbers(words, truth.classes, truth.positive, name)
    index = {label: float(number) for number, label in enumerate(truth.classes)} | {"": np.nan}
    strange = sorted({word for word in words if word not in index})
    if strange:
        raise ReadingsError(
            f"the decision `{strange[0]}` of {name} is none of the classes {', '.join(truth.classes)}: "
            "write the class"
        )
    return np.array([index[word] for word in words], dtype=np.float64)


def _count_other_identity(
    name: str, known: pd.DataFrame, row: NDArray[np.intp], truth: Truth, notices: list[Notice]
) -> None:
    for column in ("part", "patient"):
        if column not in known.columns or (column == "patient" and not truth.patients_known):
            continue
        said = known[column].to_numpy()
        other = int(np.sum((said != truth.frame[column].to_numpy()[row]) & (said != "")))
        if other:
            notices.append(
                Notice(
                    f"other_{column}",
                    f"{other} readings of {name} name another {column} than the truth; the truth counts",
                    other,
                )
            )


def _count_missing(opinions: Opinions, truth: Truth, notices: list[Notice]) -> None:
    present = opinions.present
    for part in truth.parts:
        inside = truth.in_part(part)
        absent = int(np.sum(inside & ~present))
        if absent and part != "train" and (inside & present).any():
            notices.append(
                Notice(
                    "cases_without_reading",
                    f"{opinions.reader} has no reading of {absent} of the {int(inside.sum()):,} cases of "
                    f"{part}; its measures and comparisons with it use the other "
                    f"{int(inside.sum()) - absent:,}",
                    absent,
                )
            )


def _ensemble(opinions: Opinions) -> Opinions:
    columns = {
        name: values.mean(axis=0, keepdims=True)
        for name, values in opinions.columns.items()
        if not name.startswith("decision")
    }
    return Opinions(f"{opinions.reader}{ENSEMBLE}", (), columns, opinions.reader)
