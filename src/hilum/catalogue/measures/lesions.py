"""Measures of marks on images against true lesions."""

from hilum.catalogue.records import MeasureRecord

_SCORED = ("marks with a score",)
_MARKS = ("marks, or marks with a score and a threshold",)

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "froc",
        "Share of lesions found at a number of false positives per image; without that number, the mean "
        "over 1/8, 1/4, 1/2, 1, 2, 4 and 8. Further marks on a found lesion are ignored. Its events are "
        "lesions.",
        "Setio et al., Medical Image Analysis 2017 (LUNA16)",
        "higher",
        0.0,
        1.0,
        _SCORED,
    ),
    MeasureRecord(
        "wafroc",
        "Area under the weighted AFROC curve: share of lesions, all cases with lesions weighing the same, "
        "that are rated above the highest mark of a case without lesions, ties counting one half; what has "
        "no mark is rated lowest. A reader who marks nothing has 0.5.",
        "Chakraborty & Berbaum, Medical Physics 2004",
        "higher",
        0.0,
        1.0,
        _SCORED,
    ),
    MeasureRecord(
        "map",
        "Average precision over 101 recalls, averaged over overlaps and classes as COCO does; at `centre` "
        "a mark is right when its centre lies in the lesion. Further marks on a found lesion are false "
        "positives.",
        "Lin et al., ECCV 2014 (COCO)",
        "higher",
        0.0,
        1.0,
        _SCORED,
    ),
    MeasureRecord(
        "lesion_sensitivity",
        "Share of lesions found by any mark.",
        "Chakraborty, Observer Performance Methods for Diagnostic Imaging 2017",
        "higher",
        0.0,
        1.0,
        _MARKS,
    ),
    MeasureRecord(
        "lesion_ppv",
        "Share of marks that found a lesion, further marks on a found lesion left out.",
        "Chakraborty, Observer Performance Methods for Diagnostic Imaging 2017",
        "higher",
        0.0,
        1.0,
        _MARKS,
    ),
    MeasureRecord(
        "fp_per_image",
        "False positive marks per image.",
        "Chakraborty, Observer Performance Methods for Diagnostic Imaging 2017",
        "lower",
        0.0,
        None,
        _MARKS,
    ),
)
