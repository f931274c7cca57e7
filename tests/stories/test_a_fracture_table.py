"""The table of a paper on fractures: image, FRAX and both, at four horizons, in two cohorts of known truth.

The world is simulated, so that the true C and AUC(t) can be had from four hundred thousand cases of it.
"""

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from hilum.evaluation import FollowUp, auc_t, harrell_c

YEARS = (2, 3, 5, 10)
READERS = ("CXR", "FRAX + CXR", "FRAX")
# Cases and how blurred the image reader is: films of another hospital tell less.
COHORTS = {"test": (5000, 0.5), "external": (37_865, 0.9)}
ENOUGH = 400_000


def world(seed: int, n: int, blur: float, *, censored: bool = True) -> pd.DataFrame:
    """Patients with a bone and a clinical risk, what three readers make of them, and their follow-up."""
    rng = np.random.default_rng(seed)
    bone, clinical = rng.normal(size=(2, n))
    clinical = 0.5 * bone + np.sqrt(0.75) * clinical
    fracture = rng.exponential(365.25 * 60 * np.exp(-1.1 * bone - 0.5 * clinical))
    end = rng.uniform(365.25 * 3, 365.25 * 13, n) if censored else np.full(n, np.inf)
    image, frax = bone + rng.normal(size=n) * blur, clinical + rng.normal(size=n) * 0.6
    return pd.DataFrame(
        {
            "CXR": image,
            "FRAX": frax,
            "FRAX + CXR": 0.9 * image + 0.7 * frax,
            "time": np.minimum(fracture, end),
            "event": (fracture <= end).astype(int),
        }
    )


def true_values(blur: float) -> Iterator[tuple[str, str | None, str, float]]:
    """Measure, horizon, reader and the value that a study without end would find."""
    seen, whole = world(11, ENOUGH, blur), world(12, ENOUGH, blur, censored=False)
    follow_up = FollowUp.of(seen["time"].to_numpy(), seen["event"].to_numpy())
    endless = FollowUp.of(whole["time"].to_numpy(), whole["event"].to_numpy())
    for reader in READERS:
        yield "harrell_c", None, reader, float(harrell_c(seen[reader].to_numpy(), follow_up).value or 0)
        for year in YEARS:
            value = auc_t(whole[reader].to_numpy(), endless, 365 * year).value
            yield "auc_t", f"{365 * year}d", reader, float(value or 0)


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fractures")
    rows = pd.concat(
        [
            world(seed, n, blur).assign(part=part, case=[f"{part}{i}" for i in range(n)])
            for seed, (part, (n, blur)) in enumerate(COHORTS.items())
        ]
    )
    rows[["case", "part", "time", "event"]].to_csv(folder / "truth.csv", index=False)
    for reader in READERS:
        rows[["case"]].assign(risk=rows[reader]).to_csv(folder / f"{reader}.csv", index=False)
    return folder


def test_the_table_of_image_and_frax_at_four_horizons(hilum, tables):
    files = [word for reader in READERS for word in ("--readings", tables / f"{reader}.csv")]
    days = [word for year in YEARS for word in ("--horizon", str(365 * year))]
    asked = ["--comparator", "FRAX", "--bootstrap", "200"]
    report, numbers = tables / "report.html", tables / "e.json"
    done = hilum(
        *("evaluate", "--truth", tables / "truth.csv", *files, *days, *asked),
        *("--report", report, "--json", numbers),
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(numbers.read_text(encoding="utf-8"))
    found = {
        (row["part"], row["measure"], row["at"], row["reader"]): row
        for row in result["measures"]
        if row["of"] is None
    }
    for part, (_, blur) in COHORTS.items():
        for measure, at, reader, value in true_values(blur):
            row = found[part, measure, at, reader]
            assert row["low"] < row["value"] < row["high"]
            assert abs(row["value"] - value) < 3.5 * row["se"], (part, measure, at, reader)
    page = report.read_text(encoding="utf-8")
    for words in ("AUC(t) at 2 years", "AUC(t) at 10 years", "Harrell’s C", "* better than FRAX"):
        assert words in page
    tests = [row for row in result["comparisons"] if row["measure"] == "auc_t" and row["reader_b"] == "FRAX"]
    assert len(tests) == 2 * len(YEARS) * 2
    assert all(row["p"] < 0.05 and row["difference"] > 0 for row in tests)
