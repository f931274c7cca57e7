import hashlib

import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.models import load_facts
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from hilum.training.checkpoint import CHECKPOINT
from training.tiny import outcomes, prepared_for, small_plan, two_classes


class StoppedError(Exception):
    pass


def noted(steps: list[int]):
    """A progress that notes how far it is."""
    return lambda done, total, what: steps.append(done)  # noqa: ARG005  # every progress is told three things


def weights_hash(folder):
    return hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    cohort = two_classes(folder / "films", n=60)
    plan = small_plan(mixup=0.2, cutmix=1.0, label_smoothing=0.1)
    return cohort, plan, prepared_for(cohort, plan, folder / "prepared")


def learn(work, folder, progress=None, **options: object):
    cohort, plan, prepared = work
    chosen = TrainOptions(folder, "cnn", **options)
    arguments = (cohort, prepared, make_task(cohort), plan, chosen)
    return train(*arguments) if progress is None else train(*arguments, progress)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(work, tmp_path):
    first = weights_hash(learn(work, tmp_path / "a", seed=3))
    torch.manual_seed(99)
    assert weights_hash(learn(work, tmp_path / "b", seed=3)) == first
    assert weights_hash(learn(work, tmp_path / "c", seed=4)) != first
    assert weights_hash(learn(work, tmp_path / "d", seed=3, repeat=2)) != first


@pytest.mark.parametrize("stop_at", [1, 4, 5, 11])
def test_cut_off_anywhere_it_goes_on_to_the_same_weights(work, tmp_path, stop_at):
    uninterrupted = weights_hash(learn(work, tmp_path / "whole", seed=3))

    def stop(done: int, total: int, what: str) -> None:
        if done == stop_at:
            raise StoppedError

    with pytest.raises(StoppedError):
        learn(work, tmp_path / "cut", stop, seed=3, checkpoint_seconds=0.0)
    steps: list[int] = []
    folder = learn(work, tmp_path / "cut", noted(steps), seed=3)
    assert steps[0] == max(stop_at, 1)
    assert weights_hash(folder) == uninterrupted
    assert not (folder / CHECKPOINT).exists()


def test_sgd_goes_on_too(tmp_path):
    cohort = outcomes(tmp_path / "films", n=40)
    plan = small_plan(optimiser="sgd", learning_rate=0.01, averaging=0.0)
    work = (cohort, plan, prepared_for(cohort, plan, tmp_path / "prepared"))
    uninterrupted = weights_hash(learn(work, tmp_path / "whole"))

    def stop(done: int, total: int, what: str) -> None:
        if done == 5:
            raise StoppedError

    with pytest.raises(StoppedError):
        learn(work, tmp_path / "cut", stop, checkpoint_seconds=0.0)
    assert weights_hash(learn(work, tmp_path / "cut")) == uninterrupted


def test_a_torn_or_foreign_checkpoint_is_not_gone_on_from(work, tmp_path):
    uninterrupted = weights_hash(learn(work, tmp_path / "whole", seed=3))
    (tmp_path / "torn" / "1").mkdir(parents=True)
    (tmp_path / "torn" / "1" / CHECKPOINT).write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{")
    assert weights_hash(learn(work, tmp_path / "torn", seed=3)) == uninterrupted

    def stop(done: int, total: int, what: str) -> None:
        if done == 6:
            raise StoppedError

    with pytest.raises(StoppedError):
        learn(work, tmp_path / "foreign", stop, seed=4, checkpoint_seconds=0.0)
    assert weights_hash(learn(work, tmp_path / "foreign", seed=3)) == uninterrupted


def test_a_finished_training_is_left_alone(work, tmp_path):
    folder = learn(work, tmp_path / "a", seed=3)
    before = (folder / "weights.safetensors").stat().st_mtime_ns
    steps: list[int] = []
    learn(work, tmp_path / "a", noted(steps), seed=3)
    assert steps == []
    assert (folder / "weights.safetensors").stat().st_mtime_ns == before


def test_the_worlds_chance_is_left_as_it_was(work, tmp_path):
    torch.manual_seed(5)
    np.random.seed(5)  # noqa: NPY002  # the old global state is what must not be touched
    ours, old, threads = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()  # noqa: NPY002
    learn(work, tmp_path / "a", seed=3)
    assert torch.equal(torch.get_rng_state(), ours)
    assert (np.random.get_state()[1] == old).all()  # noqa: NPY002
    assert torch.get_num_threads() == threads


def test_the_folder_says_what_happened(work, tmp_path):
    facts = load_facts(learn(work, tmp_path / "a", seed=3))
    assert facts.training["images"] == 36
    assert facts.training["validation_images"] == 12
    assert len(facts.training["history"]) == 3
    assert {"epoch", "loss", "validation_loss", "validation_auroc"} == set(facts.training["history"][0])


def test_prepared_images_of_another_plan_are_refused(work, tmp_path):
    cohort, plan, prepared = work
    other = plan.model_copy(update={"picture": plan.picture.model_copy(update={"size": 64})})
    with pytest.raises(ModelError, match="another plan"):
        train(cohort, prepared, make_task(cohort), other, TrainOptions(tmp_path, "cnn"))
