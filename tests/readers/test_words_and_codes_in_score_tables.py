"""Race, smoking, education, sex and nodule type as tables spell them; codes are never guessed."""

import numpy as np
import pandas as pd
import pytest

from hilum.errors import TableError
from hilum.readers import score
from hilum.study import read_table

LUNG = {
    "age": 62,
    "race": "White",
    "education": 4,
    "bmi": 27,
    "copd": 0,
    "prior_cancer": 0,
    "family_history_lung_cancer": 0,
    "smoking_status": "former",
    "cigarettes_per_day": 20,
    "years_smoked": 27,
    "years_quit": 10,
}
HERE = 0.008916985


def risk(**changed: object) -> float:
    return float(score("plcom2012").scored(pd.DataFrame([LUNG | changed])).points[0])


@pytest.mark.parametrize("word", ["white", "WHITE", "Caucasian", "Non-Hispanic White", " 백인 "])
def test_a_race_is_understood_however_it_is_spelt(word: str):
    assert risk(race=word) == pytest.approx(HERE, abs=5e-10)


@pytest.mark.parametrize("word", ["Former", "ex-smoker", "Ex smoker", "과거흡연", "과거 흡연", "quit"])
def test_a_former_smoker_is_understood(word: str):
    assert risk(smoking_status=word) == pytest.approx(HERE, abs=5e-10)


@pytest.mark.parametrize("level", [4, 4.0, "4", "4.0", "some college", "대학중퇴"])
def test_education_is_a_level_or_its_name(level: object):
    assert risk(education=level) == pytest.approx(HERE, abs=5e-10)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("race", 1),
        ("race", "Martian"),
        ("smoking_status", 1),
        ("smoking_status", "sometimes"),
        ("education", 0),
        ("education", 7),
        ("education", 3.5),
        ("copd", 2),
    ],
)
def test_an_unknown_word_or_code_is_missing_and_said_and_never_guessed(column: str, value: object):
    scored = score("plcom2012").scored(pd.DataFrame([LUNG | {column: value}]))
    assert np.isnan(scored.points[0])
    assert scored.missing.tolist() == [column]
    assert [w.n for w in scored.warnings if w.code == "input_unreadable"] == [1]


def test_codes_count_once_a_person_says_what_they_stand_for():
    table = pd.DataFrame([LUNG | {"smoking_status": code} for code in (1, 2, 3)])
    told = score("plcoall2014", smoking_status_codes="1=never, 2=former, 3=current").scored(table)
    words = pd.DataFrame([LUNG | {"smoking_status": word} for word in ("never", "former", "current")])
    np.testing.assert_array_equal(told.points, score("plcoall2014").scored(words).points)
    turned = score("plcoall2014", smoking_status_codes="1=current,2=former,3=never").scored(table)
    np.testing.assert_array_equal(turned.points, told.points[::-1])


def test_a_code_for_a_word_that_does_not_exist_is_refused():
    with pytest.raises(TableError, match="never, former, current"):
        score("plcoall2014", smoking_status_codes="1=sometimes")
    with pytest.raises(TableError, match="has no choice `smoking_code`"):
        score("plcoall2014", smoking_code="1=never")


def test_pack_years_cannot_stand_for_intensity_and_duration():
    table = pd.DataFrame([LUNG]).drop(columns=["cigarettes_per_day", "years_smoked"]).assign(pack_years=27)
    with pytest.raises(TableError, match="`pack_years` cannot stand for the cigarettes a day"):
        score("plcom2012").scored(table)


def test_packs_a_day_are_twenty_cigarettes():
    table = pd.DataFrame([LUNG]).drop(columns="cigarettes_per_day").assign(packs_per_day=1)
    assert score("plcom2012").scored(table).points[0] == pytest.approx(HERE, abs=5e-10)


def test_numbers_in_millimetres_where_centimetres_are_said_are_doubted():
    nodule = {"age": 60, "ever_smoker": 1, "extrathoracic_cancer": 0, "spiculation": 0, "upper_lobe": 1}
    table = pd.DataFrame([nodule | {"nodule_diameter_cm": value} for value in (9, 10, 12, 15, 20)])
    said = [w for w in score("mayo_nodule").scored(table).warnings if w.code == "input_unit_doubtful"]
    assert "nodule_diameter_mm" in said[0].text


def test_a_korean_hospital_s_table_is_read_as_it_is(tmp_path):
    header = "환자번호,나이,의식변화,요소질소,호흡수,수축기혈압,이완기혈압"
    path = tmp_path / "응급실.csv"
    path.write_bytes(f"{header}\n007,70,무,21,30,95,60\n008,40,있음,10,18,130,80\n".encode("cp949"))
    scored = score("curb65").scored(read_table(path))
    assert scored.points.tolist() == [4, 1]


@pytest.mark.parametrize(("word", "female"), [("F", 1), ("여", 1), ("female", 1), ("M", 0), ("남자", 0)])
def test_sex_is_read_from_letters_and_korean(word: str, female: int):
    row = {"age": 60, "sex": word, "family_history_lung_cancer": 0, "emphysema": 0, "nodule_type": "solid"}
    row |= {"nodule_diameter_mm": 10, "upper_lobe": 0, "nodule_count": 4, "spiculation": 0}
    flag = {name: value for name, value in row.items() if name != "sex"} | {"female": female}
    both = [score("brock_nodule").scored(pd.DataFrame([each])).points[0] for each in (row, flag)]
    assert both[0] == both[1] > 0


def test_unscored_and_odd_cases_are_counted_in_a_large_table_with_text():
    table = pd.DataFrame([LUNG]).loc[np.zeros(2000, dtype=int)].reset_index(drop=True)
    table["bmi"] = table["bmi"].astype(object)
    table.loc[:9, "bmi"] = "n/a"
    table.loc[10:14, "bmi"] = "heavy"
    table.loc[15:16, "bmi"] = 270
    scored = score("plcom2012").scored(table)
    counted = {w.code: w.n for w in scored.warnings}
    assert counted == {"input_unreadable": 5, "input_impossible": 2, "score_missing": 17}
    assert np.isnan(scored.points).sum() == 17


def test_a_value_that_all_cases_share_is_said_once():
    table = pd.DataFrame([LUNG, LUNG]).drop(columns="race")
    reader = score("plcom2012", {"race": "=Asian"})
    scored = reader.scored(table)
    assert scored.points[0] == risk(race="Asian")
    assert ("score_same_for_all", 2) in [(w.code, w.n) for w in scored.warnings]
    assert "race" not in reader.columns(list(table.columns))
    with pytest.raises(TableError, match="keep one"):
        reader.scored(pd.DataFrame([LUNG]))
