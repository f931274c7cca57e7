"""Holm's adjustment of the p values of several comparisons."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """P values adjusted for their number by Holm's step-down rule, in the order given.

    The smallest is multiplied by their number, the next by one less, and so on; none becomes smaller than the
    one before it, nor larger than 1. A test without p is no member of the family and stays None.

    Args:
        p_values: Two-sided p of each comparison, None where there is none.

    Reference:
        Holm, Scandinavian Journal of Statistics 1979; 6: 65-70.

    Example:
        >>> holm([0.01, 0.04, None, 0.03])
        (0.03, 0.06, None, 0.06)
    """
    given = sorted((p, number) for number, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for place, (p, number) in enumerate(given):
        largest = max(largest, min(1.0, (len(given) - place) * p))
        adjusted[number] = largest
    return tuple(adjusted)
