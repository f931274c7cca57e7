"""Few films are labelled, many are not: a study file says that those are to be learnt from as well."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

STUDY = """version = 1
title = "Is the disc bright?"
[cohort]
images = "films"
patient_pattern = '^(person\\d+)'
[split]
parts = { train = 0.5, validation = 0.25, test = 0.25 }
seed = 3
[[readers]]
model = "small_cnn"
size = 32
epochs = 4
unlabelled = "more"
"""
SELF = 'pretrained = "self"\n'
BESIDE = "[readers.training]\nconsistency = 1.0\n"


@pytest.fixture
def clinic(tmp_path):
    """40 labelled people, and a folder with a second film of each and of 40 others."""
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:48, :48]
    for person in range(80):
        ill, labelled = person % 2 == 1, person < 40
        for number in range(2):
            disc = np.hypot(rows - rng.normal(24, 3), columns - rng.normal(24, 3)) < rng.normal(12, 1)
            grey = 90 + disc * (60 if ill else 25) + rng.normal(0, 20, (48, 48))
            first = labelled and number == 0
            folder = tmp_path / "films" / ("pneumonia" if ill else "normal") if first else tmp_path / "more"
            folder.mkdir(parents=True, exist_ok=True)
            name = f"person{person:02d}_{number}.png"
            Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / name)
    return tmp_path


def run_of(hilum, clinic, text, epochs=4):
    whole = STUDY.replace("epochs = 4", f"epochs = {epochs}") + text
    (clinic / "study.toml").write_text(whole, encoding="utf-8")
    done = hilum("run", clinic / "study.toml")
    assert done.returncode == 0, done.stderr
    return max((clinic / "runs").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)


def learnt_from(run) -> set[str]:
    """The people whose unlabelled films were taken."""
    (kept,) = (run / "unlabelled").iterdir()
    return {image.split("_")[0] for image in json.loads(kept.read_text(encoding="utf-8"))["images"]}


def test_a_network_learns_from_the_films_of_others_first(hilum, clinic):
    run = run_of(hilum, clinic, SELF)
    cohort = pd.read_parquet(run / "cohort.parquet")
    held_out = set(cohort.loc[cohort["part"] != "train", "patient"])
    taken = learnt_from(run)
    assert not taken & held_out
    assert len(taken) == 80 - len(held_out)
    (weights,) = (run / "pretraining").rglob("*.safetensors")
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))["small_cnn"]
    assert plan["pretrained"] == "self"
    notes = " ".join(plan["notes"])
    assert "without their labels" in notes
    assert "left out: of patients of the validation part, the test part or an external cohort" in notes
    assert (run / "report.html").exists()

    before = weights.stat().st_mtime_ns
    model = run / "models" / "small_cnn" / "1" / "weights.safetensors"
    kept = model.read_bytes()
    assert run_of(hilum, clinic, SELF) == run
    assert weights.stat().st_mtime_ns == before
    assert model.read_bytes() == kept

    next((clinic / "more").glob("person79_*.png")).unlink()
    assert run_of(hilum, clinic, SELF) != run, "other films are another input"


def test_films_without_labels_take_part_in_the_training(hilum, clinic):
    # After some epochs the network is certain of some films, and only from then on do they teach anything.
    with_them = run_of(hilum, clinic, BESIDE, epochs=40)
    assert learnt_from(with_them)
    facts = json.loads((with_them / "models" / "small_cnn" / "1" / "model.json").read_text(encoding="utf-8"))
    assert facts["plan"]["learning"]["consistency"] == 1.0
    without = run_of(hilum, clinic, BESIDE.replace("1.0", "0.0001"), epochs=40)
    models = [run / "models" / "small_cnn" / "1" / "weights.safetensors" for run in (with_them, without)]
    assert models[0].read_bytes() != models[1].read_bytes()


def test_what_nothing_would_learn_from_is_refused(hilum, clinic):
    (clinic / "study.toml").write_text(STUDY, encoding="utf-8")
    done = hilum("run", clinic / "study.toml")
    assert done.returncode == 2
    assert "nothing learns from these images" in done.stderr
