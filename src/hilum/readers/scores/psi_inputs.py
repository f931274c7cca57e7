"""What the pneumonia severity index asks for."""

from dataclasses import replace

import numpy as np

from hilum.readers.scores.inputs import Inputs, Mask, ScoreInput
from hilum.readers.scores.laboratory import BUN, BUN_MG_DL_PER_UREA_MMOL_L, UREA
from hilum.readers.scores.patient import AGE, RESPIRATORY_RATE, SEX_ITEM, SYSTOLIC
from hilum.readers.scores.record import ScoreItem

MG_DL_PER_MMOL_L_GLUCOSE = 18.016
MMHG_PER_KPA = 7.50062


def _yes_no(name: str, sentence: str, *synonyms: str) -> ScoreInput:
    return ScoreInput(name, sentence, kind="yes/no", synonyms=synonyms)


NURSING_HOME = _yes_no(
    "nursing_home", "nursing home resident", "nursing_home_resident", "residence_nursing_home", "요양원"
)
NEOPLASM = _yes_no(
    "neoplastic_disease",
    "active neoplastic disease",
    *("neoplasm", "cancer", "malignancy", "active_cancer", "neoplasia", "암", "악성종양"),
)
LIVER = _yes_no("liver_disease", "liver disease", "chronic_liver_disease", "hepatic_disease", "간질환")
HEART_FAILURE = _yes_no(
    "heart_failure",
    "congestive heart failure",
    *("congestive_heart_failure", "chf", "hf", "심부전"),
)
CEREBROVASCULAR = _yes_no(
    "cerebrovascular_disease", "cerebrovascular disease", "cva", "stroke", "뇌혈관질환", "뇌졸중"
)
RENAL = _yes_no(
    "renal_disease",
    "renal disease",
    *("kidney_disease", "chronic_kidney_disease", "ckd", "신장질환", "신질환", "만성신부전"),
)
ALTERED = _yes_no(
    "altered_mental_status",
    "altered mental status",
    *("altered_mental_state", "altered_mentality", "confusion", "confused", "new_confusion"),
    *("의식변화", "의식저하"),
)
EFFUSION = _yes_no("pleural_effusion", "pleural effusion on the radiograph", "effusion", "흉수", "흉막삼출")

