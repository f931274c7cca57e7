"""A training is killed by SIGKILL wherever it happens to be, twice, and ends with the same weights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# One program that loads everything once and then makes a process for every attempt: it trains nothing itself.
PROGRAM = """
import hashlib, json, os, random, signal, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hilum.preparation import open_prepared
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import prepared_for, small_plan, two_classes

folder, learning, seeds = Path(sys.argv[2]), json.loads(sys.argv[3]), json.loads(sys.argv[4])
plan = small_plan(**learning)

def in_a_process(work):
    process = os.fork()
    if not process:
        try:
            work()
        finally:
            os._exit(0)
    return process

def attempt(seed, target, every):
    def work():
        cohort = films()
        options = TrainOptions(target, "cnn", seed=seed, checkpoint_seconds=every)
        train(cohort, open_prepared(folder / "prepared"), make_task(cohort), plan, options)
    return in_a_process(work)

def digest(target):
    return hashlib.sha256((target / "1" / "weights.safetensors").read_bytes()).hexdigest()

films = lambda: two_classes(folder / "films", n=60)
os.waitpid(in_a_process(lambda: prepared_for(films(), plan, folder / "prepared")), 0)
found = []
for seed in seeds:
    began = time.monotonic()
    os.waitpid(attempt(seed, folder / f"whole-{seed}", 1e9), 0)
    took, chance, killed = time.monotonic() - began, random.Random(seed), 0
    target = folder / f"killed-{seed}"
    for _ in range(2):
        process = attempt(seed, target, 0.05)
        time.sleep(chance.uniform(0.2, 0.9) * took)
        os.kill(process, signal.SIGKILL)
        killed += os.waitpid(process, 0)[1] == signal.SIGKILL
    os.waitpid(attempt(seed, target, 60.0), 0)
    left = sorted(path.name for path in (target / "1").iterdir())
    found.append([digest(folder / f"whole-{seed}"), digest(target), killed, left])
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("learning", "seeds"),
    [
        ({"mixup": 0.3, "cutmix": 1.0, "averaging": 0.95, "label_smoothing": 0.1}, [1, 2]),
        ({"class_balance": "upsampling", "optimiser": "sgd", "clip": 1.0, "monitor": "loss"}, [3, 4]),
    ],
    ids=["mixed", "up-sampled"],
)
def test_killed_twice_at_random_moments_it_ends_with_the_same_weights(tmp_path, learning, seeds):
    tests = Path(__file__).parents[1]
    given = [str(tests), str(tmp_path), json.dumps(learning), json.dumps(seeds)]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *given], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    for whole, killed, _, left in found:
        assert killed == whole
        assert not any(name.startswith(".") for name in left)
    assert sum(times for _, _, times, _ in found) >= 2
    assert len({whole for whole, *_ in found}) == 2
