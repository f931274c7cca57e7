import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hilum.errors import ModelError
from hilum.models import load_facts
from hilum.progress import silent
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task
from hilum.training import TrainOptions, gather, train
from hilum.training.checkpoint import Position
from hilum.training.choosing import is_kept
from hilum.training.loop import Training
from training.tiny import outcomes, prepared_for, small_plan, two_classes


def trained(cohort, folder, **learning: object) -> Training:
    plan, task = small_plan(**learning), make_task(cohort)
    data = gather(cohort, prepared_for(cohort, plan, folder / "prepared"), task)
    training = Training(data, task, plan, TrainOptions(folder / "m", "cnn"))
    training.run(silent)
    return training


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=1, max_size=20))
def test_the_kept_epoch_is_the_last_of_the_best(values):
    position, kept = Position(), []
    for epoch, value in enumerate(values):
        position.epoch = epoch
        if is_kept(position, value):
            kept.append(epoch)
    rounded = [round(value, 3) for value in values if np.isfinite(value)]
    assert kept[-1] == position.best_epoch
    if rounded:
        best = [epoch for epoch, value in enumerate(values) if round(value, 3) == max(rounded)]
        assert (kept[-1], position.better_epoch) == (best[-1], best[0])
    else:
        assert kept[-1] == len(values) - 1


def test_the_epoch_with_the_highest_accuracy_is_kept_where_it_is_asked_for(tmp_path):
    cohort = two_classes(tmp_path / "films", n=120, contrast=0.05)
    training = trained(cohort, tmp_path, epochs=8, monitor="accuracy", class_balance="upsampling")
    values = [round(entry["validation_accuracy"], 3) for entry in training.position.history]
    assert len(set(values)) > 1
    assert training.position.best_epoch == max(i for i, value in enumerate(values) if value == max(values))


def test_accuracy_is_the_share_that_the_kept_network_reads_right(tmp_path):
    """Against the model's own readings of the validation part, counted by hand."""
    cohort = two_classes(tmp_path / "films", n=120, contrast=0.1)
    plan = small_plan(epochs=4, monitor="accuracy", class_balance="none")
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    folder = train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "cnn"))
    facts = load_facts(folder).training
    said = TrainedModel.load(folder).read(cohort, prepared).frame["score"].to_numpy() > 0.5
    there = (cohort.cases["part"] == "validation").to_numpy()
    right = (said == (cohort.cases["label"] == "pneumonia").to_numpy())[there].mean()
    assert right == pytest.approx(facts["history"][facts["best_epoch"] - 1]["validation_accuracy"])


def test_the_epoch_with_the_lowest_loss_is_kept_where_it_is_asked_for(tmp_path):
    cohort = outcomes(tmp_path / "films", n=100)
    training = trained(cohort, tmp_path, epochs=8, monitor="loss", learning_rate=0.01, class_balance="none")
    values = [round(entry["validation_loss"], 3) for entry in training.position.history]
    assert training.position.best_epoch == max(i for i, value in enumerate(values) if value == min(values))


def test_accuracy_is_refused_where_there_are_no_classes(tmp_path):
    cohort = outcomes(tmp_path / "films", n=40)
    with pytest.raises(
        ModelError, match='for classes and has no meaning for survival: write "auto" or "loss"'
    ):
        trained(cohort, tmp_path, monitor="accuracy", class_balance="none")


@pytest.mark.parametrize("averaging", [0.9, 0.0])
def test_patience_counts_epochs_that_are_as_good_but_not_better(tmp_path, averaging):
    """On easy films every epoch soon has an AUROC of 1; that is no reason to go on."""
    cohort = two_classes(tmp_path / "films", n=60, contrast=0.5)
    training = trained(cohort, tmp_path, epochs=60, patience=3, averaging=averaging, learning_rate=3e-3)
    values = [round(entry["validation_auroc"], 3) for entry in training.position.history]
    first = values.index(max(values))
    assert len(values) == first + 4
    assert training.position.stopped == "no better result on the validation part for 3 epochs"
    assert training.position.best_epoch == max(i for i, value in enumerate(values) if value == max(values))


def test_who_watches_may_stop_it_with_a_reason_and_changes_nothing(tmp_path):
    cohort = two_classes(tmp_path / "films", n=60)
    plan, task = small_plan(epochs=6, schedule="constant"), make_task(cohort)
    data = gather(cohort, prepared_for(cohort, plan, tmp_path / "prepared"), task)
    looks: list[int] = []

    def watch(training: Training) -> str | None:
        with training.averaged() as network:
            looks.append(sum(1 for _ in network.parameters()))
        return "seen enough" if len(looks) == 2 else None

    watched = Training(data, task, plan, TrainOptions(tmp_path / "a", "cnn", after_epoch=watch))
    kept = watched.run(silent)
    assert (watched.position.stopped, len(watched.position.history)) == ("seen enough", 2)
    two = small_plan(epochs=2, schedule="constant")
    alone = Training(data, task, two, TrainOptions(tmp_path / "b", "cnn")).run(silent)
    assert all(bool((kept[name] == alone[name]).all()) for name in alone)


def test_up_sampling_draws_the_rarer_class_as_often_as_the_larger_and_says_the_factor(tmp_path):
    cohort = two_classes(tmp_path / "films", n=60)
    part = cohort.cases["part"] == "train"
    rare = part & (cohort.cases["label"] == "pneumonia")
    few = rare & (rare.cumsum() <= 5)
    cohort = cohort.with_cases(cohort.cases[~rare | few].reset_index(drop=True))
    training = trained(cohort, tmp_path, epochs=1, class_balance="upsampling", batch_size=4)
    common = int((part & ~rare).sum())
    assert training.facts()["notes"] == [
        f"up-sampling: the 5 cases of pneumonia are drawn {common} times an epoch (factor {common / 5:.2f})"
    ]
    assert training._how_far(np.arange(2 * common))[1] == 2 * common // 4
