"""Intervals of marks and of outlines."""

from hilum.catalogue.records import MethodRecord

METHODS: tuple[MethodRecord, ...] = (
    MethodRecord(
        "wafroc_wald",
        "Variance of wAFROC from the placements of cases with and without lesions; Wald interval cut at 0 "
        "and 1.",
        "DeLong et al., Biometrics 1988; Chakraborty & Berbaum, Medical Physics 2004",
    ),
    MethodRecord(
        "wafroc_clustered_wald",
        "The same with placements summed over each patient's cases.",
        "Obuchowski, Biometrics 1997; Chakraborty & Berbaum, Medical Physics 2004",
    ),
    MethodRecord(
        "wafroc_paired",
        "Two readers' wAFROC on the same cases, covariance from the placements of cases.",
        "DeLong et al., Biometrics 1988; Chakraborty & Berbaum, Medical Physics 2004",
    ),
    MethodRecord(
        "wafroc_paired_clustered",
        "Two readers' wAFROC on the same cases, covariance from placements summed over patients.",
        "Obuchowski, Biometrics 1997; Chakraborty & Berbaum, Medical Physics 2004",
    ),
    MethodRecord(
        "wilcoxon_signed_rank",
        "Wilcoxon's signed-rank test of the patients' differences between two readers.",
        "Wilcoxon, Biometrics Bulletin 1945",
    ),
)
