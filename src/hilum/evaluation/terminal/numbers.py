"""Numbers as the field prints them: estimate and interval, difference and p, cases and events."""

import math
from collections.abc import Iterable

from hilum.evaluation.results import Comparison, Measure

NOTHING = "-"
MOST_DIGITS = 6


def p_text(p: float | None) -> str:
    """A p value as it is printed: three digits below 0.1 (no zero before the point), two above.

    Example:
        >>> p_text(0.0042), p_text(0.00003), p_text(0.48), p_text(None)
        ('p .004', 'p < .001', 'p .48', 'p not defined')
    """
    if p is None:
        return "p not defined"
    if p < 0.001:
        return "p < .001"
    digits = 3 if p < 0.0995 else 2
    text = f"{p:.{digits}f}"
    return "p > .99" if p > 0.99 else f"p {text.removeprefix('0')}"


def number_text(value: float, digits: int = 2, *, signed: bool = False) -> str:
    """A number with so many digits behind the point, thousands apart, and no minus before a zero.

    Example:
        >>> number_text(-0.001), number_text(0.001, signed=True), number_text(-0.25, signed=True)
        ('0.00', '0.00', '-0.25')
        >>> number_text(12345.6, 0)
        '12,346'
    """
    text = f"{value:+,.{digits}f}" if signed else f"{value:,.{digits}f}"
    return text.lstrip("+-") if not any(letter in "123456789" for letter in text) else text


def span_text(low: float, high: float, digits: int = 2) -> str:
    """Two limits: `0.68-0.83`, or `-0.22 to 1.10` where a minus would be taken for the dash.

    Example:
        >>> span_text(0.68, 0.83), span_text(-0.22, 1.1)
        ('0.68-0.83', '-0.22 to 1.10')
    """
    first, last = number_text(low, digits), number_text(high, digits)
    return f"{first}{' to ' if '-' in first + last else '-'}{last}"


def interval_text(row: Measure | None, digits: int = 2) -> str:
    """Estimate and interval as `0.76 (0.68-0.83)`; a dash where there is none.

    Example:
        >>> interval_text(Measure("a", "test", "auroc", value=0.756, low=0.68, high=0.83))
        '0.76 (0.68-0.83)'
        >>> interval_text(Measure("a", "test", "bias", value=0.44, low=-0.22, high=1.1))
        '0.44 (-0.22 to 1.10)'
    """
    if row is None or row.value is None:
        return NOTHING
    if row.low is None or row.high is None:
        return number_text(row.value, digits)
    return f"{number_text(row.value, digits)} ({span_text(row.low, row.high, digits)})"


def difference_text(row: Comparison | None, digits: int = 2) -> str:
    """A difference with its p, as `+0.11 p .004`; a dash where there is none.

    Example:
        >>> difference_text(Comparison("a", "b", "test", "auroc", difference=-0.001, p=0.96))
        '0.00 p .96'
    """
    if row is None or row.difference is None:
        return NOTHING
    return f"{number_text(row.difference, digits, signed=True)} {p_text(row.p)}"


def agreement_text(row: Comparison | None) -> str:
    """A coefficient of agreement with its interval; a dash where there is none.

    Example:
        >>> agreement_text(Comparison("a", "b", "test", "kappa", statistic=0.41, low=0.3, high=0.52))
        '0.41 (0.30-0.52)'
    """
    if row is None or row.statistic is None:
        return NOTHING
    if row.low is None or row.high is None:
        return number_text(row.statistic)
    return f"{number_text(row.statistic)} ({span_text(row.low, row.high)})"


def digits_for(values: Iterable[float | None]) -> int:
    """How many digits behind the point show three that count of the largest number.

    Example:
        >>> digits_for([3.77, 9.7]), digits_for([61.2]), digits_for([0.0123]), digits_for([])
        (2, 1, 4, 2)
    """
    largest = max((abs(value) for value in values if value is not None), default=0.0)
    if largest == 0:
        return 2
    return min(max(2 - math.floor(math.log10(largest)), 0), MOST_DIGITS)


def sizes_text(sizes: Iterable[tuple[int, int]], events: str | None = "events") -> str:
    """Cases and events as `99, 20 events`; a range where readers differ.

    Args:
        sizes: Cases and events of each reader.
        events: What the events are called, None where there are none to name.

    Example:
        >>> sizes_text([(99, 20)]), sizes_text([(99, 20), (1200, 31)]), sizes_text([(99, 0)], None)
        ('99, 20 events', '99-1,200, 20-31 events', '99')
    """
    found = sorted(set(sizes))
    if not found:
        return NOTHING
    cases = _range([n for n, _ in found])
    return cases if events is None else f"{cases}, {_range([number for _, number in found])} {events}"


def _range(numbers: list[int]) -> str:
    least, most = min(numbers), max(numbers)
    return f"{least:,}" if least == most else f"{least:,}-{most:,}"
