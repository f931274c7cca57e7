"""Statistics on readings and truth alone.

Whoever gave the opinion, a model, a score, a product or a doctor.
"""

from hilum.evaluation.assembly import evaluate, evaluate_files
from hilum.evaluation.common.estimates import Difference, Estimate
from hilum.evaluation.common.resampling import PatientDraws, bca_interval
from hilum.evaluation.common.weighted import average_precision
from hilum.evaluation.comparisons.benefit_difference import benefit_difference
from hilum.evaluation.comparisons.cochran_q import cochran_q
from hilum.evaluation.comparisons.holm import holm
from hilum.evaluation.comparisons.mcnemar import (
    Margins,
    Paired,
    mcnemar_clustered,
    mcnemar_exact,
    mcnemar_mid_p,
    mcnemar_range,
)
from hilum.evaluation.comparisons.moskowitz_pepe import (
    RelativePredictiveValues,
    moskowitz_pepe,
    relative_predictive_value,
)
from hilum.evaluation.comparisons.non_inferiority import non_inferiority
from hilum.evaluation.comparisons.obuchowski_rockette import (
    against_readers_mean,
    compare_conditions,
    compare_conditions_fixed_readers,
    obuchowski_rockette,
    readers_mean,
)
from hilum.evaluation.comparisons.reader_table import ReaderTable, auroc_table, mean_table, share_table
from hilum.evaluation.comparisons.reading_times import mean_seconds, seconds_difference, seconds_ratio
from hilum.evaluation.comparisons.tango import tango_non_inferiority
from hilum.evaluation.inputs.alignment import Alignment, Opinions, align
from hilum.evaluation.inputs.readings import Readings
from hilum.evaluation.inputs.truth import TRUTH_KINDS, Truth, TruthKind
from hilum.evaluation.measures.area_influence import area_influence, share_influence
from hilum.evaluation.measures.benefit import (
    DecisionCurve,
    decision_curve,
    net_benefit,
    net_benefit_from_counts,
    net_benefit_of_all,
)
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
from hilum.evaluation.measures.censoring_weights import CensoringWeights
from hilum.evaluation.measures.cohen_kappa import cohen_kappa, cohen_kappa_from_table
from hilum.evaluation.measures.concordance import Concordance, Pairs, harrell_c, harrell_c_difference
from hilum.evaluation.measures.concordance_correlation import concordance_correlation
from hilum.evaluation.measures.correlation import pearson
from hilum.evaluation.measures.cox_slope import calibration_slope_t, cox_slope
from hilum.evaluation.measures.cross_fitting import cross_fitted
from hilum.evaluation.measures.detections import Detections, detect
from hilum.evaluation.measures.errors_of_a_number import (
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from hilum.evaluation.measures.fleiss_kappa import fleiss_kappa
from hilum.evaluation.measures.follow_up import FollowUp
from hilum.evaluation.measures.froc import (
    FALSE_POSITIVE_RATES,
    false_positives_per_image,
    froc_curve,
    froc_mean,
    froc_sensitivities,
    lesion_ppv,
    lesion_sensitivity,
    threshold_at_rate,
)
from hilum.evaluation.measures.incidence import CumulativeIncidence, aalen_johansen, observed_by
from hilum.evaluation.measures.interaction import (
    cochran_heterogeneity,
    heterogeneity,
    largest_gap,
    shares_heterogeneity,
)
from hilum.evaluation.measures.intraclass_correlation import intraclass_correlation
from hilum.evaluation.measures.krippendorff_alpha import krippendorff_alpha
from hilum.evaluation.measures.learning_curve import LearningCurve
from hilum.evaluation.measures.local_regression import LocalRegression
from hilum.evaluation.measures.many_findings import findings_auroc, findings_auroc_difference
from hilum.evaluation.measures.mean_average_precision import (
    COCO_OVERLAPS,
    interpolated_precision,
    mean_average_precision,
)
from hilum.evaluation.measures.multiclass import (
    macro_auroc,
    macro_auroc_difference,
    mean_recall,
    multiclass_brier,
)
from hilum.evaluation.measures.operating_point import Calls, choose_threshold
from hilum.evaluation.measures.overlap import VoxelCounts
from hilum.evaluation.measures.patient_means import wilcoxon_signed_rank
from hilum.evaluation.measures.predictive_values import predictive_values_at, predictive_values_of
from hilum.evaluation.measures.proportions import clopper_pearson, newcombe_paired, share_of_cases, wilson
from hilum.evaluation.measures.recalibration import Recalibration, fit_recalibration, recalibrate_to
from hilum.evaluation.measures.reclassification import (
    Reclassification,
    integrated_discrimination,
    net_reclassification,
    net_reclassification_of_calls,
)
from hilum.evaluation.measures.regions import Regions
from hilum.evaluation.measures.roc import auroc, auroc_covariance, auroc_difference, compare_aurocs
from hilum.evaluation.measures.roc_curve import Curve, precision_recall_curve, roc_curve
from hilum.evaluation.measures.screening import ScreenedOrder, Screening, compare_screening
from hilum.evaluation.measures.shift import (
    ks_distance,
    standardised_difference,
    standardised_difference_of_groups,
)
from hilum.evaluation.measures.smooth_calibration import (
    SmoothCurve,
    SmoothErrors,
    sample_to_smooth,
    smooth_calibration_curve,
    smooth_errors,
)
from hilum.evaluation.measures.surface import SurfaceDistances
from hilum.evaluation.measures.survival_benefit import net_benefit_t, net_benefit_t_difference
from hilum.evaluation.measures.survival_brier import (
    brier_null_t,
    brier_t_difference,
    integrated_brier,
    scaled_brier_t,
)
from hilum.evaluation.measures.survival_curves import (
    KaplanMeier,
    choose_risk_cuts,
    group_names,
    kaplan_meier,
    log_rank,
    risk_groups,
)
from hilum.evaluation.measures.threshold_rule import ThresholdRule
from hilum.evaluation.measures.uno import uno_c, uno_c_difference
from hilum.evaluation.measures.wafroc import wafroc, wafroc_covariance, wafroc_difference
from hilum.evaluation.options import EvaluationOptions
from hilum.evaluation.results import Comparison, Confusion, Evaluation, Measure, Notice
from hilum.evaluation.terminal import interval_text, p_text, text_table

__all__ = [
    "COCO_OVERLAPS",
    "FALSE_POSITIVE_RATES",
    "TRUTH_KINDS",
    "Alignment",
    "BlandAltman",
    "CalibrationPoint",
    "Calls",
    "CensoringWeights",
    "Comparison",
    "Concordance",
    "Confusion",
    "CumulativeIncidence",
    "Curve",
    "DecisionCurve",
    "Detections",
    "Difference",
    "Estimate",
    "Evaluation",
    "EvaluationOptions",
    "FollowUp",
    "KaplanMeier",
    "KnownStatus",
    "LearningCurve",
    "LocalRegression",
    "Margins",
    "Measure",
    "Notice",
    "Opinions",
    "Paired",
    "Pairs",
    "PatientDraws",
    "ReaderTable",
    "Readings",
    "Recalibration",
    "Reclassification",
    "Regions",
    "RelativePredictiveValues",
    "ScreenedOrder",
    "Screening",
    "SmoothCurve",
    "SmoothErrors",
    "SurfaceDistances",
    "ThresholdRule",
    "Truth",
    "TruthKind",
    "VoxelCounts",
    "aalen_johansen",
    "against_readers_mean",
    "align",
    "area_influence",
    "auc_t",
    "auc_t_difference",
    "auroc",
    "auroc_covariance",
    "auroc_difference",
    "auroc_table",
    "average_precision",
    "bca_interval",
    "benefit_difference",
    "bland_altman",
    "brier",
    "brier_null_t",
    "brier_t",
    "brier_t_difference",
    "calibration_curve",
    "calibration_error",
    "calibration_in_the_large",
    "calibration_slope",
    "calibration_slope_t",
    "choose_risk_cuts",
    "choose_threshold",
    "clopper_pearson",
    "cochran_heterogeneity",
    "cochran_q",
    "cohen_kappa",
    "cohen_kappa_from_table",
    "compare_aurocs",
    "compare_conditions",
    "compare_conditions_fixed_readers",
    "compare_screening",
    "concordance_correlation",
    "cox_slope",
    "cross_fitted",
    "decision_curve",
    "detect",
    "evaluate",
    "evaluate_files",
    "false_positives_per_image",
    "findings_auroc",
    "findings_auroc_difference",
    "fit_recalibration",
    "fleiss_kappa",
    "froc_curve",
    "froc_mean",
    "froc_sensitivities",
    "group_names",
    "harrell_c",
    "harrell_c_difference",
    "heterogeneity",
    "holm",
    "integrated_brier",
    "integrated_discrimination",
    "interpolated_precision",
    "interval_text",
    "intraclass_correlation",
    "kaplan_meier",
    "known_status",
    "krippendorff_alpha",
    "ks_distance",
    "largest_gap",
    "lesion_ppv",
    "lesion_sensitivity",
    "log_rank",
    "macro_auroc",
    "macro_auroc_difference",
    "mcnemar_clustered",
    "mcnemar_exact",
    "mcnemar_mid_p",
    "mcnemar_range",
    "mean_absolute_error",
    "mean_average_precision",
    "mean_recall",
    "mean_seconds",
    "mean_table",
    "moskowitz_pepe",
    "multiclass_brier",
    "net_benefit",
    "net_benefit_from_counts",
    "net_benefit_of_all",
    "net_benefit_t",
    "net_benefit_t_difference",
    "net_reclassification",
    "net_reclassification_of_calls",
    "newcombe_paired",
    "non_inferiority",
    "observed_by",
    "observed_expected_ratio",
    "observed_over_expected",
    "obuchowski_rockette",
    "p_text",
    "pearson",
    "precision_recall_curve",
    "predictive_values_at",
    "predictive_values_of",
    "r_squared",
    "readers_mean",
    "recalibrate_to",
    "relative_predictive_value",
    "risk_groups",
    "roc_curve",
    "root_mean_squared_error",
    "sample_to_smooth",
    "scaled_brier_t",
    "seconds_difference",
    "seconds_ratio",
    "share_influence",
    "share_of_cases",
    "share_table",
    "shares_heterogeneity",
    "smooth_calibration_curve",
    "smooth_errors",
    "standardised_difference",
    "standardised_difference_of_groups",
    "survival_calibration_curve",
    "tango_non_inferiority",
    "text_table",
    "threshold_at_rate",
    "uno_c",
    "uno_c_difference",
    "wafroc",
    "wafroc_covariance",
    "wafroc_difference",
    "wilcoxon_signed_rank",
    "wilson",
]
