"""Reading times: each reader's mean and total, and what a condition changes."""

import dataclasses
import itertools

import numpy as np
from numpy.typing import NDArray

from hilum.evaluation.common.estimates import Estimate, Floats
from hilum.evaluation.comparisons.obuchowski_rockette import (
    compare_conditions,
    compare_conditions_fixed_readers,
)
from hilum.evaluation.comparisons.reader_table import mean_table
from hilum.evaluation.comparisons.reading_times import (
    as_ratio,
    mean_seconds,
    seconds_difference,
    seconds_ratio,
)
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.tasks.reader_groups import ReaderGroup, reader_groups
from hilum.evaluation.tasks.several_readers import warn_of_groups


def add_reading_times(work: Work) -> None:
    """Write down how long readers took, in seconds a case, where the readings say it."""
    times = {
        one.reader: _plausible(work, one.reader, one.beside["seconds"][0])
        for one in work.alignment.opinions
        if "seconds" in one.beside and len(one.repeats) < 2
    }
    if not times:
        return
    for part in work.parts:
        for name, seconds in times.items():
            _measure(work, name, seconds, part)
    if work.options.unpaired:
        return
    groups = reader_groups(work.alignment.opinions)
    warn_of_groups(work, groups)
    for part in work.compared_parts:
        for without, helped in itertools.combinations(groups, 2):
            _compare(work, (helped, without), times, part)


def _plausible(work: Work, name: str, seconds: Floats) -> Floats:
    """Times above 0; others count as missing."""
    impossible = int(np.sum(seconds <= 0))
    if impossible:
        work.ledger.warn(
            "impossible_time",
            f"{impossible} reading times of {name} are not above 0 seconds; they count as missing",
            impossible,
        )
    return np.where(seconds > 0, seconds, np.nan)


def _measure(work: Work, name: str, seconds: Floats, part: str) -> None:
    inside = work.alignment.truth.in_part(part)
    rows = np.flatnonzero(inside & np.isfinite(seconds))
    if len(rows) == 0:
        return
    estimate = mean_seconds(seconds[rows], work.patients(rows))
    size = Size(len(rows), 0, int(inside.sum()) - len(rows))
    work.ledger.measure((name, part), "reading_seconds", estimate, size)
    work.ledger.measure((name, part), "reading_seconds_total", _times(estimate, len(rows)), size)


def _times(estimate: Estimate, count: int) -> Estimate:
    """An estimate of a mean as one of the sum of so many cases."""
    parts = (estimate.value, estimate.low, estimate.high, estimate.se)
    value, low, high, se = (None if number is None else number * count for number in parts)
    return dataclasses.replace(estimate, value=value, low=low, high=high, se=se)


def _compare(
    work: Work, groups: tuple[ReaderGroup, ReaderGroup], times: dict[str, Floats], part: str
) -> None:
    helped, without = groups
    pairs = [
        (helped.readers[person], without.readers[person])
        for person in helped.readers
        if helped.readers[person] in times and without.readers.get(person) in times
    ]
    inside = work.alignment.truth.in_part(part)
    for first, second in pairs:
        _compare_person(work, (first, second), (times[first], times[second]), (part, inside))
    if len(pairs) > 1:
        values = np.stack([[times[pair[side]] for pair in pairs] for side in (0, 1)])
        _compare_all(work, (helped.name, without.name, part), values, inside)


def _compare_person(
    work: Work,
    names: tuple[str, str],
    seconds: tuple[Floats, Floats],
    where: tuple[str, NDArray[np.bool_]],
) -> None:
    part, inside = where
    first, second = seconds
    rows = np.flatnonzero(inside & np.isfinite(first) & np.isfinite(second))
    read = max(int(np.sum(inside & np.isfinite(one))) for one in seconds)
    if len(rows) < read:
        work.ledger.warn(
            "unpaired_times",
            f"{names[0]} and {names[1]} both have a reading time for {len(rows):,} cases of {part}, one of "
            f"them for {read:,}: times are compared on the former",
            read - len(rows),
        )
    if len(rows) == 0:
        return
    patient, size = work.patients(rows), Size(len(rows), 0)
    for result in (
        seconds_difference(first[rows], second[rows], patient),
        seconds_ratio(first[rows], second[rows], patient),
    ):
        work.ledger.compare((*names, part), "reading_seconds", result, size)


def _compare_all(work: Work, where: tuple[str, str, str], values: Floats, inside: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(inside & np.isfinite(values).all(axis=(0, 1)))
    if len(rows) < 2:
        return
    patient, size = work.patients(rows), Size(len(rows), 0)
    table = mean_table(values[:, :, rows], patient)
    for result in (compare_conditions(table), compare_conditions_fixed_readers(table)):
        work.ledger.compare(where, "reading_seconds", result, size)
    logarithms = compare_conditions(mean_table(np.log(values[:, :, rows]), patient))
    ratio = as_ratio(logarithms, "obuchowski_rockette_log")
    work.ledger.compare(where, "reading_seconds", ratio, size)
