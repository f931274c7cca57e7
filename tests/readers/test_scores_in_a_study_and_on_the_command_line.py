"""Scores as readers of a study and as `hilum score`: choices, horizons, what is printed."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from hilum.cli import app
from hilum.cohorts import Cohort
from hilum.errors import StudyFileError
from hilum.readers import score
from hilum.study import ReaderOptions, parse_study

STUDY = """
version = 1
[cohort]
table = "t.csv"
patient = "id"
[task]
label = "cancer"
positive = "1"
[[readers]]
score = "plcoall2014"
"""


def with_lung_signs(cohort: Cohort) -> Cohort:
    n = len(cohort)
    rng = np.random.default_rng(5)
    signs = pd.DataFrame(
        {
            "age": rng.integers(55, 75, n),
            "race": "Asian",
            "education": rng.integers(1, 7, n),
            "bmi": rng.uniform(18, 35, n),
            "copd": rng.integers(0, 2, n),
            "prior_cancer": 0,
            "family_history_lung_cancer": 0,
            "smoking_status": rng.choice(["never", "former", "current"], n),
            "cigarettes_per_day": 20,
            "years_smoked": 30,
            "years_quit": 5,
            "weight": rng.uniform(40, 80, n),
        }
    )
    return dataclasses.replace(cohort, cases=pd.concat([cohort.cases, signs], axis=1))


def test_choices_stand_in_the_study_file():
    options = parse_study(STUDY + 'choices = { variant = "second" }').readers[0]
    assert options.score_choices == {"variant": "second"}
    assert ReaderOptions(score="curb65", bun_rule="converted").score_choices == {"bun_rule": "converted"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('choices = { bun_rule = "printed" }\nbun_rule = "printed"', "twice"),
        ("choices = { variant = 2 }", "variant"),
    ],
)
def test_choices_that_cannot_be_are_refused(line: str, said: str):
    with pytest.raises(StudyFileError, match=said):
        parse_study(STUDY + line)


def test_a_product_has_no_choices():
    with pytest.raises(StudyFileError, match="`choices`, which goes with `score`"):
        parse_study(STUDY.replace('score = "plcoall2014"', 'product = "a.csv"\nchoices = { a = "b" }'))


@pytest.mark.parametrize(("days", "given"), [(2190.0, True), (2192.0, True), (365.0, False), (1826.0, False)])
def test_six_year_risk_stands_at_the_six_year_horizon_only(make_survival, days: float, given: bool):
    cohort = with_lung_signs(make_survival(horizons=(days,)))
    frame = score("plcoall2014").read(cohort).frame
    assert (f"risk_{days:g}d" in frame.columns) == given
    assert frame["risk"].between(0, 1).all()


def test_a_classification_gets_the_probability_as_its_score(classes: Cohort):
    cohort = with_lung_signs(classes)
    readings, said = score("plcom2012").read_with_warnings(cohort)
    never = (cohort.cases["smoking_status"] == "never").to_numpy()
    assert (readings.frame["score"].isna().to_numpy() == never).all()
    assert {w.code: w.n for w in said} == {"score_not_defined": int(never.sum())}


def test_a_low_osta_is_a_high_opinion_and_that_is_said(classes: Cohort):
    cohort = with_lung_signs(classes)
    readings, said = score("osta").read_with_warnings(cohort)
    index = np.trunc(0.2 * (cohort.cases["weight"] - cohort.cases["age"]))
    np.testing.assert_allclose(readings.frame["score"], -index)
    assert "score_turned" in [w.code for w in said]


def test_the_command_scores_with_a_choice_and_prints_what_was_counted(tmp_path):
    table, out = tmp_path / "t.csv", tmp_path / "out.csv"
    with_cases = {
        "Alter": [62, 50],
        "race": ["White", "White"],
        "education": [4, 4],
        "bmi": [27, ""],
        "copd": [0, 0],
        "prior_cancer": [0, 0],
        "family_history_lung_cancer": [0, 0],
        "smoking_status": ["never", "never"],
    }
    pd.DataFrame(with_cases).to_csv(table, index=False)
    line = [
        "score",
        "plcoall2014",
        str(table),
        "-o",
        str(out),
        "--choice",
        "variant=second",
        "--map",
        "age=Alter",
    ]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    assert "1 of 2 rows scored, 1 without a score" in done.stdout
    assert "bmi missing in 1" in done.stderr
    assert pd.read_csv(out).loc[0, "plcoall2014"] == pytest.approx(0.000891262, abs=5e-10)


def test_the_command_names_what_a_score_needs_and_under_which_names(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("age,colour\n1,red\n")
    done = CliRunner().invoke(app, ["score", "curb65", str(table)])
    assert done.exit_code == 2
    assert "needs 5 columns that the table does not have" in done.stderr
    for said in (
        "`urea_mmol_l`",
        "mmol/L",
        "`bun_mg_dl`",
        "mg/dL",
        "also known as rr",
        "--map confusion=Name",
    ):
        assert said in done.stderr
    done = CliRunner().invoke(app, ["score", "curb65", str(table), "--choice", "variant"])
    assert "--choice variant names no value" in done.stderr
