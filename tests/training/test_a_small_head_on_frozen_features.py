"""The whole way of a small head: fitted, kept as an ordinary model folder, and read again."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from hilum.errors import ModelError
from hilum.evaluation import FollowUp, auroc, harrell_c
from hilum.models import ModelFacts, Shape, build_model, can_export, export_onnx, load_facts, save_model
from hilum.preparation import Picture, Plan
from hilum.readers.trained import TrainedModel
from hilum.study.tasks import Classification, ManyFindings, Regression
from hilum.tasks import make_task
from hilum.training import TrainOptions, train
from hilum.training.frozen_features import MOST_FEATURES, principal_axes
from training.tiny import outcomes, prepared_for, two_classes


def linear_plan(**changes: object) -> Plan:
    picture = Picture(size=32, fit="stretch", normalisation="none")
    return Plan.model_validate({"model": "linear", "pretrained": False, "picture": picture, **changes})


def learnt(cohort, plan, folder, **options: object):
    prepared = prepared_for(cohort, plan, folder / "prepared")
    model = train(
        cohort, prepared, make_task(cohort), plan, TrainOptions(folder / "m", plan.model, **options)
    )
    return model, TrainedModel.load(model).read(cohort, prepared).frame


@pytest.fixture(scope="module")
def classes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classes")
    cohort = two_classes(folder / "films", n=150, contrast=0.1)
    keep = (cohort.cases["label"] == "normal") | (np.arange(150) % 4 == 1)
    return cohort.with_cases(cohort.cases[keep].reset_index(drop=True))


@pytest.fixture(scope="module")
def fitted(classes, tmp_path_factory):
    return learnt(classes, linear_plan(), tmp_path_factory.mktemp("fitted"))


def test_classes_are_told_apart_and_chances_are_those_of_the_training_part(classes, fitted):
    model, frame = fitted
    part, ill = classes.cases["part"].to_numpy(), (classes.cases["label"] == "pneumonia").to_numpy()
    score = frame["score"].to_numpy()
    assert auroc(score[part != "train"], ill[part != "train"]).value > 0.95
    train_part = part == "train"
    assert score[train_part].mean() == pytest.approx(ill[train_part].mean(), abs=1e-4)
    facts = load_facts(model)
    assert facts.training["small_head"]["folds"] == 5
    assert facts.training["small_head"]["features"] == 1892
    assert facts.training["history"][0]["validation_auroc"] > 0.9
    assert facts.training["images"] == train_part.sum()
    assert not list(model.glob("*.npy"))
    assert not list(model.glob(".*.npy"))


def test_the_same_again_to_the_last_bit_and_left_alone_when_finished(classes, fitted, tmp_path):
    torch.manual_seed(5)
    model, _ = learnt(classes, linear_plan(), tmp_path)
    first, again = (
        hashlib.sha256((each / "weights.safetensors").read_bytes()).digest() for each in (fitted[0], model)
    )
    assert first == again
    before = (model / "weights.safetensors").stat().st_mtime_ns
    learnt(classes, linear_plan(), tmp_path)
    assert (model / "weights.safetensors").stat().st_mtime_ns == before


@pytest.mark.skipif(not can_export(), reason="onnx and onnxscript are not installed")
def test_it_is_an_ordinary_model_folder_that_can_be_given_on(classes, fitted, tmp_path):
    model, frame = fitted
    assert export_onnx(model).is_file()
    reader = TrainedModel.load(model)
    films = [classes.root / name for name in classes.cases["image"][:3]]
    np.testing.assert_allclose(reader.predict(films)["score"], frame["score"][:3], atol=1e-6)


def test_no_label_of_validation_or_test_has_a_say(classes, fitted, tmp_path):
    turned = classes.cases.assign(
        label=classes.cases["label"].mask(
            classes.cases["part"] != "train",
            classes.cases["label"].map({"normal": "pneumonia", "pneumonia": "normal"}),
        )
    )
    _, frame = learnt(classes.with_cases(turned), linear_plan(), tmp_path)
    np.testing.assert_array_equal(frame["score"], fitted[1]["score"])


def test_three_classes_sum_to_one_at_their_frequencies(tmp_path):
    cohort = two_classes(tmp_path / "films", n=90)
    label = np.where(np.arange(90) % 6 == 0, "viral", cohort.cases["label"])
    cohort = replace(
        cohort,
        cases=cohort.cases.assign(label=label),
        classes=("normal", "pneumonia", "viral"),
        positive=None,
        task=Classification(label="label"),
    )
    _, frame = learnt(cohort, linear_plan(), tmp_path)
    columns = [f"score_{name}" for name in cohort.classes]
    np.testing.assert_allclose(frame[columns].sum(axis=1), 1)
    of_training = (cohort.cases["part"] == "train").to_numpy()
    for name in cohort.classes:
        share = (label[of_training] == name).mean()
        assert frame[f"score_{name}"][of_training].mean() == pytest.approx(share, abs=1e-3)


def test_findings_with_unknown_labels(tmp_path):
    cohort = two_classes(tmp_path / "films", n=120)
    rng = np.random.default_rng(0)
    there = (cohort.cases["label"] == "pneumonia").astype(float)
    cases = cohort.cases.drop(columns="label").assign(
        mass=there.where(rng.random(120) > 0.3), nodule=rng.integers(0, 2, 120).astype(float)
    )
    task = ManyFindings(findings=["mass", "nodule"])
    cohort = replace(cohort, cases=cases, task=task, classes=(), positive=None)
    _, frame = learnt(cohort, linear_plan(), tmp_path)
    unseen = (cases["part"] != "train").to_numpy()
    assert auroc(frame["score_mass"].to_numpy()[unseen], there.to_numpy()[unseen] == 1).value > 0.95
    assert frame["score_nodule"].std() < frame["score_mass"].std() / 3


def test_a_number(tmp_path):
    cohort = outcomes(tmp_path / "films", n=150)
    cases = cohort.cases.drop(columns=["time", "event"]).assign(value=50 + 20 * cohort.cases["severity"])
    cohort = replace(cohort, cases=cases, task=Regression(value="value"))
    _, frame = learnt(cohort, linear_plan(), tmp_path)
    unseen = (cases["part"] != "train").to_numpy()
    error = (frame["value"].to_numpy() - cases["value"].to_numpy())[unseen]
    assert np.sqrt((error**2).mean()) < 0.3 * cases["value"].std()


@pytest.mark.parametrize("competing", [False, True])
def test_survival_by_cox(tmp_path, competing):
    cohort = outcomes(tmp_path / "films", n=300)
    if competing:
        other = (cohort.cases["event"] == 0) & (np.arange(300) % 2 == 0)
        cohort = cohort.with_cases(cohort.cases.assign(event=cohort.cases["event"].mask(other, 2)))
    model, frame = learnt(cohort, linear_plan(), tmp_path)
    facts = load_facts(model)
    assert (facts.task["form"], facts.task["causes"]) == ("cox", 1 + competing)
    unseen = (cohort.cases["part"] != "train").to_numpy()
    observed = FollowUp.of(cohort.cases["time"].to_numpy()[unseen], cohort.cases["event"].to_numpy()[unseen])
    best = harrell_c(cohort.cases["severity"].to_numpy()[unseen], observed).value
    found = harrell_c(frame["risk"].to_numpy()[unseen], observed).value
    assert best is not None
    assert found is not None
    assert found > best - 0.05
    dead = ((cohort.cases["time"] <= 30) & (cohort.cases["event"] == 1)).to_numpy()
    assert frame["risk_30d"].mean() == pytest.approx(dead.mean(), abs=0.04)


def earlier_model(name, size, folder):
    """A network of another study, to be frozen; its weights are any."""
    torch.manual_seed(3)
    network = build_model(name, Shape(1, 1, size))
    plan = linear_plan(model=name, picture=Picture(size=size, fit="stretch", normalisation="none"))
    task = {"kind": "classification", "classes": ["no", "yes"], "log_priors": []}
    facts = ModelFacts(name, 1, name, task, plan.model_dump(mode="json"), mean=0.4, deviation=0.3)
    return save_model(folder / "1", facts, network.state_dict(), "# a card\n")


def test_a_frozen_network_stays_and_its_head_is_the_best_one_on_what_it_sees(tmp_path):
    cohort = two_classes(tmp_path / "films", n=60, contrast=0.15)
    earlier = earlier_model("resnet10t", 32, tmp_path / "earlier")
    weights = earlier / "weights.safetensors"
    plan = linear_plan(model="resnet10t", pretrained=str(weights), frozen=True)
    model, frame = learnt(cohort, plan, tmp_path)

    before, after = (TrainedModel.load(each).models[0] for each in (earlier, model))
    assert (after.facts.mean, after.facts.deviation) == (before.facts.mean, before.facts.deviation)
    old, new = before.network.state_dict(), after.network.state_dict()
    assert all(torch.equal(old[name], new[name]) for name in old if not name.startswith("head."))
    assert not torch.equal(old["head.weight"], new["head.weight"])

    # The same by scikit-learn, on the same standardised features.
    prepared = prepared_for(cohort, plan, tmp_path / "prepared")
    rows = prepared.rows_of(cohort.cases["image"].tolist())
    images = torch.from_numpy(prepared.array[rows].astype(np.float32) / 255)[:, None]
    with torch.inference_mode():
        seen = after.network.features((images - after.facts.mean) / after.facts.deviation).mean(dim=(2, 3))
    of_training = (cohort.cases["part"] == "train").to_numpy()
    label = (cohort.cases["label"] == "pneumonia").to_numpy()
    axes = principal_axes(seen.numpy()[of_training])
    standard = (seen.numpy() - axes.centre) / axes.scale
    penalty = load_facts(model).training["small_head"]["penalties"][0]
    other = LogisticRegression(C=1 / penalty, tol=1e-9, max_iter=5000).fit(
        standard[of_training], label[of_training]
    )
    np.testing.assert_allclose(frame["score"], other.predict_proba(standard)[:, 1], atol=2e-4)


def test_random_features_are_refused_and_so_are_too_many(tmp_path):
    cohort = two_classes(tmp_path / "films", n=20)
    with pytest.raises(ModelError, match=r'random weights, which see nothing.*write model = "linear"'):
        learnt(cohort, linear_plan(model="resnet18", frozen=True), tmp_path)
    wide = earlier_model("small_cnn", 72, tmp_path / "wide") / "weights.safetensors"
    picture = Picture(size=72, fit="stretch")
    frozen = linear_plan(model="small_cnn", picture=picture, pretrained=str(wide), frozen=True)
    with pytest.raises(ModelError, match=f"5,184 numbers an image, more than the {MOST_FEATURES:,}"):
        learnt(cohort, frozen, tmp_path / "frozen")


def test_columns_of_the_table_are_read_beside_the_image(tmp_path):
    cohort = two_classes(tmp_path / "films", n=100, contrast=0.0)
    ill = (cohort.cases["label"] == "pneumonia").to_numpy()
    fever = 37 + 2.0 * ill + np.random.default_rng(0).normal(0, 0.8, 100)
    cohort = cohort.with_cases(cohort.cases.assign(temperature=fever))
    _, frame = learnt(cohort, linear_plan(columns=("temperature",)), tmp_path)
    unseen = (cohort.cases["part"] != "train").to_numpy()
    assert auroc(frame["score"].to_numpy()[unseen], ill[unseen]).value > 0.85


def test_axes_of_few_cases_are_those_of_many():
    """Turned to their axes, features keep all distances between cases, found by either way."""
    rng = np.random.default_rng(0)
    few = rng.normal(size=(30, 50)).astype(np.float32)
    axes = principal_axes(few)
    standard = (few - axes.centre) / axes.scale
    np.testing.assert_allclose(axes.places @ axes.places.T, standard @ standard.T, atol=1e-3)
    many = rng.normal(size=(200, 20)).astype(np.float32)
    axes = principal_axes(many)
    np.testing.assert_allclose(axes.directions.T @ axes.directions, np.eye(20), atol=1e-9)
    assert (np.diff(axes.places.std(axis=0)) < 1e-6).all()
    with pytest.raises(ModelError, match="sees no difference"):
        principal_axes(np.ones((5, 3), np.float32))
