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
)
