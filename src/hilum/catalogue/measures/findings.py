"""Measures of several classes together, and of cohorts set against each other."""

from hilum.catalogue.records import MeasureRecord

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "multiclass_brier",
        "Sum over all classes of the squared distance between predicted probability and outcome, averaged "
        "over cases; 0 is best and 2 worst.",
        "Brier, Monthly Weather Review 1950",
        "lower",
        0.0,
        2.0,
        ("score of each class declared a probability",),
    ),
    MeasureRecord(
        "standardised_difference",
        "How far a characteristic of these cases lies from that of the validation (or training) cases, in "
        "standard deviations; above 0.1 is commonly called meaningful. With three categories or more it is "
        "their distance and has no sign.",
        "Austin, Statistics in Medicine 2009; Yang & Dalton, SAS Global Forum 2012",
        "neither",
        None,
        None,
        (),
    ),
    MeasureRecord(
        "missing_share",
        "Share of the cases for which a characteristic is not known.",
        "Sterne et al., BMJ 2009",
        "lower",
        0.0,
        1.0,
        (),
    ),
    MeasureRecord(
        "ks_distance",
        "Largest distance between the cumulative distributions of a reader's score in these cases and in the "
        "validation (or training) cases; 0 is alike, 1 apart.",
        "Smirnov, Annals of Mathematical Statistics 1948",
        "neither",
        0.0,
        1.0,
        ("score",),
    ),
)
