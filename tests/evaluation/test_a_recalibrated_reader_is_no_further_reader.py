"""Before and after recalibration is one reader: tests of all readers and Holm's adjustment count it once."""

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import EvaluationOptions, Readings, Truth, evaluate

N = 240


@pytest.fixture(scope="module")
def both():
    rng = np.random.default_rng(3)
    ill = np.arange(N) % 3 == 0
    part = np.where(np.arange(N) < 90, "validation", "test")
    frame = pd.DataFrame({"case": range(N), "patient": range(N), "part": part, "label": ill.astype(int)})
    readers = [
        Readings.from_frame(pd.DataFrame({"case": range(N), "score": rng.normal(ill * gain, 1)}), name)
        for name, gain in (("cnn", 1.6), ("vit", 1.2), ("points", 0.7))
    ]
    truth = Truth.from_frame(frame)
    plain = evaluate(readers, truth, EvaluationOptions(bootstrap=100))
    again = evaluate(readers, truth, EvaluationOptions(bootstrap=100, recalibration={"*": "platt"}))
    return plain, again


@pytest.mark.parametrize("measure", ["auroc", "sensitivity", "specificity", "accuracy"])
def test_the_test_of_all_readers_is_the_same(both, measure):
    rows = [result.compare("all readers", None, "test", measure) for result in both]
    assert rows[0] is not None
    assert rows[0] == rows[1]


@pytest.mark.parametrize("pair", [("cnn", "vit"), ("cnn", "points"), ("vit", "points")])
def test_p_values_are_adjusted_for_the_same_number_of_pairs(both, pair):
    adjusted = [
        [row.p for row in result.comparisons if _of(row, pair) and row.method.endswith("_holm")]
        for result in both
    ]
    assert len(adjusted[0]) == 4
    assert adjusted[0] == adjusted[1]


def _of(row, pair):
    return (row.reader_a, row.reader_b, row.part, row.of) == (*pair, "test", None)
