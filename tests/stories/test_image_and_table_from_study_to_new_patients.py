"""A study file names columns and films that belong together; its models read new patients the same way."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

STUDY = """
version = 1
title = "Do films and urea tell who dies?"
[cohort]
images = "films"
table = "patients.csv"
patient = "who"
image = "file"
choose = "together"
[task]
label = "outcome"
positive = "died"
[split]
parts = { train = 0.6, validation = 0.2, test = 0.2 }
[[readers]]
model = "small_cnn"
name = "film and urea"
columns = ["urea", "sex"]
size = 32
epochs = 3
[[readers]]
model = "small_cnn"
name = "films"
size = 32
epochs = 3
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Eighty people with one or two films of a disc; the brighter it is and the higher urea, the worse."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "films").mkdir()
    rng = np.random.default_rng(8)
    rows = []
    for person in range(80):
        shown, told = rng.normal(size=2)
        for number in range(1 + person % 2):
            name = f"p{person:02d}-{number}.png"
            grey = rng.normal(90, 12, (40, 40))
            grey[10:30, 10:30] += 40 + 15 * shown
            Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / "films" / name)
            urea = "" if person % 11 == 0 else round(8 + 3 * told, 1)
            outcome = "died" if shown + told > 0.3 else "alive"
            rows.append((name, f"p{person:02d}", "FM"[person % 2], urea, outcome))
    table = pd.DataFrame(rows, columns=["file", "who", "sex", "urea", "outcome"])
    table.to_csv(folder / "patients.csv", index=False)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(study, hilum):
    done = hilum("run", study / "study.toml")
    assert done.returncode == 0, done.stderr
    return study / "runs" / "study-1"


def test_new_readings_are_those_of_the_study(study, run, hilum, tmp_path):
    table = pd.read_csv(study / "patients.csv")
    table.rename(columns={"file": "image", "who": "case"}).drop(columns="outcome").to_csv(
        tmp_path / "new.csv", index=False
    )
    for name in ("film and urea", "films"):
        out, cells = tmp_path / f"{name}.json", tmp_path / f"{name}.csv"
        done = hilum(
            *("predict", run / "models" / name, study / "films", "--table", tmp_path / "new.csv"),
            *("--json", out, "--csv", cells),
        )
        assert done.returncode == 0, done.stderr
        found = pd.DataFrame(json.loads(out.read_text(encoding="utf-8")))
        assert found.columns.tolist() == ["case", "image", "images", "reader", "score", "threshold"]
        assert len(found) == 80
        assert found["images"].map(len).tolist() == [1, 2] * 40
        assert (found["image"] == found["images"].map(lambda paths: paths[0])).all()
        [path] = (run / "readings").glob(f"{name}*.parquet")
        read = pd.read_parquet(path).set_index("case")["score"]
        np.testing.assert_allclose(found["score"], read[found["case"]], rtol=0, atol=1e-9)
        in_cells = pd.read_csv(cells, float_precision="round_trip")
        np.testing.assert_array_equal(in_cells["score"], read[in_cells["case"]])
        assert in_cells["images"].iloc[1].count(";") == 1


def test_a_model_with_columns_says_what_it_needs(study, run, hilum):
    done = hilum("predict", run / "models" / "film and urea", study / "films")
    assert done.returncode == 2
    assert "film and urea reads `urea`, `sex` beside each image: name a table" in done.stderr
    # Without a table each film is a case of a model that reads several.
    done = hilum("predict", run / "models" / "films", study / "films" / "p01-0.png")
    assert done.returncode == 0, done.stderr
    assert "p01-0.png" in done.stdout


def test_the_run_says_what_was_read_together_and_holds_no_other_column(run):
    text = (run / "report.html").read_text(encoding="utf-8")
    assert "All images of a case are read together: 120 images of 80 cases, 1 to 2 each" in text
    cases = pd.read_parquet(run / "cohort.parquet")
    assert {"urea", "sex", "images"} <= set(cases.columns)
    assert "who" not in cases.columns
    facts = json.loads((run / "models" / "film and urea" / "1" / "model.json").read_text(encoding="utf-8"))
    assert [column["name"] for column in facts["table"]["columns"]] == ["urea", "sex"]
    assert not json.loads((run / "models" / "films" / "1" / "model.json").read_text())["table"]
