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
        "harrell_c",
        "auc_t",
        "brier_t",
        "brier",
        "citl",
        "calibration_slope",
        "o_e",
        "ece",
        "survival_t",
        "median_survival",
        "log_rank",
    )


def test_the_methods_are_these():
    assert method_names() == (
        "delong_wald",
        "delong_clustered_wald",
        "delong_paired",
        "delong_paired_clustered",
        "delong_k_readers",
        "unpaired_wald",
        "delong_macro_wald",
        "bootstrap_percentile",
        "bootstrap_wald",
        "hierarchical_bootstrap_percentile",
        "hierarchical_bootstrap_wald",
        "wilson",
        "wilson_clustered",
        "newcombe_sum",
        "cluster_robust_wald",
        "infinitesimal_jackknife_wald",
        "infinitesimal_jackknife_clustered_wald",
        "ipcw_influence_wald",
        "ipcw_influence_clustered_wald",
        "influence_wald",
        "logistic_recalibration_wald",
        "logistic_recalibration_clustered_wald",
        "log_wald",
        "kaplan_meier_log_log",
        "log_rank",
        "mcnemar_exact",
        "mcnemar_mid_p",
        "mcnemar_clustered",
        "mcnemar_exact_smallest_p",
        "mcnemar_exact_largest_p",
        "mcnemar_mid_p_smallest_p",
        "mcnemar_mid_p_largest_p",
        "clopper_pearson",
        "moskowitz_pepe",
        "obuchowski_rockette",
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
