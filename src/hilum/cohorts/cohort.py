"""A cohort: the cases, what is known to be true of them, and the part that each belongs to."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from hilum.errors import CohortError
from hilum.files import replaced_when_done
from hilum.study import Task
from hilum.study.words import hint

if TYPE_CHECKING:
    from hilum.evaluation import Truth

PARTS = ("train", "validation", "test")
IDENTITY = ("case", "patient", "part", "image")
IMAGES = "images"
_TRUTH = {"classification": ("label",), "survival": ("time", "event"), "regression": ("value",)}


@dataclass(frozen=True)
class FlowStep:
    """One step on the way from all rows to the cases, for the flow diagram.

    Args:
        rule: What the step asked, in words.
        excluded: How many rows (or, where the rule says so, images) it left out.
        remaining_cases: How many cases it left.
        remaining_patients: How many patients they belong to.
    """

    rule: str
    excluded: int
    remaining_cases: int
    remaining_patients: int


@dataclass(frozen=True)
class Cohort:
    """Cases with their truth and their parts; make one with `build_cohort`.

    Args:
        cases: One row a case: `case` (unique), `patient`, `part`, `image` (path below `root`, or ""),
            the truth, then the columns of the table and of the images that the study names. The truth is
            `label`; or `time` (days, float) and `event` (0 or 1); or `value` (float); or one column a finding
            by its own name (1.0, 0.0, and NaN where it is not known). Where cases are read from several
            images, `images` holds a tuple of paths, `image` the first of them.
        task: What is to be told from the image.
        root: The folder to which `image` is relative.
        flow: How the cases came about.
        classes: For classification: the classes; of two, the positive one is last.
        positive: For classification: the positive class; None where there are more than two and none is
            named.
        notes: What was guessed, in sentences.

    Example:
        >>> from hilum.study import Classification
        >>> rows = pd.DataFrame({"case": ["1", "2"], "patient": ["a", "b"], "part": ["train", "test"],
        ...                      "image": ["", ""], "label": ["normal", "pneumonia"]})
        >>> task, classes = Classification(label="x"), ("normal", "pneumonia")
        >>> cohort = Cohort(rows, task, Path(), (), classes, "pneumonia", ())
        >>> cohort.parts, len(cohort.test)
        (['train', 'test'], 1)
    """

    cases: pd.DataFrame
    task: Task
    root: Path
    flow: tuple[FlowStep, ...]
    classes: tuple[str, ...]
    positive: str | None
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def parts(self) -> list[str]:
        """The parts that have cases: train, validation, test, then the external cohorts."""
        present = list(dict.fromkeys(self.cases["part"].tolist()))
        return [part for part in PARTS if part in present] + [part for part in present if part not in PARTS]

    @property
    def truth_columns(self) -> tuple[str, ...]:
        """The columns of `cases` that hold the truth: `label`; `time` and `event`; `value`; the findings."""
        return self.task.findings if self.task.kind == "findings" else _TRUTH[self.task.kind]

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The table's own columns from which the truth was taken."""
        return self.task.columns

    @property
    def variables(self) -> list[str]:
        """The columns of `cases` that describe the case and are neither identity nor truth."""
        taken = {*IDENTITY, *self.truth_columns, *self.source_columns, *((IMAGES,) if self.together else ())}
        return [str(column) for column in self.cases.columns if column not in taken]

    @property
    def together(self) -> bool:
        """Whether cases are read from several images at once."""
        # A table may have a column of this name too, but never one of tuples.
        return IMAGES in self.cases.columns and any(isinstance(cell, tuple) for cell in self.cases[IMAGES])

    @property
    def images_of_cases(self) -> list[tuple[str, ...]]:
        """The paths of all images of each case, the first one first; none where a case has no image."""
        if self.together:
            return [tuple(paths) for paths in self.cases[IMAGES]]
        return [(path,) if path else () for path in self.cases["image"].astype(str)]

    def part(self, name: str) -> "Cohort":
        """The cases of one part, with the flow of the whole.

        Args:
            name: train, validation, test or an external cohort's name.

        Returns:
            A cohort with these cases only.

        Raises:
            CohortError: There is no such part.
        """
        if name not in self.parts:
            raise CohortError(f"the cohort has no part `{name}`: {hint(name, self.parts, 'parts')}")
        return self.with_cases(self.cases[self.cases["part"] == name].reset_index(drop=True))

    @property
    def train(self) -> "Cohort":
        """The cases to learn from."""
        return self.part("train")

    @property
    def validation(self) -> "Cohort":
        """The cases on which the best epoch and the threshold are chosen."""
        return self.part("validation")

    @property
    def test(self) -> "Cohort":
        """The cases that nothing was chosen on."""
        return self.part("test")

    def with_cases(self, cases: pd.DataFrame, *steps: FlowStep) -> "Cohort":
        """The same cohort with other cases, and further steps of its flow.

        Args:
            cases: The new cases.
            steps: What led to them.

        Returns:
            A new cohort.
        """
        return replace(self, cases=cases, flow=(*self.flow, *steps))

    def truth(self) -> "Truth":
        """The reference standard as evaluation wants it.

        Returns:
            Case, patient, part, what is true, and the variables that describe the case, by which subgroups
            are formed and cohorts compared. A variable of 1 and 0 is no finding: only those of the task are.
        """
        from hilum.evaluation import Truth

        columns = ["case", "patient", "part", *self.truth_columns, *self.variables]
        truth = Truth.from_frame(self.cases[columns], positive=self.positive, kind=self.task.kind)
        if self.task.kind != "findings":
            return truth
        described = {column: self.cases[column].to_numpy() for column in self.variables}
        return replace(truth, findings=self.task.findings, frame=truth.frame.assign(**described))

    def save(self, path: str | Path) -> None:
        """Write the cohort as one Parquet file; everything beside the cases stands in its metadata.

        Args:
            path: The file, such as `cohort.parquet`.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = Path(path)
        beside = {
            "task": self.task.model_dump(mode="json"),
            "root": Path(os.path.relpath(self.root.resolve(), path.resolve().parent)).as_posix(),
            "flow": [vars(step) for step in self.flow],
            "classes": self.classes,
            "positive": self.positive,
            "notes": self.notes,
        }
        table = pa.Table.from_pandas(self.cases, preserve_index=False)
        text = json.dumps(beside, ensure_ascii=False).encode()
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"hilum": text})
        with replaced_when_done(path) as temporary:
            pq.write_table(table, temporary)

    @classmethod
    def load(cls, path: str | Path) -> "Cohort":
        """Read a cohort that was saved.

        Args:
            path: The Parquet file; `root` is found relative to it.

        Returns:
            An equal cohort.

        Raises:
            CohortError: The file is no saved cohort.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = Path(path)
        try:
            table = pq.read_table(path)
            beside: dict[str, Any] = json.loads((table.schema.metadata or {})[b"hilum"])
            task: Task = TypeAdapter(Task).validate_python(beside["task"])
            flow = tuple(FlowStep(**step) for step in beside["flow"])
            root = (path.resolve().parent / beside["root"]).resolve()
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError, ValidationError):
            raise CohortError(f"{path.name} is no saved cohort, or is damaged: run the study again") from None
        notes, classes = tuple(beside["notes"]), tuple(beside["classes"])
        return cls(_with_tuples(table), task, root, flow, classes, beside["positive"], notes)


def _with_tuples(table: Any) -> pd.DataFrame:
    """A Parquet table's cases, its lists of paths as the tuples that they were."""
    cases: pd.DataFrame = table.to_pandas()
    if IMAGES in table.schema.names and str(table.schema.field(IMAGES).type).startswith("list"):
        cases[IMAGES] = pd.Series([tuple(map(str, paths)) for paths in cases[IMAGES]], dtype=object)
    return cases
