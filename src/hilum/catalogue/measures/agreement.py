"""Measures of agreement between readers, or of a reader with the truth."""

from hilum.catalogue.records import MeasureRecord

_CLASSES = ("decision or score with a threshold",)

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "kappa",
        "Cohen's kappa: agreement on classes beyond chance, of a reader with the truth or of two readers; 0 "
        "is chance, 1 perfect, and its size depends on how frequent the classes are.",
        "Cohen, Educational and Psychological Measurement 1960",
        "higher",
        -1.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "weighted_kappa",
        "Cohen's kappa with quadratic weights, for ordered classes: near classes count as part agreement.",
        "Cohen, Psychological Bulletin 1968",
        "higher",
        -1.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "fleiss_kappa",
        "Fleiss' kappa: agreement of all readers on classes beyond chance, on the cases that all of them "
        "read.",
        "Fleiss, Psychological Bulletin 1971",
        "higher",
        -1.0,
        1.0,
        _CLASSES,
    ),
    MeasureRecord(
        "krippendorff_alpha",
        "Krippendorff's alpha: agreement of all readers beyond chance, on all cases that at least two of "
        "them read.",
        "Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011",
        "higher",
        -1.0,
        1.0,
        _CLASSES,
    ),
)
