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
        "cochran_q",
        "Cochran's Q test that all readers are right equally often on the same cases.",
        "Cochran, Biometrika 1950",
    ),
    MethodRecord(
        "cochran_q_clustered",
        "Wald chi-squared test that all readers are right equally often, several cases of one patient: the "
        "covariance is summed over patients.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "delong_paired_holm",
        "DeLong's paired test, p adjusted by Holm for the number of pairs; the interval is not adjusted.",
        "DeLong et al., Biometrics 1988; Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "delong_paired_clustered_holm",
        "DeLong's paired test for several cases of one patient, p adjusted by Holm for the number of pairs; "
        "the interval is not adjusted.",
        "Obuchowski, Biometrics 1997; Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "mcnemar_exact_holm",
        "Exact McNemar test, p adjusted by Holm for the number of pairs; the interval is not adjusted.",
        "McNemar, Psychometrika 1947; Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "mcnemar_clustered_holm",
        "McNemar's test for several cases of one patient, p adjusted by Holm for the number of pairs; the "
        "interval is not adjusted.",
        "Obuchowski, Statistics in Medicine 1998; Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "hierarchical_bootstrap_wald_holm",
        "Test of the difference of means over repeated trainings, p adjusted by Holm for the number of "
        "pairs; the interval is not adjusted.",
        "Davison & Hinkley 1997, section 3.8; Holm, Scandinavian Journal of Statistics 1979",
    ),
    MethodRecord(
        "moskowitz_pepe",
        "Ratio of the predictive values of two readers on the same cases (reader a's over reader b's), delta "
        "method on the logarithm; the standard error is that of the logarithm.",
        "Moskowitz & Pepe, Clinical Trials 2006",
    ),
    MethodRecord(
        "moskowitz_pepe_clustered",
        "Ratio of the predictive values of two readers on the same cases (reader a's over reader b's), the "
        "variance of the logarithm summed over patients.",
        "Moskowitz & Pepe, Clinical Trials 2006; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "net_benefit_paired_wald",
        "Difference of two readers' net benefit on the same cases: mean of the cases' paired differences.",
        "Vickers et al., BMC Medical Informatics and Decision Making 2008",
    ),
    MethodRecord(
        "net_benefit_paired_clustered",
        "Difference of two readers' net benefit on the same cases, the variance summed over patients.",
        "Vickers et al., BMC Medical Informatics and Decision Making 2008; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "non_inferiority_wald",
        "Non-inferiority of reader a to reader b: one-sided p that a is worse by the margin or more, from "
        "z = (difference + margin) / se, or (margin - difference) / se where lower is better; the interval "
        "is the two-sided 95 % one of the difference.",
        "Chen et al., Academic Radiology 2012",
    ),
    MethodRecord(
        "non_inferiority_t",
        "The same with Student's t, where the difference has its degrees of freedom.",
        "Chen et al., Academic Radiology 2012",
    ),
    MethodRecord(
        "non_inferiority_tango",
        "Non-inferiority of reader a to reader b in a share of the same cases: one-sided p of the score test "
        "that a's share is lower by the margin or more; two-sided 95 % score interval of the difference.",
        "Tango, Statistics in Medicine 1998",
    ),
    MethodRecord(
        "obuchowski_rockette",
        "Several readers in two conditions, readers and cases random, Hillis' degrees of freedom.",
        "Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007",
    ),
    MethodRecord(
        "obuchowski_rockette_fixed_readers",
        "Several readers in two conditions, cases random: the result speaks of these readers alone.",
        "Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007",
    ),
    MethodRecord(
        "obuchowski_rockette_log",
        "Ratio of two conditions over several readers: the analysis of the logarithms, readers and cases "
        "random.",
        "Obuchowski & Rockette 1995; Hillis, Statistics in Medicine 2007",
    ),
    MethodRecord(
        "obuchowski_rockette_mean",
        "Mean of several readers in one condition, readers and cases random, Hillis' degrees of freedom.",
        "Hillis, Statistics in Medicine 2007, section 5.3",
    ),
    MethodRecord(
        "obuchowski_rockette_single",
        "A program against the mean of several readers of the same cases: the program fixed, readers and "
        "cases random, Hillis' degrees of freedom.",
        "Hillis, Statistics in Medicine 2007, section 5.3; Hupse et al., European Radiology 2013",
    ),
    MethodRecord(
        "mean_t",
        "Mean over cases with the interval of Student's t.",
        "Student, Biometrika 1908",
    ),
    MethodRecord(
        "mean_t_clustered",
        "Mean over cases, variance and degrees of freedom over patients, interval of Student's t.",
        "Student, Biometrika 1908; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "paired_t",
        "Mean of the cases' paired differences with Student's t.",
        "Student, Biometrika 1908",
    ),
    MethodRecord(
        "paired_t_clustered",
        "Mean of the cases' paired differences, variance and degrees of freedom over patients, Student's t.",
        "Student, Biometrika 1908; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "paired_t_log",
        "Geometric mean of the cases' paired ratios: Student's t on the logarithms.",
        "Student, Biometrika 1908",
    ),
    MethodRecord(
        "paired_t_log_clustered",
        "Geometric mean of the cases' paired ratios: Student's t on the logarithms, variance and degrees of "
        "freedom over patients.",
        "Student, Biometrika 1908; Liang & Zeger, Biometrika 1986",
    ),
)
