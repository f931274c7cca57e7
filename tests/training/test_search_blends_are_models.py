"""Several networks that were trained one by one and read as one model."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.training import tiny

from hilum.models import Shape, Standard, build_model, export_onnx, load_model, read_images
from hilum.preparation import Plan
from hilum.readers.trained import TrainedModel
from hilum.tasks import make_task, task_from_json
from hilum.training import TrainOptions, train
from hilum.training.calibrate import settled
from hilum.training.search import blending

SIZE = 32


class CutError(Exception):
    """The program ended here."""


def blend_of(*members: Plan, calibrate: bool = True) -> Plan:
    learning = members[0].learning.model_copy(update={"calibrate": calibrate})
    return members[0].model_copy(update={"members": members, "model": "to be named", "learning": learning})


def hashed(folder):
    return hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A cohort of two classes, most films normal, and a plan of three networks and a small head."""
    folder = tmp_path_factory.mktemp("blend")
    cohort = tiny.two_classes(folder / "films", n=160, contrast=0.12)
    ill = cohort.cases["label"] == "pneumonia"
    keep = ~ill | (np.arange(160) % 10 > 4)
    cohort = cohort.with_cases(cohort.cases[keep].reset_index(drop=True))
    plan = tiny.small_plan()
    members = (
        tiny.small_plan(epochs=2, class_balance="sampling"),
        tiny.small_plan(epochs=1, class_balance="none", calibrate=False),
        tiny.small_plan(epochs=1, class_balance="sampling", calibrate=False),
        Plan(model="linear", pretrained=False, picture=plan.picture),
    )
    return cohort, tiny.prepared_for(cohort, plan, folder / "prepared"), blend_of(*members), folder


def teach(world, folder, plan=None, repeat=1):
    cohort, prepared, usual, _ = world
    options = TrainOptions(folder, "together", seed=3, repeat=repeat)
    return train(cohort, prepared, make_task(cohort), plan or usual, options)


@pytest.fixture(scope="module")
def trained(world):
    return teach(world, world[3] / "models")


def test_a_blend_is_an_ordinary_model_that_says_what_its_members_count(world, trained):
    found = load_model(trained)
    told = found.facts.training["members"]
    assert [each["architecture"] for each in told] == ["small_cnn"] * 3 + ["linear"]
    assert sum(each["weight"] for each in told) == pytest.approx(1, abs=1e-3)
    kept = [each["architecture"] for each in told if each["weight"]]
    assert found.facts.architecture == f"blend({', '.join(kept)})"
    assert found.facts.training["calibration"] == found.facts.calibration
    assert found.facts.training["seconds"] == pytest.approx(sum(each["seconds"] for each in told), abs=0.2)
    assert found.facts.population
    assert not (trained / "members").exists()
    readings = TrainedModel.load(trained).read(*world[:2])
    assert len(readings.frame) == len(world[0].cases)
    assert readings.frame["score"].between(0, 1).all()


def test_the_probabilities_are_those_of_its_validation_cases(world, trained):
    frame = TrainedModel.load(trained).read(*world[:2]).frame.merge(world[0].cases[["case", "label"]])
    held = frame[frame["part"] == "validation"]
    assert held["score"].mean() == pytest.approx((held["label"] == "pneumonia").mean(), abs=0.08)


def test_it_reads_what_its_members_read_weighted_and_set_right(world, monkeypatch):
    cohort, prepared, _, folder = world
    monkeypatch.setattr(blending.shutil, "rmtree", lambda *_, **__: None)
    model = teach(world, folder / "kept members")
    found = load_model(model)
    rows = np.arange(len(cohort.cases), dtype=np.int64)
    views, total = int(found.facts.plan["views"]), np.zeros((len(rows), 1), np.float32)
    members = sorted((model / "members").iterdir(), key=lambda path: int(path.name))
    for path, told in zip(members, found.facts.training["members"], strict=True):
        one = load_model(path)
        network = build_model(one.facts.architecture, Shape(1, 1, SIZE))
        network.load_state_dict(one.weights)
        standard = Standard(one.facts.mean, one.facts.deviation)
        shift = settled(task_from_json(one.facts.task))[0].astype(np.float32)
        total += told["weight"] * (read_images(network, prepared.array, rows, standard, views) + shift)
    calibration = found.facts.calibration
    logits = total[:, 0] * calibration["stretch"][0] + calibration["shift"][0]
    scores = TrainedModel.load(model).models[0].read_rows(prepared.array, rows)["score"]
    np.testing.assert_allclose(scores, 1 / (1 + np.exp(-logits.astype(float))), atol=2e-3)


