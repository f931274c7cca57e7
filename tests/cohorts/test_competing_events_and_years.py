"""A table's competing events and years on their way into a cohort."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort, build_cohort
from hilum.errors import CohortError
from hilum.study import make_study


def table(n: int = 60) -> pd.DataFrame:
    """Two thirds are lost or stay well, a sixth have the cancer, a sixth die first."""
    years = np.linspace(0.5, 6, n).round(2)
    return pd.DataFrame(
        {"id": [f"p{i}" for i in range(n)], "years": years, "cancer": [0, 0, 1, 0, 0, 2] * 10}
    )


def cohort(frame: pd.DataFrame, folder: Path, **task: object) -> Cohort:
    frame.to_csv(folder / "t.csv", index=False)
    words = {"event": "cancer", "horizons_years": [5], **task}
    study = make_study(
        {
            "cohort": {"table": "t.csv", "patient": "id"},
            "task": words,
            "split": {"parts": {"train": 0.6, "test": 0.4}},
        }
    )
    return build_cohort(study, folder)


def test_years_become_whole_days_and_are_kept_when_the_cohort_is(tmp_path):
    made = cohort(table(), tmp_path, time_years="years")
    five = table().assign(years=5.0)
    at_horizon = cohort(five, tmp_path, time_years="years")
    assert set(at_horizon.cases["time"]) == {1826.0} == set(at_horizon.task.horizons_days)
    assert (made.cases["time"] == made.cases["time"].round()).all()
    made.save(tmp_path / "cohort.parquet")
    again = Cohort.load(tmp_path / "cohort.parquet")
    assert again.task == made.task
    assert again.task.horizons_days == (1826.0,)


def test_a_competing_event_is_kept_said_and_spread_over_the_parts(tmp_path):
    made = cohort(table(), tmp_path, time_years="years")
    assert made.cases["event"].value_counts().to_dict() == {0: 40, 1: 10, 2: 10}
    assert made.truth().frame["event"].isin([0, 1, 2]).all()
    assert any(note.startswith("10 rows had a competing event (2 in `cancer`)") for note in made.notes)
    for part, expected in (("train", 6), ("test", 4)):
        assert int((made.part(part).cases["event"] == 2).sum()) == expected
    plain = cohort(table().replace({"cancer": {2: 0}}), tmp_path, time_years="years")
    assert not any("competing" in note for note in plain.notes)


def test_days_in_a_column_of_years_are_refused(tmp_path):
    days = table().assign(years=lambda frame: frame["years"] * 365)
    with pytest.raises(CohortError, match=r"reaches 2190 years: write time_days ="):
        cohort(days, tmp_path, time_years="years")


def test_times_are_asked_for_in_their_own_unit(tmp_path):
    early, unread = table(), table().astype({"years": object})
    early.loc[:9, "years"] = -1
    unread.loc[0, "years"] = "five"
    with pytest.raises(CohortError, match="10 negative times: years are counted forward"):
        cohort(early, tmp_path, time_years="years")
    with pytest.raises(CohortError, match="1 values that are no numbers: write years"):
        cohort(unread, tmp_path, time_years="years")


def test_one_and_two_without_zero_is_the_coding_of_other_programs_and_refused(tmp_path):
    """R's survival data often have 1 = censored and 2 = dead, which would be read the wrong way round."""
    with pytest.raises(CohortError, match="holds 1 and 2 and never 0"):
        cohort(table().replace({"cancer": {2: 1, 1: 2, 0: 1}}), tmp_path, time_years="years")
