"""With a single case of one kind the k-reader test has no variance to stand on."""

import numpy as np

from hilum.evaluation import compare_aurocs


def test_there_is_no_test_and_no_crash():
    rng = np.random.default_rng(2)
    label = np.zeros(12, dtype=bool)
    label[3] = True
    result = compare_aurocs(rng.random((3, 12)), label)
    assert result.p is None
    assert result.method == "not_estimable"
