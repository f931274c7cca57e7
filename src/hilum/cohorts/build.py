"""From a study to its cohort: table and images joined, criteria applied, outcome checked, parts given."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hilum.cohorts.choosing import choose_images
from hilum.cohorts.cohort import IDENTITY, PARTS, Cohort
from hilum.cohorts.cohort import IMAGES as PATHS
from hilum.cohorts.columns import NamedColumns, check_columns, named_columns
from hilum.cohorts.flow import CASE, IMAGE, LABEL, PART, PATIENT, ROW, Candidates, apply_criteria
from hilum.cohorts.from_archive import IMAGE_COLUMNS, TableRows, archive_alone, join_archive
from hilum.cohorts.from_folder import join_folder, keep_labelled, list_folder
from hilum.cohorts.outcome import (
    EVENT,
    TIME,
    Classes,
    classes_of,
    one_outcome_a_patient,
    see_events,
    with_labels,
    with_survival,
)
from hilum.cohorts.outcome_numbers import VALUE, finding_column, with_findings, with_value
from hilum.cohorts.parts import put_into_parts
from hilum.cohorts.together import IMAGES, read_together
from hilum.errors import CohortError
from hilum.study import CohortOptions, Study, read_table
from hilum.study.values import texts_of

if TYPE_CHECKING:
    from hilum.archive import Archive

# What Table 1 and the checks look at beside the columns that the study names.
_DESCRIBING = ("modality", "view", "sex", "age", "manufacturer")


def build_cohort(
    study: Study, folder: str | Path, archive: "Archive | None" = None, extra_columns: Sequence[str] = ()
) -> Cohort:
    """Make the cohort that a study describes.

    Args:
        study: The study.
        folder: The study file's folder, to which its paths are relative.
        archive: The archive, for `images = "archive"`.
        extra_columns: Columns of the table that the readers can use; copied where they are there.

    Returns:
        The cohort; its flow tells what was left out and why, its notes what was guessed.

    Raises:
        CohortError: Table and images do not fit, a column is missing, or the outcome cannot be what it says.
        FilterError: A criterion names a column that is not there.
        TableError: The table cannot be read.
    """
    folder = Path(folder)
    named = named_columns(study, extra_columns)
    candidates = _gather(study, folder, archive, named)
    candidates = apply_criteria(candidates, study.cohort.include)
    _see_any(candidates)
    candidates, classes = _with_outcome(candidates, study)
    candidates = _chosen(_one_row_a_patient(candidates, study, named), study, named)
    _see_any(candidates)
    _see_cases(candidates.frame, study.cohort)
    candidates = put_into_parts(candidates, study.split)
    _see_any(candidates)
    notes = (*candidates.notes, classes.note) if classes.note else candidates.notes
    cases = _cases(candidates, named, study)
    _see_columns(cases, study)
    return Cohort(cases, study.task, candidates.root, candidates.flow, classes.names, classes.positive, notes)


def _gather(study: Study, folder: Path, archive: "Archive | None", named: NamedColumns) -> Candidates:
    """All rows with their images, from wherever the study takes them."""
    options = study.cohort
    if options.images == "archive" and archive is None:
        raise CohortError('the study says images = "archive", but no archive is open: name the workspace')
    table = None
    if options.table is not None:
        frame = read_table(folder / options.table)
        of_images = IMAGE_COLUMNS if options.images == "archive" else ("label", "patient", "image")
        check_columns(frame, named, of_images if options.images else (), Path(options.table).name)
        present = tuple(column for column in named.used if column in frame.columns)
        table = TableRows(
            frame, Path(options.table).name, replace(named, wished=(), needed=(), criteria=present)
        )
    if options.images == "archive" and archive is not None:
        return join_archive(table, archive, options) if table else _archive_alone(archive, named, options)
    if options.images is None and table is not None:
        return _table_alone(table, options)
    labelled = study.task.kind == "classification" and study.task.label is None
    candidates = list_folder(folder, options, labelled=labelled)
    if labelled:
        candidates = keep_labelled(candidates, str(options.images))
    return _named_for_criteria(join_folder(candidates, table, options) if table else candidates)


def _archive_alone(archive: "Archive", named: NamedColumns, options: CohortOptions) -> Candidates:
    """A study without a table asks of the images only what the archive knows of them."""
    candidates = archive_alone(archive, options)
    check_columns(candidates.frame, named, (), "the archive")
    return candidates


def _table_alone(table: TableRows, options: CohortOptions) -> Candidates:
    """A study without images: the table's rows as they are."""
    frame = table.frame[list(table.named.used)].copy()
    frame[ROW] = np.arange(len(frame))
    frame[PATIENT] = texts_of(table.frame[str(options.patient)])
    frame[CASE] = frame[PATIENT] if options.case is None else texts_of(table.frame[options.case])
    frame[IMAGE] = ""
    rows = Candidates(frame, Path()).say("the study has no images and names patients as its table does")
    rows = rows.begin(f"rows in {table.name}")
    return rows.keep((frame[PATIENT] != "").to_numpy(dtype=np.bool_), "no patient named")


def _named_for_criteria(candidates: Candidates) -> Candidates:
    """Let criteria ask for what a folder tells of its images, unless the table has such a column."""
    own = {"label": LABEL, "patient": PATIENT, "image": IMAGE}
    frame = candidates.frame
    return replace(
        candidates, frame=frame.assign(**{k: frame[v] for k, v in own.items() if k not in frame.columns})
    )


