"""Which columns of the table a study names: only these are read into the cohort."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hilum.errors import StudyFileError, TableError
from hilum.study import Study, parse_filter
from hilum.study.cohort_options import TOGETHER
from hilum.study.words import hint

RESERVED = ("case", "patient", "part", "image", "images")
# The truth stands in the cohort under these names, so a table's column of that name would not be copied.
_TRUTH_NAMES = {"classification": ("label",), "survival": ("time", "event"), "regression": ("value",)}


@dataclass(frozen=True)
class NamedColumns:
    """The columns that a study names, by what they are for.

    Args:
        identity: Patient, case and image path; never copied as they are.
        needed: Outcome, parts, scores' inputs and what models read beside the image: must be in the table
            (or among what is known of the images).
        criteria: Columns of criteria; in the table or known of the images.
        wished: Inputs that a reader can use when they are there.
        date: The column that `choose` compares with.
    """

    identity: tuple[str, ...]
    needed: tuple[str, ...]
    criteria: tuple[str, ...]
    wished: tuple[str, ...]
    date: str | None

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that are looked at while the cohort is made."""
        every = (*self.needed, *self.criteria, *self.wished, *((self.date,) if self.date else ()))
        return tuple(dict.fromkeys(every))

    @property
    def copied(self) -> tuple[str, ...]:
        """The columns that become part of the cohort: those that are used, without those that identify."""
        return tuple(column for column in self.used if column not in self.identity)


def named_columns(study: Study, extra: Sequence[str] = ()) -> NamedColumns:
    """Collect the columns that a study names.

    Args:
        study: The study.
        extra: Columns that its readers can use.

    Returns:
        The columns by what they are for.

    Raises:
        StudyFileError: The outcome is a column that identifies, or a model reads the outcome.

    Example:
        >>> study = Study(cohort={"table": "t.csv", "patient": "id", "include": ["age >= 18"]},
        ...               task={"time_days": "days", "event": "died"})
        >>> named_columns(study).copied
        ('days', 'died', 'age')
    """
    cohort, task, split = study.cohort, study.task, study.split
    identity = [name for name in (cohort.patient, cohort.case, cohort.image) if name is not None]
    scores = [column for reader in study.readers if reader.score for column in reader.mapping.values()]
    for column in task.columns:
        if column in identity:
            raise StudyFileError(
                f"`{column}` names patient, case or image in [cohort]: it cannot be the outcome too"
            )
    beside = [column for reader in study.readers for column in reader.columns]
    _see_readable(beside, identity, study)
    needed = [name for name in (*task.columns, split.parts_column, *scores, *beside) if name is not None]
    filters = [parse_filter(text) for text in (*cohort.include, *split.external.values())]
    criteria = [column for criterion in filters for column in sorted(criterion.columns)]
    return NamedColumns(
        tuple(identity), tuple(needed), tuple(criteria), tuple(extra), choose_column(cohort.choose)
    )


def _see_readable(beside: Sequence[str], identity: Sequence[str], study: Study) -> None:
    """See that no model reads beside the image what identifies, what is asked for, or what says the part."""
    for column in beside:
        if column in study.task.columns:
            raise StudyFileError(
                f"`{column}` is what [task] asks for: a model that read it would only repeat it; take it out "
                "of `columns` in [[readers]]"
            )
        if column in identity or column == study.split.parts_column:
            raise StudyFileError(
                f"`{column}` names patient, case, image or part and says nothing of a new patient: take it "
                "out of `columns` in [[readers]]"
            )
        if column in (*RESERVED, *_TRUTH_NAMES.get(study.task.kind, ())):
            raise StudyFileError(
                f"`{column}` is a word that hilum uses itself for every case: give that column another name "
                "in the table and in `columns` of [[readers]]"
            )


def choose_column(choose: str | None) -> str | None:
    """The column in "first after <column>" or "last before <column>".

    Example:
        >>> choose_column("first after admission")
        'admission'
    """
    if choose is None or choose in ("all", TOGETHER):
        return None
    return choose.split(maxsplit=2)[2].strip("<>` ")


def check_columns(table: pd.DataFrame, named: NamedColumns, of_images: Sequence[str], name: str) -> None:
    """See that every named column is there.

    Args:
        table: The table.
        named: What the study names.
        of_images: Columns that are known of the images.
        name: The table's file name.

    Raises:
        TableError: A column is missing; the sentence names the nearest one.
    """
    known = {*map(str, table.columns)}
    only_table = (*named.identity, *((named.date,) if named.date else ()))
    for column in only_table:
        if column not in known:
            raise missing_column(column, table, name)
    for column in (*named.needed, *named.criteria):
        if column not in known and column not in of_images:
            raise missing_column(column, table, name, of_images)


def missing_column(column: str, table: pd.DataFrame, name: str, of_images: Sequence[str] = ()) -> TableError:
    """The error that a column is not there.

    Args:
        column: The column's name.
        table: The table.
        name: The table's file name.
        of_images: Columns that are known of the images.

    Returns:
        The error, to be raised.
    """
    choices = [*map(str, table.columns), *of_images]
    return TableError(
        f"{name} has no column `{column}`, which the study names: {hint(column, choices, 'columns')}"
    )
