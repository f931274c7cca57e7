"""The reference standard: what was really there, one row a case."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.errors import ReadingsError
from hilum.evaluation.inputs.classes import NEGATIVE_WORDS, POSITIVE_WORDS, ordered_classes, positive_class
from hilum.evaluation.inputs.files import save_frame
from hilum.evaluation.inputs.findings import looks_like_findings, with_findings
from hilum.evaluation.inputs.marks import split_marks, with_mask_paths
from hilum.evaluation.inputs.tables import (
    identifier_column,
    load_frame,
    missing_column,
    nearest,
    number_column,
    text_column,
)

TruthKind = Literal["classification", "findings", "survival", "regression", "detection", "segmentation"]
TRUTH_KINDS: tuple[TruthKind, ...] = get_args(TruthKind)
COMPETING = "2"
_TABLE = "the truth"


@dataclass(frozen=True)
class Truth:
    """Case, patient, part, and what the task asks for.

    That is `label` (classification), one column a finding (findings: 1, 0, empty where unknown), `time` in
    days and `event` (survival: 1, 0, and 2 for a competing event), `value` (regression), or several rows a
    case: `x, y, width, height` (detection) and `mask` (segmentation).

    Make it with `from_frame` or `load`, which check everything. Unknown labels are "" and unknown numbers
    NaN: such cases are left out of every measure and counted.

    Attributes:
        frame: One row a case; `case`, `patient`, `part` as text, and every other column the table had.
        kind: The task.
        positive: The positive class when there are two, else None.
        classes: All classes, the positive one last when there are two; empty for other tasks.
        patients_known: False where the table names no patients and every case counts as its own.
        findings: Columns that may be findings (findings only).
        marks: Lesions or outlines, one row each, with the place of their case in `row`, and rows with an
            empty place for images without a lesion (detection and segmentation only).

    Example:
        >>> table = pd.DataFrame({"case": ["a", "b"], "label": ["normal", "pneumonia"]})
        >>> truth = Truth.from_frame(table)
        >>> truth.positive, truth.parts
        ('pneumonia', ('test',))
    """

    frame: pd.DataFrame
    kind: TruthKind
    positive: str | None = None
    classes: tuple[str, ...] = ()
    patients_known: bool = True
    findings: tuple[str, ...] = ()
    marks: pd.DataFrame | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """Parts in the order in which they first occur.

        Example:
            >>> table = pd.DataFrame({"case": ["a", "b"], "part": ["test", "B"], "label": ["0", "1"]})
            >>> Truth.from_frame(table).parts
            ('test', 'B')
        """
        return tuple(self.frame["part"].drop_duplicates())

    def in_part(self, part: str) -> NDArray[np.bool_]:
        """Which rows belong to a part.

        Example:
            >>> table = pd.DataFrame({"case": ["a", "b"], "time": [3, 4], "event": [1, 0]})
            >>> Truth.from_frame(table).in_part("test")
            array([ True,  True])
        """
        return (self.frame["part"] == part).to_numpy(dtype=np.bool_)

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, positive: str | None = None, kind: TruthKind | None = None
    ) -> "Truth":
        """Check a table and make it the truth.

        Without `part` every case is in `test`, without `patient` alone.

        Raises:
            ReadingsError: a column is missing, a case occurs twice, a value cannot be understood, or
                all labels are one.

        Example:
            >>> Truth.from_frame(pd.DataFrame({"case": ["a"], "lable": ["x"]}))
            Traceback (most recent call last):
            hilum.errors.ReadingsError: the truth has no column `label`: rename `lable`, which is near, or
            add it
        """
        if kind is None:
            kind = _guess_kind(frame)
            if kind == "classification" and "label" not in frame.columns:
                raise _nothing_to_judge(frame)
        known = "patient" in frame.columns
        if kind in ("detection", "segmentation"):
            table, marks = split_marks(frame, kind)
            return cls(_with_identity(table), kind, patients_known=known, marks=marks)
        table = _with_identity(frame)
        if kind == "survival":
            return cls(_with_outcome(table), kind, patients_known=known)
        if kind == "regression":
            table["value"] = number_column(_column(table, "value"), "value", _TABLE)
            return cls(table, kind, patients_known=known)
        if kind == "findings":
            table, findings = with_findings(table)
            return cls(table, kind, patients_known=known, findings=findings)
        table["label"] = text_column(_column(table, "label"))
        found = ordered_classes(table["label"])
        if len(found) < 2:
            raise ReadingsError(
                f"the truth has {'one label only, `' + found[0] + '`' if found else 'no label at all'}: "
                "cases with and without the condition are needed"
            )
        chosen = positive_class(found, positive) if len(found) == 2 else None
        classes = ordered_classes(found, chosen)
        return cls(table, "classification", chosen, classes, known)

    @classmethod
    def load(cls, path: str | Path, positive: str | None = None, kind: TruthKind | None = None) -> "Truth":
        """Read the truth from CSV or Parquet; masks are looked for beside it.

        Raises:
            ReadingsError: as `from_frame`, or the file cannot be read.

        Example:
            >>> Truth.load("nowhere.csv")
            Traceback (most recent call last):
            hilum.errors.ReadingsError: there is no file nowhere.csv: check the path of truth and readings
        """
        return cls.from_frame(with_mask_paths(load_frame(path), Path(path).parent), positive, kind)

    def save(self, path: str | Path) -> Path:
        """Write the truth as CSV or Parquet (by the name's ending), whole or not at all.

        Example:
            >>> import tempfile
            >>> table = pd.DataFrame({"case": ["007", "8"], "label": ["0", "1"]})
            >>> with tempfile.TemporaryDirectory() as folder:
            ...     Truth.load(Truth.from_frame(table).save(Path(folder) / "truth.csv")).frame.loc[0, "case"]
            '007'
        """
        return save_frame(self.frame if self.marks is None else self._with_marks(), path)

    def _with_marks(self) -> pd.DataFrame:
        assert self.marks is not None
        own = [column for column in self.marks.columns if column != "row"]
        whole = self.frame.reset_index(names="row").merge(self.marks[["row", *own]], on="row", how="left")
        return whole.drop(columns="row")


def _nothing_to_judge(frame: pd.DataFrame) -> ReadingsError:
    columns = [str(name) for name in frame.columns]
    if "case" not in columns or nearest("label", columns) is not None:
        return missing_column("label" if "case" in columns else "case", columns, _TABLE)
    return ReadingsError(
        "the truth says nothing that can be judged: it needs `label`, a column a finding (1, 0 or empty), "
        f"`time` and `event`, `value`, `x` and `y`, or `mask` (there are {', '.join(columns)})"
    )


def _column(table: pd.DataFrame, column: str) -> "pd.Series[str]":
    if column not in table.columns:
        raise missing_column(column, table.columns, _TABLE)
    found: pd.Series[str] = table[column]
    return found


def _with_identity(frame: pd.DataFrame) -> pd.DataFrame:
    table = frame.reset_index(drop=True).copy()
    table["case"] = identifier_column(_column(table, "case"))
    if len(table) == 0:
        raise ReadingsError("the truth has no rows: give a table with one row a case")
    unnamed = int((table["case"] == "").sum())
    if unnamed:
        raise ReadingsError(f"{unnamed} rows of the truth have no case: fill the column `case`")
    twice = int(table["case"].duplicated(keep=False).sum())
    if twice:
        raise ReadingsError(
            f"{twice} rows of the truth share their case with another row: keep one row a case"
        )
    if "patient" in table.columns:
        patients = identifier_column(table["patient"])
        table["patient"] = patients.where(patients != "", "case " + table["case"])
    else:
        table["patient"] = table["case"]
    if "part" in table.columns:
        table["part"] = identifier_column(table["part"])
        nowhere = int((table["part"] == "").sum())
        if nowhere:
            raise ReadingsError(f"{nowhere} rows of the truth belong to no part: fill the column `part`")
    else:
        table["part"] = "test"
    return table


def _guess_kind(table: pd.DataFrame) -> TruthKind:
    columns = {str(name) for name in table.columns}
    label, survival = "label" in columns, {"time", "event"} <= columns
    if label and survival:
        raise ReadingsError(
            "the truth has `label` as well as `time` and `event`: say which task is meant, classification "
            "or survival"
        )
    if label:
        return "classification"
    if survival:
        return "survival"
    if ("time" in columns) != ("event" in columns):
        absent = "event" if "time" in columns else "time"
        raise missing_column(absent, [c for c in table.columns if c not in {"time", "event"}], _TABLE)
    if {"x", "y"} <= columns:
        return "detection"
    if "mask" in columns:
        return "segmentation"
    if "value" in columns:
        return "regression"
    return "findings" if looks_like_findings(table) else "classification"


def _with_outcome(table: pd.DataFrame) -> pd.DataFrame:
    time = number_column(_column(table, "time"), "time", _TABLE)
    event = _event_column(_column(table, "event"))
    if np.any(time < 0) or np.any(np.isinf(time)):
        wrong = int(np.sum((time < 0) | np.isinf(time)))
        raise ReadingsError(
            f"{wrong} follow-up times of the truth are negative or infinite: correct `time`, in days from "
            "the image"
        )
    unknown = np.isnan(time) | np.isnan(event)
    if unknown.all():
        raise ReadingsError("no case of the truth has both a time and an event: fill `time` and `event`")
    table["time"] = np.where(unknown, np.nan, time)
    table["event"] = np.where(unknown, np.nan, event)
    if not np.any((event == 1) & ~unknown):
        raise ReadingsError("no case of the truth has an event: survival cannot be judged without one")
    return table


def _event_column(values: "pd.Series[str]") -> NDArray[np.float64]:
    text = text_column(values).str.casefold()
    positive = POSITIVE_WORDS | {"dead", "died", "event", "사망"}
    negative = NEGATIVE_WORDS | {"alive", "censored", "생존"}
    wrong = text[~text.isin(positive | negative | {"", COMPETING})]
    if len(wrong):
        raise ReadingsError(
            f"`event` of the truth holds `{wrong.iloc[0]}`: write 1 where the event happened, 0 where it did "
            "not, and 2 where something else happened first"
        )
    numbers = np.where(text.isin(positive), 1.0, np.where(text == COMPETING, 2.0, 0.0))
    return np.where(text == "", np.nan, numbers)