TEMPERATURE = ScoreInput(
    name="temperature_c",
    sentence="body temperature",
    unit="degrees Celsius",
    possible=(20, 45),
    other_unit="in Fahrenheit; if so, name the column `temperature_f`",
    synonyms=("temperature", "temp", "temp_c", "body_temperature", "bt", "bt_c", "체온"),
)
FAHRENHEIT = ScoreInput(
    name="temperature_f",
    sentence="body temperature",
    unit="degrees Fahrenheit",
    possible=(68, 113),
    other_unit="in Celsius; if so, name the column `temperature_c`",
    synonyms=("temp_f", "bt_f", "temperature_fahrenheit"),
    to_first=lambda fahrenheit: (fahrenheit - 32) * 5 / 9,
)
HEART_RATE = ScoreInput(
    name="heart_rate",
    sentence="heart rate",
    unit="beats/min",
    possible=(10, 350),
    usual_median=(50, 150),
    other_unit="another vital sign, such as the respiratory rate",
    synonyms=("hr", "pulse", "pulse_rate", "맥박", "심박수"),
)
PH = ScoreInput(
    name="arterial_ph",
    sentence="arterial pH",
    unit="pH",
    possible=(6.3, 8),
    usual_median=(7, 7.7),
    other_unit="another value of the blood gas",
    synonyms=("ph", "abga_ph", "blood_ph"),
)
SODIUM = ScoreInput(
    name="sodium_mmol_l",
    sentence="sodium in blood",
    unit="mmol/L",
    possible=(90, 200),
    usual_median=(120, 155),
    other_unit="another electrolyte",
    synonyms=("sodium", "na", "sodium_meq_l", "na_mmol_l", "na_meq_l", "serum_sodium", "나트륨"),
)
GLUCOSE = ScoreInput(
    name="glucose_mg_dl",
    sentence="glucose in blood",
    unit="mg/dL",
    possible=(5, 2500),
    usual_median=(50, 500),
    other_unit="in mmol/L; if so, name the column `glucose_mmol_l`",
    synonyms=("glucose", "blood_glucose", "serum_glucose", "glucose_mgdl", "혈당"),
)
GLUCOSE_MMOL = ScoreInput(
    name="glucose_mmol_l",
    sentence="glucose in blood",
    unit="mmol/L",
    possible=(0.3, 140),
    usual_median=(2.5, 28),
    other_unit="in mg/dL; if so, name the column `glucose_mg_dl`",
    to_first=lambda glucose: glucose * MG_DL_PER_MMOL_L_GLUCOSE,
)
HAEMATOCRIT = ScoreInput(
    name="haematocrit_percent",
    sentence="haematocrit",
    unit="%",
    possible=(5, 80),
    usual_median=(20, 60),
    other_unit="haemoglobin",
    synonyms=("haematocrit", "hematocrit", "hct", "hematocrit_percent", "hct_percent", "헤마토크릿"),
    share=True,
)
PAO2 = ScoreInput(
    name="pao2_mmhg",
    sentence="arterial partial pressure of oxygen",
    unit="mmHg",
    possible=(10, 700),
    usual_median=(30, 400),
    other_unit="in kPa; if so, name the column `pao2_kpa`",
    synonyms=("pao2", "po2", "po2_mmhg", "arterial_po2"),
)
PAO2_KPA = ScoreInput(
    name="pao2_kpa",
    sentence="arterial partial pressure of oxygen",
    unit="kPa",
    possible=(1.3, 93),
    usual_median=(4, 53),
    other_unit="in mmHg; if so, name the column `pao2_mmhg`",
    synonyms=("po2_kpa",),
    to_first=lambda pressure: pressure * MMHG_PER_KPA,
)
SAO2 = ScoreInput(
    name="sao2_percent",
    sentence="arterial oxygen saturation",
    unit="%",
    possible=(20, 100),
    usual_median=(70, 100),
    other_unit="something else than a saturation",
    synonyms=("sao2", "spo2", "spo2_percent", "o2_saturation", "oxygen_saturation", "산소포화도"),
    share=True,
)

COMORBIDITIES = (NEOPLASM, LIVER, HEART_FAILURE, CEREBROVASCULAR, RENAL)


def not_class_one(inputs: Inputs) -> Mask:
    """Cases that need points: not certainly of class I, which is decided without a laboratory."""
    return ~class_one(inputs)


def class_one(inputs: Inputs) -> Mask:
    """Cases of class I: at most 50 years, no comorbidity, normal vital signs and mental state, all known."""
    first = np.floor(inputs["age"]) <= 50
    for each in (*COMORBIDITIES, ALTERED):
        first &= inputs[each.name] == 0
    first &= (inputs["respiratory_rate"] < 30) & (inputs["systolic_bp"] >= 90)
    first &= (inputs["temperature_c"] >= 35) & (inputs["temperature_c"] < 40)
    return np.asarray(first & (inputs["heart_rate"] < 125))


def _laboratory(*one_of: ScoreInput) -> ScoreItem:
    return ScoreItem(one_of, when=("missing_as_normal", "no"), needed_in=not_class_one)


_UREA = replace(UREA, to_first=lambda urea: urea * BUN_MG_DL_PER_UREA_MMOL_L)

PSI_ITEMS = (
    ScoreItem((AGE,)),
    SEX_ITEM,
    ScoreItem((NURSING_HOME,), needed_in=not_class_one),
    *(ScoreItem((each,)) for each in COMORBIDITIES),
    ScoreItem((ALTERED,)),
    ScoreItem((RESPIRATORY_RATE,)),
    ScoreItem((SYSTOLIC,)),
    ScoreItem((TEMPERATURE, FAHRENHEIT)),
    ScoreItem((HEART_RATE,)),
    _laboratory(PH),
    _laboratory(BUN, _UREA),
    _laboratory(SODIUM),
    _laboratory(GLUCOSE, GLUCOSE_MMOL),
    _laboratory(HAEMATOCRIT),
    _laboratory(PAO2, PAO2_KPA, SAO2),
    ScoreItem((EFFUSION,), needed_in=not_class_one),
)
