"""Measures of probabilities: calibration, and the benefit of acting on them."""

from hilum.catalogue.records import MeasureRecord

_PROBABILITY = ("score declared a probability",)

MEASURES: tuple[MeasureRecord, ...] = (
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
        "Slope of the outcome on the logit of the predicted probability, with a horizon of a Cox regression "
        "on log(-log(1 - p)); 1 is ideal, below 1 the predictions are too extreme.",
        "Cox, Biometrika 1958; Van Calster et al., BMC Medicine 2019",
        "neither",
        None,
        None,
        _PROBABILITY,
    ),
    MeasureRecord(
        "o_e",
        "Observed events over expected events; 1 is ideal, above 1 the probabilities are too low. With a "
        "horizon, the observed share is Kaplan-Meier's, where events compete Aalen-Johansen's.",
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
        "ici",
        "Integrated calibration index: mean distance between predicted probability and the share with the "
        "condition along a loess curve (span 0.75, local quadratic).",
        "Austin & Steyerberg, Statistics in Medicine 2019",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "e50",
        "Median distance between predicted probability and the share with the condition along the loess "
        "curve.",
        "Austin & Steyerberg, Statistics in Medicine 2019",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "e90",
        "Ninetieth percentile of the distance between predicted probability and the share with the condition "
        "along the loess curve.",
        "Austin & Steyerberg, Statistics in Medicine 2019",
        "lower",
        0.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "net_benefit",
        "Cases with the condition that are acted on minus those without it weighted by t / (1 - t), over all "
        "cases, where t is the probability from which on one would act; acting on nobody is 0. With a "
        "horizon, the share with the event is Kaplan-Meier's, where events compete Aalen-Johansen's.",
        "Vickers & Elkin, Medical Decision Making 2006",
        "higher",
        None,
        1.0,
        _PROBABILITY,
    ),
)
