"""A reader that asks whether more data would help is trained on fewer patients as well."""

import json

import numpy as np
import pytest
from PIL import Image

STUDY = """version = 1
title = "Is it bright?"
[cohort]
images = "films"
patient_pattern = '^(person\\d+)'
[split]
parts = { train = 0.6, validation = 0.15, test = 0.25 }
seed = 3
[[readers]]
model = "small_cnn"
size = 32
epochs = 3
learning_curve = true
"""


@pytest.fixture
def faint_films(tmp_path):
    """200 grey pictures of which the ill are a little brighter: no reader tells all of them apart."""
    rng = np.random.default_rng(5)
    for label, brightness in (("normal", 118), ("ill", 126)):
        folder = tmp_path / "films" / label
        folder.mkdir(parents=True)
        for number in range(100):
            grey = brightness + rng.normal(0, 9) + rng.normal(0, 20, (32, 32))
            picture = np.clip(grey, 0, 255).astype(np.uint8)
            Image.fromarray(picture).save(folder / f"person{number + 100 * (label == 'ill'):03d}.png")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def test_the_report_says_whether_more_data_would_help(hilum, faint_films):
    done = hilum("run", faint_films / "study.toml")
    assert done.returncode == 0, done.stderr
    run = next((faint_films / "runs").iterdir())
    points = json.loads((run / "learning" / "small_cnn.json").read_text(encoding="utf-8"))
    sizes = [size for size, _, _ in points]
    assert sizes == sorted(sizes)
    assert len(points) == 3
    assert sizes[-1] == pytest.approx(60, abs=6)
    assert all(0 < value <= 1 and error > 0 for _, value, error in points)
    assert "Does more data still help?" in (run / "report.html").read_text(encoding="utf-8")
    before = (run / "learning" / "small_cnn.json").stat().st_mtime_ns
    assert hilum("run", faint_films / "study.toml").returncode == 0
    assert (run / "learning" / "small_cnn.json").stat().st_mtime_ns == before


def test_too_few_patients_for_a_point_do_not_end_the_run(hilum, faint_films):
    """With this seed nobody is ill among an eighth and among a quarter of the training patients."""
    study = faint_films / "study.toml"
    study.write_text(STUDY.replace("seed = 3", "seed = 10"), encoding="utf-8")
    for path in sorted((faint_films / "films").glob("normal/*.png"))[40:]:
        path.unlink()
    for path in sorted((faint_films / "films").glob("ill/*.png"))[6:]:
        path.unlink()
    done = hilum("run", study)
    assert done.returncode == 0, done.stderr
    run = next((faint_films / "runs").iterdir())
    points = json.loads((run / "learning" / "small_cnn.json").read_text(encoding="utf-8"))
    assert len(points) < 3
    assert "no point" in (run / "log.jsonl").read_text(encoding="utf-8")