def test_the_same_plan_gives_the_same_weights_and_another_repeat_others(world, trained, tmp_path):
    assert hashed(teach(world, tmp_path)) == hashed(trained)
    assert hashed(teach(world, tmp_path, repeat=2)) != hashed(trained)


def test_a_blend_that_is_done_is_left_alone(world, trained):
    before = (trained / "model.json").stat().st_mtime_ns
    (trained / "members").mkdir()
    assert teach(world, world[3] / "models") == trained
    assert (trained / "model.json").stat().st_mtime_ns == before
    assert not (trained / "members").exists()


def test_a_cut_between_members_goes_on_to_the_same_weights(world, trained, tmp_path, monkeypatch):
    own, calls = blending.train_one, []

    def cut_at_the_third(*given: Any) -> Path:
        calls.append(given[4].repeat)
        if len(calls) == 3:
            raise CutError
        return own(*given)

    monkeypatch.setattr(blending, "train_one", cut_at_the_third)
    with pytest.raises(CutError):
        teach(world, tmp_path)
    first = tmp_path / "1" / "members" / str(calls[0]) / "model.json"
    done = first.stat().st_mtime_ns
    monkeypatch.setattr(blending, "train_one", own)
    monkeypatch.setattr(blending.shutil, "rmtree", lambda *_, **__: None)
    assert hashed(teach(world, tmp_path)) == hashed(trained)
    assert first.stat().st_mtime_ns == done


def test_repeats_and_members_never_share_a_seed(world, tmp_path, monkeypatch):
    seeds = []

    def note(*given: Any) -> Path:
        seeds.append(given[4].repeat)
        raise CutError

    monkeypatch.setattr(blending, "train_one", note)
    for repeat in (1, 2, 3):
        with pytest.raises(CutError):
            teach(world, tmp_path, repeat=repeat)
    assert len({seed // 32 for seed in seeds}) == 3
    assert all(seed % 32 == 0 for seed in seeds)


def test_outputs_are_left_as_they_come_where_the_plan_says_so(world, tmp_path):
    plain = blend_of(*world[2].members, calibrate=False)
    found = load_model(teach(world, tmp_path, plain)).facts.calibration
    assert found == {"stretch": [1.0], "shift": [0.0], "cases": 0}


def test_a_frozen_member_sees_films_as_its_weights_learnt_to_see_them(world, tmp_path):
    """Weights that were learnt from much darker films bring their own grey values."""
    cohort, prepared = world[:2]
    dark = replace(prepared, array=np.ascontiguousarray(prepared.array // 4))
    usual, task = tiny.small_plan(), make_task(cohort)
    first = train(cohort, dark, task, usual, TrainOptions(tmp_path / "first", "first"))
    frozen = tiny.small_plan().model_copy(
        update={"frozen": True, "pretrained": str(first / "weights.safetensors")}
    )
    alone = load_model(train(cohort, prepared, task, frozen, TrainOptions(tmp_path / "alone", "a", seed=3)))
    assert alone.facts.mean < 0.5 * Standard.of(prepared.array, np.arange(10)).mean
    model = TrainedModel.load(teach(world, tmp_path / "blend", blend_of(frozen, calibrate=False)))
    rows = np.arange(len(cohort.cases), dtype=np.int64)
    together = model.models[0]
    alike = replace(TrainedModel.load(tmp_path / "alone").models[0], plan=together.plan)
    own = alike.read_rows(prepared.array, rows)["score"]
    np.testing.assert_allclose(together.read_rows(prepared.array, rows)["score"], own, atol=1e-3)


def test_onnx_says_what_torch_says(world, trained):
    folder = world[3] / "exported"
    shutil.copytree(trained, folder, dirs_exist_ok=True)
    export_onnx(folder, world[1].array[:8])
    rows = np.arange(40, dtype=np.int64)
    by_torch = TrainedModel.load(trained).models[0].read_rows(world[1].array, rows)["score"]
    model = TrainedModel.load(folder).models[0]
    assert model.onnx is not None
    np.testing.assert_allclose(model.read_rows(world[1].array, rows)["score"], by_torch, atol=1e-4)
