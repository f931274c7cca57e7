"""Measures of time to an event."""

from hilum.catalogue.records import MeasureRecord

_RISK = ("risk",)
_HORIZON = ("risk", "horizon")
_HORIZON_PROBABILITY = ("risk_<days>d", "horizon")

MEASURES: tuple[MeasureRecord, ...] = (
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
