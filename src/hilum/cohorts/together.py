"""All images of a case side by side: several views, dates or pieces of one person read at once."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hilum.cohorts.flow import CASE, IMAGE, PATIENT, ROW, WHEN, Candidates
from hilum.cohorts.outcome import EVENT, TIME
from hilum.cohorts.outcome_numbers import VALUE, finding_columns
from hilum.errors import CohortError
from hilum.study.values import texts_of

IMAGES = " images"  # the paths of a case's images; no table can have a column of this name
MOST_IMAGES = 16
"""Of a case with more images than this the first are read: by time in an archive, else by path."""


def read_together(
    candidates: Candidates,
    label: str | None,
    compared: Sequence[str],
    *,
    case_named: bool,
    row_an_image: bool,
) -> Candidates:
    """Put all images of a case into its one line.

    Images are in the order in which they were taken where an archive knows that, else in the order of their
    paths. What the table says of the case stands in the line of its first image.

    Args:
        candidates: Rows and their images, with their outcome.
        label: The column that holds the class, for a classification.
        compared: Columns of the table that are kept; a note counts the cases whose images differ in them.
        case_named: Whether the study names cases; else a case is a patient.
        row_an_image: Whether a row of the table stands for one image, so that a case may have several rows.

    Returns:
        One line a case; `IMAGES` holds the paths of its images, `IMAGE` the first of them.

    Raises:
        CohortError: A case has two outcomes or two patients, or two rows that both mean all its images.
    """
    frame = candidates.frame.copy()
    if not case_named:
        frame[CASE] = frame[PATIENT]
    frame = _in_order(frame, dated=candidates.has_dates)
    _see_one(frame, PATIENT, "several patients", "name cases so that each belongs to one patient")
    for column in _outcome(frame, label):
        _see_one(frame, column, "images with different outcomes", "a case has one outcome: correct them")
    rows = frame.groupby(CASE)[ROW].nunique()
    if not row_an_image and (twice := int((rows > 1).sum())):
        have = "case has" if twice == 1 else "cases have"
        raise CohortError(f"{twice} {have} several rows in the table: every case needs its own name")
    notes = differing(frame, frame[CASE], compared)
    frame = frame.drop_duplicates([CASE, IMAGE])
    place = frame.groupby(CASE).cumcount()
    beyond = place >= MOST_IMAGES
    if beyond.any():
        notes.append(_left_out(frame.loc[beyond, CASE], "in time" if candidates.has_dates else "by path"))
        frame = frame[~beyond]
    joined = frame.groupby(CASE)[IMAGE].agg(tuple)
    first = frame.drop_duplicates(CASE).sort_values(ROW, kind="stable").reset_index(drop=True)
    first[IMAGES] = pd.Series([joined[case] for case in first[CASE]], dtype=object)
    notes.append(_counts(first))
    together = replace(candidates, frame=first).say(*notes)
    return together.begin("all images of a case are read together") if row_an_image else together


def _in_order(frame: pd.DataFrame, *, dated: bool) -> pd.DataFrame:
    """Lines by case, then by time, then by path; an image without a date comes after those with one."""
    when = texts_of(frame[WHEN]) if dated else [""] * len(frame)
    order = pd.DataFrame(
        {"case": frame[CASE], "undated": [not text for text in when], "when": when, "at": frame[IMAGE]}
    )
    return frame.loc[order.sort_values(list(order.columns), kind="stable").index].reset_index(drop=True)


def _outcome(frame: pd.DataFrame, label: str | None) -> list[str]:
    found = [column for column in (TIME, EVENT, VALUE) if column in frame.columns]
    return [*found, *finding_columns(frame), *((label,) if label is not None else ())]


def _see_one(frame: pd.DataFrame, column: str, what: str, advice: str) -> None:
    values = frame.groupby(CASE)[column].nunique(dropna=False)
    if count := int((values > 1).sum()):
        raise CohortError(f"{count} case{'s have' if count > 1 else ' has'} {what}: {advice}")


def differing(frame: pd.DataFrame, case: "pd.Series[str]", columns: Sequence[str]) -> list[str]:
    """A sentence for each column in which images of one case differ.

    Args:
        frame: One line an image.
        case: The case of each.
        columns: Which columns of `frame` are compared; those that are not there are not.

    Returns:
        The sentences.

    Example:
        >>> rows = pd.DataFrame({"age": [40, 50], "sex": ["F", "F"]})
        >>> differing(rows, pd.Series(["7", "7"]), ["age", "sex"])
        ['1 case has images with different values of `age`: that of the first image counts']
    """
    notes = []
    for column in (column for column in columns if column in frame.columns):
        texts = pd.Series(texts_of(frame[column]), dtype=object)
        values = texts.groupby(case.to_numpy()).nunique()
        if differ := int((values > 1).sum()):
            notes.append(
                f"{differ:,} case{'s have' if differ > 1 else ' has'} images with different values of "
                f"`{column}`: that of the first image counts"
            )
    return notes


def _left_out(cases: "pd.Series[str]", order: str) -> str:
    images, of = len(cases), cases.nunique()
    what = f"{images:,} image{'s' if images > 1 else ''} of {of:,} case{'s' if of > 1 else ''} left out"
    return f"{what}: of each case the first {MOST_IMAGES} {order} are read"


def _counts(first: pd.DataFrame) -> str:
    counts = np.array([len(images) for images in first[IMAGES]])
    return (
        f"all images of a case are read together: {int(counts.sum()):,} images of {len(counts):,} cases, "
        f"{int(counts.min())} to {int(counts.max())} each"
    )
