"""Inputs that several scores share: who the patient is, and vital signs."""

import numpy as np

from hilum.readers.scores.inputs import Floats, Inputs, Mask, ScoreInput, spellings
from hilum.readers.scores.record import PopulationRule, ScoreItem

NEVER_ZERO = "A case with any missing value gets no score and is counted; a missing value is never read as 0."

AGE = ScoreInput(
    name="age",
    sentence="age",
    unit="years",
    possible=(0, 130),
    synonyms=(
        *("age_years", "age_at_admission", "age_at_visit", "age_at_exam", "patient_age", "pt_age"),
        *("나이", "연령", "만나이"),
    ),
)
SEX = ScoreInput(
    name="sex",
    sentence="sex",
    kind="category",
    words=spellings(
        {1: "female f woman women girl 여 여자 여성", 0: "male m man men boy 남 남자 남성"},
    ),
    synonyms=("gender", "patient_sex", "patientsex", "성별"),
)
FEMALE = ScoreInput(
    name="female",
    sentence="female sex",
    kind="yes/no",
    synonyms=("is_female", "woman"),
    to_first=lambda female: female,
)
MALE = ScoreInput(
    name="male",
    sentence="male sex",
    kind="yes/no",
    synonyms=("is_male", "man"),
    to_first=lambda male: 1 - male,
)
SEX_ITEM = ScoreItem((SEX, FEMALE, MALE))

WEIGHT = ScoreInput(
    name="weight_kg",
    sentence="body weight",
    unit="kg",
    possible=(20, 400),
    usual_median=(40, 110),
    other_unit="pounds, which must be brought to kg",
    synonyms=("weight", "body_weight", "bodyweight", "wt", "체중", "몸무게"),
)
HEIGHT = ScoreInput(
    name="height_cm",
    sentence="body height",
    unit="cm",
    possible=(80, 250),
    usual_median=(140, 195),
    other_unit="metres; if so, name the column `height_m`",
    synonyms=("height", "body_height", "ht", "stature", "키"),
)
HEIGHT_M = ScoreInput(
    name="height_m",
    sentence="body height",
    unit="m",
    possible=(0.8, 2.5),
    to_first=lambda metres: metres * 100,
)
BMI = ScoreInput(
    name="bmi",
    sentence="body mass index",
    unit="kg/m2",
    possible=(8, 100),
    usual_median=(17, 40),
    other_unit="something else than kg/m2",
    synonyms=("bmi_kg_m2", "body_mass_index", "body_mass_index_kg_m2", "체질량지수"),
)


def _body_mass_index(inputs: Inputs) -> Floats:
    return inputs["weight_kg"] / (inputs["height_cm"] / 100) ** 2


BMI_ITEM = ScoreItem(
    (BMI,), parts=(ScoreItem((HEIGHT, HEIGHT_M)), ScoreItem((WEIGHT,))), make=_body_mass_index
)

RESPIRATORY_RATE = ScoreInput(
    name="respiratory_rate",
    sentence="respiratory rate",
    unit="breaths/min",
    possible=(1, 120),
    usual_median=(10, 45),
    other_unit="another vital sign, such as the heart rate",
    synonyms=(
        *("rr", "resp_rate", "respiration_rate", "respiration", "breathing_rate", "breaths_per_minute"),
        *("호흡수", "호흡"),
    ),
)
SYSTOLIC = ScoreInput(
    name="systolic_bp",
    sentence="systolic blood pressure",
    unit="mmHg",
    possible=(20, 350),
    usual_median=(80, 180),
    other_unit="another unit or another vital sign (kPa, the diastolic pressure)",
    synonyms=(
        *("sbp", "systolic", "systolic_blood_pressure", "sys_bp", "bp_systolic", "bp_sys"),
        *("수축기혈압", "수축기_혈압"),
    ),
)
DIASTOLIC = ScoreInput(
    name="diastolic_bp",
    sentence="diastolic blood pressure",
    unit="mmHg",
    possible=(5, 250),
    usual_median=(40, 110),
    other_unit="another unit or another vital sign (kPa, the systolic pressure)",
    synonyms=(
        *("dbp", "diastolic", "diastolic_blood_pressure", "dia_bp", "bp_diastolic", "bp_dia"),
        *("이완기혈압", "이완기_혈압"),
    ),
)
CONFUSION = ScoreInput(
    name="confusion",
    sentence="new confusion, abbreviated mental test 8 or less",
    kind="yes/no",
    synonyms=(
        *("confused", "new_confusion", "mental_confusion"),
        *(
            "altered_mental_status",
            "altered_mental_state",
            "altered_mentality",
            "의식변화",
            "의식저하",
            "혼돈",
        ),
    ),
)


def under(years: float, sentence: str) -> PopulationRule:
    """Cases younger than some years."""

    def outside(inputs: Inputs) -> Mask:
        return np.asarray(inputs["age"] < years)

    return PopulationRule(outside, sentence)


def outside_ages(youngest: float, oldest: float, sentence: str) -> PopulationRule:
    """Cases younger than the youngest or older than the oldest, in completed years."""

    def outside(inputs: Inputs) -> Mask:
        age = np.floor(inputs["age"])
        return np.asarray((age < youngest) | (age > oldest))

    return PopulationRule(outside, sentence)
