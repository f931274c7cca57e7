"""Local quadratic regression of an outcome on one number, as R's `loess` makes it by default.

Span 0.75, degree 2, tricube weights, least squares. The regression is fitted at the corners of a k-d tree and
blended between them by cubic polynomials with the fitted values and slopes (`surface = "interpolate"`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hilum.errors import MeasureError
from hilum.evaluation.common.estimates import Floats

SPAN = 0.75
CELL = 0.2
MARGIN = 0.005
SINGULAR = 1e10


@dataclass(frozen=True)
class LocalRegression:
    """A smooth curve, known by its values and slopes at some places and blended between them.

    Example:
        >>> x = np.linspace(0, 1, 40)
        >>> curve = LocalRegression.fit(x, x**2)
        >>> curve.at(np.array([0.5])).round(6)
        array([0.25])
    """

    corner: Floats
    value: Floats
    slope: Floats

    @classmethod
    def fit(cls, x: Floats, y: Floats, span: float = SPAN) -> "LocalRegression":
        """Fit by local quadratic regression on the nearest `span` of all cases.

        Where the nearest cases hold fewer than three different numbers, the regression there is linear or a
        mean.

        Args:
            x: (n,) finite numbers; equal ones are allowed.
            y: (n,) outcomes.
            span: Share of the cases that are near, above 0 and up to 1.

        Raises:
            MeasureError: there are no cases, a number is missing, or the span is not between 0 and 1.

        Reference:
            Cleveland & Devlin, JASA 1988; Cleveland & Grosse, Statistics and Computing 1991.

        Example:
            >>> LocalRegression.fit(np.array([1.0, 2.0, 3.0]), np.array([5.0, 5.0, 5.0])).at(np.array([2.5]))
            array([5.])
        """
        if len(x) == 0 or not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise MeasureError("a smooth curve needs cases without missing numbers")
        if not 0 < span <= 1:
            raise MeasureError(f"a span of {span:g} is not between 0 and 1: give a share of the cases")
        order = np.argsort(x, kind="stable")
        return cls._of_sorted(x[order], y[order], span)

    @classmethod
    def _of_sorted(cls, x: Floats, y: Floats, span: float) -> "LocalRegression":
        near = max(1, min(len(x), int(len(x) * span + 1e-5)))
        corner = _corners(x, max(1, int(len(x) * span * CELL)))
        return cls(corner, *_local_fits(x, y, corner, near))

    def at(self, x: Floats) -> Floats:
        """The curve at some numbers; beyond the outermost corners it keeps their values.

        Example:
            >>> curve = LocalRegression.fit(np.arange(10.0), 2 * np.arange(10.0))
            >>> curve.at(np.array([4.5])).round(6)
            array([9.])
        """
        right = np.clip(np.searchsorted(self.corner, x, "left"), 1, len(self.corner) - 1)
        left = right - 1
        width = self.corner[right] - self.corner[left]
        t = np.clip((x - self.corner[left]) / width, 0.0, 1.0)
        blended: Floats = (
            (1 - t) ** 2 * (1 + 2 * t) * self.value[left]
            + t**2 * (3 - 2 * t) * self.value[right]
            + t * (1 - t) ** 2 * width * self.slope[left]
            - t**2 * (1 - t) * width * self.slope[right]
        )
        return blended


def smooth_resampled(x: Floats, y: Floats, times: NDArray[np.int64], span: float = SPAN) -> LocalRegression:
    """The curve of a bootstrap sample of cases that are already sorted by `x`.

    Args:
        x: (n,) numbers in rising order.
        y: (n,) outcomes.
        times: (n,) how often each case was drawn.
        span: As for `fit`.

    Example:
        >>> x = np.linspace(0, 1, 20)
        >>> smooth_resampled(x, x, np.ones(20, dtype=np.int64)).at(np.array([0.3])).round(6)
        array([0.3])
    """
    return LocalRegression._of_sorted(np.repeat(x, times), np.repeat(y, times), span)  # noqa: SLF001 - same file


def _corners(x: Floats, most: int) -> Floats:
    """Corners of a k-d tree over sorted numbers: cells are halved until they hold `most` cases or fewer."""
    low, high = float(x[0]), float(x[-1])
    margin = MARGIN * max(high - low, max(abs(low), abs(high)) * 1e-3 + 1e-30)
    corners = {low - margin, high + margin}
    cells = [(0, len(x) - 1)]
    while cells:
        first, last = cells.pop()
        if last - first + 1 <= most:
            continue
        cut = _last_of_equals(x, first, last)
        if float(x[cut]) in corners:
            continue
        corners.add(float(x[cut]))
        cells += [(first, cut), (cut + 1, last)]
    return np.array(sorted(corners))


def _last_of_equals(x: Floats, first: int, last: int) -> int:
    """The place nearest to the middle of a cell after which another number comes, the later one of two."""
    middle = (first + last) // 2
    later = int(np.searchsorted(x, x[middle], "right")) - 1
    earlier = int(np.searchsorted(x, x[middle], "left")) - 1
    if later < last and (later - middle <= middle - earlier or earlier < first):
        return later
    return earlier if earlier >= first else last


def _local_fits(x: Floats, y: Floats, places: Floats, near: int) -> tuple[Floats, Floats]:
    """Values and slopes at some places of the weighted quadratics through their nearest cases."""
    from hilum.evaluation.measures._smooth_kernels import local_moments

    found = np.empty((len(places), 9))
    local_moments(x, y, places, near, found)
    reach, sums, against = found[:, 0], found[:, 1:6], found[:, 6:]
    value, slope = np.zeros(len(places)), np.zeros(len(places))
    left = sums[:, 0] > 0
    for terms in (3, 2, 1):
        moments = sums[:, np.add.outer(np.arange(terms), np.arange(terms))]
        fit = left.copy()
        fit[left] = np.linalg.cond(moments[left]) < SINGULAR
        beta = np.linalg.solve(moments[fit], against[fit, :terms, None])[:, :, 0]
        value[fit] = beta[:, 0]
        if terms > 1:
            slope[fit] = beta[:, 1] / reach[fit]
        left &= ~fit
    for place in np.flatnonzero(sums[:, 0] == 0):  # all nearest cases are equally far
        value[place] = y[np.abs(x - places[place]) <= reach[place]].mean()
    return value, slope
