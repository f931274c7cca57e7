"""A score as a reader: points as score or risk, the published risk only at its own horizon."""

import dataclasses
import subprocess
import sys

import numpy as np
import pandas as pd

from hilum.cohorts import Cohort
from hilum.readers import CURB65, Reader, score


def with_signs(cohort: Cohort) -> Cohort:
    rng = np.random.default_rng(1)
    n = len(cohort)
    signs = pd.DataFrame(
        {
            "age": rng.integers(20, 95, n),
            "confusion": rng.integers(0, 2, n).astype(float),
            "bun": rng.uniform(8, 40, n),
            "rr": rng.integers(12, 40, n),
            "sbp": rng.integers(70, 160, n),
            "dbp": rng.integers(40, 100, n),
        }
    )
    signs.loc[:4, "confusion"] = np.nan
    return dataclasses.replace(cohort, cases=pd.concat([cohort.cases, signs], axis=1))


def test_classification_gives_points_as_the_score(classes: Cohort):
    cohort = with_signs(classes)
    readings, said = score("curb65").read_with_warnings(cohort)
    assert list(readings.opinions) == ["score"]
    assert readings.frame["case"].tolist() == cohort.cases["case"].tolist()
    assert readings.frame["score"].isna().sum() == 5
    assert ("score_missing", 5) in [(warning.code, warning.n) for warning in said]


def test_survival_gives_points_as_risk_and_the_published_risk_at_30_days(make_survival):
    cohort = with_signs(make_survival(horizons=(30.0, 90.0)))
    frame = score("curb65").read(cohort).frame
    assert {"risk", "risk_30d"} <= set(frame.columns)
    assert "risk_90d" not in frame.columns
    known = frame["risk"].notna()
    assert (frame.loc[known, "risk_30d"] == CURB65.risk(frame.loc[known, "risk"].to_numpy())).all()
    assert frame.loc[~known, "risk_30d"].isna().all()


def test_another_horizon_gets_no_published_risk(make_survival):
    assert "risk_365d" not in score("curb65").read(with_signs(make_survival(horizons=(365.0,)))).frame.columns


def test_a_score_is_a_reader_and_its_name_can_be_changed(classes: Cohort):
    reader = score("curb65", reader_name="CURB at admission")
    assert isinstance(reader, Reader)
    assert reader.read(with_signs(classes)).reader == "CURB at admission"


def test_readers_can_be_imported_without_torch():
    code = "import sys, hilum.readers; sys.exit('torch' in sys.modules or 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
