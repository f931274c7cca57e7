"""Which columns tell when something happened, and at which day it should be read."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hilum.serving.proposing.columns import ColumnGuess
from hilum.serving.proposing.headings import about
from hilum.serving.proposing.making import Making
from hilum.serving.proposing.proposal import TaskProposal
from hilum.serving.proposing.units import in_days, time_unit

_HORIZONS = (30, 90, 180, 365, 730, 1096, 1826, 3652)
_ASKED = (
    (re.compile(r"(\d+)\s*-?\s*(?:day|days|d\b)|(\d+)\s*일"), "days"),
    (re.compile(r"(\d+)\s*-?\s*(?:month|months|mo\b)|(\d+)\s*개월"), "months"),
    (re.compile(r"(\d+)\s*-?\s*(?:year|years|yr\b)|(\d+)\s*년"), "years"),
)


def propose_survival(
    columns: Sequence[ColumnGuess], times: dict[str, NDArray[np.float64]], title: str
) -> list[TaskProposal]:
    """Questions of time to an event, the likeliest first.

    Args:
        columns: What each column seems to hold.
        times: The numbers of the columns with times, by name, nan where missing.
        title: The study's question, which may name the horizon.

    Returns:
        One proposal for each pair of a time and an event that belong together, then those from dates.
    """
    stamps = [each for each in columns if each.role == "time"]
    events = [each for each in columns if each.role == "event" and each.coding is not None]
    pairs = sorted(
        ((_affinity(time, event), time, event) for time in stamps for event in events),
        key=lambda pair: -pair[0],
    )
    best = {event.name: score for score, _, event in reversed(pairs)}
    found = [
        _of_pair(
            time, event, times.get(time.name), title, several=len(stamps) > 1 or len(events) > 1, near=score
        )
        for score, time, event in pairs
        if score == best[event.name]
    ]
    return [*found, *_from_dates(columns, title)]


def _of_pair(
    time: ColumnGuess,
    event: ColumnGuess,
    values: NDArray[np.float64] | None,
    title: str,
    *,
    several: bool,
    near: float,
) -> TaskProposal:
    unit, _ = time_unit(time.name, time.highest)
    doubts = [] if unit else ["unit"]
    unit = unit or ("years" if (time.highest or 0) <= 40 and not time.whole else "days")
    makings: list[Making] = []
    coding = event.coding
    assert coding is not None
    name = event.name
    if not coding.plain:
        name = f"{event.name} (0/1)"
        makings.append(Making(name, "coded", (event.name,), coding.numbers))
    if not coding.sure:
        doubts.append("coding")
    if several and near < 1:
        doubts.append("pair")
    if _censoring(event.name):
        doubts.append("censored")
    key, column = ("time_years", time.name) if unit == "years" else ("time_days", time.name)
    if unit in {"months", "weeks"}:
        column = f"{time.name} -> days"
        makings.append(Making(column, "scaled", (time.name,), unit=unit))
    days = None if values is None else np.array([in_days(value, unit) for value in values])
    horizon, said = horizon_for(days, title)
    keys = {"kind": "survival", key: column, "event": name, "horizons_days": [horizon]}
    facts = {
        "about": about(event.name),
        "time": time.name,
        "event": event.name,
        "unit": unit,
        "days": horizon,
    }
    facts |= {"horizon": "title" if said else "followup"}
    return TaskProposal("survival", keys, tuple(makings), facts, tuple(doubts))


def _from_dates(columns: Sequence[ColumnGuess], title: str) -> list[TaskProposal]:
    """Time to an event out of three dates: where it begins, where it happened, where follow-up ended."""
    by = {
        role: [each for each in columns if each.role == role]
        for role in ("start date", "death date", "last date")
    }
    if not all(by.values()):
        return []
    start, event, last = (by[role][0] for role in ("start date", "death date", "last date"))
    taken = {each.name for each in columns}
    days, died = _free("days", taken), _free("happened", taken)
    makings = (
        Making(days, "days", (start.name, event.name, last.name)),
        Making(died, "present", (event.name,)),
    )
    horizon, said = horizon_for(None, title)
    keys = {"kind": "survival", "time_days": days, "event": died, "horizons_days": [horizon]}
    unreadable = any(each.date_form.startswith("day") for each in (start, event, last))
    doubts = ("dates",) if unreadable else () if len(by["start date"]) == 1 else ("start",)
    facts = {
        "about": about(event.name),
        "start": start.name,
        "event": event.name,
        "last": last.name,
        "days": horizon,
    }
    facts |= {"unit": "days", "horizon": "title" if said else "usual"}
    return [TaskProposal("survival", keys, makings, facts, doubts)]


def horizon_for(days: NDArray[np.float64] | None, title: str) -> tuple[int, bool]:
    """The day at which risks are read, and whether the question itself names it.

    Where the question does not, it is the latest usual day that at least half of the cases were followed to.

    Example:
        >>> horizon_for(None, "30-day mortality"), horizon_for(None, "폐암 5년 생존")
        ((30, True), (1826, True))
        >>> horizon_for(np.array([10.0, 400.0, 500.0]), "mortality")
        (365, False)
    """
    for pattern, unit in _ASKED:
        if match := pattern.search(title.casefold()):
            number = int(next(group for group in match.groups() if group))
            if 0 < number <= 10_000:
                return round(in_days(number, unit)), True
    known = np.array([]) if days is None else days[~np.isnan(days)]
    if not len(known):
        return 30, False
    reached = [day for day in _HORIZONS if np.mean(known >= day) >= 0.5]
    return (max(reached) if reached else max(1, round(float(np.median(known))))), False


def _affinity(time: ColumnGuess, event: ColumnGuess) -> float:
    """How much two headings belong together: the same abbreviation before or within, such as OS and PFS."""
    families: tuple[set[str], ...] = (
        {"os", "death", "사망", "생존", "died", "dead", "mortality", "overall"},
        {"pfs", "progress", "진행", "무진행"},
    )
    families += ({"dfs", "rfs", "recur", "relapse", "재발", "무병"}, {"fracture", "골절"})
    first, second = time.name.casefold(), event.name.casefold()
    in_time = [any(word in first for word in family) for family in families]
    in_event = [any(word in second for word in family) for family in families]
    if any(a and b for a, b in zip(in_time, in_event, strict=True)):
        return 1.0
    if any(in_time) and any(in_event):
        return 0.1
    return 0.5


def _censoring(heading: str) -> bool:
    """Whether a heading speaks of censoring, whose 1 may mean that nothing happened."""
    return re.search(r"cens|중도절단", heading.casefold()) is not None


def _free(name: str, taken: set[str]) -> str:
    return (
        name
        if name not in taken
        else next(f"{name} {n}" for n in range(2, 1000) if f"{name} {n}" not in taken)
    )
