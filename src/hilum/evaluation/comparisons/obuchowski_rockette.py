"""Several readers in two conditions: the Obuchowski-Rockette analysis with Hillis' degrees of freedom."""

import math

import numpy as np
from scipy.special import stdtr, stdtrit

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Difference, Floats


def obuchowski_rockette(first: Floats, second: Floats, cov2: float, cov3: float) -> Difference:
    """Mean measure of condition one minus condition two over readers, readers and cases being random.

    Args:
        first: (readers,) the measure (usually AUROC) of each reader in condition one.
        second: (readers,) the same readers in condition two.
        cov2: Covariance between different readers in the same condition.
        cov3: Covariance between different readers in different conditions.

    Raises:
        MeasureError: there are fewer than two readers, or not the same number in both conditions.

    Reference:
        Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007; 26: 596-619.

    Example:
        >>> first = np.array([0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066])
        >>> second = np.array([0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169])
        >>> result = obuchowski_rockette(first, second, 0.00033952653, 0.00023584965)
        >>> round(result.difference, 8), round(result.df, 4)
        (-0.04380032, 15.0661)
    """
    if len(first) != len(second) or len(first) < 2:
        raise MeasureError("the same two readers or more are needed in both conditions")
    table = np.stack([first, second]).astype(np.float64)
    conditions, readers = table.shape
    residual = table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean()
    freedom = (conditions - 1) * (readers - 1)
    interaction = float(np.sum(residual**2)) / freedom
    error = interaction + max(readers * (cov2 - cov3), 0.0)
    difference = float(first.mean() - second.mean())
    se = math.sqrt(2 * error / readers)
    df = error**2 / (interaction**2 / freedom) if interaction > 0 else math.inf
    statistic = difference / se if se > 0 else 0.0
    reach = float(stdtrit(df, 0.975)) * se if math.isfinite(df) else 1.959963984540054 * se
    p = float(2 * stdtr(df, -abs(statistic)))
    return Difference(
        difference, difference - reach, difference + reach, se, statistic, df, p, "obuchowski_rockette"
    )
