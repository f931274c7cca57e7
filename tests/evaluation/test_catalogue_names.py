"""The names in an evaluation are a closed list; who reads evaluation.json may rely on them."""

import subprocess
import sys

import pytest

from hilum.catalogue import (
    MEASURES,
    METHODS,
    MODELS,
    SCORES,
    TASKS,
    catalogue,
    measure_names,
    measure_record,
    method_names,
)
from hilum.errors import ReadingsError
from hilum.evaluation import Measure, evaluate


def test_the_measures_are_these():
    assert measure_names() == (
        "auroc",
        "auprc",
        "prevalence",
        "sensitivity",
        "specificity",
        "ppv",
        "npv",
        "accuracy",
        "f1",
        "balanced_accuracy",
        "screened_share",
        "nri_events",
        "nri_non_events",
        "idi_events",
        "idi_non_events",
        "multiclass_brier",
        "standardised_difference",
        "missing_share",
        "ks_distance",
        "brier",
        "citl",
        "calibration_slope",
        "o_e",
        "ece",
        "ici",
        "e50",
        "e90",
        "net_benefit",
        "harrell_c",
        "uno_c",
        "auc_t",
        "brier_t",
        "brier_null_t",
        "scaled_brier_t",
        "integrated_brier",
        "cumulative_incidence_t",
        "survival_t",
        "median_survival",
        "log_rank",
        "reading_seconds",
        "reading_seconds_total",
        "kappa",
        "weighted_kappa",
        "fleiss_kappa",
        "krippendorff_alpha",
        "mae",
        "rmse",
        "bias",
        "limit_low",
        "limit_high",
        "proportional_bias",
        "pearson",
        "ccc",
        "icc",
        "r2",
        "froc",
        "wafroc",
        "map",
        "lesion_sensitivity",
        "lesion_ppv",
        "fp_per_image",
        "dice",
        "dice_median",
        "hd95",
        "hd95_median",
        "nsd",
        "nsd_median",
        "voxel_sensitivity",
        "voxel_specificity",
        "volume",
        "volume_difference",
    )


def test_the_methods_are_these():
    assert method_names() == (
        "bootstrap_percentile",
        "bootstrap_wald",
        "hierarchical_bootstrap_percentile",
        "hierarchical_bootstrap_wald",
        "bootstrap_bca",
        "delong_wald",
        "delong_clustered_wald",
        "delong_macro_wald",
        "wilson",
        "wilson_clustered",
        "newcombe_sum",
        "clopper_pearson",
        "cluster_robust_wald",
        "influence_wald",
        "logit_delta",
        "logit_delta_adjusted",
        "logit_delta_clustered",
        "nri_wald",
        "idi_wald",
        "logistic_recalibration_wald",
        "logistic_recalibration_clustered_wald",
        "log_wald",
        "short_bootstrap_wald",
        "hierarchical_short_bootstrap_wald",
        "hierarchical_influence_percentile",
        "by_definition",
        "infinitesimal_jackknife_wald",
        "infinitesimal_jackknife_clustered_wald",
        "ipcw_influence_wald",
        "ipcw_influence_clustered_wald",
        "kaplan_meier_log_log",
        "kaplan_meier_log_log_clustered",
        "aalen_johansen_log_log",
        "aalen_johansen_log_log_clustered",
        "cox_efron_wald",
        "cox_efron_clustered_wald",
        "log_rank",
        "delong_paired",
        "delong_paired_clustered",
        "delong_k_readers",
        "unpaired_wald",
        "mcnemar_exact",
        "mcnemar_mid_p",
        "mcnemar_clustered",
        "mcnemar_exact_smallest_p",
        "mcnemar_exact_largest_p",
        "mcnemar_mid_p_smallest_p",
        "mcnemar_mid_p_largest_p",
        "cochran_q",
        "cochran_q_clustered",
        "delong_paired_holm",
        "delong_paired_clustered_holm",
        "mcnemar_exact_holm",
        "mcnemar_clustered_holm",
        "hierarchical_bootstrap_wald_holm",
        "moskowitz_pepe",
        "moskowitz_pepe_clustered",
        "net_benefit_paired_wald",
        "net_benefit_paired_clustered",
        "non_inferiority_wald",
        "non_inferiority_t",
        "non_inferiority_tango",
        "obuchowski_rockette",
        "obuchowski_rockette_fixed_readers",
        "obuchowski_rockette_log",
        "obuchowski_rockette_mean",
        "obuchowski_rockette_single",
        "mean_t",
        "mean_t_clustered",
        "paired_t",
        "paired_t_clustered",
        "paired_t_log",
        "paired_t_log_clustered",
        "findings_holm",
        "subgroup_heterogeneity",
        "largest_gap_bonferroni",
        "standardised_difference_wald",
        "dvoretzky_kiefer_wolfowitz",
        "power_law_bootstrap",
        "cohen_kappa_wald",
        "cohen_kappa_clustered_wald",
        "cohen_kappa_linear_wald",
        "cohen_kappa_linear_clustered_wald",
        "cohen_kappa_quadratic_wald",
        "cohen_kappa_quadratic_clustered_wald",
        "cohen_kappa_weighted_wald",
        "cohen_kappa_weighted_clustered_wald",
        "fleiss_kappa_jackknife",
        "bland_altman_t",
        "bland_altman_clustered_t",
        "least_squares_t",
        "least_squares_clustered_t",
        "jackknife_log_wald",
        "fisher_z",
        "fisher_z_clustered",
        "lin_fisher_z",
        "mcgraw_wong_f",
        "wafroc_wald",
        "wafroc_clustered_wald",
        "wafroc_paired",
        "wafroc_paired_clustered",
        "wilcoxon_signed_rank",
        "not_estimable",
    )


