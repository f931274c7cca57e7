"""Intervals of a number against the true number."""

from hilum.catalogue.records import MethodRecord

_BLAND_ALTMAN = "Bland & Altman, Lancet 1986; Statistical Methods in Medical Research 1999"
_JACKKNIFE = "Efron & Tibshirani 1993"

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "bland_altman_t",
        "Student's t with n - 1 degrees of freedom; the variance of a limit of agreement is SD squared times "
        "(1/n + 1.96 squared / (2 (n - 1))).",
        _BLAND_ALTMAN,
    ),
    MethodRecord(
        "bland_altman_clustered_t",
        "Student's t with patients - 1 degrees of freedom, variance summed over patients.",
        _BLAND_ALTMAN + "; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "least_squares_t", "Least squares, Student's t with n - 2 degrees of freedom.", _BLAND_ALTMAN
    ),
    MethodRecord(
        "least_squares_clustered_t",
        "Least squares, Student's t with patients - 1 degrees of freedom, variance summed over patients.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "jackknife_log_wald",
        "Wald interval of the logarithm (of the error, or of the share not explained), transformed back; "
        "standard error over patients left out one by one.",
        _JACKKNIFE,
    ),
    MethodRecord("fisher_z", "Fisher's z with standard error 1 / sqrt(n - 3).", "Fisher, Metron 1921"),
    MethodRecord(
        "fisher_z_clustered",
        "Fisher's z with the standard error over patients left out one by one.",
        "Fisher, Metron 1921; " + _JACKKNIFE,
    ),
    MethodRecord(
        "lin_fisher_z",
        "Fisher's z with Lin's variance of the concordance correlation, as corrected in 2000.",
        "Lin, Biometrics 1989; 2000",
    ),
    MethodRecord(
        "mcgraw_wong_f",
        "F distribution with Satterthwaite's degrees of freedom.",
        "McGraw & Wong, Psychological Methods 1996",
    ),
)
