"""The truth about every case, checked once: classes, or times and events."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hilum.cohorts.flow import LABEL, PATIENT, ROW, Candidates
from hilum.errors import CohortError, ReadingsError
from hilum.study import Classification, Survival
from hilum.study.tasks import DAYS_A_YEAR
from hilum.study.values import missing_in, numbers_of, texts_of

MOST_CLASSES = 100
# No follow-up lasts longer; a column that reaches further does not count years.
MOST_YEARS = 130
TIME, EVENT = " time", " event"
COMPETING = 2
EVENTS = (0, 1, COMPETING)


@dataclass(frozen=True)
class Classes:
    """The classes of a classification.

    Args:
        names: All of them; of two, the positive one is last.
        positive: The positive one; None where more than two leave it open.
        note: How the positive one was told, "" when the study names it.
    """

    names: tuple[str, ...]
    positive: str | None
    note: str


def with_labels(candidates: Candidates, task: Classification, table: str) -> Candidates:
    """Put every row's class into `LABEL`; rows without one are left out.

    Args:
        candidates: Rows.
        task: The study's `[task]`.
        table: The table's file name.

    Returns:
        Rows with a class.

    Raises:
        CohortError: Two labels differ only in upper and lower case.
    """
    if task.label is None:
        return candidates
    frame = candidates.frame.copy()
    frame[LABEL] = texts_of(frame[task.label])
    return _without_missing(candidates, frame, frame[LABEL] == "", f"`{task.label}` missing in {table}")


def classes_of(labels: "pd.Series[str]", task: Classification, where: str) -> Classes:
    """The classes, and which one is positive: of two, the one that is not normal, negative, control or 0.

    Args:
        labels: Every case's class.
        task: The study's `[task]`.
        where: Where the labels stand, such as "`diagnosis` of outcomes.csv".

    Returns:
        The classes.

    Raises:
        CohortError: There is one class only, far too many, two spellings of one, or the positive one is
            not told.

    Example:
        >>> classes_of(pd.Series(["정상", "폐렴"]), Classification(label="진단"), "`진단`").names
        ('정상', '폐렴')
    """
    from hilum.evaluation.inputs.classes import ordered_classes, positive_class

    names = ordered_classes(labels)
    _see_classes(names, len(labels), where)
    if len(names) > 2 and task.positive is None:
        return Classes(names, None, "")
    try:
        positive = positive_class(names, task.positive)
    except ReadingsError as problem:
        advice = "" if task.positive else " (positive = in [task])"
        raise CohortError(f"{where}: {problem}{advice}") from None
    note = (
        "" if task.positive else f"`{positive}` counts as positive, `{_other(names, positive)}` as negative"
    )
    return Classes(ordered_classes(labels, positive), positive, note)


def with_survival(candidates: Candidates, task: Survival, table: str) -> Candidates:
    """Put every row's time in days and event (0, 1 or 2) into `TIME` and `EVENT`; rows without them go.

    Times in years become whole days, as horizons do. An event of 2 is a competing event: something else
    happened first, after which the event cannot happen, such as death before a cancer.

    Args:
        candidates: Rows.
        task: The study's `[task]`.
        table: The table's file name.

    Returns:
        Rows with an outcome.

    Raises:
        CohortError: A time is negative, no number, or longer than a life; an event is none of 0, 1 and 2, or
            never 0 among 1 and 2.
    """
    frame = candidates.frame.copy()
    for column, name in ((task.time_column, TIME), (task.event, EVENT)):
        frame[name] = numbers_of(frame[column])
        unread = _rows(frame, frame[name].isna().to_numpy() & ~missing_in(frame[column]))
        if unread:
            how = f"write {task.time_unit}"
            if name == EVENT:
                how = "write 1 where the event happened and 0 where not"
            raise CohortError(f"`{column}` of {table} holds {unread} values that are no numbers: {how}")
    _see_times(frame, task, table)
    if task.time_unit == "years":
        frame[TIME] = np.round(frame[TIME].to_numpy(dtype=np.float64) * DAYS_A_YEAR)
    other = _rows(frame, (~frame[EVENT].isin(EVENTS) & frame[EVENT].notna()).to_numpy())
    if other:
        raise CohortError(
            f"`{task.event}` of {table} holds {other} values that are none of 0, 1 and 2: write 1 where the "
            "event happened, 0 where follow-up ended without it, and 2 where something else happened first "
            "that makes it impossible, such as a death"
        )
    if set(frame[EVENT].dropna()) == {1, COMPETING}:
        # Some programs write 1 for those without the event and 2 for those with it.
        raise CohortError(
            f"`{task.event}` of {table} holds 1 and 2 and never 0: write 0 where follow-up ended without the "
            "event and 1 where it happened; 2 is only for a competing event, where there is one"
        )
    words = f"`{task.time_column}` or `{task.event}` missing in {table}"
    with_outcome = _without_missing(candidates, frame, frame[TIME].isna() | frame[EVENT].isna(), words)
    return _with_competing_said(with_outcome, task)


def _see_times(frame: pd.DataFrame, task: Survival, table: str) -> None:
    """See that times are counted forward, and in the unit that the study says."""
    negative = _rows(frame, (frame[TIME] < 0).to_numpy())
    if negative:
        raise CohortError(
            f"`{task.time_column}` of {table} holds {negative} negative times: {task.time_unit} are counted "
            "forward from the image"
        )
    longest = float(frame[TIME].max())
    if task.time_unit == "years" and longest > MOST_YEARS:
        raise CohortError(
            f"`{task.time_column}` of {table} reaches {longest:g} years: write time_days = in [task] if it "
            "counts days"
        )


def _with_competing_said(candidates: Candidates, task: Survival) -> Candidates:
    """Say how many rows had a competing event, since everything that follows depends on it."""
    count = _rows(candidates.frame, (candidates.frame[EVENT] == COMPETING).to_numpy())
    if not count:
        return candidates
    had = "1 row had" if count == 1 else f"{count:,} rows had"
    return candidates.say(
        f"{had} a competing event (2 in `{task.event}`): risks are those of the event where the other may "
        "come first (cumulative incidence)"
    )


def see_events(events: "pd.Series[float]", task: Survival, table: str) -> None:
    """See that at least one event is among the cases.

    Args:
        events: 0, 1 or 2, one a case.
        task: The study's `[task]`.
        table: The table's file name.

    Raises:
        CohortError: There is none.

    Example:
        >>> see_events(pd.Series([0.0, 1.0]), Survival(time_days="days", event="died"), "t.csv")
    """
    if not (events == 1).any():
        other = "; 2 is a competing event" if (events == COMPETING).any() else ""
        raise CohortError(
            f"none of the {len(events)} cases has an event (`{task.event}` of {table} is never 1{other}): "
            "a time to an event cannot be learnt without one"
        )


def one_outcome_a_patient(frame: pd.DataFrame, table: str) -> None:
    """See that no patient has two outcomes where the outcome belongs to the patient.

    Args:
        frame: Rows with `PATIENT`, `TIME` and `EVENT`.
        table: The table's file name.

    Raises:
        CohortError: A patient has two times or two events.
    """
    several = frame.groupby(PATIENT)[[TIME, EVENT]].nunique().max(axis=1) > 1
    if several.any():
        count = int(several.sum())
        raise CohortError(
            f"{count} patient{' has' if count == 1 else 's have'} two outcome times or events in {table}: "
            "keep one row a "
            "patient, or name the column that tells examinations apart with case = in [cohort]"
        )


def _without_missing(
    candidates: Candidates, frame: pd.DataFrame, missing: "pd.Series[bool]", rule: str
) -> Candidates:
    filled = Candidates(
        frame,
        candidates.root,
        candidates.flow,
        candidates.notes,
        candidates.from_images,
        has_dates=candidates.has_dates,
    )
    return filled.keep(~missing.to_numpy(dtype=np.bool_), rule)


def _rows(frame: pd.DataFrame, where: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> int:
    return int(frame.loc[where, ROW].nunique())


def _other(names: tuple[str, ...], positive: str) -> str:
    return next(name for name in names if name != positive)


def _see_classes(names: tuple[str, ...], cases: int, where: str) -> None:
    if len(names) < 2:
        found = f"has the one class `{names[0]}` in all {cases} cases" if names else "has no class"
        raise CohortError(f"{where} {found}: two classes are needed to tell apart")
    if len(names) > MOST_CLASSES:
        raise CohortError(
            f"{where} has {len(names)} different values: name a column with classes, not with a measurement"
        )
    spellings: dict[str, str] = {}
    for name in names:
        other = spellings.setdefault(name.casefold(), name)
        if other != name:
            raise CohortError(f"{where} writes one class as `{other}` and as `{name}`: write it one way")
