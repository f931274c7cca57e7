"""Measures of a yes-or-no question and of several classes."""

from hilum.catalogue.records import MeasureRecord

_SCORE = ("score",)
_CLASSES = ("decision or score with a threshold",)
_PROBABILITY = ("score declared a probability",)
_PROBABILITY_OR_CLASSES = ("score declared a probability, or decision",)

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
        "screened_share",
        "Share of all cases that are called positive, so that they would be screened; at a rule's "
        "sensitivity, the share to be screened in the order of the scores to find as many as the rule.",
        "Pepe, The Statistical Evaluation of Medical Tests 2003",
        "lower",
        0.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "nri_events",
        "Net reclassification among cases with the condition; statisticians advise against it.",
        "Pencina et al., Statistics in Medicine 2011; Hilden & Gerds, Statistics in Medicine 2014; Pepe "
        "et al., Statistics in Biosciences 2015",
        "higher",
        -1.0,
        1.0,
        _PROBABILITY_OR_CLASSES,
    ),
    MeasureRecord(
        "nri_non_events",
        "Net reclassification among cases without the condition; statisticians advise against it.",
        "Pencina et al., Statistics in Medicine 2011; Hilden & Gerds, Statistics in Medicine 2014; Pepe "
        "et al., Statistics in Biosciences 2015",
        "higher",
        -1.0,
        1.0,
        _PROBABILITY_OR_CLASSES,
    ),
    MeasureRecord(
        "idi_events",
        "Integrated discrimination improvement among cases with the condition: mean rise of the probability; "
        "statisticians advise against it.",
        "Pencina et al., Statistics in Medicine 2008; Hilden & Gerds, Statistics in Medicine 2014",
        "higher",
        -1.0,
        1.0,
        _PROBABILITY,
    ),
    MeasureRecord(
        "idi_non_events",
        "Integrated discrimination improvement among cases without the condition: mean fall of the "
        "probability; statisticians advise against it.",
        "Pencina et al., Statistics in Medicine 2008; Hilden & Gerds, Statistics in Medicine 2014",
        "higher",
        -1.0,
        1.0,
        _PROBABILITY,
    ),
)
