"""The truth about every case where it is several findings, or a number; checked once."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hilum.cohorts.flow import ROW, Candidates
from hilum.errors import CohortError
from hilum.study.tasks import ManyFindings, Regression
from hilum.study.values import missing_in, numbers_of, texts_of

VALUE = " value"
UNSURE = "-1"  # as CheXpert writes a finding that its reader was unsure of
_FINDING = " finding "


def finding_column(name: str) -> str:
    """The column in which rows carry a finding; no table can have one of this name.

    Example:
        >>> finding_column("mass")
        ' finding mass'
    """
    return _FINDING + name


def finding_columns(frame: pd.DataFrame) -> list[str]:
    """The columns of findings that rows carry.

    Example:
        >>> finding_columns(pd.DataFrame(columns=["mass", " finding mass"]))
        [' finding mass']
    """
    return [str(column) for column in frame.columns if str(column).startswith(_FINDING)]


def with_findings(candidates: Candidates, task: ManyFindings, table: str) -> Candidates:
    """Put every row's findings, as 1, 0 and NaN where not known, into their columns.

    A row of which no finding is known is left out; one of which some are known stays, and counts for these.

    Args:
        candidates: Rows.
        task: The study's `[task]`.
        table: The table's file name.

    Returns:
        Rows with at least one known finding.

    Raises:
        CohortError: A value is neither 1, 0 nor empty, or a finding is not known of any row.
    """
    frame = candidates.frame.copy()
    unsure = []
    for name in task.findings:
        values, doubtful = _as_finding(frame, name, table)
        frame[finding_column(name)] = values
        if doubtful:
            unsure.append(f"`{name}` {doubtful:,}")
    known = frame[finding_columns(frame)].notna()
    result = replace(candidates, frame=frame)
    if unsure:
        result = result.say(f"{UNSURE} (unsure) counts as not known: {', '.join(unsure)} times")
    several = len(task.findings) > 1
    rule = f"none of the {len(task.findings)} findings known" if several else f"`{task.findings[0]}` missing"
    result = result.keep(known.any(axis=1).to_numpy(dtype=np.bool_), f"{rule} in {table}")
    return _with_unknown_counted(result, task)


def with_value(candidates: Candidates, task: Regression, table: str) -> Candidates:
    """Put every row's number into `VALUE`; rows without one are left out.

    Args:
        candidates: Rows.
        task: The study's `[task]`.
        table: The table's file name.

    Returns:
        Rows with a number.

    Raises:
        CohortError: A value is no number, or all are the same.
    """
    frame = candidates.frame.copy()
    frame[VALUE] = numbers_of(frame[task.value])
    _refuse(
        frame,
        task.value,
        frame[VALUE].isna().to_numpy() & ~missing_in(frame[task.value]),
        f"`{task.value}` of {table}",
        "no number: write numbers alone, without unit or sign such as <",
    )
    result = replace(candidates, frame=frame)
    missing = frame[VALUE].isna().to_numpy(dtype=np.bool_)
    result = result.keep(~missing, f"`{task.value}` missing in {table}")
    if len(set(result.frame[VALUE])) == 1:
        only = float(result.frame[VALUE].iloc[0])
        raise CohortError(
            f"`{task.value}` of {table} is {only:g} in all {result.rows:,} rows: a number that never differs "
            "cannot be learnt"
        )
    return result


def _as_finding(frame: pd.DataFrame, name: str, table: str) -> tuple[NDArray[np.float64], int]:
    """A column as 1, 0 and NaN, and how many rows were unsure."""
    from hilum.evaluation.inputs.classes import NEGATIVE_WORDS, POSITIVE_WORDS

    words = np.array([text.casefold() for text in texts_of(frame[name])], dtype=object)
    yes, no = np.isin(words, list(POSITIVE_WORDS)), np.isin(words, list(NEGATIVE_WORDS))
    doubtful = words == UNSURE
    other = ~(yes | no | doubtful | missing_in(frame[name]))
    _refuse(
        frame,
        name,
        other,
        f"the finding `{name}` of {table}",
        "neither 1, 0 nor empty: write 1 where it is there, 0 where it is not, and leave empty "
        "what is not known",
    )
    if not (yes | no).any():
        raise CohortError(
            f"the finding `{name}` of {table} is not known of any case: take it out of findings in [task]"
        )
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan)), _rows(frame, doubtful)


def _with_unknown_counted(candidates: Candidates, task: ManyFindings) -> Candidates:
    """Say in the flow how many labels are not known among the rows that stay; none is left out for it."""
    rows = candidates.frame.drop_duplicates(ROW)
    unknown = {name: int(rows[finding_column(name)].isna().sum()) for name in task.findings}
    total = sum(unknown.values())
    if not total:
        return candidates
    share = 100 * total / (len(rows) * len(task.findings))
    return candidates.step(
        f"{total:,} labels ({share:.1f} %) not known, each left out of its finding alone", 0
    )


def _refuse(frame: pd.DataFrame, column: str, wrong: NDArray[np.bool_], where: str, words: str) -> None:
    if wrong.any():
        count, first = _rows(frame, wrong), texts_of(frame.loc[wrong, column])[0]
        raise CohortError(
            f"{where} holds {count:,} value{'' if count == 1 else 's'} that {'is' if count == 1 else 'are'} "
            f"{words} (the first is `{first}`)"
        )


def _rows(frame: pd.DataFrame, where: NDArray[np.bool_]) -> int:
    return int(frame.loc[where, ROW].nunique())
