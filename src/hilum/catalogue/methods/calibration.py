"""Intervals of calibration."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "logistic_recalibration_wald",
        "Logistic regression of the outcome on the logit of the probability; Wald interval.",
        "Cox, Biometrika 1958",
    ),
    MethodRecord(
        "logistic_recalibration_clustered_wald",
        "Logistic regression of the outcome on the logit of the probability; variance summed over patients.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord("log_wald", "Wald interval of the logarithm, transformed back.", "Debray et al., BMJ 2017"),
    MethodRecord(
        "short_bootstrap_wald",
        "Wald interval with the standard error over 200 bootstrap samples of patients (not stratified), the "
        "curve being smoothed anew in each; cut at 0 and 1.",
        "Austin & Steyerberg, Statistics in Medicine 2019; Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "hierarchical_short_bootstrap_wald",
        "Mean over repeated trainings; standard error over 200 bootstrap samples of patients (not "
        "stratified), the curves being smoothed anew in each, then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord(
        "hierarchical_influence_percentile",
        "Mean over repeated trainings; percentiles over bootstrap samples of patients (not stratified), then "
        "of repeats, each case's influence standing for a new fit.",
        "Davison & Hinkley 1997, sections 2.7 and 3.8",
    ),
    MethodRecord(
        "by_definition", "The value follows from the definition; nothing is estimated.", "none needed"
    ),
)
