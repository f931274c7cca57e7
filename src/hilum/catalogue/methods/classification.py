"""Intervals of areas and of shares."""

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
        "delong_macro_wald",
        "AUROCs averaged over classes or findings; variance from the sum of each patient's influence.",
        "DeLong et al., Biometrics 1988",
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
        "Mean of two or more shares from different cases: Wilson's limits of each, squared and added.",
        "Newcombe, Statistics in Medicine 1998 (method 10)",
    ),
    MethodRecord(
        "clopper_pearson", "Exact, conservative interval of a share.", "Clopper & Pearson, Biometrika 1934"
    ),
    MethodRecord(
        "cluster_robust_wald",
        "Wald interval with the variance summed over patients instead of cases.",
        "Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "influence_wald", "Wald interval with the variance of the cases' contributions.", "van der Vaart 1998"
    ),
    MethodRecord(
        "logit_delta",
        "Predictive value at a stated prevalence by Bayes' theorem; delta method on the logit.",
        "Mercaldo et al., Statistics in Medicine 2007",
    ),
    MethodRecord(
        "logit_delta_adjusted",
        "Predictive value at a stated prevalence by Bayes' theorem; delta method on the logit, 1.92 added "
        "to each count, because sensitivity or specificity is 0 or 1.",
        "Mercaldo et al., Statistics in Medicine 2007",
    ),
    MethodRecord(
        "logit_delta_clustered",
        "Predictive value at a stated prevalence by Bayes' theorem; delta method on the logit with the "
        "variance summed over patients.",
        "Mercaldo et al., Statistics in Medicine 2007; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "nri_wald",
        "Net reclassification among cases of one kind; Wald interval with the variance of the changes.",
        "Pencina et al., Statistics in Medicine 2008",
    ),
    MethodRecord(
        "idi_wald",
        "Mean change of the probability among cases of one kind; Wald interval with the variance of the "
        "changes.",
        "Pencina et al., Statistics in Medicine 2008",
    ),
)
