"""Jobs go on after the server was killed, leave nothing running behind it, and end with the same result."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hilum.archive import create_workspace
from hilum.serving.jobs.records import JobRecords
from serving import desk_alone

HILUM = Path(sys.executable).with_name("hilum")
STUDY = """
version = 1
title = "Do discs show pneumonia?"
[cohort]
images = "films"
patient_pattern = '''^(person\\d+[a-z])'''
[split]
parts = { train = 0.6, validation = 0.2, test = 0.2 }
seed = 1
[[readers]]
model = "small_cnn"
size = 32
epochs = 3
repeats = 2
"""


def films(folder: Path) -> None:
    """Grey discs in noise, brighter in the ill."""
    rng = np.random.default_rng(3)
    rows, columns = np.mgrid[:48, :48]
    for label in ("normal", "pneumonia"):
        (folder / label).mkdir(parents=True)
        for number in range(30):
            disc = np.hypot(rows - 24, columns - 24) < 12
            grey = 90 + rng.normal(0, 12, (48, 48)) + disc * (70 if label == "pneumonia" else 20)
            path = folder / label / f"person{number // 2:03d}{label[0]}_{number % 2}.png"
            Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(path)


@pytest.fixture
def workspace(tmp_path):
    made = create_workspace(tmp_path / "workspace")
    folder = made.root / "studies" / "discs"
    films(folder / "films")
    (folder / "discs.toml").write_text(STUDY, encoding="utf-8")
    return made


@contextmanager
def desk(workspace, *asked: str):
    """The program that does jobs, and the ids that it prints; killed at the end, if not before."""
    command = [sys.executable, desk_alone.__file__, str(workspace.root), *asked]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            told = []
            while (line := process.stdout.readline().strip()) != "ready":
                assert line, "the desk did not open"
                told.append(line)
            yield process, told
        finally:
            process.kill()


def until(condition, seconds=120.0):
    """Wait for something; what it gives."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def group_of(folder: Path) -> list[int]:
    """The processes that work for a job: those whose command names its folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (place / "cmdline").read_text(errors="replace"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def ended(records, job):
    found = records.find(job)
    return found if found.state not in ("waiting", "running") else None


def evaluation(run: Path):
    return json.loads((run / "evaluation.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_run_goes_on_after_the_server_was_killed_and_gives_the_same_numbers(workspace, tmp_path):
    study = workspace.root / "studies" / "discs" / "discs.toml"
    run = workspace.runs_folder / "discs-1"
    records = JobRecords(desk_alone.serving_of(workspace.root).engine)
    with desk(workspace, "run", json.dumps({"file": str(study)})) as (process, (job,)):
        folder = workspace.root / "serve" / "jobs" / job
        # In the middle: one training is done, another is not.
        until((run / "models" / "small_cnn" / "1" / "model.json").exists)
        assert group_of(folder)
        process.send_signal(signal.SIGKILL)
        process.wait()
    until(lambda: not group_of(folder), 10)  # the work does not outlive the server
    assert records.find(job).state == "running"
    assert not (run / "evaluation.json").exists()

    with desk(workspace) as (process, _):
        done = until(partial(ended, records, job))
    assert (done.state, done.sentence, done.result) == ("done", "", {"run": "discs-1"})
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    curves = [event for event in events if event["kind"] == "history"]
    assert {(one["reader"], one["repeat"]) for one in curves} == {("small_cnn", n) for n in (1, 2)}
    assert all(one["points"][-1]["epoch"] == len(one["points"]) for one in curves)

    beside = tmp_path / "beside"
    films(beside / "films")
    (beside / "discs.toml").write_text(STUDY, encoding="utf-8")
    alone = subprocess.run(
        [HILUM, "run", "discs.toml"],
        cwd=beside,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        check=False,
    )
    assert alone.returncode == 0
    assert evaluation(run) == evaluation(beside / "runs" / "discs-1")


@pytest.mark.slow
def test_a_tidy_end_and_a_cancelled_run_keep_what_was_finished(workspace):
    study = workspace.root / "studies" / "discs" / "discs.toml"
    model = workspace.runs_folder / "discs-1" / "models" / "small_cnn"
    serving = desk_alone.serving_of(workspace.root)
    with desk_alone.jobs_beside(serving):
        job = desk_alone.start_job(serving, desk_alone.PERSON, "run", {"file": str(study)})
        until((model / "1" / "model.json").exists)
    records = JobRecords(serving.engine)
    assert records.find(job).state == "running"
    first = (model / "1" / "weights.safetensors").stat().st_mtime_ns
    with desk_alone.jobs_beside(serving):
        jobs = desk_alone.jobs_of(serving)
        until(lambda: records.find(job).attempt == 2 and group_of(jobs.folder / job))
        jobs.cancel(records.find(job))
        stopped = until(lambda: ended(records, job), 30)
        assert stopped.state == "cancelled"
        assert "what was finished is kept" in stopped.sentence
        assert not group_of(jobs.folder / job)
        jobs.resume(stopped)
        done = until(partial(ended, records, job))
    assert done.state == "done"
    assert (model / "1" / "weights.safetensors").stat().st_mtime_ns == first  # not trained again
