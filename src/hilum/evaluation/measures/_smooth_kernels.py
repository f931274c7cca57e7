"""The loop of local regression that must be compiled. Imported when first needed."""

import numpy as np

from hilum.compiled import compiled


@compiled
def local_moments(x: np.ndarray, y: np.ndarray, places: np.ndarray, near: int, found: np.ndarray) -> None:
    """Weighted sums of powers of distance around each place, over the cases nearest to it.

    Args:
        x: (n,) sorted numbers.
        y: (n,) outcomes.
        places: (k,) where the regression is to be fitted.
        near: How many cases are near.
        found: (k, 9) filled with the reach, five sums of weight times u^0 ... u^4, three of weight times y
            times u^0 ... u^2, where u is the distance in units of the reach.
    """
    for number in range(len(places)):
        place = places[number]
        low = 0
        high = len(x) - near
        while low < high:
            middle = (low + high) // 2
            if place - x[middle] > x[middle + near] - place:
                low = middle + 1
            else:
                high = middle
        reach = max(abs(x[low] - place), abs(x[low + near - 1] - place))
        found[number, :] = 0.0
        found[number, 0] = reach
        if reach <= 0.0:
            continue
        for case in range(low, low + near):
            u = (x[case] - place) / reach
            size = abs(u)
            if size < 0.999:
                weight = 1.0
                if size > 0.001:
                    root = 1.0 - size * size * size
                    weight = root * root * root
                found[number, 1] += weight
                found[number, 6] += weight * y[case]
                weight *= u
                found[number, 2] += weight
                found[number, 7] += weight * y[case]
                weight *= u
                found[number, 3] += weight
                found[number, 8] += weight * y[case]
                weight *= u
                found[number, 4] += weight
                found[number, 5] += weight * u
