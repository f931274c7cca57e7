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
        "uno_c",
        "Concordance up to a day tau, each event weighted by the inverse squared probability of being "
        "uncensored, so that it does not depend on how long cases were followed.",
        "Uno et al., Statistics in Medicine 2011",
        "higher",
        0.0,
        1.0,
        _RISK,
    ),
    MeasureRecord(
        "auc_t",
        "Cumulative/dynamic AUROC at a horizon, cases weighted by the inverse probability of being "
        "uncensored; with competing events, those of another cause are controls.",
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
        "brier_null_t",
        "Brier score at a horizon of giving every case the share with the event: what a reader must stay "
        "below.",
        "Graf et al., Statistics in Medicine 1999",
        "neither",
        0.0,
        0.25,
        _HORIZON_PROBABILITY,
    ),
    MeasureRecord(
        "scaled_brier_t",
        "One minus Brier score over null Brier score at a horizon; 1 is perfect, 0 no better than giving "
        "all the same.",
        "Steyerberg et al., Epidemiology 2010; Kattan & Gerds 2018",
        "higher",
        None,
        1.0,
        _HORIZON_PROBABILITY,
    ),
    MeasureRecord(
        "integrated_brier",
        "Mean of the Brier score over the days of the stated grid, by the trapezoidal rule over its length.",
        "Graf et al., Statistics in Medicine 1999",
        "lower",
        0.0,
        None,
        ("risk_<days>d at two horizons or more",),
    ),
    MeasureRecord(
        "cumulative_incidence_t",
        "Share with the event by a horizon where other events compete, by Aalen-Johansen.",
        "Aalen & Johansen, Scandinavian Journal of Statistics 1978",
        "neither",
        0.0,
        1.0,
        ("time", "event with 2 for competing events"),
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
