"""Products' tables in the shapes people have, matched with the cohort by whatever names the case."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hilum.cohorts import Cohort
from hilum.errors import ReadingsError, TableError
from hilum.evaluation import evaluate
from hilum.readers import product


def save(folder: Path, frame: pd.DataFrame, name: str = "vuno.csv") -> Path:
    path = folder / name
    frame.to_csv(path, index=False) if path.suffix == ".csv" else frame.to_excel(path, index=False)
    return path


def chance(cohort: Cohort) -> np.ndarray:
    return (1 / (1 + np.exp(-cohort.cases["x"]))).round(4).to_numpy()


@pytest.mark.parametrize("name", ["vuno.csv", "vuno.xlsx"])
def test_scores_come_through_from_csv_and_excel(classes: Cohort, tmp_path: Path, name: str):
    path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], "score": chance(classes)}), name)
    readings = product(path).read(classes)
    assert readings.reader == "vuno"
    np.testing.assert_allclose(readings.frame["score"], chance(classes))
    assert evaluate([readings], classes.truth()).find("vuno", "test", "auroc").value > 0.7


def test_percent_signs_and_names_that_say_percent_become_shares(classes: Cohort, tmp_path: Path):
    percent = (100 * chance(classes)).round(2)
    for column, values in (("abnormality_percent", percent), ("score", [f"{value} %" for value in percent])):
        path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], column: values}))
        readings, said = product(path, {"score": column}).read_with_warnings(classes)
        np.testing.assert_allclose(readings.frame["score"], percent / 100)
        assert "percent_read" in [warning.code for warning in said]


def test_a_score_up_to_100_without_a_word_is_kept_and_said(classes: Cohort, tmp_path: Path):
    path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], "score": 100 * chance(classes)}))
    readings, said = product(path).read_with_warnings(classes)
    assert readings.frame["score"].max() > 1
    assert [warning.code for warning in said] == ["score_beyond_one"]


@pytest.mark.parametrize(
    "words", [("normal", "pneumonia"), ("0", "1"), ("Neg", "POS"), ("음성", "양성"), ("no", "yes")]
)
def test_decisions_are_read_as_the_cohort_calls_its_classes(
    classes: Cohort, tmp_path: Path, words: tuple[str, str]
):
    calls = np.where(chance(classes) > 0.5, words[1], words[0])
    path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], "decision": calls}))
    said = product(path).read(classes).frame["decision"]
    assert (said == np.where(chance(classes) > 0.5, "pneumonia", "normal")).all()


def test_an_unknown_decision_names_its_row_and_no_patient(classes: Cohort, tmp_path: Path):
    calls = ["normal"] * len(classes)
    calls[2] = "perhaps"
    path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], "decision": calls}))
    with pytest.raises(TableError, match="data row 3"):
        product(path).read(classes)


def test_both_sides_of_a_mismatch_are_counted_and_missing_cases_get_no_opinion(
    classes: Cohort, tmp_path: Path
):
    rows = pd.DataFrame({"case": [*classes.cases["case"][5:], "x1", "x2"], "score": 0.5})
    rows["score"] = np.linspace(0, 1, len(rows))
    readings, said = product(save(tmp_path, rows)).read_with_warnings(classes)
    counted = {warning.code: warning.n for warning in said}
    assert counted == {"cases_without_row": 5, "rows_without_case": 2}
    assert readings.frame["score"].isna().sum() == 5
    assert len(readings.frame) == len(classes)


@pytest.mark.parametrize(
    ("column", "names"),
    [
        ("patient_id", lambda c: c.cases["patient"]),
        ("filename", lambda c: c.cases["image"].map(lambda path: Path(path).name)),
        ("image", lambda c: c.cases["image"]),
    ],
)
def test_rows_are_found_by_patient_or_image_where_the_case_is_not_named(
    classes: Cohort, tmp_path, column, names
):
    shuffled = pd.DataFrame({column: names(classes), "score": chance(classes)}).sample(frac=1, random_state=1)
    readings, said = product(save(tmp_path, shuffled)).read_with_warnings(classes)
    np.testing.assert_allclose(readings.frame["score"], chance(classes))
    assert [warning.code for warning in said] == ["joined_by"]


def test_real_identifiers_go_through_the_vault_and_into_no_message(classes: Cohort, tmp_path: Path):
    real = [f"REAL{number:06d}" for number in range(len(classes))]
    vault = dict(zip(real, classes.cases["patient"], strict=True))
    path = save(
        tmp_path, pd.DataFrame({"PatientID": [*real, "REAL999999"], "score": [*chance(classes), 0.5]})
    )
    for kind in ("real", None):
        reader = product(path, identifiers=kind, translate=lambda names: [vault.get(name) for name in names])
        readings, said = reader.read_with_warnings(classes)
        np.testing.assert_allclose(readings.frame["score"], chance(classes))
        assert not any("REAL0" in warning.text for warning in said)
        assert {warning.code for warning in said} == {"joined_by", "rows_without_case"}
    with pytest.raises(ReadingsError, match="vault"):
        product(path, identifiers="real").read(classes)
    with pytest.raises(ReadingsError, match="real or research") as error:
        product(path, identifiers="research").read(classes)
    assert "REAL0" not in str(error.value)


def test_two_rows_of_one_case_are_refused_without_naming_it(classes: Cohort, tmp_path: Path):
    rows = pd.DataFrame({"case": classes.cases["case"], "score": chance(classes)})
    with pytest.raises(ReadingsError, match="several rows for 1 cases") as error:
        product(save(tmp_path, pd.concat([rows, rows.head(1)]))).read(classes)
    assert "c000" not in str(error.value)


def test_leading_zeros_of_a_case_are_kept(classes: Cohort, tmp_path: Path):
    numbered = dataclasses.replace(
        classes, cases=classes.cases.assign(case=[f"{number:05d}" for number in range(len(classes))])
    )
    path = save(tmp_path, pd.DataFrame({"case": numbered.cases["case"], "score": chance(classes)}))
    assert product(path).read(numbered).frame["score"].notna().all()


def test_for_survival_a_score_is_a_risk(survival: Cohort, tmp_path: Path):
    path = save(tmp_path, pd.DataFrame({"case": survival.cases["case"], "score": survival.cases["x"]}))
    frame = product(path).read(survival).frame
    assert "score" not in frame.columns
    np.testing.assert_allclose(frame["risk"], survival.cases["x"])


def test_columns_that_are_not_there_are_named_with_the_nearest(classes: Cohort, tmp_path: Path):
    path = save(tmp_path, pd.DataFrame({"case": classes.cases["case"], "abnormality_percent": 3.0}))
    with pytest.raises(TableError, match="did you mean `abnormality_percent`"):
        product(path, {"score": "abnormality_pct"}).read(classes)
    with pytest.raises(TableError, match="none of case, score"):
        product(path, {"sccore": "abnormality_percent"}).read(classes)
    with pytest.raises(TableError, match="which case a row is of"):
        product(save(tmp_path, pd.DataFrame({"who": ["a"], "score": [1]}))).read(classes)
    with pytest.raises(TableError, match="a score or a decision"):
        product(save(tmp_path, pd.DataFrame({"case": ["c000"], "colour": ["red"]}))).read(classes)
