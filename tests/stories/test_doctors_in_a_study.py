"""A study whose product is one file of several doctors who read without and with AI."""

import json

import numpy as np
import pandas as pd
from PIL import Image

from hilum.evaluation import Readings

STUDY = """version = 1
title = "Doctors and a network"
[cohort]
images = "films"
table = "labels.csv"
image = "file"
patient = "case"
[task]
label = "diagnosis"
positive = "pneumonia"
[split]
parts = { train = 0.4, validation = 0.2, test = 0.4 }
seed = 2
[[readers]]
model = "small_cnn"
size = 32
epochs = 1
[[readers]]
product = "doctors.csv"
"""
NAMES = {f"{doctor}, {condition}" for doctor in ("Kim", "Lee") for condition in ("alone", "with AI")}


def _hospital(folder):
    rng = np.random.default_rng(1)
    (folder / "films").mkdir()
    labels, readings = [], []
    for number in range(80):
        ill, case = number % 2, f"c{number:03d}"
        grey = np.clip(115 + ill * 14 + rng.normal(0, 20, (32, 32)), 0, 255).astype(np.uint8)
        Image.fromarray(grey).save(folder / "films" / f"{case}.png")
        labels.append((case, f"{case}.png", "pneumonia" if ill else "normal"))
        for name in sorted(NAMES):
            doctor, condition = name.split(", ")
            right = rng.random() < (0.85 if condition == "with AI" else 0.7)
            said = ill if right else 1 - ill
            readings.append((case, doctor, condition, said, rng.integers(50, 100), rng.integers(5, 60)))
    pd.DataFrame(labels, columns=["case", "file", "diagnosis"]).to_csv(folder / "labels.csv", index=False)
    columns = ["case", "reader", "condition", "decision", "confidence", "seconds"]
    pd.DataFrame(readings, columns=columns).to_csv(folder / "doctors.csv", index=False)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")


def test_each_doctor_is_compared_with_and_without(hilum, tmp_path):
    _hospital(tmp_path)
    done = hilum("run", tmp_path / "study.toml")
    assert done.returncode == 0, done.stderr
    result = json.loads(next(tmp_path.glob("runs/*/evaluation.json")).read_text(encoding="utf-8"))
    assert set(result["readers"]) == {"small_cnn"} | NAMES
    rows = result["comparisons"]
    pairs = {
        (frozenset((row["reader_a"], row["reader_b"])), row["method"])
        for row in rows
        if row["measure"] == "auroc"
    }
    assert (frozenset(("Kim, with AI", "Kim, alone")), "delong_paired") in pairs
    assert (frozenset(("Kim, alone", "Lee, with AI")), "delong_paired") not in pairs
    assert any(method == "obuchowski_rockette" for _, method in pairs)
    assert any(row["measure"] == "reading_seconds" for row in result["measures"])
    assert result["comparator"] is None


def test_readings_of_doctors_come_back_as_they_were_saved(tmp_path):
    table = pd.DataFrame(
        {
            "case": ["a", "b"] * 2,
            "reader": "Kim",
            "condition": ["alone"] * 2 + ["with AI"] * 2,
            "decision": ["1", "0", "1", "1"],
            "confidence": [90, 80, 70, 60],
        }
    )
    readings = Readings.from_frame(table)
    again = Readings.load(readings.save(tmp_path / "kim.parquet"))
    assert again.readers == readings.readers == ("Kim, alone", "Kim, with AI")
    assert list(again.frame["person"]) == ["Kim"] * 4
