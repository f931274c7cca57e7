"""What a test or an interval is called in print."""

HOLM = "_holm"
# The longest ending that fits is taken off before a name is looked up.
ENDINGS = ("_clustered_wald", "_clustered", "_wald", "_percentile")
TESTS = {
    "delong_paired": "DeLong",
    "delong_k_readers": "DeLong, all readers at once",
    "delong_macro": "DeLong, mean over classes or findings",
    "mcnemar_exact": "McNemar",
    "mcnemar_mid_p": "McNemar, mid-p",
    "mcnemar": "McNemar",
    "mcnemar_exact_smallest_p": "McNemar, smallest p possible",
    "mcnemar_exact_largest_p": "McNemar, largest p possible",
    "mcnemar_mid_p_smallest_p": "McNemar mid-p, smallest possible",
    "mcnemar_mid_p_largest_p": "McNemar mid-p, largest possible",
    "cochran_q": "Cochran\u2019s Q",
    "hierarchical_bootstrap": "bootstrap over patients and repeats",
    "hierarchical_plain_bootstrap": "bootstrap over patients and repeats",
    "bootstrap": "bootstrap over patients",
    "plain_bootstrap": "bootstrap over patients",
    "infinitesimal_jackknife": "infinitesimal jackknife",
    "unpaired": "unpaired Wald test",
    "ipcw_influence": "influence function",
    "influence": "influence function",
    "wafroc_paired": "paired test of wAFROC",
    "wilcoxon_signed_rank": "Wilcoxon\u2019s signed-rank test",
    "moskowitz_pepe": "Moskowitz and Pepe",
    "non_inferiority": "Wald, one-sided",
    "non_inferiority_t": "Student\u2019s t, one-sided",
    "non_inferiority_tango": "Tango, one-sided",
    "obuchowski_rockette": "Obuchowski and Rockette",
    "obuchowski_rockette_fixed_readers": "Obuchowski and Rockette, these readers alone",
    "obuchowski_rockette_log": "Obuchowski and Rockette, of logarithms",
    "obuchowski_rockette_single": "Obuchowski and Rockette, one against the mean",
    "paired_t": "paired t",
    "paired_t_log": "paired t of logarithms",
    "subgroup_heterogeneity": "test of heterogeneity",
    "net_benefit_paired": "paired Wald test",
    "mcgraw_wong_f": "F distribution",
    "log_rank": "log-rank",
}


def name_of_test(method: str) -> str:
    """A test as it is named in print.

    Example:
        >>> name_of_test("delong_paired"), name_of_test("delong_paired_clustered_holm")
        ('DeLong', 'DeLong, Holm')
    """
    if method.endswith(HOLM) and method != "findings_holm":
        return f"{name_of_test(method.removesuffix(HOLM))}, Holm"
    if method in TESTS:
        return TESTS[method]
    for ending in ENDINGS:
        if method.endswith(ending) and method.removesuffix(ending) in TESTS:
            return TESTS[method.removesuffix(ending)]
    plain = method.replace("_", " ")
    return plain[:1].upper() + plain[1:]
