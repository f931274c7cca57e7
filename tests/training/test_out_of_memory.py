import hashlib

import pytest
import torch

from hilum.errors import ModelError
from hilum.models import build_model
from hilum.models.machine import out_of_memory
from hilum.progress import silent
from hilum.tasks import make_task
from hilum.training import TrainOptions, gather
from hilum.training import loop as loop_module
from hilum.training.loop import Training
from training.tiny import prepared_for, small_plan, two_classes


class StoppedError(Exception):
    pass


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    cohort = two_classes(folder / "films", n=60)
    return cohort, prepared_for(cohort, small_plan(), folder / "prepared")


def memory_for(cases: int, monkeypatch, after: int = 0) -> None:
    """Networks ask torch's own allocator for a petabyte when they learn from more cases than that."""
    calls = [0]

    def look(network, given):
        calls[0] += network.training
        if network.training and len(given[0]) > cases and calls[0] > after:
            torch.empty(2**50)

    def build(*arguments: object):
        network = build_model(*arguments)
        network.register_forward_pre_hook(look)
        return network

    monkeypatch.setattr(loop_module, "build_model", build)


def training(work, folder, plan, **options: object) -> Training:
    cohort, prepared = work
    task = make_task(cohort)
    return Training(gather(cohort, prepared, task), task, plan, TrainOptions(folder, "cnn", **options))


def digest(weights) -> str:
    joined = b"".join(weights[name].contiguous().numpy().tobytes() for name in sorted(weights))
    return hashlib.sha256(joined).hexdigest()


def test_batches_are_halved_until_they_fit_and_it_is_said(work, tmp_path, monkeypatch):
    memory_for(3, monkeypatch)
    trained = training(work, tmp_path, small_plan(epochs=2))
    steps: list[tuple[int, int]] = []
    trained.run(lambda done, total, what: steps.append((done, total)))  # noqa: ARG005  # told three things
    assert trained.facts()["batch_size_used"] == 2
    assert [note.split("batches of ")[1][:9] for note in trained.facts()["notes"]] == [
        "4 instead",
        "2 instead",
    ]
    assert steps[-1] == (36, 36)
    assert [entry["epoch"] for entry in trained.position.history] == [1, 2]


def test_in_the_middle_no_case_is_lost_and_none_comes_twice(work, tmp_path, monkeypatch):
    memory_for(4, monkeypatch, after=2)
    trained = training(work, tmp_path, small_plan(epochs=1))
    seen: list[int] = []
    make = loop_module.make_batch

    def noting(data, chosen, *rest: object):
        seen.append([*chosen])
        return make(data, chosen, *rest)

    monkeypatch.setattr(loop_module, "make_batch", noting)
    trained.run(silent)
    assert [len(batch) for batch in seen] == [8, 8, 8, 4, 4, 4, 4, 4]
    learnt = [case for batch in (*seen[:2], *seen[3:]) for case in batch]
    assert len(learnt) == len(set(learnt)) == 36


def test_what_a_failed_step_did_to_running_means_is_undone(work, tmp_path, monkeypatch):
    """ResNet-18 whose memory is full behind its first layers ends as one with small batches at once."""

    def build(*arguments: object):
        network = build_model(*arguments)

        def full(module, given):
            if module.training and len(given[0]) > 4:
                torch.empty(2**50)

        network.backbone.layer2.register_forward_pre_hook(full)
        return network

    sgd = {
        "epochs": 1,
        "optimiser": "sgd",
        "class_balance": "none",
        "warmup_epochs": 0,
        "schedule": "constant",
    }
    monkeypatch.setattr(loop_module, "build_model", build)
    plan = small_plan(**sgd, batch_size=8, learning_rate=0.02).model_copy(update={"model": "resnet18"})
    halved = digest(training(work, tmp_path / "halved", plan).run(silent))
    plan = small_plan(**sgd, batch_size=4, learning_rate=0.01).model_copy(update={"model": "resnet18"})
    assert halved == digest(training(work, tmp_path / "small", plan).run(silent))


def test_cut_off_afterwards_it_goes_on_with_the_halved_batch(work, tmp_path, monkeypatch):
    plan = small_plan(epochs=3)
    memory_for(4, monkeypatch, after=6)
    whole = training(work, tmp_path / "whole", plan)
    expected = digest(whole.run(silent))
    assert whole.position.batch_size == 4

    def stop(done: int, total: int, what: str) -> None:
        if total == 27 and done == 15:
            raise StoppedError

    memory_for(4, monkeypatch, after=6)
    with pytest.raises(StoppedError):
        training(work, tmp_path / "cut", plan, checkpoint_seconds=0.0).run(stop)
    monkeypatch.setattr(loop_module, "build_model", build_model)
    continued = training(work, tmp_path / "cut", plan)
    assert digest(continued.run(silent)) == expected
    assert continued.facts()["batch_size_used"] == 4


def test_too_small_for_a_single_case_is_a_sentence(work, tmp_path, monkeypatch):
    memory_for(0, monkeypatch)
    with pytest.raises(ModelError, match="choose a smaller `size`"):
        training(work, tmp_path, small_plan()).run(silent)


def test_other_errors_are_not_taken_for_a_full_memory(work, tmp_path, monkeypatch):
    assert out_of_memory(MemoryError())
    assert out_of_memory(torch.cuda.OutOfMemoryError("CUDA out of memory"))

    def build(*arguments: object):
        network = build_model(*arguments)
        network.register_forward_pre_hook(lambda module, given: torch.zeros(2, 3) @ torch.zeros(2, 3))  # noqa: ARG005
        return network

    monkeypatch.setattr(loop_module, "build_model", build)
    with pytest.raises(RuntimeError, match="shapes"):
        training(work, tmp_path, small_plan()).run(silent)
