"""What the models of lung cancer risk ask for: smoking, education, race, illness."""

import numpy as np

from hilum.readers.scores.inputs import Floats, Inputs, Mask, ScoreInput, spellings
from hilum.readers.scores.patient import AGE, BMI_ITEM
from hilum.readers.scores.record import ScoreItem

NEVER, FORMER, CURRENT = 0.0, 1.0, 2.0
WHITE, BLACK, HISPANIC, ASIAN, AMERICAN_INDIAN, PACIFIC = range(6)

STATUS = ScoreInput(
    name="smoking_status",
    sentence="smoking status",
    kind="category",
    words=spellings(
        {
            NEVER: "never never_smoker never_smoked non_smoker nonsmoker 비흡연 비흡연자",
            FORMER: "former former_smoker ex_smoker exsmoker ex quit past past_smoker "
            "과거흡연 과거흡연자 과거_흡연 금연 금연자",
            CURRENT: "current current_smoker 현재흡연 현재흡연자 현재_흡연 흡연중",
        }
    ),
    synonyms=("smoking", "smoking_history", "smoke_status", "흡연상태", "흡연력", "흡연여부", "흡연"),
)
CIGARETTES = ScoreInput(
    name="cigarettes_per_day",
    sentence="cigarettes a day, on average",
    unit="cigarettes/day",
    possible=(0, 200),
    usual_median=(3, 60),
    other_unit="packs a day (20 cigarettes each); if so, name the column `packs_per_day`",
    synonyms=("cpd", "cigs_per_day", "cig_per_day", "cigarettes_day", "smoking_intensity", "하루흡연량"),
    not_from=("pack_years", "packyears", "pack_year", "packyear", "pky", "py", "갑년"),
)
PACKS = ScoreInput(
    name="packs_per_day",
    sentence="packs of 20 cigarettes a day, on average",
    unit="packs/day",
    possible=(0, 10),
    usual_median=(0.1, 3),
    other_unit="cigarettes a day; if so, name the column `cigarettes_per_day`",
    synonyms=("ppd", "pack_per_day"),
    to_first=lambda packs: packs * 20,
)
YEARS = ScoreInput(
    name="years_smoked",
    sentence="years smoked",
    unit="years",
    possible=(0, 100),
    synonyms=(
        "smoking_years",
        "smoking_duration",
        "duration_smoking",
        "smoked_years",
        "흡연기간",
        "흡연년수",
    ),
    not_from=("pack_years", "packyears", "pack_year", "packyear", "pky", "py", "갑년"),
)
QUIT = ScoreInput(
    name="years_quit",
    sentence="years since quitting, of former smokers",
    unit="years",
    possible=(0, 100),
    synonyms=(
        *("years_since_quit", "years_since_quitting", "years_since_cessation", "quit_years"),
        *("time_since_quit", "quit_time", "금연기간"),
    ),
)
EDUCATION = ScoreInput(
    name="education",
    sentence="education in six levels, 1 less than high school to 6 postgraduate",
    kind="category",
    words=spellings(
        {
            1: "1 less_than_high_school less_than_high_school_graduate 고졸미만 고졸_미만",
            2: "2 high_school_graduate high_school 고졸 고등학교_졸업",
            3: "3 some_training_after_high_school post_high_school_training",
            4: "4 some_college 대학중퇴 대학_중퇴",
            5: "5 college_graduate university_graduate 대졸 대학교_졸업",
            6: "6 postgraduate postgraduate_or_professional_degree 대학원 대학원졸",
        }
    ),
    synonyms=("education_level", "edu", "educat", "학력", "교육수준"),
)
RACE = ScoreInput(
    name="race",
    sentence="race or ethnic group",
    kind="category",
    words=spellings(
        {
            WHITE: "white caucasian non_hispanic_white white_non_hispanic 백인",
            BLACK: "black african_american black_or_african_american non_hispanic_black 흑인",
            HISPANIC: "hispanic latino latina hispanic_or_latino 히스패닉",
            ASIAN: "asian korean 동양인 아시아인 한국인 황인",
            AMERICAN_INDIAN: "american_indian american_indian_or_alaskan_native alaskan_native alaska_native "
            "american_indian_or_alaska_native american_indian_alaskan_native native_american",
            PACIFIC: "pacific_islander native_hawaiian native_hawaiian_or_pacific_islander hawaiian "
            "native_hawaiian_or_other_pacific_islander native_hawaiian_pacific_islander",
        }
    ),
    synonyms=("ethnicity", "race_ethnicity", "ethnic_group", "인종"),
)
COPD = ScoreInput(
    name="copd",
    sentence="chronic obstructive pulmonary disease",
    kind="yes/no",
    synonyms=("chronic_obstructive_pulmonary_disease", "history_of_copd", "만성폐쇄성폐질환"),
)
PRIOR_CANCER = ScoreInput(
    name="prior_cancer",
    sentence="personal history of cancer",
    kind="yes/no",
    synonyms=(
        *("personal_history_of_cancer", "personal_history_cancer", "history_of_cancer", "cancer_history"),
        *("personal_cancer", "previous_cancer", "phx_cancer", "암과거력", "암_과거력"),
    ),
)
FAMILY = ScoreInput(
    name="family_history_lung_cancer",
    sentence="family history of lung cancer",
    kind="yes/no",
    synonyms=(
        *("family_lung_cancer", "family_history_of_lung_cancer", "fhx_lung_cancer", "family_history"),
        *("폐암가족력", "폐암_가족력"),
    ),
)


def ever_smoked(inputs: Inputs) -> Mask:
    """Cases who are known to smoke or to have smoked."""
    return np.asarray(inputs["smoking_status"] >= FORMER)


def former_smoker(inputs: Inputs) -> Mask:
    """Cases who are known to have stopped."""
    return np.asarray(inputs["smoking_status"] == FORMER)


def by_race(inputs: Inputs, coefficients: tuple[float, ...]) -> Floats:
    """The coefficient of each case's race, nan where it is unknown."""
    race = inputs["race"]
    place = np.where(np.isnan(race), len(coefficients), race).astype(np.int64)
    return np.array([*coefficients, np.nan])[place]


LUNG_ITEMS = (
    ScoreItem((AGE,)),
    ScoreItem((RACE,)),
    ScoreItem((EDUCATION,)),
    BMI_ITEM,
    ScoreItem((COPD,)),
    ScoreItem((PRIOR_CANCER,)),
    ScoreItem((FAMILY,)),
    ScoreItem((STATUS,)),
    ScoreItem((CIGARETTES, PACKS), needed_in=ever_smoked),
    ScoreItem((YEARS,), needed_in=ever_smoked),
    ScoreItem((QUIT,), needed_in=former_smoker),
)
