"""Laboratory values that scores share, with the units in which hospitals report them."""

from hilum.readers.scores.inputs import ScoreInput

# 1 mmol/L of urea is 2.8 mg/dL of urea nitrogen (two nitrogens, 28.01 g/mol) and 6.006 mg/dL of urea.
BUN_MG_DL_PER_UREA_MMOL_L = 2.8
UREA_MG_DL_PER_MMOL_L = 6.006

UREA = ScoreInput(
    name="urea_mmol_l",
    sentence="urea in blood",
    unit="mmol/L",
    possible=(0, 150),
    usual_median=(2, 15),
    other_unit=(
        "in mg/dL; if so, name the column `bun_mg_dl` (blood urea nitrogen) or `urea_mg_dl` (urea itself)"
    ),
    synonyms=("urea", "urea_mmol", "blood_urea", "serum_urea", "bun_mmol_l", "요소"),
)
UREA_MG_DL = ScoreInput(
    name="urea_mg_dl",
    sentence="urea in blood, not urea nitrogen",
    unit="mg/dL",
    possible=(0, 900),
    usual_median=(15, 170),
    other_unit="urea in mmol/L; if so, name the column `urea_mmol_l`",
    to_first=lambda urea: urea / UREA_MG_DL_PER_MMOL_L,
)
BUN = ScoreInput(
    name="bun_mg_dl",
    sentence="blood urea nitrogen",
    unit="mg/dL",
    possible=(0, 420),
    usual_median=(8, 80),
    other_unit="urea in mmol/L; if so, name the column `urea_mmol_l`",
    synonyms=(
        *("bun", "bun_mgdl", "blood_urea_nitrogen", "blood_urea_nitrogen_mg_dl", "urea_nitrogen"),
        *("요소질소", "혈중요소질소"),
    ),
)
