"""Benjamini and Hochberg's correction: of the pixels that are shown, at most so large a share is false."""

import numpy as np
from numpy.typing import NDArray


def false_discovery(p: NDArray[np.float64], tested: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """P-values adjusted to control the false discovery rate (Benjamini & Hochberg 1995).

    It holds for independent tests and for those that depend on one another positively, as neighbouring
    pixels do (Benjamini & Yekutieli 2001).

    Args:
        p: p-values of any shape.
        tested: False where nothing was tested; such pixels are not counted among the tests.

    Returns:
        Adjusted p-values of the same shape; 1 where nothing was tested.

    Example:
        >>> false_discovery(np.array([0.01, 0.02, 0.03, 0.5])).round(4).tolist()
        [0.04, 0.04, 0.04, 0.5]
    """
    chosen = np.ones(p.shape, dtype=np.bool_) if tested is None else tested
    values = p[chosen]
    adjusted = np.ones(p.shape)
    if values.size == 0:
        return adjusted
    order = np.argsort(values, kind="stable")[::-1]
    scaled = values[order] * (values.size / np.arange(values.size, 0, -1))
    back = np.empty_like(values)
    back[order] = np.minimum(np.minimum.accumulate(scaled), 1)
    adjusted[chosen] = back
    return adjusted
