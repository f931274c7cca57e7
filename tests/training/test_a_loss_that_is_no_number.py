import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.models import build_model
from hilum.progress import silent
from hilum.tasks import make_task
from hilum.training import TrainOptions, gather
from hilum.training import loop as loop_module
from hilum.training.loop import Training
from training.tiny import prepared_for, small_plan, two_classes


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return two_classes(tmp_path_factory.mktemp("films"), n=60)


def broken_from(step: int, monkeypatch) -> None:
    """Networks whose outputs are no numbers from a step on (counted from 0), as when weights explode."""

    def build(*arguments: object):
        network, calls = build_model(*arguments), [0]

        def look(module, given, outputs):
            calls[0] += module.training
            return outputs * float("nan") if module.training and calls[0] > step else outputs

        network.register_forward_hook(look)
        return network

    monkeypatch.setattr(loop_module, "build_model", build)


def training(cohort, folder, **learning: object) -> Training:
    plan, task = small_plan(**learning), make_task(cohort)
    data = gather(cohort, prepared_for(cohort, plan, folder / "prepared"), task)
    return Training(data, task, plan, TrainOptions(folder / "m", "cnn"))


@pytest.mark.parametrize("averaging", [0.9, 0.0])
def test_in_a_later_epoch_the_best_epoch_before_is_kept(cohort, tmp_path, monkeypatch, averaging):
    two = training(cohort, tmp_path / "two", epochs=2, schedule="constant", averaging=averaging)
    expected = two.run(silent)
    broken_from(2 * 4 + 1, monkeypatch)
    broken = training(cohort, tmp_path / "broken", epochs=6, schedule="constant", averaging=averaging)
    kept = broken.run(silent)
    assert broken.position.stopped == "the loss was no number in epoch 3"
    assert len(broken.position.history) == 2
    assert broken.position.best_epoch == two.position.best_epoch
    assert all(torch.equal(kept[name], expected[name]) for name in expected)


def test_in_the_first_epoch_the_average_of_what_was_good_is_judged_and_kept(tmp_path, monkeypatch):
    cohort = two_classes(tmp_path / "films", n=100)
    broken_from(6, monkeypatch)
    broken = training(cohort, tmp_path, epochs=6)
    kept = broken.run(silent)
    assert broken.position.stopped == "the loss was no number in epoch 1"
    assert [entry["epoch"] for entry in broken.position.history] == [1]
    assert np.isfinite(broken.position.history[0]["validation_loss"])
    assert all(bool(torch.isfinite(value).all()) for value in kept.values())


@pytest.mark.parametrize("step", [0, 2])
def test_before_anything_was_learnt_it_is_an_error_that_says_what_to_do(cohort, tmp_path, monkeypatch, step):
    broken_from(step, monkeypatch)
    with pytest.raises(ModelError, match="lower `learning_rate`"):
        training(cohort, tmp_path, epochs=3).run(silent)


def test_weights_that_exploded_in_the_last_step_of_an_epoch_are_never_kept(cohort, tmp_path, monkeypatch):
    """The loss was still a number when they did."""
    trained = training(cohort, tmp_path, epochs=6, averaging=0.0)

    def explode(done: int, total: int, what: str) -> None:
        if done == 8:
            with torch.no_grad():
                trained.network.head.weight[0, 0] = float("inf")

    kept = trained.run(explode)
    assert trained.position.stopped == "the weights were no numbers in epoch 2"
    assert trained.position.best_epoch == 0
    assert all(bool(torch.isfinite(value).all()) for value in kept.values())
