"""A clinician has a folder whose sub-folders are the labels: can a network tell them apart?"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

HILUM = Path(sys.executable).with_name("hilum")


def _run_folder(done):
    return next(line.removeprefix("run: ") for line in done.stdout.splitlines() if line.startswith("run: "))


def test_from_folder_to_report_and_new_readings(hilum, folder_study, films, tmp_path):
    done = hilum("run", folder_study)
    assert done.returncode == 0, done.stderr
    run = films.parent / "runs" / "discs-1"
    assert _run_folder(done).endswith("discs-1")
    for name in (
        "study.toml",
        "cohort.parquet",
        "findings.json",
        "fingerprint.json",
        "plan.json",
        "evaluation.json",
    ):
        assert (run / name).exists(), name
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "Do discs show pneumonia?" in page

    parts = pd.read_parquet(run / "cohort.parquet").groupby("patient")["part"].nunique()
    assert parts.max() == 1

    measures = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))["measures"]
    auroc = [
        m for m in measures if m["measure"] == "auroc" and m["part"] == "test" and m["reader"] == "small_cnn"
    ]
    assert auroc
    assert auroc[0]["value"] > 0.9
    assert auroc[0]["low"] <= auroc[0]["value"]

    out = tmp_path / "readings.json"
    read = hilum(
        "predict", run / "models" / "small_cnn", films / "normal", films / "pneumonia", "--json", out
    )
    assert read.returncode == 0, read.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert len(rows) == 120
    assert {"image", "reader", "score", "threshold"} <= set(rows[0])
    ill = [row["score"] for row in rows if "pneumonia" in row["image"]]
    well = [row["score"] for row in rows if "normal" in row["image"]]
    assert sum(ill) / len(ill) > sum(well) / len(well)


def test_run_again_does_nothing_twice_and_keeps_its_number(hilum, hilum_alone, folder_study, films):
    first = hilum("run", folder_study)
    weights = films.parent / "runs" / "discs-1" / "models" / "small_cnn" / "1" / "weights.safetensors"
    before = weights.stat().st_mtime_ns
    again = hilum_alone("run", folder_study)
    assert again.returncode == first.returncode == 0
    assert _run_folder(first) == _run_folder(again)
    assert weights.stat().st_mtime_ns == before


def test_a_killed_run_continues_and_ends_with_the_same_numbers(hilum, hilum_alone, folder_study, films):
    folder_study.write_text(folder_study.read_text().replace("epochs = 4", "epochs = 12"), encoding="utf-8")
    process = subprocess.Popen([HILUM, "run", str(folder_study)], env=os.environ | {"OMP_NUM_THREADS": "1"})
    run = films.parent / "runs" / "discs-1"
    deadline = time.monotonic() + 120
    while not list(run.glob("models/small_cnn/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (run / "report.html").exists()
    assert hilum("run", folder_study).returncode == 0
    continued = (run / "evaluation.json").read_bytes()

    whole = films.parent / "whole.toml"
    whole.write_text(folder_study.read_text(), encoding="utf-8")
    assert hilum_alone("run", whole).returncode == 0
    assert (films.parent / "runs" / "whole-1" / "evaluation.json").read_bytes() == continued
