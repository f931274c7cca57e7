"""Every measure that an evaluation may hold, in the order in which they are shown."""

from hilum.catalogue.records import MeasureRecord

_SCORE = ("score",)
_CLASSES = ("decision or score with a threshold",)
_PROBABILITY = ("score declared a probability",)
_RISK = ("risk",)
_HORIZON = ("risk", "horizon")
_HORIZON_PROBABILITY = ("risk_<days>d", "horizon")

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "auroc",
        "Probability that a case with the condition is scored higher than one without it, ties counting "
        "one half; with a horizon, only over cases whose status at the horizon is known.",
        "Hanley & McNeil, Radiology 1982; DeLong et al., Biometrics 1988",
        "higher",
        0.0,
        1.0,
        _SCORE,
    ),
    MeasureRecord(
        "auprc",
        "Area under the precision-recall curve as step-wise average precision; a reader that knows nothing "
        "has the prevalence.",
        "Davis & Goadrich, ICML 2006",
        "higher",
        0.0,
        1.0,
        _SCORE,
    ),
    MeasureRecord(
        "prevalence",
        "Share of cases with the condition.",
        "Altman & Bland, BMJ 1994",
        "neither",
        0.0,
        1.0,
        (),
    ),
    MeasureRecord(
        "sensitivity",
        "Share of the cases with the condition that are called positive (recall).",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "specificity",
        "Share of the cases without the condition that are called negative.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "ppv",
        "Share of the cases called positive that have the condition (precision), at the prevalence of "
        "these cases.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "npv",
        "Share of the cases called negative that do not have the condition, at the prevalence of these "
        "cases.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "accuracy",
        "Share of the cases called rightly.",
        "Altman & Bland, BMJ 1994",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "f1",
        "Harmonic mean of precision and recall.",
        "van Rijsbergen, Information Retrieval 1979",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "balanced_accuracy",
        "Balanced accuracy at one operating point, (sensitivity + specificity) / 2; this is no area under "
        "a curve.",
        "Brodersen et al., ICPR 2010",
        "higher",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "harrell_c",
        "Share of comparable pairs of cases in which the one with the earlier event has the higher risk, "
        "ties of risk counting one half.",
        "Harrell et al., JAMA 1982; Therneau & Atkinson, R survival::concordance",
        "higher",
        0.0,
        1.0,
        _RISK,
    ),
    MeasureRecord(
        "auc_t",
        "Cumulative/dynamic AUROC at a horizon, cases weighted by the inverse probability of being "
        "uncensored.",
        "Blanche et al., Statistics in Medicine 2013",
        "higher",
        0.0,
        1.0,
        _HORIZON,
    ),
    MeasureRecord(
        "brier_t",
        "Mean squared distance between predicted risk and status at a horizon, weighted for censoring.",
        "Graf et al., Statistics in Medicine 1999",
        "lower",
        0.0,
        None,
        _HORIZON_PROBABILITY,
    ),
    MeasureRecord(
        "brier",
        "Mean squared distance between predicted probability and outcome.",
        "Brier, Monthly Weather Review 1950",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "citl",
        "Calibration in the large: intercept of a logistic recalibration with the slope held at 1; 0 is "
        "ideal, above 0 the probabilities are too low.",
        "Van Calster et al., BMC Medicine 2019",
        "neither",
        None,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "calibration_slope",
        "Slope of the outcome on the logit of the predicted probability; 1 is ideal, below 1 the "
        "predictions are too extreme.",
        "Cox, Biometrika 1958; Van Calster et al., BMC Medicine 2019",
        "neither",
        None,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "o_e",
        "Observed events over expected events; 1 is ideal, above 1 the probabilities are too low. With a "
        "horizon, the observed share is Kaplan-Meier's.",
        "Debray et al., BMJ 2017",
        "neither",
        0.0,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "ece",
        "Expected calibration error over ten groups of equal size; its estimate is too high in small "
        "samples.",
        "Naeini et al., AAAI 2015; Roelofs et al., AISTATS 2022",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "survival_t",
        "Kaplan-Meier share without the event at a horizon.",
        "Kaplan & Meier, JASA 1958",
        "neither",
        0.0,
        1.0,
        ("time", "event"),
    ),
    MeasureRecord(
        "median_survival",
        "Time in days by which half have had the event, by Kaplan-Meier; absent when fewer than half have.",
        "Brookmeyer & Crowley, Biometrics 1982",
        "neither",
        0.0,
        None,
        ("time", "event"),
    ),
    MeasureRecord(
        "log_rank",
        "Whether the survival curves of the risk groups differ.",
        "Mantel, Cancer Chemotherapy Reports 1966",
        "neither",
        None,
        None,
        _RISK,
    ),
)
