"""Intervals and tests of agreement."""

from hilum.catalogue.records import MethodRecord

_LARGE_SAMPLE = "Fleiss, Cohen & Everitt, Psychological Bulletin 1969"

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "cohen_kappa_wald",
        "Cohen's kappa with its large-sample standard error, Wald interval; the test of no agreement beyond "
        "chance uses the variance that holds then.",
        _LARGE_SAMPLE,
    ),
    MethodRecord(
        "cohen_kappa_clustered_wald",
        "Cohen's kappa, Wald interval and test, variance summed over patients.",
        _LARGE_SAMPLE + "; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "cohen_kappa_linear_wald",
        "Cohen's kappa with linear weights and its large-sample standard error, Wald interval.",
        _LARGE_SAMPLE,
    ),
    MethodRecord(
        "cohen_kappa_linear_clustered_wald",
        "Cohen's kappa with linear weights, Wald interval and test, variance summed over patients.",
        _LARGE_SAMPLE + "; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "cohen_kappa_quadratic_wald",
        "Cohen's kappa with quadratic weights and its large-sample standard error, Wald interval.",
        _LARGE_SAMPLE,
    ),
    MethodRecord(
        "cohen_kappa_quadratic_clustered_wald",
        "Cohen's kappa with quadratic weights, Wald interval and test, variance summed over patients.",
        _LARGE_SAMPLE + "; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "cohen_kappa_weighted_wald",
        "Cohen's kappa with weights that were given and its large-sample standard error, Wald interval.",
        _LARGE_SAMPLE,
    ),
    MethodRecord(
        "cohen_kappa_weighted_clustered_wald",
        "Cohen's kappa with weights that were given, Wald interval and test, variance summed over patients.",
        _LARGE_SAMPLE + "; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "fleiss_kappa_jackknife",
        "Fleiss' kappa, Wald interval with the standard error over patients left out one by one; the test of "
        "no agreement beyond chance uses the variance that holds then.",
        "Fleiss, Psychological Bulletin 1971; Fleiss, Nee & Landis, Psychological Bulletin 1979",
    ),
)
