"""What may be wrong with a follow-up: said with its count, never repaired."""

import numpy as np
import pandas as pd

from hilum.evaluation.common.estimates import Floats
from hilum.evaluation.ledger import Work
from hilum.evaluation.tasks.survival_readers import Outcome, Rows

ENTRY = ("entry", "entry_days", "start_days", "start")
# Where the rate of the event rises in proportion to time, about 1 study in 5,000 is warned of wrongly.
MANY_AT_ONCE = 30


def warn_of_outcome(work: Work, outcome: Outcome) -> None:
    """Write down what is odd about the follow-up of each part."""
    entry = _entry(work)
    for part in work.parts:
        inside = work.alignment.truth.in_part(part)
        unknown = int(np.sum(inside & ~outcome.known))
        if unknown:
            work.ledger.warn(
                "unknown_outcome",
                f"{unknown} cases of {part} have no time or event; they are left out",
                unknown,
            )
        rows = np.flatnonzero(inside & outcome.known)
        if len(rows):
            _warn_of_day_zero(work, outcome, part, rows)
            _warn_of_late_entry(work, entry, part, rows)
            _warn_of_no_early_events(work, outcome, part, rows)
            _warn_of_competing(work, outcome, part, rows)


def _warn_of_day_zero(work: Work, outcome: Outcome, part: str, rows: Rows) -> None:
    zero = outcome.time[rows] == 0
    happened, lost = (int(np.sum(zero & (outcome.event[rows] == code))) for code in (1, 0))
    if happened:
        work.ledger.warn(
            "event_on_day_zero",
            f"{happened} cases of {part} have the event on day 0, the day of the image: it may have been "
            "there already; they are counted as events, leave them out if it was",
            happened,
        )
    if lost:
        work.ledger.warn(
            "no_follow_up",
            f"{lost} cases of {part} are censored on day 0: they were never followed and say nothing about "
            "the outcome; check their `time`",
            lost,
        )


def _entry(work: Work) -> tuple[str, Floats] | None:
    """The column that says when each case came under observation, where the truth has one."""
    frame = work.alignment.truth.frame
    name = next((column for column in ENTRY if column in frame.columns), None)
    if name is None:
        return None
    return name, pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=np.float64)


def _warn_of_late_entry(work: Work, entry: tuple[str, Floats] | None, part: str, rows: Rows) -> None:
    if entry is None:
        return
    name, days = entry
    late = int(np.sum(days[rows] > 0))
    if late:
        work.ledger.warn(
            "immortal_time",
            f"{late} cases of {part} came under observation only after day 0 (`{name}` above 0): before that "
            "they could not be seen to have the event (immortal time). No measure here corrects for it: "
            "take the image at entry and count `time` from there, or leave these cases out",
            late,
        )


def _warn_of_no_early_events(work: Work, outcome: Outcome, part: str, rows: Rows) -> None:
    """No event for a while, and then many at once in as many days: cases were taken in by their survival."""
    time, happened = outcome.time[rows], outcome.event[rows] == 1
    if not happened.any():
        return
    first = float(time[happened].min())
    # Times in whole days or months cannot show anything earlier than the first of them.
    steps = np.diff(np.unique(time))
    quiet = first - (float(steps.min()) if len(steps) else first)
    soon = int(np.sum(time[happened] < first + quiet))
    if soon >= MANY_AT_ONCE:
        work.ledger.warn(
            "immortal_time",
            f"no case of {part} has the event before day {first:g}, but {soon} in as many days after: "
            "if only cases that lived so long came into the study, the time until then is immortal; count "
            "`time` from the day on which a case could first be seen to have the event",
            soon,
        )


def _warn_of_competing(work: Work, outcome: Outcome, part: str, rows: Rows) -> None:
    competing = outcome.competing(rows)
    if competing:
        work.ledger.warn(
            "competing_events",
            f"{competing} cases of {part} had a competing event (2). They count as known to be without the "
            "event: the share with the event is Aalen-Johansen's, since 1 - Kaplan-Meier would be too high; "
            "Harrell's C keeps them in the risk set; AUC(t) and Brier(t) take them as controls; the log-rank "
            "test compares cause-specific hazards. Uno's C and the Cox calibration slope are left out",
            competing,
        )