@pytest.mark.parametrize("records", [MEASURES, METHODS, TASKS, MODELS, SCORES])
def test_each_name_is_snake_case_once_and_explained_in_a_sentence(records):
    names = [record.name for record in records]
    assert len(set(names)) == len(names)
    for record in records:
        assert record.name.replace("_", "").isalnum()
        assert record.name == record.name.lower()
        assert record.sentence[0].isupper()
        assert record.sentence.endswith(".")


def test_each_measure_says_its_bounds_and_its_source():
    for record in MEASURES:
        assert record.reference
        assert record.low is None or record.high is None or record.low < record.high
    assert measure_record("auroc").high == 1.0
    with pytest.raises(KeyError):
        measure_record("auc")


def test_the_whole_catalogue_is_plain_data():
    import json

    whole = catalogue()
    assert json.loads(json.dumps(whole)) == json.loads(json.dumps(whole, allow_nan=False))
    assert [row["name"] for row in whole["measures"]] == list(measure_names())


def test_a_name_outside_the_catalogue_cannot_be_written():
    with pytest.raises(ReadingsError, match="`auc` is no measure of the catalogue"):
        Measure("cnn", "test", "auc")
    with pytest.raises(ReadingsError, match="`magic` is no method of the catalogue"):
        Measure("cnn", "test", "auroc", method="magic")


def test_values_stay_within_the_bounds_that_the_catalogue_promises(cohort):
    truth, model, points = cohort
    for row in evaluate([model, points], truth).measures:
        record = measure_record(row.measure)
        for value in (row.value, row.low, row.high):
            assert record.low is None or value >= record.low
            assert record.high is None or value <= record.high


def test_asking_what_can_be_done_loads_nothing_heavy():
    code = (
        "import sys, hilum.catalogue as c; c.catalogue(); "
        "heavy = {'numpy', 'pandas', 'torch', 'scipy', 'numba'} & set(sys.modules); sys.exit(len(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_statistics_load_neither_torch_nor_plotting():
    code = (
        "import sys, hilum.evaluation; "
        "heavy = {'torch', 'matplotlib', 'lifelines', 'sklearn', 'statsmodels', 'numba'} & set(sys.modules); "
        "sys.exit(len(heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
