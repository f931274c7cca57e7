import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from hilum.training.checkpoint import CHECKPOINT
from training.tiny import prepared_for, small_plan, two_classes

CHILD = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes

folder = Path(sys.argv[2])
cohort, plan = two_classes(folder / "films", n=60), small_plan()

def die(done, total, what):
    if done == 7:
        os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "while it saves":
    import hilum.training.checkpoint as checkpoint
    whole, saved = checkpoint.save_file, []

    def half(tensors, path, metadata):
        whole(tensors, path, metadata)
        saved.append(path)
        if len(saved) == 8:
            os.truncate(path, os.path.getsize(path) // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    checkpoint.save_file, die = half, lambda done, total, what: None

prepared = prepared_for(cohort, plan, folder / "prepared")
options = TrainOptions(folder / "m", "cnn", checkpoint_seconds=0.0)
train(cohort, prepared, make_task(cohort), plan, options, die)
"""


def weights_hash(folder):
    return hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["between steps", "while it saves"])
def test_kill_9_and_again_gives_the_weights_of_an_uninterrupted_training(tmp_path, moment):
    tests = Path(__file__).parents[1]
    child = subprocess.run([sys.executable, "-c", CHILD, str(tests), str(tmp_path), moment], check=False)
    assert child.returncode == -9
    left = [path.name for path in (tmp_path / "m" / "1").iterdir()]
    assert len(left) == (1 if moment == "between steps" else 2)
    assert (tmp_path / "m" / "1" / CHECKPOINT).exists()
    assert not (tmp_path / "m" / "1" / "model.json").exists()

    cohort, plan = two_classes(tmp_path / "whole-films", n=60), small_plan()
    prepared = prepared_for(cohort, plan, tmp_path / "whole-prepared")
    whole = train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "whole", "cnn"))

    again = cohort.with_cases(cohort.cases)
    prepared = prepared_for(again, plan, tmp_path / "prepared-again")
    steps: list[int] = []
    continued = train(
        again,
        prepared,
        make_task(again),
        plan,
        TrainOptions(tmp_path / "m", "cnn"),
        lambda done, total, what: steps.append(done),  # noqa: ARG005  # every progress is told three things
    )
    assert steps[0] == (7 if moment == "between steps" else 8)
    assert weights_hash(continued) == weights_hash(whole)
    assert not list(continued.glob(".*"))
