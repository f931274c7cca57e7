"""A product's risk by five years is the risk by day 1826."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError, TableError
from hilum.evaluation import Readings, evaluate
from hilum.readers import product


def cohort_of_years(make_survival) -> Cohort:
    made = make_survival(n=300, horizons=(1826.0,), lost=True)
    return made.with_cases(made.cases.assign(time=made.cases["time"] * 40))


@pytest.mark.parametrize("mapping", [{}, {"risk_5y": "risk_5y"}, {"risk_1826d": "risk_5y"}])
def test_a_products_years_meet_the_studys_horizon(make_survival, tmp_path: Path, mapping):
    cohort = cohort_of_years(make_survival)
    risk = 1 / (1 + np.exp(-cohort.cases["x"]))
    pd.DataFrame({"case": cohort.cases["case"], "risk_5y": risk}).to_csv(tmp_path / "a.csv", index=False)
    readings = product(tmp_path / "a.csv", mapping).read(cohort)
    assert readings.opinions == ("risk_1826d",)
    np.testing.assert_allclose(readings.frame["risk_1826d"], risk)


def test_readings_from_elsewhere_may_say_years(make_survival):
    cohort = cohort_of_years(make_survival)
    frame = cohort.cases[["case", "part"]].assign(risk_5y=1 / (1 + np.exp(-cohort.cases["x"])))
    result = evaluate([Readings.from_frame(frame, reader="a")], cohort.truth())
    assert result.horizons_days == (1826.0,)
    assert result.find("a", "test", "auc_t", at="1826d").value > 0.6


def test_two_columns_for_one_day_are_refused(make_survival, tmp_path: Path):
    cohort = cohort_of_years(make_survival)
    frame = cohort.cases[["case"]].assign(risk_5y=0.1, risk_1826d=0.2)
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(TableError, match="two columns with the risk by one day, `risk_5y` and `risk_1826d`"):
        product(tmp_path / "a.csv").read(cohort)
    with pytest.raises(ReadingsError, match="two columns with the risk by one day"):
        Readings.from_frame(frame, reader="a")
