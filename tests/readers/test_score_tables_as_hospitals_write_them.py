"""Columns and values as they come: other names, units, codes for missing, words for yes and no."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import TableError
from hilum.readers import score

CASE = {
    "age": 70,
    "confusion": 0,
    "urea_mmol_l": 8,
    "respiratory_rate": 30,
    "systolic_bp": 85,
    "diastolic_bp": 50,
}


def table(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({name: [value] for name, value in (CASE | columns).items()})


@pytest.mark.parametrize(
    "names",
    [
        ["Age", "Confusion", "Urea", "RR", "SBP", "DBP"],
        [
            "AGE (years)",
            "confused",
            "Urea (mmol/L)",
            "Resp Rate (/min)",
            "Systolic BP (mmHg)",
            "Diastolic BP (mmHg)",
        ],
        ["age_years", "altered_mental_status", "UREA_MMOL_L", "respiratory_rate", "sbp_mmhg", "dbp_mmhg"],
    ],
)
def test_names_are_understood_without_case_blanks_and_units(names: list[str]):
    frame = pd.DataFrame([list(CASE.values())], columns=names)
    assert score("curb65").scored(frame).points.tolist() == [4]


def test_a_mapping_names_what_no_one_could_guess():
    frame = table().rename(columns={"age": "Alter", "urea_mmol_l": "Harnstoff"})
    reader = score("curb65", {"age": "Alter", "urea_mmol_l": "Harnstoff"})
    assert reader.scored(frame).points.tolist() == [4]
    assert set(reader.columns(list(frame.columns))) >= {"Alter", "Harnstoff", "confusion"}


def test_missing_inputs_are_named_with_their_units_and_the_nearest_column():
    frame = table().drop(columns=["urea_mmol_l", "respiratory_rate"]).assign(resp_rat=20)
    with pytest.raises(TableError) as error:
        score("curb65").scored(frame)
    sentence = str(error.value)
    assert "urea_mmol_l" in sentence
    assert "mmol/L" in sentence
    assert "bun_mg_dl" in sentence
    assert "mg/dL" in sentence
    assert "breaths/min" in sentence
    assert "resp_rat" in sentence
    assert "systolic" not in sentence


def test_two_columns_that_could_be_the_same_input_are_refused():
    with pytest.raises(TableError, match="could all be `systolic_bp`"):
        score("curb65").scored(table().rename(columns={"systolic_bp": "SBP"}).assign(systolic=85))


def test_a_mapping_to_an_absent_column_or_of_an_unknown_input_is_refused():
    with pytest.raises(TableError, match="did you mean `Alter`"):
        score("curb65", {"age": "Altr"}).scored(table().rename(columns={"age": "Alter"}))
    with pytest.raises(TableError, match="did you mean `age`"):
        score("curb65", {"agee": "age"})
    with pytest.raises(TableError, match="choose `printed` or `converted`"):
        score("curb65", bun_rule="rounded")


@pytest.mark.parametrize(
    ("word", "expected"), [("yes", 5), ("No", 4), ("TRUE", 5), ("false", 4), ("1.0", 5), (True, 5), (0.0, 4)]
)
def test_confusion_is_read_from_the_words_in_use(word: object, expected: float):
    assert score("curb65").scored(table(confusion=word)).points.tolist() == [expected]


@pytest.mark.parametrize("column", ["age", "urea_mmol_l", "respiratory_rate", "systolic_bp", "diastolic_bp"])
@pytest.mark.parametrize("code", [-1, 999, "not done", "inf"])
def test_codes_and_words_that_are_no_measurement_count_as_missing_and_are_said(column: str, code: object):
    scored = score("curb65").scored(table(**{column: code}))
    assert np.isnan(scored.points[0])
    assert {"input_impossible", "input_unreadable"} & {warning.code for warning in scored.warnings}


def test_a_blank_or_a_word_for_missing_is_missing_without_complaint():
    for blank in ("", " ", "NA", None, np.nan, "-"):
        scored = score("curb65").scored(table(confusion=blank))
        assert np.isnan(scored.points[0])
        assert [warning.code for warning in scored.warnings] == ["score_missing"]


def test_a_median_urea_of_45_is_suspected_to_be_another_unit():
    frame = pd.concat([table(urea_mmol_l=value) for value in (40, 42, 45, 48, 50)])
    said = [w.text for w in score("curb65").scored(frame).warnings if w.code == "input_unit_doubtful"]
    assert len(said) == 1
    assert "bun_mg_dl" in said[0]
    assert "45" in said[0]


def test_children_are_counted_because_the_score_was_made_for_adults():
    scored = score("curb65").scored(pd.concat([table(age=10), table()]))
    assert [(w.code, w.n) for w in scored.warnings] == [("score_population", 1)]


def test_the_scored_table_keeps_its_columns_and_adds_four():
    frame = pd.concat([table(case="a"), table(case="b", confusion=None)], ignore_index=True)
    scored = score("curb65").score_table(frame)
    assert list(scored.columns[:-4]) == list(frame.columns)
    assert scored["curb65"].tolist() == [4, pd.NA]
    assert scored["curb65_missing"].tolist() == ["", "confusion"]
    assert scored.loc[0, "curb65_risk_30d"] == 0.40
    with pytest.raises(TableError, match="already has a column `curb65`"):
        score("curb65").score_table(scored)


def test_no_sentence_holds_a_value_of_a_patient():
    frame = table(case="SECRET-17", age="SECRET-99")
    for warning in score("curb65").scored(frame).warnings:
        assert "SECRET" not in warning.text
