"""Intervals and tests over many findings, between groups of patients, and between cohorts."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "findings_holm",
        "The test of these two readers on this finding, its p adjusted by Holm for the number of findings; "
        "the interval is not adjusted.",
        "Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "subgroup_heterogeneity",
        "Chi-squared test that a measure is the same in all groups of a column: Cochran's Q, Pearson's "
        "chi-squared for shares, with the covariance of groups that share patients; one test a column, not "
        "adjusted for the number of columns.",
        "Cochran, Biometrics 1954; Altman & Bland, BMJ 2003",
    ),
    MethodRecord(
        "largest_gap_bonferroni",
        "Largest less smallest estimate among the groups of a column; interval and p adjusted for all pairs "
        "of groups (Bonferroni), the interval cut at 0.",
        "Dunn, JASA 1961",
    ),
    MethodRecord(
        "standardised_difference_wald",
        "Standardised difference with its large-sample standard error; Wald interval.",
        "Hedges & Olkin 1985; Yang & Dalton, SAS Global Forum 2012",
    ),
    MethodRecord(
        "dvoretzky_kiefer_wolfowitz",
        "Conservative interval from a band around each cohort's distribution, 97.5 % each.",
        "Massart, Annals of Probability 1990",
    ),
    MethodRecord(
        "power_law_bootstrap",
        "Inverse power law fitted to what was reached at several sizes of training set; percentiles over "
        "curves through values redrawn with their standard errors.",
        "Mukherjee et al., Journal of Computational Biology 2003",
    ),
)
