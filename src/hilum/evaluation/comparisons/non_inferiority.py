"""Non-inferiority: whether a reader is not worse than another by a margin or more."""

import math

from scipy.special import ndtr, stdtr

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference


def non_inferiority(result: Difference, margin: float, *, lower_is_better: bool = False) -> Difference:
    """Test a difference (new minus reference) against a margin; the interval stays as it is, two-sided 95 %.

    p is one-sided, for the hypothesis that the new reader is worse by the margin or more: z is (difference +
    margin) / se, or (margin - difference) / se where lower is better. Where the difference has degrees of
    freedom of a t distribution they are used.

    Args:
        result: Difference with its standard error, on the scale of the measure.
        margin: Largest loss that would still be accepted, above 0.
        lower_is_better: Whether a low value of the measure is the good one.

    Raises:
        MeasureError: the margin is not above 0, or the result is a ratio.

    Reference:
        Chen et al., Academic Radiology 2012; 19: 1158-1165; ICH E9, section 3.3.2.

    Example:
        >>> tested = non_inferiority(Difference(-0.01, -0.04, 0.02, 0.0153), 0.05)
        >>> round(tested.statistic, 3), round(tested.p, 4), tested.method
        (2.614, 0.0045, 'non_inferiority_wald')
    """
    if not 0 < margin < math.inf:
        raise MeasureError("a non-inferiority margin is not above 0: correct it")
    if result.scale != "difference":
        raise MeasureError("a margin is on the scale of a difference: a ratio cannot be tested against it")
    if result.difference is None or not result.se:
        return Difference(result.difference, result.low, result.high, result.se)
    gain = -result.difference if lower_is_better else result.difference
    statistic = (gain + margin) / result.se
    df = math.inf if result.df is None else result.df
    by_t = math.isfinite(df)
    tail = stdtr(df, -statistic) if by_t else ndtr(-statistic)
    return Difference(
        result.difference,
        result.low,
        result.high,
        result.se,
        statistic,
        result.df,
        float(tail),
        "non_inferiority_t" if by_t else "non_inferiority_wald",
    )
