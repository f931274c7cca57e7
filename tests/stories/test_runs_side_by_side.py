"""Two runs of a study that differ in one setting: listed, set side by side, and written for MLflow."""

import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from hilum.cli import app
from hilum.conduct.runs import list_runs, read_run
from hilum.conduct.runs_differences import differences, same_cases
from hilum.conduct.study_run import run_study
from hilum.errors import WorkspaceError

STUDY = """version = 1
title = "Do discs show pneumonia?"
[cohort]
images = "films"
[split]
parts = {{ train = 0.6, validation = 0.2, test = 0.2 }}
seed = {seed}
[[readers]]
model = "small_cnn"
size = 32
epochs = {epochs}
repeats = 2
"""
# What MLflow takes as the name of a parameter, tag or metric: mlflow/utils/validation.py.
NAME = re.compile(r"^[/\w.\- ]*$")


@pytest.fixture
def hilum(monkeypatch):
    """The command in this process; starting one for every look would take most of the time."""

    def start(*arguments: object, folder: Path):
        monkeypatch.chdir(folder)
        return CliRunner().invoke(app, [str(word) for word in arguments])

    return start


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with three runs: two of the same films and parts, one with other parts."""
    folder = tmp_path_factory.mktemp("discs")
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:40, :40]
    for label, light in (("normal", 8), ("pneumonia", 30)):
        (folder / "films" / label).mkdir(parents=True)
        for number in range(40):
            middle = 20 + rng.normal(0, 3, 2)
            disc = np.hypot(rows - middle[0], columns - middle[1]) < 9 + rng.normal(0, 1)
            grey = 90 + rng.normal(0, 14, (40, 40)) + disc * light
            Image.fromarray(grey.clip(0, 255).astype(np.uint8)).save(
                folder / "films" / label / f"{label}{number}.png"
            )
    for epochs, seed in ((2, 1), (3, 1), (2, 9)):
        (folder / "discs.toml").write_text(STUDY.format(epochs=epochs, seed=seed), encoding="utf-8")
        assert run_study(folder / "discs.toml").report.is_file()
    return folder


def _value(run: Path, reader: str) -> dict:
    rows = json.loads((run / "evaluation.json").read_text(encoding="utf-8"))["measures"]
    key = (reader, "test", "auroc", None, None)
    return next(r for r in rows if (r["reader"], r["part"], r["measure"], r["of"], r["at"]) == key)


def test_the_run_folder_keeps_settings_curves_and_the_machine_but_no_name(place):
    known = json.loads((place / "runs" / "discs-2" / "tracking.json").read_text(encoding="utf-8"))
    assert list(known["models"]["small_cnn"]) == ["1", "2"]
    first = known["models"]["small_cnn"]["1"]
    assert first["parameters"]["learning.epochs"] == 3
    assert [entry["epoch"] for entry in first["curves"]] == [1, 2, 3]
    assert all(entry["loss"] > 0 for entry in first["curves"])
    assert known["system"]["cores"] == os.cpu_count()
    assert {"train small_cnn 1", "evaluate", "report"} <= set(known["seconds"])
    text = json.dumps(known)
    for private in (str(place), os.uname().nodename, str(Path.home())):
        assert private not in text


def test_the_list_names_state_readers_and_the_leading_measure_with_its_interval(hilum, place):
    done = hilum("runs", folder=place)
    assert done.exit_code == 0, done.stderr
    row = _value(place / "runs" / "discs-1", "small_cnn")
    assert f"{row['value']:.2f} ({row['low']:.2f}-{row['high']:.2f})" in done.stdout
    for word in (
        "Do discs show pneumonia?",
        "discs-1",
        "discs-2",
        "finished",
        "AUROC in test",
        "small_cnn-ensemble",
    ):
        assert word in done.stdout
    assert "discs-2 differs from discs-1: small_cnn.epochs: 2, now 3" in done.stdout
    told = json.loads(hilum("runs", "--json", folder=place).stdout)
    assert [run["name"] for run in told["runs"]] == ["discs-1", "discs-2", "discs-3"]
    assert told["runs"][0]["results"][0] == row
    said = hilum("runs", "--study", "another", folder=place).stdout
    assert said == "no run is of a study `another`: there are runs of `discs`\n"


def test_two_runs_side_by_side_show_what_differs_and_only_that(hilum, place):
    runs = [read_run(place / "runs" / name) for name in ("discs-1", "discs-2")]
    assert [(each.kind, each.name, each.values) for each in differences(runs)] == [
        ("study", "small_cnn.epochs", ("2", "3"))
    ]
    done = hilum("runs", "discs-1", "discs-2", folder=place)
    assert "the same cases in all runs" in done.stdout
    for run in runs:
        row = _value(run.folder, "small_cnn-ensemble")
        assert f"{row['value']:.2f} ({row['low']:.2f}-{row['high']:.2f})" in done.stdout


def test_runs_on_other_cases_are_not_compared_silently(hilum, place):
    runs = [read_run(place / "runs" / name) for name in ("discs-1", "discs-3")]
    assert same_cases(runs, "test") is False
    assert "not the same cases" in hilum("runs", "discs-1", "discs-3", folder=place).stdout


def test_broken_foreign_and_cut_off_folders_are_named_and_the_others_listed(hilum, place, tmp_path):
    shutil.copytree(place / "runs", tmp_path / "runs")
    runs = tmp_path / "runs"
    (runs / "notes").mkdir()
    (runs / "other-7").mkdir()
    (runs / "discs-2" / "evaluation.json").write_bytes(b"\xff\xfe{")
    log = runs / "discs-3" / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines()
    cut = next(at for at, line in enumerate(lines) if '"train small_cnn 2"' in line and "started" in line)
    log.write_text("\n".join([*lines[: cut + 1], '{"at": "2025']), encoding="utf-8")
    (runs / "discs-3" / "evaluation.json").unlink()
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    done = hilum("runs", folder=tmp_path)
    assert done.exit_code == 0
    assert "not finished: during train small_cnn 2" in done.stdout
    for named in ("notes is not the run", "other-7 is not the run", "discs-2 cannot be read"):
        assert named in done.stderr
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before
    assert len(list_runs(runs).problems) == 3
    missing = hilum("runs", "discs-9", folder=tmp_path)
    assert missing.exit_code == 2
    assert "there is no run discs-9" in missing.stderr


def test_without_any_run_it_says_what_to_do(hilum, tmp_path):
    done = hilum("runs", folder=tmp_path)
    assert done.exit_code == 2
    assert "no runs are here" in done.stderr


def _meta(path: Path) -> dict:
    """YAML whose values are JSON."""
    pairs = (line.partition(": ") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: json.loads(value) for name, _, value in pairs}


def test_mlflow_finds_the_files_where_its_file_store_has_them(hilum, place, tmp_path):
    """The layout of mlflow/store/tracking/file_store.py (2.22 and 3.17 read such a folder back)."""
    store = tmp_path / "mlruns"
    for _ in range(2):  # written twice, a run stands there once
        done = hilum("runs", "discs-1", "discs-2", "--mlflow", store, folder=place)
        assert done.exit_code == 0, done.stderr
    assert "mlflow ui --backend-store-uri" in done.stdout
    assert _meta(store / "0" / "meta.yaml")["name"] == "Default"
    (experiment,) = [path.parent for path in store.glob("*/meta.yaml") if path.parent.name != "0"]
    facts = _meta(experiment / "meta.yaml")
    assert (facts["experiment_id"], facts["name"], facts["lifecycle_stage"]) == (
        experiment.name,
        "discs",
        "active",
    )
    runs = {_meta(path)["run_name"]: path.parent for path in experiment.glob("*/meta.yaml")}
    assert sorted(runs) == ["discs-1", "discs-2"]
    run, meta = runs["discs-2"], _meta(runs["discs-2"] / "meta.yaml")
    assert meta["run_id"] == meta["run_uuid"] == run.name
    assert re.fullmatch(r"[0-9a-f]{32}", run.name)
    assert meta["status"] == 3
    assert meta["start_time"] <= meta["end_time"]
    assert (run / "params" / "small_cnn" / "learning.epochs").read_text(encoding="utf-8") == "3"
    assert (run / "tags" / "mlflow.runName").read_text(encoding="utf-8") == "discs-2"
    curve = (run / "metrics" / "curves" / "small_cnn" / "1" / "loss").read_text(encoding="utf-8").splitlines()
    assert [int(line.split(" ")[2]) for line in curve] == [1, 2, 3]
    row = _value(place / "runs" / "discs-2", "small_cnn")
    for ending in ("value", "low", "high"):
        moment, value, step = (run / "metrics" / "small_cnn" / "test" / f"auroc.{ending}").read_text().split()
        assert (float(value), int(step), int(moment)) == (row[ending], 0, meta["end_time"])
    for kind in ("params", "metrics", "tags"):
        for path in (run / kind).rglob("*"):
            assert NAME.match(path.relative_to(run / kind).as_posix())
    assert str(tmp_path) not in "".join(
        p.read_text(encoding="utf-8") for p in store.rglob("*") if p.is_file()
    )


def test_a_folder_of_other_things_is_left_alone(hilum, place, tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = hilum("runs", "discs-1", "--mlflow", tmp_path, folder=place)
    assert done.exit_code == 2
    assert "holds something else" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_name_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "study-1").mkdir()
    with pytest.raises(WorkspaceError, match="is not the run of a study"):
        read_run(tmp_path / "study-1")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("study.toml", "readers = 3"),
        ("study.toml", "[[readers]]\ncombine = 3"),
        ("inputs.json", "[" * 100_000),
        ("log.jsonl", "[" * 100_000),
        ("tracking.json", '{"form": 1, "models": 3}'),
        ("tracking.json", '{"form": 1, "models": {"a": {"1": 3}}}'),
        ("tracking.json", "[" * 100_000),
    ],
)
def test_a_damaged_file_of_a_run_ends_in_a_sentence_and_hides_no_other_run(hilum, tmp_path, file, content):
    for name in ("films-1", "films-2"):
        (tmp_path / "runs" / name).mkdir(parents=True)
        (tmp_path / "runs" / name / "inputs.json").write_text("{}", encoding="utf-8")
    (tmp_path / "runs" / "films-1" / file).write_text(content, encoding="utf-8")
    for arguments in (("runs",), ("runs", "films-1"), ("runs", "films-1", "--mlflow", tmp_path / "mlflow")):
        done = hilum(*arguments, folder=tmp_path)
        assert "fault of the program" not in done.output
    assert "films-2" in hilum("runs", folder=tmp_path).output
