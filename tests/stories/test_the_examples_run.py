"""The study files in `examples/` are what they say they are."""

import shutil
from pathlib import Path

import pytest

from hilum.study import load_study

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.toml")), ids=lambda p: p.parent.name)
def test_every_study_file_can_be_read(path):
    study = load_study(path)
    assert study.title
    assert study.readers


def test_the_folder_example_looks_at_a_folder(hilum, films):
    shutil.copy(EXAMPLES / "folder-labels" / "pneumonia.toml", films.parent)
    done = hilum("check", films.parent / "pneumonia.toml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "120 cases" in done.stdout


def test_the_archive_example_asks_for_a_workspace(hilum, tmp_path):
    shutil.copy(EXAMPLES / "pneumonia-mortality" / "study.toml", tmp_path)
    done = hilum("check", tmp_path / "study.toml")
    assert done.returncode == 2
    assert "hilum init" in done.stderr