def _with_outcome(candidates: Candidates, study: Study) -> tuple[Candidates, Classes]:
    task, table = study.task, Path(study.cohort.table or "the archive").name
    if task.kind == "survival":
        candidates = with_survival(candidates, task, table)
        _see_any(candidates)
        if study.cohort.case is None:
            one_outcome_a_patient(candidates.frame, table)
        see_events(candidates.frame.drop_duplicates(ROW)[EVENT], task, table)
        return candidates, Classes((), None, "")
    if task.kind == "findings":
        return with_findings(candidates, task, table), Classes((), None, "")
    if task.kind == "regression":
        return with_value(candidates, task, table), Classes((), None, "")
    candidates = with_labels(candidates, task, table)
    _see_any(candidates)
    labels = candidates.frame.drop_duplicates(ROW)[LABEL]
    where = f"`{task.label}` of {table}" if task.label else f"the folder {study.cohort.images}"
    return candidates, classes_of(labels, task, where)


def _one_row_a_patient(candidates: Candidates, study: Study, named: NamedColumns) -> Candidates:
    """Where a case is a patient, leave out rows that repeat another, and refuse rows that contradict it."""
    options = study.cohort
    if options.case is not None or options.image is not None or options.table is None:
        return candidates
    frame = candidates.frame
    rows = frame.drop_duplicates(ROW)
    compared = [PATIENT, *(column for column in named.copied if column in rows.columns)]
    repeated = rows.loc[rows.duplicated(compared), ROW]
    candidates = candidates.keep(~frame[ROW].isin(repeated).to_numpy(), "row that repeats another one")
    several = candidates.frame.groupby(PATIENT)[ROW].nunique()
    if (several > 1).any():
        count = int((several > 1).sum())
        raise CohortError(
            f"{count} patient{'s have' if count > 1 else ' has'} several different rows in "
            f"{Path(options.table).name}: "
            "name the column that tells examinations apart with case = in [cohort], or keep one row a patient"
        )
    return candidates


def _chosen(candidates: Candidates, study: Study, named: NamedColumns) -> Candidates:
    """One line a case: with one of its images, or with all of them."""
    options = study.cohort
    if not options.together:
        return choose_images(candidates, _choose(options))
    return read_together(
        candidates,
        label=LABEL if study.task.kind == "classification" else None,
        compared=[column for column in named.copied if column in candidates.frame.columns],
        case_named=options.case is not None,
        row_an_image=options.table is None or options.image is not None,
    )


def _choose(options: CohortOptions) -> str | None:
    """In a folder every image is a case, unless the study names cases."""
    in_folder = options.images not in (None, "archive")
    return "all" if in_folder and options.case is None and options.choose is None else options.choose


def _see_cases(frame: pd.DataFrame, options: CohortOptions) -> None:
    """See that every case is named, and named once."""
    empty = int((frame[CASE] == "").sum())
    if empty:
        raise CohortError(f"{empty} rows have no value in `{options.case}`, which names the case: fill it")
    twice = len(frame) - frame[CASE].nunique()
    if twice:
        raise CohortError(
            f"{twice} cases have the name of another case in `{options.case or options.patient}`: every "
            "case needs its "
            "own name"
        )


def _see_columns(cases: pd.DataFrame, study: Study) -> None:
    """See that what models read beside the image is there, also where there is no table."""
    for reader in study.readers:
        for column in reader.columns:
            if column not in cases.columns:
                raise CohortError(
                    f"the reader `{reader.resolved_name}` reads the column `{column}`, which no table of the "
                    "study has: name a table with it in [cohort]"
                )


def _see_any(candidates: Candidates) -> None:
    if candidates.rows:
        return
    worst = max(candidates.flow, key=lambda step: step.excluded)
    raise CohortError(
        f'no case is left: the step "{worst.rule}" left out {worst.excluded}; loosen it or correct its column'
    )


def _cases(candidates: Candidates, named: NamedColumns, study: Study) -> pd.DataFrame:
    """The cohort's table: identity, truth, then what the study names and what describes the images."""
    frame = candidates.frame
    cases = pd.DataFrame(
        {"case": frame[CASE], "patient": frame[PATIENT], "part": frame[PART], "image": frame[IMAGE]}
    )
    if IMAGES in frame.columns:
        cases[PATHS] = frame[IMAGES]
    if study.task.kind == "survival":
        cases["time"], cases["event"] = frame[TIME].astype("float64"), frame[EVENT].astype("int64")
    elif study.task.kind == "regression":
        cases["value"] = frame[VALUE].astype("float64")
    elif study.task.kind == "findings":
        for name in study.task.findings:
            cases[name] = frame[finding_column(name)].astype("float64")
    else:
        cases["label"] = frame[LABEL]
    describing = [column for column in _DESCRIBING if column in candidates.from_images]
    for column in (*named.copied, *describing):
        if column in frame.columns and column not in (*IDENTITY, *cases.columns):
            cases[column] = frame[column]
    order = {part: at for at, part in enumerate((*PARTS, *study.split.external))}
    rank = cases["part"].map(lambda part: order.get(part, len(order)))
    cases = cases.assign(**{PART: rank}).sort_values([PART, "part", "case"], kind="stable")
    return cases.drop(columns=PART).reset_index(drop=True)
