"""Statistics on readings and truth alone.

Whoever gave the opinion, a model, a score, a product or a doctor.
"""

from hilum.evaluation.assembly import evaluate, evaluate_files
from hilum.evaluation.common.estimates import Difference, Estimate
from hilum.evaluation.common.resampling import PatientDraws
from hilum.evaluation.common.weighted import average_precision
from hilum.evaluation.comparisons.mcnemar import (
    Margins,
    Paired,
    mcnemar_clustered,
    mcnemar_exact,
    mcnemar_mid_p,
    mcnemar_range,
)
from hilum.evaluation.comparisons.moskowitz_pepe import RelativePredictiveValues, moskowitz_pepe
from hilum.evaluation.comparisons.obuchowski_rockette import obuchowski_rockette
from hilum.evaluation.inputs.alignment import Alignment, Opinions, align
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import TRUTH_KINDS, Truth, TruthKind
from hilum.evaluation.measures.benefit import DecisionCurve, decision_curve, net_benefit
from hilum.evaluation.measures.bland_altman import BlandAltman, bland_altman
from hilum.evaluation.measures.calibration import (
    CalibrationPoint,
    brier,
    calibration_curve,
    calibration_error,
    calibration_in_the_large,
    calibration_slope,
    observed_expected_ratio,
    survival_calibration_curve,
)
from hilum.evaluation.measures.censoring import (
    KnownStatus,
    auc_t,
    auc_t_difference,
    brier_t,
    known_status,
    observed_over_expected,
)
from hilum.evaluation.measures.concordance import Concordance, Pairs, harrell_c, harrell_c_difference
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.multiclass import macro_auroc, macro_auroc_difference
from hilum.evaluation.measures.operating_point import Calls, choose_threshold
from hilum.evaluation.measures.proportions import clopper_pearson, newcombe_paired, share_of_cases, wilson
from hilum.evaluation.measures.roc import auroc, auroc_covariance, auroc_difference, compare_aurocs
from hilum.evaluation.measures.roc_curve import Curve, precision_recall_curve, roc_curve
from hilum.evaluation.measures.survival_benefit import net_benefit_t
from hilum.evaluation.measures.survival_curves import (
    KaplanMeier,
    choose_risk_cuts,
    group_names,
    kaplan_meier,
    log_rank,
    risk_groups,
)
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.results import Comparison, Confusion, Evaluation, Measure, Notice
from hilum.evaluation.terminal import interval_text, p_text, text_table

__all__ = [
    "TRUTH_KINDS",
    "Alignment",
    "BlandAltman",
    "CalibrationPoint",
    "Calls",
    "Comparison",
    "Concordance",
    "Confusion",
    "Curve",
    "DecisionCurve",
    "Difference",
    "Estimate",
    "Evaluation",
    "EvaluationOptions",
    "FollowUp",
    "KaplanMeier",
    "KnownStatus",
    "Margins",
    "Measure",
    "Notice",
    "Opinions",
    "Paired",
    "Pairs",
    "PatientDraws",
    "Readings",
    "RelativePredictiveValues",
    "Truth",
    "TruthKind",
    "align",
    "auc_t",
    "auc_t_difference",
    "auroc",
    "auroc_covariance",
    "auroc_difference",
    "average_precision",
    "bland_altman",
    "brier",
    "brier_t",
    "calibration_curve",
    "calibration_error",
    "calibration_in_the_large",
    "calibration_slope",
    "choose_risk_cuts",
    "choose_threshold",
    "clopper_pearson",
    "compare_aurocs",
    "decision_curve",
    "evaluate",
    "evaluate_files",
    "group_names",
    "harrell_c",
    "harrell_c_difference",
    "interval_text",
    "kaplan_meier",
    "known_status",
    "log_rank",
    "macro_auroc",
    "macro_auroc_difference",
    "mcnemar_clustered",
    "mcnemar_exact",
    "mcnemar_mid_p",
    "mcnemar_range",
    "moskowitz_pepe",
    "net_benefit",
    "net_benefit_t",
    "newcombe_paired",
    "observed_expected_ratio",
    "observed_over_expected",
    "obuchowski_rockette",
    "p_text",
    "precision_recall_curve",
    "risk_groups",
    "roc_curve",
    "share_of_cases",
    "survival_calibration_curve",
    "text_table",
    "wilson",
]
