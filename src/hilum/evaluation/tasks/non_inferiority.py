"""Non-inferiority: every difference that was found, set against the margin that was named for its measure."""

import dataclasses

from hilum.catalogue.measures import MEASURES
from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference
from hilum.evaluation.comparisons.non_inferiority import non_inferiority
from hilum.evaluation.comparisons.tango import tango_non_inferiority
from hilum.evaluation.ledger import Size, Work
from hilum.evaluation.results import Comparison

SHARES = {"sensitivity", "specificity", "accuracy"}
# Second opinions on a pair that has its row already, or no single answer.
PASSED_OVER = ("_mid_p", "_smallest_p", "_largest_p", "_holm", "_fixed_readers")
# How groups of readers are named; they are never turned round.
GROUPS = ("all readers", "mean of ")
BY_T = ("obuchowski_rockette", "paired_t")


def add_non_inferiority(work: Work) -> None:
    """Write a row with margin and one-sided p beside every difference whose measure has a margin.

    The reader that stands for today's use (`comparator`) is the reference, and only pairs with it are tested;
    without one, reader b of each pair is. What concerns a group of readers is tested as it stands. A margin
    is planned for all cases, so subgroups of patients are not tested.
    """
    if not work.options.margins:
        return
    for row in tuple(work.ledger.comparisons):
        margin = _margin(work, row.measure)
        if margin is None or row.reader_b is None or row.scale != "difference" or row.difference is None:
            continue
        turned = _turned(row, work.options.comparator)
        if turned is None or row.margin is not None or row.method.endswith(PASSED_OVER):
            continue
        if row.of is not None and "=" in row.of:
            continue
        _write(work, turned, margin)


def _margin(work: Work, measure: str) -> float | None:
    """The margin of a measure; the one for all measures is meant for those between 0 and 1."""
    record = next(one for one in MEASURES if one.name == measure)
    if record.better == "neither":
        return None
    if measure in work.options.margins:
        return work.options.margins[measure]
    return work.options.margin_of(measure) if record.high == 1.0 else None


def _turned(row: Comparison, comparator: str | None) -> Comparison | None:
    """The row as new reader minus comparator; None where the comparator is not in it."""
    if row.reader_b is None or row.difference is None:
        return None
    if comparator in {None, row.reader_b} or row.reader_b.startswith(GROUPS):
        return row
    if row.reader_a != comparator:
        return None
    return dataclasses.replace(
        row,
        reader_a=row.reader_b,
        reader_b=row.reader_a,
        difference=-row.difference,
        low=None if row.high is None else -row.high,
        high=None if row.low is None else -row.low,
    )


def _write(work: Work, row: Comparison, margin: float) -> None:
    try:
        result = _tested(row, margin)
    except MeasureError as error:
        work.ledger.warn("margin_refused", f"no test of non-inferiority of {row.measure}: {error}")
        return
    if result.p is None:
        return
    where, size = (row.reader_a, row.reader_b, row.part), Size(row.n, row.events)
    work.ledger.compare(where, row.measure, result, size, at=row.at, of=row.of, margin=margin)


def _tested(row: Comparison, margin: float) -> Difference:
    if row.method == "mcnemar_exact" and row.measure in SHARES:
        counts = _discordant(row)
        if counts is not None:
            return tango_non_inferiority(*counts, margin)
    df = row.df if row.method.startswith(BY_T) else None
    found = Difference(row.difference, row.low, row.high, row.se, df=df)
    lower = next(one for one in MEASURES if one.name == row.measure).better == "lower"
    return non_inferiority(found, margin, lower_is_better=lower)


def _discordant(row: Comparison) -> tuple[int, int, int] | None:
    """Cases that only a and only b has right, and all, as the difference and its standard error say.

    None where they are no whole numbers, so that the difference is of something else.
    """
    n = {"sensitivity": row.events, "specificity": row.n - row.events}.get(row.measure, row.n)
    if row.difference is None or row.se is None or n == 0:
        return None
    apart = row.difference * n
    differing = (row.se * n) ** 2 + apart**2 / n
    only_a, only_b = (differing + apart) / 2, (differing - apart) / 2
    whole = round(only_a), round(only_b)
    if max(abs(only_a - whole[0]), abs(only_b - whole[1])) > 1e-6 * max(1.0, differing):
        return None
    return *whole, n
