"""Tests of two readers or more."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "delong_paired", "DeLong's test of two readers on the same cases.", "DeLong et al., Biometrics 1988"
    ),
    MethodRecord(
        "delong_paired_clustered",
        "DeLong's test of two readers on the same cases, several of one patient.",
        "Obuchowski, Biometrics 1997",
    ),
    MethodRecord(
        "delong_k_readers",
        "DeLong's chi-squared test that all readers have the same AUROC on the same cases.",
        "DeLong et al., Biometrics 1988",
    ),
    MethodRecord(
        "unpaired_wald",
        "Difference of two readers whose rows cannot be matched: the variances add up, as if the cases "
        "were others.",
        "Hanley & McNeil, Radiology 1982",
    ),
    MethodRecord(
        "mcnemar_exact",
        "Exact McNemar test on the cases that the two readers call differently; Newcombe's paired interval.",
        "McNemar, Psychometrika 1947; Newcombe, Statistics in Medicine 1998",
    ),
    MethodRecord(
        "mcnemar_mid_p",
        "McNemar's test with the mid-p value; Newcombe's paired interval.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "mcnemar_clustered",
        "McNemar's test for several cases of one patient; cluster-robust Wald interval.",
        "Obuchowski, Statistics in Medicine 1998",
    ),
    MethodRecord(
        "mcnemar_exact_smallest_p",
        "Smallest p that the exact McNemar test can give over all pairings that the two readers' counts "
        "allow.",
        "McNemar, Psychometrika 1947",
    ),
    MethodRecord(
        "mcnemar_exact_largest_p",
        "Largest p that the exact McNemar test can give over all pairings that the two readers' counts "
        "allow.",
        "McNemar, Psychometrika 1947",
    ),
    MethodRecord(
        "mcnemar_mid_p_smallest_p",
        "Smallest mid-p McNemar value over all pairings that the two readers' counts allow.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "mcnemar_mid_p_largest_p",
        "Largest mid-p McNemar value over all pairings that the two readers' counts allow.",
        "Fagerland et al., BMC Medical Research Methodology 2013",
    ),
    MethodRecord(
        "moskowitz_pepe",
        "Ratio of the predictive values of two readers on the same cases, delta method on the logarithm.",
        "Moskowitz & Pepe, Clinical Trials 2006",
    ),
    MethodRecord(
        "obuchowski_rockette",
        "Several readers in two conditions, readers and cases random, Hillis' degrees of freedom.",
        "Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007",
    ),
)
