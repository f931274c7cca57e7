"""The same numbers as MLstatkit for DeLong's test of two readers of the same cases."""

import numpy as np
import pytest
from MLstatkit import Delong_test

from hilum.evaluation import auroc, auroc_difference, compare_aurocs


def _two_readers(seed, n, digits):
    rng = np.random.default_rng(seed)
    label = rng.random(n) < 0.3
    label[:4] = True, False, True, False
    first = np.round(rng.normal(size=n) + label, digits)
    return first, np.round(0.5 * first + rng.normal(size=n), digits), label


@pytest.mark.parametrize("digits", [0, 1, 9])  # from very many ties to none
@pytest.mark.parametrize("n", [40, 300, 5000])
@pytest.mark.parametrize("seed", range(4))
def test_delongs_test_and_intervals(seed, n, digits):
    first, second, label = _two_readers(seed, n, digits)
    z, p, *limits, area, other, info = Delong_test(label.astype(int), first, second)
    assert info["method"] == "delong"
    found = auroc_difference(first, second, label)
    # MLstatkit subtracts the first from the second.
    assert found.statistic == pytest.approx(-z, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(p, rel=1e-9)
    assert found.se**2 == pytest.approx(info["var_diff"], rel=1e-9)
    for score, expected, (low, high) in zip((first, second), (area, other), limits, strict=True):
        own = auroc(score, label)
        assert (own.value, own.low, own.high) == pytest.approx((expected, low, high), abs=1e-12)
    # The test of all readers together is the square of it where there are two.
    assert compare_aurocs(np.stack([first, second]), label).statistic == pytest.approx(z**2, rel=1e-9)
