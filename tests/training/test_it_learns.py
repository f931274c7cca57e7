import numpy as np
import pytest
import torch

from hilum.errors import ModelError
from hilum.evaluation import FollowUp, auroc, harrell_c
from hilum.models import load_facts
from hilum.preparation import Augmentation
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from training.tiny import outcomes, prepared_for, small_plan, two_classes


def learnt(cohort, plan, tmp_path):
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    folder = train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "model", "cnn"))
    return TrainedModel.load(folder).read(cohort, prepared).frame


def test_a_tiny_set_is_learnt_by_heart(tmp_path):
    """Labels that have nothing to do with the films can only be remembered; a loop that works does that."""
    cohort = two_classes(tmp_path / "films", n=16, contrast=0.0)
    cohort = cohort.with_cases(cohort.cases.assign(part="train"))
    plan = small_plan(epochs=80, averaging=0.0, warmup_epochs=0, learning_rate=3e-3, weight_decay=0.0)
    plan = plan.model_copy(update={"augmentation": Augmentation.none()})
    score = learnt(cohort, plan, tmp_path)["score"].to_numpy()
    ill = (cohort.cases["label"] == "pneumonia").to_numpy()
    assert score[ill].min() > 0.9
    assert score[~ill].max() < 0.1


def test_two_classes_are_told_apart_on_films_not_seen(tmp_path):
    cohort = two_classes(tmp_path / "films", n=100, contrast=0.25)
    frame = learnt(cohort, small_plan(epochs=6), tmp_path)
    test = (cohort.cases["part"] == "test").to_numpy()
    ill = (cohort.cases["label"] == "pneumonia").to_numpy()[test]
    assert auroc(frame["score"].to_numpy()[test], ill).value > 0.95


@pytest.mark.parametrize("balance", ["sampling", "weights", "none"])
def test_rare_cases_are_learnt_and_scores_stay_probabilities(tmp_path, balance):
    cohort = two_classes(tmp_path / "films", n=120)
    keep = (cohort.cases["label"] == "normal") | (np.arange(120) % 8 == 1)
    cohort = cohort.with_cases(cohort.cases[keep].reset_index(drop=True))
    frame = learnt(cohort, small_plan(epochs=8, class_balance=balance), tmp_path)
    truth = (cohort.cases["label"] == "pneumonia").to_numpy()
    assert auroc(frame["score"].to_numpy(), truth).value > 0.95
    assert abs(frame["score"].mean() - truth.mean()) < 0.12


def test_survival_is_learnt_from_films(tmp_path):
    """C of the model comes near C of the severity from which films and deaths were drawn."""
    cohort = outcomes(tmp_path / "films", n=300)
    plan = small_plan(epochs=12)
    plan = plan.model_copy(
        update={
            "picture": plan.picture.model_copy(update={"normalisation": "none"}),
            "augmentation": Augmentation.none(),
        }
    )
    frame = learnt(cohort, plan, tmp_path)
    test = (cohort.cases["part"] == "test").to_numpy()
    truth = cohort.cases[test]
    observed = FollowUp.of(truth["time"].to_numpy(), truth["event"].to_numpy())
    best = harrell_c(truth["severity"].to_numpy(), observed).value
    found = harrell_c(frame["risk"].to_numpy()[test], observed).value
    assert best is not None
    assert found is not None
    assert found > best - 0.05
    dead = ((cohort.cases["time"] <= 30) & (cohort.cases["event"] == 1)).to_numpy()
    assert abs(frame["risk_30d"].mean() - dead.mean()) < 0.12


def test_early_stopping_and_best_epoch(tmp_path):
    cohort = two_classes(tmp_path / "films", n=40, contrast=0.5)
    plan = small_plan(epochs=60, patience=2)
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    facts = load_facts(train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "cnn")))
    values = [round(entry["validation_auroc"], 3) for entry in facts.training["history"]]
    best = facts.training["best_epoch"]
    assert values[best - 1] == max(values)
    assert max(values) not in values[best:]


def test_without_validation_cases_the_last_epoch_is_kept(tmp_path):
    cohort = two_classes(tmp_path / "films", n=20)
    cohort = cohort.with_cases(cohort.cases[cohort.cases["part"] == "train"].reset_index(drop=True))
    plan = small_plan(epochs=2)
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    facts = load_facts(train(cohort, prepared, make_task(cohort), plan, TrainOptions(tmp_path / "m", "cnn")))
    assert facts.training["best_epoch"] == 2


def test_a_loss_that_is_no_number_stops_with_a_sentence(tmp_path):
    cohort = two_classes(tmp_path / "films", n=20)
    plan = small_plan(learning_rate=10, optimiser="sgd", momentum=0.99, epochs=30, schedule="constant")
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    options = TrainOptions(tmp_path / "m", "cnn")
    try:
        facts = load_facts(train(cohort, prepared, make_task(cohort), plan, options))
    except ModelError as error:
        assert "lower `learning_rate`" in str(error)  # noqa: PT017  # both ends are right; each is checked
    else:
        assert "no number" in facts.training["stopped"] or all(
            np.isfinite(entry["loss"]) for entry in facts.training["history"]
        )
        weights = TrainedModel.load(tmp_path / "m").models[0].network.state_dict()
        assert all(bool(torch.isfinite(value).all()) for value in weights.values())
