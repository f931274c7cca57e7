"""Intervals and tests with censored follow-up."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
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
        "kaplan_meier_log_log",
        "Kaplan-Meier with Greenwood's variance on the log(-log) scale.",
        "Kalbfleisch & Prentice 1980",
    ),
    MethodRecord(
        "kaplan_meier_log_log_clustered",
        "Kaplan-Meier with the variance of each patient's summed influence on the log(-log) scale.",
        "Kalbfleisch & Prentice 1980; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "aalen_johansen_log_log",
        "Aalen-Johansen, exact at ties, with the delta method's variance (Greenwood's where nothing "
        "competes) on the scale of log(-log F).",
        "Aalen & Johansen 1978; Marubini & Valsecchi 1995",
    ),
    MethodRecord(
        "aalen_johansen_log_log_clustered",
        "Aalen-Johansen with the variance of each patient's summed influence on the scale of log(-log F).",
        "Aalen & Johansen 1978; Liang & Zeger, Biometrika 1986",
    ),
    MethodRecord(
        "cox_efron_wald",
        "Cox regression on one number, tied events by Efron's method, follow-up cut at the horizon; Wald "
        "interval.",
        "Cox, JRSS B 1972; Efron, JASA 1977",
    ),
    MethodRecord(
        "cox_efron_clustered_wald",
        "Cox regression on one number, tied events by Efron's method, robust variance over patients.",
        "Lin & Wei, JASA 1989",
    ),
    MethodRecord("log_rank", "Log-rank chi-squared test of all groups.", "Mantel 1966"),
)
