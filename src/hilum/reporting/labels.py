"""What each measure is called in print."""

from hilum.reporting.format import at_words

MEASURE_LABELS = {
    "auroc": "AUROC",
    "auprc": "Average precision",
    "harrell_c": "Harrell\u2019s C",
    "uno_c": "Uno\u2019s C",
    "auc_t": "AUC(t)",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "ppv": "PPV",
    "npv": "NPV",
    "accuracy": "Accuracy",
    "f1": "F1",
    "balanced_accuracy": "Balanced accuracy",
    "screened_share": "Share screened",
    "brier": "Brier score",
    "brier_t": "Brier score",
    "brier_null_t": "Brier score if everyone had the mean risk",
    "scaled_brier_t": "Scaled Brier score",
    "integrated_brier": "Integrated Brier score",
    "calibration_slope": "Calibration slope",
    "citl": "Calibration in the large",
    "o_e": "Observed / expected",
    "ece": "Expected calibration error",
    "ici": "ICI",
    "e50": "E50",
    "e90": "E90",
    "multiclass_brier": "Brier score, all classes",
    "nri_events": "Net reclassification, with the event",
    "nri_non_events": "Net reclassification, without the event",
    "idi_events": "Change of the mean probability, with the event",
    "idi_non_events": "Change of the mean probability, without the event",
    "net_benefit": "Net benefit",
    "prevalence": "Share with the condition",
    "median_survival": "Median survival",
    "survival_t": "Survival",
    "cumulative_incidence_t": "Cumulative incidence",
    "log_rank": "Log-rank",
    "mae": "Mean absolute error",
    "rmse": "Root mean squared error",
    "bias": "Bias",
    "limit_low": "Lower limit of agreement",
    "limit_high": "Upper limit of agreement",
    "proportional_bias": "Proportional bias",
    "pearson": "Pearson\u2019s r",
    "ccc": "Lin\u2019s CCC",
    "icc": "ICC(A,1)",
    "r2": "R\u00b2",
    "kappa": "Cohen\u2019s kappa",
    "weighted_kappa": "Weighted kappa",
    "fleiss_kappa": "Fleiss\u2019 kappa",
    "krippendorff_alpha": "Krippendorff\u2019s alpha",
    "froc": "Lesions found",
    "wafroc": "wAFROC",
    "map": "Mean average precision",
    "lesion_sensitivity": "Lesions found",
    "lesion_ppv": "Marks that are lesions",
    "fp_per_image": "False positives per image",
    "dice": "Dice",
    "dice_median": "Dice, median",
    "hd95": "HD95",
    "hd95_median": "HD95, median",
    "nsd": "NSD",
    "nsd_median": "NSD, median",
    "volume": "Volume",
    "volume_difference": "Difference in volume",
    "reading_seconds": "Reading time, seconds",
    "reading_seconds_total": "Reading time in all, seconds",
    "standardised_difference": "Standardised difference",
    "missing_share": "Share missing",
    "ks_distance": "Kolmogorov\u2019s distance",
}
# What stays in capitals inside a sentence.
PROPER = (
    *("Harrell", "Uno", "Brier", "Cohen", "Fleiss", "Krippendorff", "Lin\u2019s", "Pearson"),
    *("Kolmogorov", "Dice"),
)
MEAN_OF_RATES = "FROC, mean over rates"


def measure_label(measure: str, at: str | None = None) -> str:
    """A measure with its horizon or operating point in words.

    Example:
        >>> measure_label("auc_t", "365d"), measure_label("voxel_sensitivity")
        ('AUC(t) at 1 year', 'Voxel sensitivity')
    """
    if (measure, at) == ("froc", None):
        return MEAN_OF_RATES
    plain = measure.replace("_", " ")
    return MEASURE_LABELS.get(measure, plain[:1].upper() + plain[1:]) + at_words(at)


def in_sentence(label: str) -> str:
    """A label inside a sentence: its first letter small unless it is a name or an abbreviation.

    Example:
        >>> in_sentence("Mean absolute error"), in_sentence("AUROC"), in_sentence("Harrell\u2019s C")
        ('mean absolute error', 'AUROC', 'Harrell\u2019s C')
    """
    if label[:2].isupper() or label[1:2].isupper() or label[1:2].isdigit() or label.startswith(PROPER):
        return label
    return label[:1].lower() + label[1:]
