"""Several findings a case, or a number: read from the table, put into parts, looked at."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hilum.cohorts import Cohort, assign_parts, build_cohort, check, table_one
from hilum.cohorts.cohort import IDENTITY
from hilum.cohorts.strata import quantile_strata, rarest_finding_strata
from hilum.errors import CohortError, StudyFileError, TableError
from hilum.study import make_study
from hilum.study.tasks import ManyFindings, Regression

PARTS = {"train": 0.6, "validation": 0.2, "test": 0.2}
FINDINGS = {"findings": ["mass", "nodule"]}
NUMBER = {"value": "volume"}


def _build(folder: Path, task: dict[str, object], table: pd.DataFrame, **cohort: object) -> Cohort:
    table.to_csv(folder / "t.csv", index=False)
    study = {"cohort": {"table": "t.csv", "patient": "id", **cohort}, "task": task, "split": {"parts": PARTS}}
    return build_cohort(make_study(study), folder)


def _people(n: int = 30, seed: int = 0, **columns: object) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    plain = {
        "id": [f"p{i}" for i in range(n)],
        "mass": rng.integers(0, 2, n),
        "nodule": rng.integers(0, 2, n),
        "volume": rng.normal(50, 10, n).round(1),
        "smoker": rng.integers(0, 2, n),
    }
    return pd.DataFrame(plain | columns)


def _codes(cohort: Cohort) -> dict[str, str]:
    return {finding.code: finding.text for finding in check(cohort).items}


def _cohort(task: ManyFindings | Regression, columns: dict[str, object]) -> Cohort:
    cases = pd.DataFrame(columns)
    names = [f"c{n}" for n in range(len(cases))]
    defaults = {"case": names, "patient": names, "part": "train", "image": ""}
    for at, (name, value) in enumerate(defaults.items()):
        if name not in cases.columns:
            cases.insert(at, name, value)
    return Cohort(cases, task, Path(), (), (), None, ())


@pytest.fixture
def several_findings_cohort() -> Callable[..., Cohort]:
    """Make a cohort of findings from columns; those that are not identity are findings."""

    def make(**columns: object) -> Cohort:
        findings = [name for name in columns if name not in IDENTITY]
        return _cohort(ManyFindings(findings=findings), columns)

    return make


@pytest.fixture
def number_cohort() -> Callable[..., Cohort]:
    """Make a cohort with `value` from columns."""

    def make(**columns: object) -> Cohort:
        return _cohort(Regression(value="volume"), columns)

    return make


def test_unknown_labels_stay_unknown_and_are_counted(tmp_path):
    mass = ["1", "0", "", "-1"] * 7 + ["yes", "No"]
    nodule = ["1", "", "", "0"] * 7 + ["0", "1"]
    cohort = _build(tmp_path, FINDINGS, _people(mass=mass, nodule=nodule))
    # Seven rows of which neither is known leave; of the others seven nodules and seven unsure masses are
    # unknown.
    assert len(cohort) == 23
    rules = {step.rule: step.excluded for step in cohort.flow}
    assert rules["none of the 2 findings known in t.csv"] == 7
    assert rules["14 labels (30.4 %) not known, each left out of its finding alone"] == 0
    assert cohort.cases["mass"].isna().sum() == cohort.cases["nodule"].isna().sum() == 7
    assert set(cohort.cases["mass"].dropna()) == {0.0, 1.0}
    assert "-1 (unsure) counts as not known: `mass` 7 times" in cohort.notes
    assert "14 labels are not known (mass 7, nodule 7)" in _codes(cohort)["unknown_labels"]


def test_evaluation_is_given_the_findings_of_the_task_and_no_other_column(tmp_path):
    cohort = _build(tmp_path, FINDINGS, _people(), include=["smoker >= 0"])
    truth = cohort.truth()
    assert truth.kind == "findings"
    assert truth.findings == ("mass", "nodule")
    np.testing.assert_array_equal(truth.frame["mass"], cohort.cases["mass"])
    assert truth.frame["smoker"].tolist() == cohort.cases["smoker"].tolist()
    assert truth.frame["smoker"].dtype == cohort.cases["smoker"].dtype


def test_evaluation_is_given_the_number(tmp_path):
    cohort = _build(tmp_path, NUMBER, _people())
    truth = cohort.truth()
    assert truth.kind == "regression"
    np.testing.assert_array_equal(truth.frame["value"], cohort.cases["value"])
    assert "volume" not in cohort.variables


@pytest.mark.parametrize(("task", "column"), [(FINDINGS, "mass"), (NUMBER, "value")])
def test_a_saved_cohort_is_the_same_when_loaded(tmp_path, task, column):
    cohort = _build(tmp_path, task, _people())
    cohort.save(tmp_path / "cohort.parquet")
    loaded = Cohort.load(tmp_path / "cohort.parquet")
    pd.testing.assert_frame_equal(loaded.cases, cohort.cases)
    assert loaded.task == cohort.task
    assert column in loaded.truth_columns


def test_what_is_no_finding_is_named(tmp_path):
    with pytest.raises(CohortError, match=r"`mass` of t.csv holds 2 values that are neither 1, 0 nor empty"):
        _build(tmp_path, FINDINGS, _people(mass=["2", "maybe", *["0", "1"] * 14]))
    with pytest.raises(CohortError, match=r"`nodule` of t.csv is not known of any case"):
        _build(tmp_path, FINDINGS, _people(nodule=""))
    with pytest.raises(TableError, match="no column `mas`, which the study names: did you mean `mass`"):
        _build(tmp_path, {"findings": ["mas"]}, _people())
    with pytest.raises(StudyFileError, match="`id` names patient, case or image"):
        _build(tmp_path, {"findings": ["id"]}, _people())


def test_what_is_no_number_is_named(tmp_path):
    with pytest.raises(CohortError, match=r"`volume` of t.csv holds 1 value that is no number.*`<5`"):
        _build(tmp_path, NUMBER, _people(volume=["<5", *range(29)]))
    with pytest.raises(CohortError, match=r"`volume` of t.csv is 7 in all 30 rows"):
        _build(tmp_path, NUMBER, _people(volume=7))


def test_a_missing_number_leaves_the_case_out(tmp_path):
    cohort = _build(tmp_path, NUMBER, _people(volume=[None, None, *range(28)]))
    assert len(cohort) == 28
    assert [step.excluded for step in cohort.flow if step.rule == "`volume` missing in t.csv"] == [2]


def test_two_rows_of_a_patient_that_disagree_are_refused(tmp_path):
    table = _people()
    table.loc[1, ["id", "mass"]] = ["p0", 1 - table.loc[0, "mass"]]
    with pytest.raises(CohortError, match="several different rows"):
        _build(tmp_path, FINDINGS, table)


@pytest.mark.parametrize("task", [FINDINGS, NUMBER])
def test_the_order_of_rows_has_no_say_in_the_parts(tmp_path, task):
    table = _people(60)
    parts = [
        _build(tmp_path, task, rows).cases.set_index("patient")["part"].sort_index()
        for rows in (table, table.sample(frac=1, random_state=3))
    ]
    pd.testing.assert_series_equal(*parts)


@given(st.lists(st.lists(st.sampled_from([0.0, 1.0, None]), min_size=3, max_size=3), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_the_rarest_finding_is_in_every_part_when_there_are_enough_of_it(rows):
    people = pd.DataFrame(
        rows, columns=["a", "b", "c"], dtype=float, index=[f"p{i}" for i in range(len(rows))]
    )
    strata = rarest_finding_strata(people)
    assert set(strata) == set(people.index)
    for patient, name in strata.items():
        there = [column for column in people if people.loc[patient, column] == 1]
        assert name == "none" if not there else name in there
    counts = (people == 1).sum()
    rarest = min(counts[counts > 0].index, key=lambda name: (counts[name], name)) if counts.any() else None
    if rarest is not None and counts[rarest] >= len(PARTS):
        parts = assign_parts(strata, PARTS, seed=1)
        assert {parts[patient] for patient in people.index[people[rarest] == 1]} == set(PARTS)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=80))
@settings(max_examples=50, deadline=None)
def test_groups_of_numbers_keep_order_and_equal_numbers_together(values):
    numbers = pd.Series(np.array(values, dtype=float), index=[f"p{i}" for i in range(len(values))])
    strata = pd.Series(quantile_strata(numbers, len(PARTS))).astype(int)
    ordered = strata[numbers.sort_values().index].to_numpy()
    assert np.all(np.diff(ordered) >= 0)
    assert pd.DataFrame({"n": numbers, "s": strata}).groupby("n")["s"].nunique().max() == 1


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_parts_have_low_and_high_numbers_alike(seed):
    """By chance alone the mean of 60 of 300 patients would vary by 0.12; in groups it varies far less."""
    values = pd.Series(np.random.default_rng(seed).normal(0, 1, 300), index=[f"p{i}" for i in range(300)])
    parts = pd.Series(assign_parts(quantile_strata(values, 3), PARTS, seed))
    assert (values.groupby(parts).mean() - values.mean()).abs().max() < 0.1


def test_rare_and_constant_findings_are_said(several_findings_cohort):
    cohort = several_findings_cohort(
        mass=[1] * 3 + [0] * 47, hernia=[0.0] * 50, nodule=[1, 0] * 25, part=["train"] * 40 + ["test"] * 10
    )
    said = _codes(cohort)
    assert "`hernia` is absent in all 50 cases" in said["constant_finding"]
    texts = [finding.text for finding in check(cohort).items]
    assert "the part train has few cases with, or without, `mass` 3: these intervals will be wide" in texts
    assert any("the part test has no case with and without `mass`, `hernia`" in text for text in texts)
    assert said["finding_counts"] == "cases with each finding, of 50: mass 3, hernia 0, nodule 25"
    assert "class_counts" not in said


def test_a_number_in_another_unit_is_suspected(number_cohort):
    rng = np.random.default_rng(5)
    values = rng.normal(170, 8, 60)
    values[:4] /= 100  # metres among centimetres
    said = _codes(number_cohort(value=values))
    assert "4 values lie far from the others" in said["outlying_values"]
    assert "4 of these 4 would lie among the others if multiplied by 100" in said["other_unit"]


def test_a_slip_that_is_no_other_unit_is_an_outlier_alone(number_cohort):
    values = np.random.default_rng(5).normal(170, 8, 60)
    values[0] = 9999
    said = _codes(number_cohort(value=values))
    assert "the furthest is 9999" in said["outlying_values"]
    assert "other_unit" not in said


def test_usual_numbers_are_not_suspected(number_cohort):
    said = _codes(number_cohort(value=np.random.default_rng(6).normal(170, 8, 500)))
    assert set(said) == {"value_range"}


def test_a_part_in_which_the_number_never_differs_is_said(number_cohort):
    said = _codes(number_cohort(value=[*range(20), 5, 5, 5], part=["train"] * 20 + ["test"] * 3))
    assert "`volume` is 5 in all cases of the part test" in said["constant_value"]


def test_a_column_that_follows_the_number_gives_the_answer_away(number_cohort):
    values = np.arange(40.0)
    said = _codes(
        number_cohort(value=values, copy=-3 * values, other=np.random.default_rng(1).permutation(40))
    )
    assert (
        "the column `copy` alone tells the number almost perfectly (rank correlation -1.000)"
        in said["column_gives_answer"]
    )
    assert "`other`" not in said["column_gives_answer"]


def test_a_column_that_tells_one_finding_gives_the_answer_away(several_findings_cohort):
    mass = [1, 0] * 20
    cohort = several_findings_cohort(mass=mass, nodule=[1, 1, 0, 0] * 10)
    cohort = cohort.with_cases(cohort.cases.assign(mm=[9.0 if one else 0.0 for one in mass]))
    assert (
        "the column `mm` alone tells the finding `mass` almost perfectly"
        in _codes(cohort)["column_gives_answer"]
    )


def test_table_one_counts_findings_among_the_known(several_findings_cohort):
    cohort = several_findings_cohort(mass=[1, 0, None, 1], nodule=[0, 0, 1, 1])
    rows = table_one(cohort).set_index("characteristic")["train"]
    assert rows["finding: mass"] == "2 (66.7 %)"
    assert rows["finding: mass, not known"] == "1 (25.0 %)"
    assert rows["finding: nodule"] == "2 (50.0 %)"
    assert "finding: nodule, not known" not in rows.index


def test_table_one_describes_the_number(number_cohort):
    rows = table_one(number_cohort(value=[1.0, 2.0, 3.0])).set_index("characteristic")["train"]
    assert rows["volume (to be told)"] == "2.00 [1.50 to 2.50]"
