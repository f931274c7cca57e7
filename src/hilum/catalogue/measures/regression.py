"""Measures of a number against the true number."""

from hilum.catalogue.records import MeasureRecord

_VALUE = ("value",)
_BLAND_ALTMAN = "Bland & Altman, Lancet 1986; Statistical Methods in Medical Research 1999"

MEASURES: tuple[MeasureRecord, ...] = (
    MeasureRecord(
        "mae",
        "Mean absolute error: mean distance between the reader's number and the true one, in their unit.",
        "Willmott & Matsuura, Climate Research 2005",
        "lower",
        0.0,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "rmse",
        "Root mean squared error, in the numbers' unit; large errors count most.",
        "Willmott & Matsuura, Climate Research 2005",
        "lower",
        0.0,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "bias",
        "Mean of reader minus truth; 0 is ideal, above 0 the reader's numbers are too high.",
        _BLAND_ALTMAN,
        "neither",
        None,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "limit_low",
        "Lower 95 % limit of agreement: bias - 1.96 standard deviations of the differences.",
        _BLAND_ALTMAN,
        "neither",
        None,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "limit_high",
        "Upper 95 % limit of agreement: bias + 1.96 standard deviations of the differences.",
        _BLAND_ALTMAN,
        "neither",
        None,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "proportional_bias",
        "Slope of the difference (reader minus truth) on the mean of both; 0 is ideal, above 0 the reader's "
        "numbers are spread wider than the true ones.",
        _BLAND_ALTMAN,
        "neither",
        None,
        None,
        _VALUE,
    ),
    MeasureRecord(
        "pearson",
        "Pearson's correlation with the truth; it forgives a constant shift and a wrong scale.",
        "Fisher, Metron 1921",
        "higher",
        -1.0,
        1.0,
        _VALUE,
    ),
    MeasureRecord(
        "ccc",
        "Lin's concordance correlation: Pearson's, lowered by every shift and every change of scale.",
        "Lin, Biometrics 1989; 2000",
        "higher",
        -1.0,
        1.0,
        _VALUE,
    ),
    MeasureRecord(
        "icc",
        "Intraclass correlation ICC(A,1), two-way random, absolute agreement of single readings; of a reader "
        "with the truth, or of several readers.",
        "McGraw & Wong, Psychological Methods 1996; Shrout & Fleiss, Psychological Bulletin 1979",
        "higher",
        None,
        1.0,
        _VALUE,
    ),
    MeasureRecord(
        "r2",
        "Coefficient of determination: 1 - squared errors over the truth's squared distances from its mean; "
        "below 0 the reader is worse than always giving that mean.",
        "Kvalseth, The American Statistician 1985",
        "higher",
        None,
        1.0,
        _VALUE,
    ),
)
