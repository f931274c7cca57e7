"""What the models of nodules ask for."""

from hilum.readers.scores.inputs import ScoreInput, spellings
from hilum.readers.scores.record import ScoreItem

SOLID, PART_SOLID, GROUND_GLASS = 0.0, 1.0, 2.0

DIAMETER = ScoreInput(
    name="nodule_diameter_mm",
    sentence="longest diameter of the nodule",
    unit="mm",
    possible=(0.5, 300),
    usual_median=(2.5, 80),
    other_unit="in cm; if so, name the column `nodule_diameter_cm`",
    synonyms=(
        *("diameter_mm", "nodule_size_mm", "nodule_diameter", "nodule_size", "size_mm", "diameter"),
        *("결절크기", "결절_크기"),
    ),
)
DIAMETER_CM = ScoreInput(
    name="nodule_diameter_cm",
    sentence="longest diameter of the nodule",
    unit="cm",
    possible=(0.05, 30),
    usual_median=(0.25, 8),
    other_unit="in mm; if so, name the column `nodule_diameter_mm`",
    synonyms=("diameter_cm", "nodule_size_cm", "size_cm"),
    to_first=lambda diameter: diameter * 10,
)
DIAMETER_ITEM = ScoreItem((DIAMETER, DIAMETER_CM))
SPICULATION = ScoreInput(
    name="spiculation",
    sentence="spiculated margin of the nodule",
    kind="yes/no",
    synonyms=("spiculated", "spiculated_margin", "침상"),
)
UPPER_LOBE = ScoreInput(
    name="upper_lobe",
    sentence="nodule in an upper lobe",
    kind="yes/no",
    synonyms=("upper_lobe_location", "in_upper_lobe", "upper", "상엽"),
)
LOBE = ScoreInput(
    name="lobe",
    sentence="lobe of the nodule",
    kind="category",
    words=spellings(
        {
            1: "upper rul lul right_upper left_upper right_upper_lobe left_upper_lobe upper_lobe "
            "우상엽 좌상엽 상엽",
            0: "other rml rll lll right_middle right_lower left_lower right_middle_lobe right_lower_lobe "
            "left_lower_lobe middle_lobe lower_lobe middle lower 우중엽 우하엽 좌하엽 중엽 하엽",
        }
    ),
    synonyms=("nodule_lobe", "nodule_location", "location"),
    to_first=lambda upper: upper,
)
UPPER_ITEM = ScoreItem((UPPER_LOBE, LOBE))
NODULE_TYPE = ScoreInput(
    name="nodule_type",
    sentence="type of the nodule",
    kind="category",
    words=spellings(
        {
            SOLID: "solid 고형",
            PART_SOLID: "part_solid partsolid partly_solid semi_solid semisolid mixed_ggo 부분고형",
            GROUND_GLASS: "ground_glass groundglass pure_ground_glass non_solid nonsolid ggn ggo pure_ggn "
            "pure_ggo ground_glass_nodule ground_glass_opacity 간유리 순수간유리",
        }
    ),
    synonyms=("type", "density", "nodule_density", "attenuation", "결절유형", "결절_유형"),
)
COUNT = ScoreInput(
    name="nodule_count",
    sentence="number of nodules",
    unit="nodules",
    possible=(1, 200),
    whole=True,
    synonyms=("number_of_nodules", "n_nodules", "nodules", "결절수", "결절_수"),
)
EMPHYSEMA = ScoreInput(
    name="emphysema",
    sentence="emphysema on CT",
    kind="yes/no",
    synonyms=("emphysema_ct", "emphysema_on_ct", "폐기종"),
)
EVER_SMOKER = ScoreInput(
    name="ever_smoker",
    sentence="current or former smoker",
    kind="yes/no",
    synonyms=("smoker", "ever_smoked", "smoking_ever", "smoke_ever"),
)
CANCER_FIVE_YEARS = ScoreInput(
    name="extrathoracic_cancer",
    sentence="cancer outside the chest, found five years ago or earlier",
    kind="yes/no",
    synonyms=("extrathoracic_cancer_history", "prior_extrathoracic_cancer", "history_extrathoracic_cancer"),
)
