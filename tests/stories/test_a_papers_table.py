"""Table 3 of Lee and Ye, Journal of Radiation Industry 18(3), 2024, from its three confusion matrices."""

import csv
import json
import re
from pathlib import Path

import pytest

TABLES = Path(__file__).resolve().parents[2] / "examples" / "products-side-by-side"
NAMES = ("cnn", "vuno", "lunit")
# As printed in the paper; its "AUC score" is (sensitivity + specificity) / 2.
PRINTED = {
    "accuracy": ("0.82", "0.84", "0.77"),
    "precision": ("0.76", "0.81", "0.72"),
    "recall": ("0.99", "0.94", "0.96"),
    "F1": ("0.86", "0.87", "0.83"),
    "balanced accuracy": ("0.7937", "0.8233", "0.7436"),
}
MATRICES = {"cnn": (138, 93, 3, 297), "vuno": (164, 67, 19, 281), "lunit": (121, 110, 11, 289)}


def _arguments():
    return ["--truth", TABLES / "truth.csv", *(x for n in NAMES for x in ("--readings", TABLES / f"{n}.csv"))]


def test_the_table_comes_out_digit_for_digit_and_no_area_is_claimed(hilum, tmp_path):
    done = hilum("evaluate", *_arguments(), "--unpaired", "--json", tmp_path / "e.json")
    assert done.returncode == 0, done.stderr
    for row, values in PRINTED.items():
        line = next(line for line in done.stdout.splitlines() if line.startswith(row))
        assert tuple(re.findall(r"(\d\.\d+) \(", line)) == values
    result = json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    assert "auroc" not in {m["measure"] for m in result["measures"]}
    assert any(w["code"] == "auroc_refused" for w in result["warnings"])
    assert all(m["low"] <= m["value"] <= m["high"] for m in result["measures"] if m["low"] is not None)
    methods = {c["method"] for c in result["comparisons"] if c["p"] is not None}
    assert methods
    assert all(method.endswith(("smallest_p", "largest_p")) for method in methods)


def test_the_files_hold_the_papers_counts():
    truth = [
        row["label"]
        for row in csv.DictReader((TABLES / "truth.csv").read_text(encoding="utf-8").splitlines())
    ]
    for name, (tn, fp, fn, tp) in MATRICES.items():
        said = [
            row["decision"]
            for row in csv.DictReader((TABLES / f"{name}.csv").read_text(encoding="utf-8").splitlines())
        ]
        pairs = list(zip(truth, said, strict=True))
        assert [pairs.count(x) for x in (("normal", "0"), ("normal", "1"))] == [tn, fp]
        assert [pairs.count(x) for x in (("pneumonia", "0"), ("pneumonia", "1"))] == [fn, tp]


def test_with_real_case_identities_mcnemar_is_shown(hilum):
    done = hilum("evaluate", *_arguments())
    assert done.returncode == 0
    assert "McNemar" in done.stdout
    assert "all possible pairings" not in done.stdout


@pytest.mark.parametrize("width", [900, 390])
def test_the_report_opens_in_a_browser_without_fetching_anything(hilum, tmp_path, chromium, width):
    import subprocess

    report = tmp_path / "report.html"
    assert hilum("evaluate", *_arguments(), "--unpaired", "--report", report).returncode == 0
    assert not re.search(r"(?:src|href)=[\"']https?://", report.read_text(encoding="utf-8"))
    picture = tmp_path / "page.png"
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            *quiet,
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--window-size={width},2000",
            f"--screenshot={picture}",
            "--enable-logging=stderr",
            report.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert picture.stat().st_size > 10_000, done.stderr
    assert "Refused to" not in done.stderr
