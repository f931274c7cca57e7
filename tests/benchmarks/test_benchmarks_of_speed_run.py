"""The benchmarks of speed and memory, with few small images."""

import argparse
import mmap
import time

import pytest

from hilum.preparation import Augmentation


class _EnoughError(Exception):
    """A loop has taken as many steps as it was to."""


class _Steps:
    """A clock that ends a loop after two passes."""

    def __init__(self, settings) -> None:
        self.left = 2 * settings.steps

    def step(self):
        self.left -= 1
        if not self.left:
            raise _EnoughError


@pytest.mark.filterwarnings("ignore")  # of MONAI and its parts
@pytest.mark.parametrize("loop", ["hilum", "hilum, augmented", "in-memory tensors", "ImageFolder", "monai"])
def test_every_loop_trains(loop, tmp_path):
    from throughput.contender import Settings
    from throughput.films import make_films
    from throughput.loops import LOOPS

    settings = Settings(loop, "small_cnn", str(tmp_path), images=9, size=32, batch=4, threads=1)
    make_films(tmp_path / "films", settings.images)
    with pytest.raises(_EnoughError):
        LOOPS[loop](settings, _Steps(settings))


def test_no_augmentation_of_the_default_lacks_its_counterpart():
    from throughput.loops import IN_MONAI

    named = {name for names in IN_MONAI for name in names.split(", ")}
    assert named == {name for name, value in Augmentation().model_dump().items() if value > 0}


def test_loops_take_turns_and_are_compared(run):
    small = ("--images", 64, "--size", 32, "--rounds", 2, "--threads", 1, "--reading-images", 16)
    found = run("training", "--models", "small_cnn", "--against", "memory", *small)
    assert found["ratios"]["small_cnn, 32 px: hilum / in-memory tensors"] > 0
    assert found["ratios"]["reading, small_cnn, 32 px: onnxruntime / torch"] > 0
    assert set(found["rates"]["small_cnn, 32 px"]) == {"hilum", "in-memory tensors"}
    assert {"rotation_degrees", "gamma", "noise"} <= set(found["augmentation_ms"])
    assert "flip" not in found["augmentation_ms"]


def test_too_few_images_for_a_batch_are_refused():
    from throughput.contender import Settings

    with pytest.raises(ValueError, match="16 images make no batch of 32"):
        Settings("hilum", "small_cnn", "", images=16, size=32, batch=32, threads=1)


def test_a_loop_that_does_not_listen_is_ended(monkeypatch):
    from throughput import contender

    monkeypatch.setattr(contender, "_PATIENCE_SECONDS", 0.1)
    settings = contender.Settings("hilum", "small_cnn", "/nowhere", images=4, size=32, batch=4, threads=1)
    with contender.Contender(settings) as deaf:
        pass
    assert deaf.process.returncode is not None


def test_a_ratio_is_taken_window_beside_window():
    from throughput.race import ratio

    rates = {"a": [10.0, 1.0, 40.0], "b": [5.0, 0.5, 10.0]}
    assert ratio(rates, "a", "b") == (2.0, 2.0, 4.0)


def test_memory_is_seen_while_it_is_held(script):
    memory = script("memory")
    before = memory.anonymous("self")
    with memory.Watch() as watch:
        # Memory of its own: an array might get what the process freed earlier.
        held = mmap.mmap(-1, 40 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        held.write(b"1" * len(held))
        time.sleep(0.2)
        held.close()
    assert watch.largest - before > 35 * 2**20


@pytest.mark.parametrize("what", ["prepare", "train"])
def test_memory_of_preparing_and_training(script, tmp_path, what):
    memory = script("memory")
    memory.write_films(tmp_path / "films", 40)
    options = argparse.Namespace(size=32, threads=1)
    found = memory.measure(what, tmp_path, 40, options)
    assert found["anonymous"] > 10
    assert found["resident"] > 10
    assert (tmp_path / ("prepared-40" if what == "prepare" else "models/1/model.json")).exists()
