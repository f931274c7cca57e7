"""Wrong paths, misspelt columns, empty files, impossible outcomes: one sentence each, and an exit code."""

import errno
import subprocess

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from hilum.cli.failures import explain

TABLE_STUDY = """
version = 1
title = "Who dies?"
[cohort]
table = "outcomes.csv"
patient = "patient_id"
[task]
kind = "survival"
time_days = "days"
event = "died"
horizons_days = [30]
[[readers]]
score = "curb65"
"""


def outcomes(n=200):
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "patient_id": [f"{i:05d}" for i in range(n)],
            "days": rng.integers(1, 90, n),
            "died": rng.random(n) < 0.3,
            "age": rng.integers(40, 95, n),
            "confusion": rng.integers(0, 2, n),
            "urea_mmol_l": rng.uniform(3, 15, n).round(1),
            "respiratory_rate": rng.integers(12, 40, n),
            "systolic_bp": rng.integers(80, 160, n),
            "diastolic_bp": rng.integers(45, 95, n),
        }
    ).astype({"died": int})


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text(TABLE_STUDY, encoding="utf-8")

    def with_table(frame):
        frame.to_csv(tmp_path / "outcomes.csv", index=False)
        return tmp_path / "study.toml"

    return with_table


def sentence(done, code=2):
    assert done.returncode == code, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    assert lines[0].startswith("hilum: ")
    return lines[0]


def test_the_study_works_when_nothing_is_wrong(hilum, study):
    assert hilum("run", study(outcomes())).returncode == 0


def test_a_study_file_that_is_not_there(hilum, tmp_path):
    assert "missing.toml" in sentence(hilum("run", tmp_path / "missing.toml"))


def test_a_misspelt_key_names_the_right_one(hilum, study, tmp_path):
    path = study(outcomes())
    path.write_text(TABLE_STUDY.replace('event = "died"', 'evnt = "died"'), encoding="utf-8")
    assert "unknown key `evnt` in [task]: did you mean `event`?" in sentence(hilum("run", path))


def test_a_missing_column_names_the_nearest_one(hilum, study):
    said = sentence(hilum("run", study(outcomes().rename(columns={"died": "dead"}))))
    assert "died" in said
    assert "outcomes.csv" in said


def test_nobody_had_the_event(hilum, study):
    assert "event" in sentence(hilum("run", study(outcomes().assign(died=0))))


def test_a_patient_with_two_outcome_times(hilum, study):
    frame = outcomes()
    twice = frame.iloc[[0]].assign(days=frame["days"].iloc[0] + 5)
    said = sentence(hilum("run", study(pd.concat([frame, twice]))))
    assert "00000" not in said, "an identifier stands in the message"


def test_an_empty_table(hilum, study, tmp_path):
    path = study(outcomes())
    (tmp_path / "outcomes.csv").write_text("", encoding="utf-8")
    assert "outcomes.csv" in sentence(hilum("run", path))


def test_a_label_with_one_class(hilum, folder_study, films):
    for path in (films / "pneumonia").iterdir():
        path.unlink()
    (films / "pneumonia").rmdir()
    assert "class" in sentence(hilum("run", folder_study))


def test_an_unreadable_image_among_many_is_named_and_left_out(hilum, folder_study, films):
    victim = films / "normal" / "person000n_0.png"
    victim.write_bytes(victim.read_bytes()[:100])
    done = hilum("run", folder_study)
    assert done.returncode == 0, done.stderr
    assert "person000n_0.png" in done.stdout + done.stderr


def test_one_changed_byte_in_a_model(hilum, folder_study, films):
    assert hilum("run", folder_study).returncode == 0
    model = films.parent / "runs" / "discs-1" / "models" / "small_cnn"
    weights = model / "1" / "weights.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert "changed" in sentence(hilum("predict", model, films / "normal"))


def test_an_image_that_cannot_be_read_does_not_stop_the_others(hilum, folder_study, films, tmp_path):
    assert hilum("run", folder_study).returncode == 0
    (tmp_path / "new").mkdir()
    Image.fromarray(np.zeros((40, 40), np.uint8)).save(tmp_path / "new" / "good.png")
    (tmp_path / "new" / "bad.png").write_bytes(b"no picture")
    model = films.parent / "runs" / "discs-1" / "models" / "small_cnn"
    done = hilum("predict", model, tmp_path / "new", "--csv", tmp_path / "out.csv")
    assert done.returncode == 1
    assert "bad.png" in done.stderr
    assert len(pd.read_csv(tmp_path / "out.csv")) == 1


def test_a_model_that_is_not_there(hilum, tmp_path):
    assert "nothing" in sentence(hilum("predict", tmp_path / "nothing", tmp_path))


def test_a_workspace_that_is_none(hilum, tmp_path):
    assert "hilum init" in sentence(hilum("ingest", tmp_path, folder=tmp_path))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes, where this machine lets one be made."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a small disk cannot be made here (mount needs root)")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_leaves_nothing_half_written(hilum, folder_study, films, small_disk):
    study = small_disk / "discs.toml"
    text = folder_study.read_text(encoding="utf-8").replace("size = 32", "size = 256")
    study.write_text(text.replace('images = "films"', f'images = "{films}"'), encoding="utf-8")
    assert "disk is full" in sentence(hilum("run", study))
    assert not list((small_disk / "runs").rglob("report.html"))


def test_a_full_disk_is_said_in_a_sentence():
    said, code = explain(OSError(errno.ENOSPC, "No space left on device"))
    assert "disk is full" in said
    assert code == 2


def test_a_command_that_does_not_exist(hilum):
    assert hilum("trian").returncode == 2


def test_a_fault_of_the_program_is_no_stack_of_code():
    said, code = explain(ZeroDivisionError("division by zero"))
    assert "fault of the program" in said
    assert code == 2


def test_a_folder_without_images(hilum, folder_study, films, tmp_path):
    assert hilum("run", folder_study).returncode == 0
    (tmp_path / "empty").mkdir()
    model = films.parent / "runs" / "discs-1" / "models" / "small_cnn"
    assert "no image" in sentence(hilum("predict", model, tmp_path / "empty"))


def test_images_larger_than_any_network_reads(hilum, folder_study):
    text = folder_study.read_text(encoding="utf-8")
    folder_study.write_text(text.replace("size = 32", "size = 4000"), encoding="utf-8")
    assert "`size` of 2048 or less" in sentence(hilum("run", folder_study))


def test_fixed_features_that_should_learn_from_images_alone(hilum, folder_study):
    text = folder_study.read_text(encoding="utf-8").replace('"small_cnn"', '"linear"\npretrained = "self"')
    folder_study.write_text(text, encoding="utf-8")
    assert "fixed" in sentence(hilum("run", folder_study))


def test_a_survival_study_of_ten_patients_has_a_report(hilum, study):
    path = study(outcomes(10).assign(died=[1, 0] * 5, days=[20, 90] * 5))
    done = hilum("run", path)
    assert done.returncode == 0, done.stderr
