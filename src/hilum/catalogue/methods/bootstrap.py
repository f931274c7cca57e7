"""Intervals by resampling patients."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "bootstrap_percentile",
        "Percentiles over bootstrap samples of patients; those with and without the outcome are drawn alike, "
        "so that the prevalence varies as it does from study to study.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "bootstrap_wald",
        "Wald interval (and test) with the standard error over bootstrap samples of patients.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "hierarchical_bootstrap_percentile",
        "Mean over repeated trainings; percentiles over bootstrap samples of patients, then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord(
        "hierarchical_bootstrap_wald",
        "Difference of means over repeated trainings; standard error over bootstrap samples of patients, "
        "then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord(
        "bootstrap_bca",
        "Bias-corrected and accelerated bootstrap of patients; the acceleration by leaving out one patient "
        "at a time, or, of more than 1,000 patients, one of 500 random groups of them.",
        "Efron, JASA 1987; Davison & Hinkley 1997, section 5.4",
    ),
)
