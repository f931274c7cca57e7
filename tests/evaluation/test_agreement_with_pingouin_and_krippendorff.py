"""The same agreement of readers as pingouin (intraclass correlation) and krippendorff (alpha)."""

import krippendorff
import numpy as np
import pandas as pd
import pingouin
import pytest

from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation
from hilum.evaluation.measures.krippendorff_alpha import krippendorff_alpha


@pytest.mark.parametrize("noise", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("shape", [(6, 2), (12, 3), (60, 5)])
@pytest.mark.parametrize("seed", range(3))
def test_absolute_agreement_of_single_readers(seed, shape, noise):
    rng = np.random.default_rng(seed)
    cases, readers = shape
    table = rng.normal(size=(cases, 1)) + noise * rng.normal(size=shape) + 0.3 * np.arange(readers)
    table = np.round(table, 1)
    long = pd.DataFrame(
        {
            "case": np.repeat(np.arange(cases), readers),
            "reader": np.tile(np.arange(readers), cases),
            "value": table.ravel(),
        }
    )
    theirs = pingouin.intraclass_corr(long, "case", "reader", "value").set_index("Type").loc["ICC(A,1)"]
    found = intraclass_correlation(table)
    assert found.value == pytest.approx(theirs["ICC"], abs=1e-9)
    # pingouin prints its limits with two decimals.
    assert (found.low, found.high) == pytest.approx(tuple(theirs["CI95"]), abs=0.00501)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("missing", [0.0, 0.2, 0.6])
@pytest.mark.parametrize("shape", [(3, 15), (2, 60), (8, 200)])
@pytest.mark.parametrize("seed", range(3))
def test_krippendorffs_alpha_with_gaps(seed, shape, missing, level):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 5, shape[1])
    readings = np.where(rng.random(shape) < 0.6, true, rng.integers(0, 5, shape)).astype(float)
    readings[rng.random(shape) < missing] = np.nan
    expected = krippendorff.alpha(readings, level_of_measurement=level)
    assert krippendorff_alpha(readings, level, samples=0).value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_krippendorffs_alpha_of_measured_numbers(seed):
    rng = np.random.default_rng(seed)
    readings = np.round(rng.normal(50, 10, 30) + rng.normal(0, 4, (4, 30)), 1)
    readings[rng.random((4, 30)) < 0.2] = np.nan
    expected = krippendorff.alpha(readings, level_of_measurement="interval")
    assert krippendorff_alpha(readings, "interval", samples=0).value == pytest.approx(expected, abs=1e-12)
