"""A table alone makes a cohort: criteria are counted, outcomes checked, only named columns copied."""

import pandas as pd
import pytest

from hilum.cohorts import Cohort, build_cohort
from hilum.errors import CohortError, StudyFileError, TableError
from hilum.study import make_study


@pytest.fixture
def table() -> pd.DataFrame:
    rows = 40
    return pd.DataFrame(
        {
            "patient_id": [f"{n:05d}" for n in range(rows)],
            "age": [17, None, *range(20, 20 + rows - 2)],
            "site": ["A"] * 30 + ["B"] * 10,
            "days": [3.0] * 10 + [30.0] * 30,
            "died": [1] * 10 + [0] * 30,
            "name": ["Hong Gildong"] * rows,
            "dx": ["정상", "폐렴"] * 20,
        }
    )


def _study(include=(), task=None, case=None):
    return make_study(
        {
            "cohort": {"table": "t.csv", "patient": "patient_id", "include": list(include)}
            | ({"case": case} if case else {}),
            "task": task or {"time_days": "days", "event": "died", "horizons_days": [14]},
        }
    )


def _cohort(table, folder, *, extra=(), include=(), task=None, case=None) -> Cohort:
    table.to_csv(folder / "t.csv", index=False)
    return build_cohort(_study(include, task, case), folder, None, extra)


def test_the_flow_counts_every_rule_and_missing_values_apart(table, tmp_path):
    cohort = _cohort(table, tmp_path, include=["age >= 18", "site in {A, B}"])
    assert [(s.rule, s.excluded, s.remaining_cases, s.remaining_patients) for s in cohort.flow] == [
        ("rows in t.csv", 0, 40, 40),
        ("age >= 18", 1, 39, 39),
        ("age >= 18: value missing", 1, 38, 38),
        ("site in {A, B}", 0, 38, 38),
    ]
    assert len(cohort) == 38


def test_only_named_columns_are_copied(table, tmp_path):
    cohort = _cohort(table, tmp_path, include=["age >= 18"], extra=["site", "not there"])
    assert list(cohort.cases.columns) == [
        *("case", "patient", "part", "image", "time", "event"),
        *("days", "died", "age", "site"),
    ]
    assert cohort.variables == ["age", "site"]
    assert cohort.cases["case"].tolist()[0].startswith("000")
    assert cohort.cases["event"].dtype == "int64"


def test_the_korean_words_for_normal_tell_the_positive_class(table, tmp_path):
    cohort = _cohort(table, tmp_path, task={"label": "dx"})
    assert (cohort.classes, cohort.positive) == (("정상", "폐렴"), "폐렴")
    assert "`폐렴` counts as positive, `정상` as negative" in cohort.notes


def test_the_truth_is_what_evaluation_wants(table, tmp_path):
    truth = _cohort(table, tmp_path).truth()
    assert truth.kind == "survival"
    assert truth.frame["event"].sum() == 10
    assert _cohort(table, tmp_path, task={"label": "dx"}).truth().positive == "폐렴"


def test_saved_and_loaded_again_it_is_equal(table, tmp_path):
    cohort = _cohort(table, tmp_path, include=["age >= 18"])
    cohort.save(tmp_path / "cohort.parquet")
    again = Cohort.load(tmp_path / "cohort.parquet")
    pd.testing.assert_frame_equal(cohort.cases, again.cases)
    assert (again.task, again.flow, again.notes, again.parts) == (
        *(cohort.task, cohort.flow, cohort.notes, cohort.parts),
    )
    (tmp_path / "cohort.parquet").write_bytes(b"PAR1")
    with pytest.raises(CohortError, match="is no saved cohort, or is damaged"):
        Cohort.load(tmp_path / "cohort.parquet")


def test_a_part_that_is_not_there(table, tmp_path):
    with pytest.raises(CohortError, match="no part `tset`: did you mean `test`"):
        _cohort(table, tmp_path).part("tset")


