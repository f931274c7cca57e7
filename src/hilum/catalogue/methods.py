"""Every method by which an evaluation comes to an interval or a test."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "delong_wald",
        "DeLong's variance by mid-ranks; Wald interval cut at 0 and 1, as pROC prints.",
        "DeLong et al., Biometrics 1988; Sun & Xu, IEEE Signal Processing Letters 2014",
    ),
    MethodRecord(
        "delong_clustered_wald",
        "DeLong's variance for several cases of one patient; Wald interval cut at 0 and 1.",
        "Obuchowski, Biometrics 1997",
    ),
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
        "delong_macro_wald",
        "One-vs-rest AUROCs averaged over classes; variance from the sum of each case's influence.",
        "DeLong et al., Biometrics 1988",
    ),
    MethodRecord(
        "bootstrap_percentile",
        "Percentiles over bootstrap samples of patients, stratified by outcome.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "bootstrap_wald",
        "Wald interval (and test) with the standard error over bootstrap samples of patients, stratified "
        "by outcome.",
        "Efron & Tibshirani 1993",
    ),
    MethodRecord(
        "hierarchical_bootstrap_percentile",
        "Mean over repeated trainings; percentiles over bootstrap samples of patients, then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord(
        "hierarchical_bootstrap_wald",
        "Difference of means over repeated trainings; standard error over bootstrap samples of patients, "
        "then of repeats.",
        "Davison & Hinkley 1997, section 3.8",
    ),
    MethodRecord("wilson", "Wilson's score interval of a share.", "Wilson, JASA 1927"),
    MethodRecord(
        "wilson_clustered",
        "Wilson's interval with the number of cases divided by the design effect of several cases of one "
        "patient.",
        "Rao & Scott, Biometrics 1992; Wilson, JASA 1927",
    ),
    MethodRecord(
        "newcombe_sum",
        "Mean of two shares from different cases: Wilson's limits of both, squared and added.",
        "Newcombe, Statistics in Medicine 1998 (method 10)",
    ),
    MethodRecord(
        "cluster_robust_wald",
        "Wald interval with the variance summed over patients instead of cases.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "infinitesimal_jackknife_wald",
        "Variance from each case's influence, as R's survival::concordance; Wald interval.",
        "Therneau & Watson, Mayo Clinic technical report 85, 2017",
    ),
    MethodRecord(
        "infinitesimal_jackknife_clustered_wald",
        "Variance from each patient's summed influence; Wald interval.",
        "Therneau & Watson, Mayo Clinic technical report 85, 2017",
    ),
    MethodRecord(
        "ipcw_influence_wald",
        "Inverse probability of censoring weights; variance from the influence of each case, estimation of "
        "the weights included; Wald interval.",
        "Blanche et al., Statistics in Medicine 2013; R riskRegression",
    ),
    MethodRecord(
        "ipcw_influence_clustered_wald",
        "Inverse probability of censoring weights; variance from the summed influence of each patient.",
        "Blanche et al., Statistics in Medicine 2013",
    ),
    MethodRecord(
        "influence_wald", "Wald interval with the variance of the cases' contributions.", "van der Vaart 1998"
    ),
    MethodRecord(
        "logistic_recalibration_wald",
        "Logistic regression of the outcome on the logit of the probability; Wald interval.",
        "Cox, Biometrika 1958",
    ),
    MethodRecord(
        "logistic_recalibration_clustered_wald",
        "Logistic regression of the outcome on the logit of the probability; variance summed over patients.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord("log_wald", "Wald interval of the logarithm, transformed back.", "Debray et al., BMJ 2017"),
    MethodRecord(
        "kaplan_meier_log_log",
        "Kaplan-Meier with Greenwood's variance on the log(-log) scale.",
        "Kalbfleisch & Prentice 1980",
    ),
    MethodRecord("log_rank", "Log-rank chi-squared test of all groups.", "Mantel 1966"),
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
        "clopper_pearson", "Exact, conservative interval of a share.", "Clopper & Pearson, Biometrika 1934"
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
    MethodRecord("not_estimable", "The estimate stands, an interval is not defined for these data.", ""),
)
