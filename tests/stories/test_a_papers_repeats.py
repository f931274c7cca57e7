"""Table 1 of the paper on lung perfusion and ventilation scans: four networks, five trainings each."""

import json
from pathlib import Path

import pytest

TABLES = Path(__file__).resolve().parents[2] / "examples" / "repeats-of-a-paper"
# As printed, in percent: accuracy, F1, sensitivity, specificity, each the mean of five trainings.
PRINTED = {
    "vgg16": ("89.5", "88.6", "82.0", "97.0"),
    "resnet18": ("92.0", "91.6", "87.0", "97.0"),
    "seresnext101": ("98.5", "98.5", "99.0", "98.0"),
    "inception_resnet_v2": ("98.5", "98.5", "99.0", "98.0"),
}
MEASURES = ("accuracy", "f1", "sensitivity", "specificity")


@pytest.fixture(scope="module")
def result(hilum, tmp_path_factory):
    kept = tmp_path_factory.mktemp("repeats") / "e.json"
    readings = [word for name in PRINTED for word in ("--readings", TABLES / f"{name}.csv")]
    given = ("--truth", TABLES / "truth.csv", "--positive", "perfusion")
    done = hilum("evaluate", *given, *readings, "--json", kept)
    assert done.returncode == 0, done.stderr
    return json.loads(kept.read_text(encoding="utf-8"))


def test_the_table_comes_out_digit_for_digit(result):
    found = {(row["reader"], row["measure"]): row for row in result["measures"]}
    for reader, printed in PRINTED.items():
        shown = tuple(f"{100 * found[reader, measure]['value']:.1f}" for measure in MEASURES)
        assert shown == printed


def test_forty_scans_stay_forty_however_often_they_were_read(result):
    rows = [row for row in result["measures"] if row["reader"] and row["measure"] in MEASURES]
    assert {row["n"] for row in rows} == {40}
    assert {row["method"] for row in rows} == {"hierarchical_bootstrap_percentile"}
    codes = {warning["code"] for warning in result["warnings"]}
    assert {"repeated_training", "auroc_refused"} <= codes
    assert "auroc" not in {row["measure"] for row in result["measures"]}


def test_the_files_hold_the_papers_sums(result):
    for reader, (_, _, sensitivity, specificity) in PRINTED.items():
        matrices = [row for row in result["confusions"] if row["reader"] == reader]
        assert len(matrices) == 5
        assert sum(row["counts"][1][1] for row in matrices) == float(sensitivity)
        assert sum(row["counts"][0][0] for row in matrices) == float(specificity)