def test_a_missing_column_is_named_with_the_nearest(table, tmp_path):
    with pytest.raises(
        TableError, match=r"t\.csv has no column `dyas`, which the study names: did you mean `days`"
    ):
        _cohort(table, tmp_path, task={"time_days": "dyas", "event": "died"})
    with pytest.raises(TableError, match="no column `aeg`"):
        _cohort(table, tmp_path, include=["aeg >= 18"])


WRONG = {
    "one class": (
        lambda t: t.assign(dx="폐렴"),
        {"task": {"label": "dx"}},
        "has the one class `폐렴` in all 40 cases",
    ),
    "no events": (lambda t: t.assign(died=0), {}, "none of the 40 cases has an event"),
    "negative": (lambda t: t.assign(days=t["days"] - 5), {}, "holds 10 negative times"),
    "not 0/1/2": (lambda t: t.assign(died=t["died"] * 3), {}, "10 values that are none of 0, 1 and 2"),
    "only competing": (lambda t: t.assign(died=t["died"] * 2), {}, "never 1; 2 is a competing event"),
    "1 and 2": (lambda t: t.assign(died=t["died"] + 1), {}, "holds 1 and 2 and never 0"),
    "words": (lambda t: t.assign(died="yes"), {}, "holds 40 values that are no numbers"),
    "two outcomes": (
        lambda t: pd.concat([t, t.head(3).assign(days=9)]),
        {},
        "3 patients have two outcome times or events in t.csv",
    ),
    "two rows": (
        lambda t: pd.concat([t, t.head(1).assign(age=50)]),
        {"include": ["age > 1"]},
        "1 patient has several different rows in t.csv",
    ),
    "same cases": (
        lambda t: t.assign(exam="e1"),
        {"case": "exam"},
        "39 cases have the name of another case in `exam`",
    ),
    "unnamed positive": (
        lambda t: t.assign(dx=["virus", "bacteria"] * 20),
        {"task": {"label": "dx"}},
        "do not say which is the positive one",
    ),
    "unknown positive": (
        lambda t: t,
        {"task": {"label": "dx", "positive": "pneumonia"}},
        "is not among the labels",
    ),
    "two spellings": (
        lambda t: t.assign(dx=["Normal", "normal", "sick", "sick"] * 10),
        {"task": {"label": "dx"}},
        "writes one class as `Normal` and as `normal`",
    ),
    "nobody left": (lambda t: t, {"include": ["age > 200"]}, 'the step "age > 200" left out 39'),
    "measurement": (
        lambda t: pd.concat(
            [t.assign(patient_id=t["patient_id"] + f"x{n}", dx=range(40 * n, 40 * n + 40)) for n in range(3)]
        ),
        {"task": {"label": "dx"}},
        "has 120 different values: name a column with classes",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_is_said_without_naming_a_patient(table, tmp_path, what):
    change, words, sentence = WRONG[what]
    with pytest.raises(CohortError) as error:
        _cohort(change(table), tmp_path, **words)
    assert sentence in str(error.value)
    assert "0000" not in str(error.value)


def test_the_patient_cannot_be_the_outcome_but_may_be_asked_for(table, tmp_path):
    with pytest.raises(StudyFileError, match="`patient_id` names patient, case or image"):
        _cohort(table, tmp_path, task={"label": "patient_id"})
    cohort = _cohort(table, tmp_path, include=["patient_id != 00003"])
    assert len(cohort) == 39
    assert "patient_id" not in cohort.cases.columns


def test_rows_that_repeat_another_are_counted_and_left_out(table, tmp_path):
    cohort = _cohort(pd.concat([table, table.head(4)]), tmp_path)
    assert len(cohort) == 40
    assert ("row that repeats another one", 4) in [(s.rule, s.excluded) for s in cohort.flow]


def test_missing_outcomes_and_patients_are_counted(table, tmp_path):
    table.loc[0, "days"] = None
    table.loc[1, "patient_id"] = None
    cohort = _cohort(table, tmp_path)
    assert [(s.rule, s.excluded) for s in cohort.flow[1:]] == [
        ("no patient named", 1),
        ("`days` or `died` missing in t.csv", 1),
    ]
