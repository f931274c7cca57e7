"""Table 1: who the cases are, part by part."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from hilum.cohorts.cohort import Cohort
from hilum.cohorts.dates import is_date_column
from hilum.study.values import missing_in, numbers_of, texts_of

MOST_GROUPS = 10
_Row = dict[str, str]


def table_one(cohort: Cohort) -> pd.DataFrame:
    """Describe the cases of every part, without tests: parts drawn by chance differ by chance.

    Numbers are given as median [25th to 75th percentile], groups as count (percent of the cases whose value
    is known); missing values are counted in a row of their own. Columns with dates, and texts with more
    than ten values, are left out.

    Args:
        cohort: The cohort.

    Returns:
        One row a characteristic, in `characteristic`; then one column of text a part.

    Example:
        >>> from pathlib import Path
        >>> from hilum.study import Survival
        >>> cases = pd.DataFrame({"case": ["1", "2"], "patient": ["a", "b"], "part": "test", "image": "",
        ...                       "time": [3.0, 30.0], "event": [1, 0], "age": [71, None]})
        >>> task = Survival(time_days="days", event="died")
        >>> print(table_one(Cohort(cases, task, Path(), (), (), None, ())).to_string(index=False))
         characteristic                test
                  cases                   2
               patients                   2
                 events          1 (50.0 %)
        follow-up, days 16.5 [9.8 to 23.2]
                    age 71.0 [71.0 to 71.0]
           age: missing          1 (50.0 %)
    """
    parts = {part: cohort.cases[cohort.cases["part"] == part] for part in cohort.parts}
    rows = [
        {"characteristic": "cases", **{part: f"{len(cases):,}" for part, cases in parts.items()}},
        {"characteristic": "patients", **{part: f"{c['patient'].nunique():,}" for part, c in parts.items()}},
        *_outcome(cohort, parts),
    ]
    for column in cohort.variables:
        rows.extend(_described(cohort.cases[column], column, parts))
    return pd.DataFrame(rows, columns=["characteristic", *parts]).fillna("")


def _outcome(cohort: Cohort, parts: dict[str, pd.DataFrame]) -> Iterator[_Row]:
    if cohort.task.kind == "survival":
        for name, code in (("events", 1), ("competing events", 2)):
            events = {part: int((cases["event"] == code).sum()) for part, cases in parts.items()}
            if code == 1 or any(events.values()):
                shown = {part: _share(count, len(parts[part])) for part, count in events.items()}
                yield {"characteristic": name, **shown}
        times = {part: _median(cases["time"].to_numpy()) for part, cases in parts.items()}
        yield {"characteristic": "follow-up, days", **times}
        return
    if cohort.task.kind == "regression":
        medians = {part: _median(cases["value"].to_numpy(np.float64)) for part, cases in parts.items()}
        yield {"characteristic": f"{cohort.task.value} (to be told)", **medians}
        return
    if cohort.task.kind == "findings":
        yield from _findings(cohort.task.findings, parts)
        return
    for name in cohort.classes:
        counts = {
            part: _share(int((cases["label"] == name).sum()), len(cases)) for part, cases in parts.items()
        }
        yield {"characteristic": f"label: {name}", **counts}


def _findings(names: Sequence[str], parts: dict[str, pd.DataFrame]) -> Iterator[_Row]:
    """Each finding as a share of the cases in which it is known, and the cases in which it is not."""
    for name in names:
        there = {
            part: _share(int((cases[name] == 1).sum()), int(cases[name].notna().sum()))
            for part, cases in parts.items()
        }
        yield {"characteristic": f"finding: {name}", **there}
        unknown = {part: int(cases[name].isna().sum()) for part, cases in parts.items()}
        if any(unknown.values()):
            shares = {part: _share(unknown[part], len(cases)) for part, cases in parts.items()}
            yield {"characteristic": f"finding: {name}, not known", **shares}


def _described(column: "pd.Series[str]", name: str, parts: dict[str, pd.DataFrame]) -> Iterator[_Row]:
    missing = missing_in(column)
    numbers = numbers_of(column)
    values = sorted({text for text in texts_of(column) if text})
    numeric = not np.isnan(numbers[~missing]).any()
    if not values or (not numeric and (len(values) > MOST_GROUPS or is_date_column(column))):
        return
    if numeric and set(values) <= {"0", "1"}:
        yield {"characteristic": name, **{part: _group(cases[name], "1") for part, cases in parts.items()}}
    elif numeric:
        medians = {part: _median(numbers_of(cases[name])) for part, cases in parts.items()}
        yield {"characteristic": name, **medians}
    else:
        for value in values:
            counts = {part: _group(cases[name], value) for part, cases in parts.items()}
            yield {"characteristic": f"{name}: {value}", **counts}
    if missing.any():
        counts = {
            part: _share(int(missing_in(cases[name]).sum()), len(cases)) for part, cases in parts.items()
        }
        yield {"characteristic": f"{name}: missing", **counts}


def _group(column: "pd.Series[str]", value: str) -> str:
    texts = [text for text in texts_of(column) if text]
    return _share(texts.count(value), len(texts))


def _share(count: int, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)" if of else "0"


def _median(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> str:
    known = values[~np.isnan(values)]
    if not len(known):
        return "not known"
    low, middle, high = np.percentile(known, [25, 50, 75])
    digits = 1 if max(abs(low), abs(high)) >= 10 else 2
    return f"{middle:.{digits}f} [{low:.{digits}f} to {high:.{digits}f}]"
